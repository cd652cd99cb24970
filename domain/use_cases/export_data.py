"""A trader gets all that is kept about them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from ..model.bank import BankDetails, PayTo
from ..model.money import Catalogue
from ..model.offer import Offer
from ..model.trader import Profile
from ..ports.readers import BoardQuery, EntryQuery, OfferQuery, OfferView, Page
from ..ports.store import Unit

Item = TypeVar("Item")

_PAGE = 100


def export_data(trader_id: UUID, unit: Unit, at: datetime) -> Mapping[str, Sequence[Any]]:
    """All that is kept about a trader, by what it is; one view of it, in a unit that only reads.

    What is not here is either no fact about them or a secret of theirs: docs/contract/accounts.md, "One's data".
    """
    own, readers = unit.own_data, unit.readers
    board = BoardQuery(at.date(), Catalogue.of((), (), ()), mine=trader_id)
    mine = OfferQuery(trader_id, at)
    profile: Profile = unit.traders.profile(trader_id)
    return {
        "profile": (profile.trader, profile.ratings),
        "restrictions": sorted(unit.traders.restrictions(trader_id)),
        "logins": own.logins(trader_id),
        "addresses": own.addresses(trader_id),
        "keys": own.keys(trader_id),
        "webhooks": unit.webhooks.of(trader_id),
        "payment_methods": _all(lambda cursor: unit.payment_methods.saved_by(trader_id, cursor, _PAGE)),
        "blocked": [{"id": each.id} for each in _all(lambda cursor: unit.people.blocked_by(trader_id, cursor, _PAGE))],
        "ads": [view.ad for view in _all(lambda cursor: readers.board(board, cursor, _PAGE))],
        "offers": [_own_part(view, trader_id) for view in _all(lambda cursor: readers.offers(mine, cursor, _PAGE))],
        "wallet": readers.wallet(trader_id),
        "movements": _all(lambda cursor: readers.entries(EntryQuery(trader_id), cursor, _PAGE)),
        "messages": own.messages(trader_id),
        "disputes": own.disputes(trader_id),
        "feedback_given": own.feedback_by(trader_id),
        "feedback_received": own.feedback_about(trader_id),
        "notices": _notices(trader_id, unit),
        "read_up_to": (unit.inbox.read_up_to(trader_id),),
        "letters": own.letters(trader_id),
    }


def _own_part(view: OfferView, trader_id: UUID) -> Offer:
    """An offer without what is the other party's: the taker's account and reference, and where the seller is paid."""
    offer = view.offer
    if offer.taker_id != trader_id:
        offer = replace(offer, bank=BankDetails(), payment_details="", client_reference=None)
    return offer if view.parties.seller.id == trader_id else replace(offer, pay_to=PayTo(BankDetails(), ""))


def _all(part: Callable[[str | None], Page[Item]]) -> list[Item]:
    """The whole of a list, page by page."""
    page = part(None)
    found = list(page.items)
    while page.next is not None:
        page = part(page.next)
        found += page.items
    return found


def _notices(trader_id: UUID, unit: Unit) -> list[Any]:
    found = list(unit.readers.notices(trader_id, 0, _PAGE))
    while len(found) % _PAGE == 0 and (more := unit.readers.notices(trader_id, len(found), _PAGE)):
        found += more
    return found
