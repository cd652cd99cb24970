"""What staff see of traders and of their offers, and what they say of them."""

from __future__ import annotations

from uuid import UUID

from domain.model.ad import LIVE_STATUSES
from domain.model.lifecycle import LIVE_STATES
from domain.model.parties import Actor
from domain.model.searching import asked_words
from domain.model.trader import Verified
from domain.ports.readers import BoardQuery, OfferQuery, Page, TraderQuery
from domain.use_cases.verify_trader import set_verified

from ..operation import Reply
from ..replies.presentation import TraderFile, advertised, listed
from ..requests.request import DeskRequest
from ..schemas.base import PAGE_LIMIT


def traders(request: DeskRequest) -> Reply:
    """Who trades here, who joined last first: all, or those who are found by a word."""
    parameters = request.parameters
    query = TraderQuery(asked_words(parameters.get("q", "")), parameters.get("suspended", False))
    return Reply(request.unit.readers.traders(query, parameters.get("cursor"), parameters["limit"]))


def trader(request: DeskRequest) -> Reply:
    """A trader with what they hold, what they are barred from, and what is under way."""
    trader_id, unit, today = UUID(request.matchdict["trader_id"]), request.unit, request.today
    profile = unit.people.public_record(trader_id)
    traded = request.services.catalogue
    boards = [BoardQuery(today, traded, mine=trader_id, status=status) for status in LIVE_STATUSES]
    found = [view for query in boards for view in unit.readers.board(query, None, PAGE_LIMIT).items]
    ads = advertised(found, request.now, request.caller.id, request.services.fee_percent)
    queries = [OfferQuery(trader_id, request.now, state=state) for state in LIVE_STATES]
    offers = [view for query in queries for view in unit.readers.offers(query, None, PAGE_LIMIT).items]
    return Reply(
        TraderFile(
            profile,
            tuple(unit.readers.wallet(trader_id)),
            tuple(sorted(unit.traders.restrictions(trader_id))),
            tuple(sorted(ads, key=lambda view: -view.ad.id)[:PAGE_LIMIT]),
            tuple(listed(view, request.now) for view in sorted(offers, key=lambda view: -view.offer.id)[:PAGE_LIMIT]),
        )
    )


def verify(request: DeskRequest) -> Reply:
    """Say what of a trader was verified. All others see it on the trader's profile."""
    fields = request.fields
    set_verified(
        UUID(request.matchdict["trader_id"]),
        Verified(**{name: fields.get(name) for name in Verified.NAMES}),
        Actor.of(request.caller),
        fields["note"],
        traders=request.unit.traders,
        at=request.now,
    )
    return Reply()


def offers(request: DeskRequest) -> Reply:
    """The offers of everybody, or those of a trader, the newest first."""
    parameters = request.parameters
    query = OfferQuery(parameters.get("trader"), request.now, state=parameters.get("status"))
    page = request.unit.readers.offers(query, parameters.get("cursor"), parameters["limit"])
    return Reply(Page([listed(view, request.now) for view in page.items], page.next))
