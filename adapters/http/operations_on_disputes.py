"""What staff do with disputes: a part of the table of operations, by which it stays short enough to be read."""

from __future__ import annotations

from domain import errors

from .operation import Operation, Tag
from .requests.security import Caller
from .schemas.disputes import (
    DISPUTE_PAGE,
    ApprovalSchema,
    DisputeQuerySchema,
    RejectionSchema,
    ResolutionSchema,
    TakingSchema,
)
from .views import disputes

# fmt: off
OF_DISPUTES = (
    Operation(
        "disputes", Tag.ADMIN, "GET", "/admin/dispute/", disputes.queue,
        "The offers in dispute, the oldest dispute first",
        caller=Caller.STAFF, query=DisputeQuerySchema(), entity=DISPUTE_PAGE,
    ),
    Operation(
        "take_dispute", Tag.ADMIN, "POST", "/admin/dispute/take/{offer_id}/", disputes.take, "Look at a dispute",
        takes_key=True, caller=Caller.STAFF, body=TakingSchema(), message="Dispute taken successfully",
        takes_version=True,
        refusals=(errors.OfferNotFound, errors.InvalidFields, errors.ArbiterIsParty, errors.ArbiterIsApart,
                  errors.VersionMismatch, errors.NotDisputed),
    ),
    Operation(
        "resolve_dispute", Tag.ADMIN, "POST", "/admin/dispute/resolve/{offer_id}/", disputes.resolve,
        "Give the escrow of a disputed offer to the buyer, back to the seller, or some to each",
        takes_key=True,
        caller=Caller.STAFF, body=ResolutionSchema(), message="Dispute resolved successfully", takes_version=True,
        or_message=disputes.PROPOSED,
        refusals=(errors.OfferNotFound, errors.InvalidFields, errors.ArbiterIsParty, errors.ArbiterIsApart,
                  errors.VersionMismatch, errors.NotDisputed),
    ),
    Operation(
        "approve_proposal", Tag.ADMIN, "POST", "/admin/dispute/approve/{offer_id}/", disputes.approve,
        "Carry out what somebody else has proposed",
        takes_key=True, caller=Caller.STAFF, body=ApprovalSchema(), message="Dispute resolved successfully",
        takes_version=True,
        refusals=(errors.OfferNotFound, errors.InvalidFields, errors.ArbiterIsParty, errors.ArbiterIsApart,
                  errors.VersionMismatch, errors.NothingToApprove, errors.SomebodyElseMustApprove),
    ),
    Operation(
        "reject_proposal", Tag.ADMIN, "POST", "/admin/dispute/reject/{offer_id}/", disputes.reject,
        "Drop what is proposed",
        takes_key=True, caller=Caller.STAFF, body=RejectionSchema(), message="Proposal rejected successfully",
        takes_version=True,
        refusals=(errors.OfferNotFound, errors.InvalidFields, errors.ArbiterIsParty, errors.ArbiterIsApart,
                  errors.VersionMismatch, errors.NothingToApprove),
    ),
)
# fmt: on
