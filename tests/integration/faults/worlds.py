"""One desk played on all three stores at once: what is done to one is done to all, and all must answer the same."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from domain import Ad, Catalogue, Entry, Message, Offer, OfferState, Refusal, Taker, Trader
from domain.ports.people import FeedbackView
from domain.ports.readers import BoardQuery, EntryQuery, OfferQuery, OfferView
from domain.ports.store import Unit
from domain.use_cases.mail_unread import mail_unread
from tests.clock import SettableClock
from tests.integration.contracts.invariants import check_invariants, every
from tests.integration.desk import Desk, RandomIdentifiers

ALL = 10_000
ESCALATED = timedelta(hours=12)
NO_ID = 10**15
"""An id that no store has given out."""


@dataclass(slots=True)
class Played:
    """One of the desks, and the ids that its store gave to the ads and offers of the play."""

    engine: str
    desk: Desk
    ads: list[Ad] = field(default_factory=list)
    offers: list[Offer] = field(default_factory=list)

    def ad_id(self, index: int) -> int:
        return self.ads[index].id if index < len(self.ads) else NO_ID

    def offer_id(self, index: int) -> int:
        return self.offers[index].id if index < len(self.offers) else NO_ID

    def ad_index(self, ad_id: int) -> int:
        return [ad.id for ad in self.ads].index(ad_id)

    def offer_index(self, offer_id: int) -> int:
        return [offer.id for offer in self.offers].index(offer_id)


Answer = tuple[str, Any]


class Worlds:
    """The desks of one play, on stores that other plays use too: so traders and currencies are of this play alone."""

    def __init__(self, desks: Mapping[str, Desk], clock: SettableClock, catalogue: Catalogue) -> None:
        self.clock = clock
        self.catalogue = catalogue
        self.played = [Played(engine, desk) for engine, desk in desks.items()]
        self.outcomes: Counter[str] = Counter()

    @property
    def first(self) -> Played:
        return self.played[0]

    def act(self, name: str, call: Callable[[Played], Any]) -> Answer:
        """Do the same on each desk. Raises ``AssertionError`` where the answers differ."""
        answers = {played.engine: self._answer(played, call) for played in self.played}
        assert_equal(name, answers)
        answer = next(iter(answers.values()))
        self.outcomes[f"{name}: {answer[0]}"] += 1
        return answer

    def _answer(self, played: Played, call: Callable[[Played], Any]) -> Answer:
        try:
            answer = call(played)
        except Refusal as refused:
            return refused.code, vars(refused)
        if isinstance(answer, Message):
            answer = replace(answer, offer_id=0)
        if isinstance(answer, Ad):
            played.ads.append(answer)
            answer = replace(answer, id=len(played.ads))
        if isinstance(answer, Offer):
            played.offers.append(answer)
            answer = replace(answer, id=len(played.offers), ad_id=played.ad_index(answer.ad_id))
        return "done", answer

    def sweep(self) -> None:
        """What the worker does: everything of this play that is due ends."""
        due = self.act("due", lambda played: due_in(played, self.clock))[1]
        offers, ads, paid = due
        for index in offers:
            self.act("expire", lambda played, index=index: played.desk.expire(played.offers[index]))
        for index in paid:
            self.act("escalate", lambda played, index=index: played.desk.escalate(played.offers[index], ESCALATED))
        for index in ads:
            self.act("expire ad", lambda played, index=index: played.desk.expire_ad(played.ads[index]))

        for offer, reader in self.act("due mails", lambda played: due_mails_in(played, self.clock))[1]:
            letter_id = uuid4()
            self.act(
                "mail",
                lambda played, offer=offer, reader=reader, letter_id=letter_id: played.desk.write(
                    lambda unit: mail_unread(
                        played.offers[offer].id,
                        played.desk.traders[reader].id,
                        book=unit.book,
                        identifiers=OneIdentifier(letter_id),
                    )
                ),
            )

    def send_letters(self) -> None:
        """What the postman does: every letter of this play is sent, the same ones on each desk."""
        self.act("send", lambda played: sent_by(played, self.clock))

    def check(self, *, with_lists: bool = True) -> None:
        """All that can be read is the same everywhere, and the books of each are right."""
        assert_equal("picture", {played.engine: picture(played) for played in self.played})
        if with_lists:
            assert_equal("lists", {played.engine: lists(played) for played in self.played})
        for played in self.played:
            check_invariants(played.desk)

    def wind_up(self, staff: Trader) -> None:
        """Bring everything to its end: then nothing is in escrow any more, and nobody has lost a coin."""
        # Whoever is suspended can close nothing.
        for index in range(len(self.first.desk.traders)):
            self.act(
                "reinstate",
                lambda played, index=index: played.desk.suspend(played.desk.traders[index], suspended=False),
            )
        for index, offer in enumerate(self.current_offers()):
            if offer.state is OfferState.PAID:
                self.act("dispute", lambda played, index=index: played.desk.dispute(played.offers[index]))
        for index, offer in enumerate(self.current_offers()):
            if offer.state is OfferState.DISPUTED:
                self.act(
                    "resolve", lambda played, index=index: played.desk.resolve(played.offers[index], staff, "seller")
                )
        for index in range(len(self.first.ads)):
            self.act("close", lambda played, index=index: played.desk.close(played.ads[index]))
        self.clock.advance(days=2)
        self.sweep()
        self.send_letters()
        self.check()
        for played in self.played:
            for trader in played.desk.traders:
                wallet = played.desk.read(lambda unit, owner=trader.id: unit.readers.wallet(owner))
                assert not any(purses.escrow for purses in wallet), (played.engine, wallet)

    def current_offers(self) -> list[Offer]:
        def read(unit: Unit) -> list[Offer]:
            return [unit.readers.offer(offer.id).offer for offer in self.first.offers]

        return self.first.desk.read(read)


def assert_equal(name: str, answers: Mapping[str, Any]) -> None:
    (first, expected), *others = answers.items()
    for engine, answer in others:
        assert answer == expected, f"{name}: {engine} differs from {first}: {difference(answer, expected)}"


def difference(one: Any, other: Any) -> str:
    """The innermost parts in which two answers differ."""
    if isinstance(one, list | tuple) and isinstance(other, list | tuple) and len(one) == len(other):
        differing = [pair for pair in zip(one, other, strict=True) if pair[0] != pair[1]]
        if differing:
            return difference(*differing[0])
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        return difference(list(one.values()), list(other.values()))
    return f"{one!r} is not {other!r}"


class OneIdentifier(RandomIdentifiers):
    """The same id on each desk, so that the same letter goes out from each."""

    def __init__(self, own_id: UUID) -> None:
        self._id = own_id

    def new(self) -> UUID:
        return self._id


def due_mails_in(played: Played, clock: SettableClock) -> list[tuple[int, int]]:
    """Of this play alone, by the places of offers and readers in it."""
    now = clock.now()
    offers = {offer.id: place for place, offer in enumerate(played.offers)}
    readers = {trader.id: place for place, trader in enumerate(played.desk.traders)}
    due = played.desk.read(lambda unit: unit.chats.due_mails(now, ALL))
    return sorted((offers[offer_id], readers[reader]) for offer_id, reader in due if offer_id in offers)


def due_in(played: Played, clock: SettableClock) -> tuple[list[int], list[int], list[int]]:
    now = clock.now()
    offers, ads, paid = played.desk.read(
        lambda unit: (
            unit.readers.due_offers(now, ALL),
            unit.readers.due_ads(now.date(), ALL),
            unit.readers.due_escalations(now - ESCALATED, ALL),
        )
    )
    own_offers, own_ads = {offer.id for offer in played.offers}, {ad.id for ad in played.ads}
    return (
        [played.offer_index(offer_id) for offer_id in offers if offer_id in own_offers],
        [played.ad_index(ad_id) for ad_id in ads if ad_id in own_ads],
        [played.offer_index(offer_id) for offer_id in paid if offer_id in own_offers],
    )


def sent_by(played: Played, clock: SettableClock) -> list[tuple[str, str, int]]:
    outbox = played.desk.store.outbox
    letters = outbox.claim(uuid4(), 60, ALL)
    assert all(outbox.mark_sent(letter) for letter in letters)
    own = {trader.id for trader in played.desk.traders}
    return sorted(
        (letter.message_id, letter.recipient, letter.attempts) for letter in letters if letter.trader_id in own
    )


# What can be read, with the ids of the stores taken out ---------------------------------------------------------


def picture(played: Played) -> list[Any]:
    return played.desk.read(
        lambda unit: [
            [replace(unit.readers.ad(ad.id).ad, id=0) for ad in played.ads],
            [details(played, unit.readers.offer(offer.id)) for offer in played.offers],
            [of_trader(played, unit, trader) for trader in played.desk.traders],
            [chat_of(unit, offer) for offer in played.offers],
        ]
    )


def lists(played: Played) -> list[Any]:
    return played.desk.read(
        lambda unit: [
            [lists_of_offers(played, unit, trader.id) for trader in played.desk.traders],
            boards(played, unit),
            disputed(played, unit),
        ]
    )


def disputed(played: Played, unit: Unit) -> list[int]:
    own = {offer.id for offer in played.offers}
    views = every(lambda cursor: unit.readers.disputes(cursor, ALL))
    return [played.offer_index(view.offer.id) for view in views if view.offer.id in own]


def details(played: Played, view: OfferView) -> list[Any]:
    dispute = None if view.dispute is None else replace(view.dispute, offer_id=0)
    return [replace(view.offer, id=0, ad_id=played.ad_index(view.ad.id)), view.maker, view.taker, view.history, dispute]


def chat_of(unit: Unit, offer: Offer) -> list[Any]:
    return [(replace(view.message, offer_id=0), view.fullname) for view in unit.chats.messages(offer.id, 0, ALL)]


def of_trader(played: Played, unit: Unit, trader: Trader) -> list[Any]:
    entries = every(lambda cursor: unit.readers.entries(EntryQuery(trader.id), cursor, 7))
    return [
        unit.people.public_record(trader.id),
        list(every(lambda cursor: unit.people.blocked_by(trader.id, cursor, 2))),
        [replace(view.given, offer_id=played.offer_index(view.given.offer_id)) for view in said_of(unit, trader.id)],
        unit.traders.restrictions(trader.id),
        list(unit.readers.wallet(trader.id)),
        [anonymous_entry(played, entry) for entry in entries],
        [
            (notice.number, notice.kind, notice.created_at, anonymous_frame(played, notice.frame))
            for notice in unit.readers.notices(trader.id, 0, ALL)
        ],
    ]


def said_of(unit: Unit, trader_id: UUID) -> list[FeedbackView]:
    return list(every(lambda cursor: unit.people.feedback_about(trader_id, cursor, 3)))


def lists_of_offers(played: Played, unit: Unit, trader_id: UUID) -> list[list[int]]:
    now = played.desk.clock.now()
    queries = [OfferQuery(trader_id, now, role=role) for role in (None, "maker", "taker", "buyer", "seller")]
    queries += [OfferQuery(trader_id, now, state=state) for state in OfferState]
    pages = (every(lambda cursor, query=query: unit.readers.offers(query, cursor, 3)) for query in queries)
    return [[played.offer_index(view.offer.id) for view in views] for views in pages]


def boards(played: Played, unit: Unit) -> list[list[int]]:
    codes = sorted(played.desk.catalogue.crypto)
    today = played.desk.clock.now().date()
    queries = [
        BoardQuery(today, played.desk.catalogue, crypto_currency=code, sort=sort)
        for code in codes
        for sort in ("newest", "price", "-price")
    ]
    queries += [BoardQuery(today + timedelta(days=1), played.desk.catalogue, crypto_currency=codes[0])]
    viewers = [trader.id for trader in played.desk.traders]
    takers = [Taker(viewer, unit.people.track_record(viewer), False, frozenset(codes[1:2])) for viewer in viewers]
    queries += [
        BoardQuery(today, played.desk.catalogue, viewer=viewer, takeable_by=taker, crypto_currency=code)
        for viewer, known in zip(viewers, takers, strict=True)
        for code in codes
        for taker in (None, known)
    ]
    pages = (every(lambda cursor, query=query: unit.readers.board(query, cursor, 3)) for query in queries)
    return [[played.ad_index(view.ad.id) for view in views] for views in pages]


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
