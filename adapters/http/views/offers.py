"""Offers."""

from __future__ import annotations

from typing import Any

import domain
from domain import errors
from domain.model.accounts_seen import accounts_seen
from domain.model.ad_for_offer import OfferProposal
from domain.model.lifecycle import OfferState
from domain.model.parties import Actor
from domain.ports.readers import OfferQuery, Page
from domain.use_cases.cancel_offer import cancel_offer
from domain.use_cases.make_offer import make_offer
from domain.use_cases.note_accounts_seen import note_accounts_seen

from ..operation import Reply
from ..replies.presentation import detailed, listed
from ..replies.rejections import HiddenOffer
from ..requests.guessing import used_from_elsewhere
from ..requests.one_time import given_otp, otp_as_field
from ..requests.request import DeskRequest
from ..schemas.ads import bank_of
from ..schemas.fields import LARGEST_ID


def create(request: DeskRequest) -> Reply:
    """Make an offer on an ad, for an amount of crypto, of fiat, or of both where they agree. The maker is told."""
    fields = request.fields
    amounts = fields.get("currency_amount"), fields.get("fiat_amount")
    proposal = OfferProposal(
        *amounts,
        bank_of(fields),
        fields.get("payment_details", ""),
        fields.get("price_per_unit"),
        fields.get("client_reference"),
        fields.get("saved_payment_method"),
    )
    services, unit = request.services, request.unit
    ports: dict[str, Any] = {"book": unit.book, "catalogue": services.catalogue, "limits": services.limits}
    ports["payment_methods"] = unit.payment_methods
    ports["fee_percent"] = services.fee_percent
    return Reply({"offer": make_offer(_ad_id(fields["ad"]), request.caller.id, proposal, **ports)})


def _ad_id(number: int) -> int:
    """The id of an ad. Raises ``UnknownAd`` for a number that no ad can have, which no store could look for."""
    if not 0 <= number <= LARGEST_ID:
        raise errors.UnknownAd(number)
    return number


def indicate_payment(request: DeskRequest) -> Reply:
    """The buyer says that the money was sent. From then on the offer can neither be cancelled nor expire."""
    domain.indicate_payment(request.path_id("offer_id"), Actor.of(request.caller), **_ports(request))
    return Reply()


def cancel(request: DeskRequest) -> Reply:
    """The taker takes a pending offer back, and its crypto returns."""
    catalogue = request.services.catalogue
    cancel_offer(request.path_id("offer_id"), Actor.of(request.caller), catalogue=catalogue, **_ports(request))
    return Reply()


def release_funds(request: DeskRequest) -> Reply:
    """The seller has seen the money and lets the buyer have the crypto, for good.

    Whoever has turned one-time passwords on gives one; the key of a program needs none.
    """
    ports = _ports(request)
    ports["given_otp"] = None if request.by_program else given_otp(request)
    ports["used_from"] = used_from_elsewhere(request)
    with otp_as_field(request):
        domain.release_funds(request.path_id("offer_id"), Actor.of(request.caller), **ports)
    return Reply()


def give_up(request: DeskRequest) -> Reply:
    """The buyer gives up a paid offer: it was marked by mistake, or both agree to end. Only they can lose by it."""
    domain.return_offer(request.path_id("offer_id"), Actor.of(request.caller), **_ports(request))
    return Reply()


def open_dispute(request: DeskRequest) -> Reply:
    """A party of a paid offer asks staff to decide who gets the crypto."""
    said = request.fields["reason"], request.fields["kind"]
    ports = _ports(request) | {"dispute_after": request.services.dispute_after}
    domain.open_dispute(request.path_id("offer_id"), Actor.of(request.caller), *said, **ports)
    return Reply()


def withdraw_dispute(request: DeskRequest) -> Reply:
    """Whoever opened the dispute takes it back. The offer is paid, as before, and the other party is told."""
    domain.withdraw_dispute(request.path_id("offer_id"), Actor.of(request.caller), **_ports(request))
    return Reply()


def give_feedback(request: DeskRequest) -> Reply:
    """A party of a completed offer rates the other, once and within 90 days. The other is told."""
    fields = request.fields
    said = fields["positive"], fields["rating"], fields["comment"]
    domain.give_feedback(request.path_id("offer_id"), Actor.of(request.caller), *said, **_ports(request))
    return Reply()


def detail(request: DeskRequest) -> Reply:
    """One offer, for its parties and staff; nobody else learns that it exists.

    Staff see the accounts on it once it is or was in dispute, and leave a line in the audit trail by it. Nobody sees
    where to pay once it has ended, nor a whole account number from 30 days after.
    """
    try:
        view = request.unit.readers.offer(request.path_id("offer_id"), request.caller.id)
    except errors.OfferNotFound:
        raise HiddenOffer() from None
    by = Actor.of(request.caller)
    if not view.parties.may_see(by):
        raise HiddenOffer()
    if not view.parties.are(by) and accounts_seen(view.parties, view.offer, view.dispute, by, request.now):
        request.begin_to_write()
        unit = request.unit
        note_accounts_seen(view.offer.id, by, book=unit.book, readers=unit.readers, at=request.now)
    is_apart = False
    if by.is_staff and view.offer.state is OfferState.DISPUTED:
        parties = (view.maker.trader.id, view.taker.trader.id)
        is_apart = request.unit.people.is_kept_from(request.caller.id, parties, view.offer.created_at)
    after = request.services.dispute_after
    shown = detailed(view, request.caller, request.now, dispute_after=after, is_apart=is_apart)
    return Reply(shown, version=view.offer.version)


def mine(request: DeskRequest) -> Reply:
    """The offers that the caller is a party to, the newest first."""
    parameters = request.parameters
    asked = (parameters.get(name) for name in ("role", "status", "ad", "client_reference"))
    query = OfferQuery(request.caller.id, request.now, *asked)
    page = request.unit.readers.offers(query, parameters.get("cursor"), parameters["limit"])
    return Reply(Page([listed(view, request.now, request.caller.id) for view in page.items], page.next))


def _ports(request: DeskRequest) -> dict[str, Any]:
    """What every move of an offer takes beside the offer and the actor."""
    return {
        "book": request.unit.book,
        "expected_version": request.condition.versions,
    }
