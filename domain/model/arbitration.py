"""What staff do with a dispute: look at it, and end it, alone or with somebody else's approval.

Source: docs/contract/trading.md, "Disputes".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from .. import errors
from .changes import Changes, DisputeChange, StaffAct
from .dispute import Dispute, Proposal, Ruling
from .lifecycle import RESOLUTIONS
from .locked_offer import LockedOffer
from .offer import REASON_LENGTH_LIMIT
from .parties import Actor
from .staff_acts import staff_act
from .texts import check_text, given_text
from .versions import Expected, is_expected

SecondApproval = Mapping[str, Decimal]
"""By currency, above which amount a resolution needs the approval of somebody else of the staff."""


@dataclass(frozen=True, slots=True)
class Arbitration:
    """A locked offer before somebody of the staff, whose rights are known."""

    locked: LockedOffer
    by: Actor

    def take(self, note: str, expected_version: Expected = None) -> Changes:
        """They look at the dispute from now on; it may be another's. A note may be given, and need not be.

        Raises, in this order: ``InvalidFields``, ``ArbiterIsParty``, ``ArbiterIsApart``, ``VersionMismatch``,
        ``NotDisputed``.
        """
        kept = given_text(note)
        check_text("note", kept, REASON_LENGTH_LIMIT)
        dispute = self._open_dispute(expected_version)
        if self.by.id is None:
            raise errors.NotAuthorised("take")
        done = StaffAct(self.by.id, self._at, "dispute.take", self._subject, kept)
        return Changes(dispute=DisputeChange(dispute, dispute.taken_by(self.by.id)), facts=(done,))

    def resolve(self, ruling: Ruling, second_approval: SecondApproval, expected_version: Expected = None) -> Changes:
        """End the dispute; where the amount is above that of ``second_approval``, only propose how.

        Raises, in this order: ``InvalidFields``, ``ArbiterIsParty``, ``ArbiterIsApart``, ``NotAuthorised`` to the desk
        itself, ``VersionMismatch`` or ``NotDisputed``.
        """
        locked, given = self.locked, (ruling.in_favour_of, given_text(ruling.note))
        carried_out = locked.resolve(self.by, *given, self._at, expected_version, ruling.buyer_amount)
        most_alone = second_approval.get(locked.ad.crypto.code)
        if most_alone is None or locked.offer.currency_amount <= most_alone:
            return carried_out
        dispute = self._open_dispute(None)
        assert self.by.id is not None, "the desk itself resolves nothing"
        proposal = Proposal(self.by.id, self._at, replace(ruling, note=given[1]))
        act = f"dispute.propose_{RESOLUTIONS[ruling.in_favour_of].value.removeprefix('resolve_')}"
        done = staff_act(self.by, self._at, act, self._subject, given[1])
        return Changes(dispute=DisputeChange(dispute, dispute.with_proposal(proposal)), facts=(done,))

    def approve(self, note: str, expected_version: Expected = None) -> Changes:
        """Carry out what somebody else has proposed.

        Raises, in this order: ``InvalidFields``, ``ArbiterIsParty``, ``ArbiterIsApart``, ``VersionMismatch``,
        ``NothingToApprove``, ``SomebodyElseMustApprove``.
        """
        proposal = self._proposal(note, expected_version)
        if proposal.by == self.by.id:
            raise errors.SomebodyElseMustApprove()
        ruling = proposal.ruling
        given = (ruling.in_favour_of, ruling.note, self._at, None, ruling.buyer_amount)
        return self.locked.resolve(self.by, *given, approval=given_text(note))

    def reject(self, note: str, expected_version: Expected = None) -> Changes:
        """Drop what is proposed, one's own too. Raises as ``approve`` does, but for the last."""
        self._proposal(note, expected_version)
        dispute = self._open_dispute(None)
        done = staff_act(self.by, self._at, "dispute.reject", self._subject, note)
        return Changes(dispute=DisputeChange(dispute, dispute.with_proposal(None)), facts=(done,))

    @property
    def _at(self) -> datetime:
        return self.locked.at

    @property
    def _subject(self) -> str:
        return f"offer:{self.locked.offer.id}"

    def _open_dispute(self, expected_version: Expected) -> Dispute:
        """The dispute that is open.

        Raises ``ArbiterIsParty``, ``ArbiterIsApart``, ``VersionMismatch``, ``NotDisputed``.
        """
        locked = self.locked
        locked.check_arbiter(self.by)
        if not is_expected(locked.offer.version, expected_version):
            raise errors.VersionMismatch(locked.offer.version)
        if locked.dispute is None or not locked.dispute.is_open:
            raise errors.NotDisputed()
        return locked.dispute

    def _proposal(self, note: str, expected_version: Expected) -> Proposal:
        """What is proposed on the offer as it is now. Raises ``NothingToApprove`` where it is in no dispute, too."""
        staff_act(self.by, self._at, "", "", note)
        try:
            proposal = self._open_dispute(expected_version).proposal
        except errors.NotDisputed:
            proposal = None
        if proposal is None:
            raise errors.NothingToApprove()
        return proposal
