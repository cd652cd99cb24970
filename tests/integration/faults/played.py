"""One of the desks that are played on, and all that can be read of it, with the ids of its store taken out."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from adapters.files.folder import FolderFiles
from domain import Ad, Entry, Offer, OfferState, SavedPaymentMethod, Taker, Trader
from domain.ports.people import FeedbackView
from domain.ports.readers import BoardQuery, EntryQuery, OfferQuery, OfferView
from domain.ports.store import Unit
from tests.integration.contracts.invariants import every
from tests.integration.desk import Desk

ALL = 10_000
NO_ID = 10**15
"""An id that no store has given out."""
REFERENCE = "order 7"
"""What some of the ads and offers of a play are known by."""


@dataclass(slots=True)
class Played:
    """One of the desks, and the ids that its store gave to the ads and offers of the play."""

    engine: str
    desk: Desk
    files: FolderFiles
    ads: list[Ad] = field(default_factory=list)
    offers: list[Offer] = field(default_factory=list)
    methods: list[int] = field(default_factory=list)

    def ad_id(self, index: int) -> int:
        return self.ads[index].id if index < len(self.ads) else NO_ID

    def offer_id(self, index: int) -> int:
        return self.offers[index].id if index < len(self.offers) else NO_ID

    def method_id(self, index: int) -> int:
        return self.methods[index] if index < len(self.methods) else NO_ID

    def keep(self, file_id: UUID) -> None:
        """Keep a file, at the moment that the desk's clock tells: a folder has its times by the machine's."""
        self.files.keep(file_id, b"PNG")
        moment = self.desk.clock.now().timestamp()
        os.utime(self.files.folder / str(file_id), (moment, moment))

    def ad_index(self, ad_id: int) -> int:
        return [ad.id for ad in self.ads].index(ad_id)

    def offer_index(self, offer_id: int) -> int:
        return [offer.id for offer in self.offers].index(offer_id)


def picture(played: Played) -> list[Any]:
    """Each part in a unit of its own: what one waits for is bounded as a whole, and nothing is written meanwhile."""
    read, desk = played.desk.read, played.desk
    return [
        read(lambda unit: [replace(unit.readers.ad(ad.id).ad, id=0) for ad in played.ads]),
        read(lambda unit: [details(played, unit.readers.offer(offer.id, offer.taker_id)) for offer in played.offers]),
        [read(lambda unit, trader=trader: of_trader(played, unit, trader)) for trader in desk.traders],
        read(lambda unit: [chat_of(unit, offer) for offer in played.offers]),
    ]


def lists(played: Played) -> list[Any]:
    """Each part in a unit of its own, too."""
    read, desk = played.desk.read, played.desk
    return [
        [read(lambda unit, trader=trader: lists_of_offers(played, unit, trader.id)) for trader in desk.traders],
        [
            read(lambda unit, query=query: board(played, unit, query))
            for query in read(lambda unit: boards(played, unit))
        ],
        read(lambda unit: disputed(played, unit)),
    ]


def disputed(played: Played, unit: Unit) -> list[int]:
    own = {offer.id for offer in played.offers}
    views = every(lambda cursor: unit.readers.disputes(cursor, ALL))
    return [played.offer_index(view.offer.id) for view in views if view.offer.id in own]


def details(played: Played, view: OfferView) -> list[Any]:
    dispute = None if view.dispute is None else replace(view.dispute, offer_id=0)
    said = None if view.feedback is None else replace(view.feedback, offer_id=0)
    offer = replace(view.offer, id=0, ad_id=played.ad_index(view.ad.id))
    return [offer, view.maker, view.taker, view.history, dispute, said]


def chat_of(unit: Unit, offer: Offer) -> list[Any]:
    return [(replace(view.message, offer_id=0), view.fullname) for view in unit.chats.messages(offer.id, 0, ALL)]


def of_trader(played: Played, unit: Unit, trader: Trader) -> list[Any]:
    entries = every(lambda cursor: unit.readers.entries(EntryQuery(trader.id), cursor, 7))
    return [
        unit.people.public_record(trader.id),
        list(every(lambda cursor: unit.people.blocked_by(trader.id, cursor, 2))),
        [replace(view.given, offer_id=played.offer_index(view.given.offer_id)) for view in said_of(unit, trader.id)],
        unit.traders.restrictions(trader.id),
        unit.readers.counts(trader.id, played.desk.clock.now()),
        [(view.label, view.payment_method, view.bank) for view in saved_by(unit, trader.id)],
        list(unit.readers.wallet(trader.id)),
        [anonymous_entry(played, entry) for entry in entries],
        [
            (notice.number, notice.kind, notice.created_at, anonymous_frame(played, notice.frame))
            for notice in unit.readers.notices(trader.id, 0, ALL)
        ],
    ]


def said_of(unit: Unit, trader_id: UUID) -> list[FeedbackView]:
    return list(every(lambda cursor: unit.people.feedback_about(trader_id, cursor, 3)))


def saved_by(unit: Unit, trader_id: UUID) -> list[SavedPaymentMethod]:
    return list(every(lambda cursor: unit.payment_methods.saved_by(trader_id, cursor, 2)))


def lists_of_offers(played: Played, unit: Unit, trader_id: UUID) -> list[list[tuple[int, bool]]]:
    now = played.desk.clock.now()
    queries = [OfferQuery(trader_id, now, role=role) for role in (None, "maker", "taker", "buyer", "seller")]
    queries += [OfferQuery(trader_id, now, state=state) for state in OfferState]
    queries += [OfferQuery(trader_id, now, client_reference=REFERENCE)]
    pages = (every(lambda cursor, query=query: unit.readers.offers(query, cursor, 3)) for query in queries)
    return [[(played.offer_index(view.offer.id), view.feedback is not None) for view in views] for views in pages]


def board(played: Played, unit: Unit, query: BoardQuery) -> list[int]:
    return [played.ad_index(view.ad.id) for view in every(lambda cursor: unit.readers.board(query, cursor, 3))]


def boards(played: Played, unit: Unit) -> list[BoardQuery]:
    codes = sorted(played.desk.catalogue.crypto)
    today = played.desk.clock.now().date()
    queries = [
        BoardQuery(today, played.desk.catalogue, crypto_currency=code, sort=sort)
        for code in codes
        for sort in ("newest", "price", "-price")
    ]
    queries += [BoardQuery(today + timedelta(days=1), played.desk.catalogue, crypto_currency=codes[0])]
    for_two_usd = {"crypto_currency": codes[0], "fiat_currency": "usd", "amount": Decimal(2)}
    queries += [BoardQuery(today, played.desk.catalogue, sort=sort, **for_two_usd) for sort in ("newest", "price")]
    viewers = [trader.id for trader in played.desk.traders]
    takers = [Taker(viewer, unit.people.track_record(viewer), False, frozenset(codes[1:2])) for viewer in viewers]
    queries += [
        BoardQuery(today, played.desk.catalogue, viewer=viewer, takeable_by=taker, crypto_currency=code)
        for viewer, known in zip(viewers, takers, strict=True)
        for code in codes
        for taker in (None, known)
    ]
    mine = {"today": today, "traded": played.desk.catalogue}
    queries += [
        BoardQuery(**mine, mine=viewer, client_reference=name) for viewer in viewers for name in (None, REFERENCE)
    ]
    return queries


def anonymous_entry(played: Played, entry: Entry) -> Any:
    """References name ads and offers by id, and transfers by an id that nobody can know."""
    kind, *numbers = entry.reference.split(":")
    if kind == "ad":
        ad_id, *edition = numbers
        return replace(entry, reference=" ".join(["ad", str(played.ad_index(int(ad_id))), *edition]))
    if kind == "offer":
        (offer_id,) = numbers
        return replace(entry, reference=f"offer {played.offer_index(int(offer_id))}")
    return replace(entry, reference=kind)


def anonymous_frame(played: Played, frame: Mapping[str, Any]) -> dict[str, Any]:
    known = dict(frame)
    if "offer_id" in known:
        known["offer_id"] = played.offer_index(int(known["offer_id"]))
    if "ad_id" in known:
        known["ad_id"] = played.ad_index(int(known["ad_id"]))
    return known


def files_of_messages(played: Played) -> set[UUID]:
    def read(unit: Unit) -> set[UUID]:
        views = [view for offer in played.offers for view in unit.chats.messages(offer.id, 0, ALL)]
        return {view.message.file for view in views if view.message.file is not None}

    return played.desk.read(read)


def files_in(played: Played) -> set[UUID]:
    return {UUID(path.name) for path in played.files.folder.glob("*-*")}
