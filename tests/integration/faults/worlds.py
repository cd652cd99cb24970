"""One desk played on all three stores at once: what is done to one is done to all, and all must answer the same."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from adapters.files.folder import FolderFiles
from adapters.system.identifiers import RandomIdentifiers
from adapters.worker.leftovers import Leftovers
from domain import (
    Ad,
    Catalogue,
    InvalidFields,
    Message,
    Offer,
    OfferState,
    Refusal,
    SavedPaymentMethod,
)
from domain.model.payment_methods import SAVED
from domain.model.told_staff import MAIL_STAFF_AGAIN_AFTER
from domain.ports.store import Unit
from domain.use_cases.mail_staff import mail_staff
from domain.use_cases.mail_unread import mail_unread
from domain.use_cases.tell_staff import tell_staff
from tests.clock import SettableClock
from tests.factories import TraderFactory
from tests.integration.contracts.invariants import check_invariants
from tests.integration.desk import Desk
from tests.integration.faults.played import ALL, Played, files_in, files_of_messages, lists, picture

ESCALATED = timedelta(hours=12)

Answer = tuple[str, Any]


class Worlds:
    """The desks of one play, on stores that other plays use too: so traders and currencies are of this play alone."""

    def __init__(self, desks: Mapping[str, Desk], clock: SettableClock, catalogue: Catalogue, folder: Path) -> None:
        self.clock = clock
        self.catalogue = catalogue
        self.played = [Played(engine, desk, FolderFiles(folder / engine)) for engine, desk in desks.items()]
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
            return refused.code, facts_of(refused)
        if isinstance(answer, Message):
            answer = replace(answer, offer_id=0)
        if isinstance(answer, SavedPaymentMethod):
            played.methods.append(answer.id)
            answer = replace(answer, id=len(played.methods))
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

        ads, offers = self.act("to be ended", to_end_in)[1]
        for index in ads:
            self.act("end ad", lambda played, index=index: played.desk.end_ad(played.ads[index]))
        for index in offers:
            self.act("end offer", lambda played, index=index: played.desk.end_offer(played.offers[index]))
        self.act("leftovers", lambda played: Leftovers(played.desk.store, played.files).sweep_once())
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

        for index in self.act("to tell", to_tell_in)[1]:
            self.act("tell staff", lambda played, index=index: tell(played, index))
        for reader in self.act("staff to mail", lambda played: staff_to_mail_in(played, self.clock))[1]:
            letter_id = uuid4()
            self.act(
                "mail staff",
                lambda played, reader=reader, letter_id=letter_id: played.desk.write(
                    lambda unit: mail_staff(
                        played.desk.traders[reader].id,
                        mails=unit.staff_mails,
                        book=unit.book,
                        identifiers=OneIdentifier(letter_id),
                        at=self.clock.now(),
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
            assert files_of_messages(played) <= files_in(played), f"{played.engine}: a message has no file"

    def wind_up(self) -> None:
        """Bring everything to its end: then nothing is in escrow any more, and nobody has lost a coin."""
        # Whoever has joined just now is kept from nobody, and may judge all that there is.
        staff = TraderFactory(staff=True)
        self.act("join", lambda played: played.desk.add(staff))
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
            assert files_of_messages(played) == files_in(played), f"{played.engine}: a file has no message"
            for trader in played.desk.traders:
                wallet = played.desk.read(lambda unit, owner=trader.id: unit.readers.wallet(owner))
                assert not any(purses.escrow for purses in wallet), (played.engine, wallet)
        # Staff of one play are told nothing of the next.
        for index, trader in enumerate(self.first.desk.traders):
            if trader.is_staff:
                self.act("leave", lambda played, index=index: played.desk.suspend(played.desk.traders[index]))

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
    if is_dataclass(one) and type(one) is type(other):
        # What a dataclass does not print may be what differs.
        return difference(*([(each.name, getattr(part, each.name)) for each in fields(one)] for part in (one, other)))
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


def facts_of(refused: Refusal) -> Any:
    """What a refusal says, but for the id of a saved payment method, which is each store's own."""
    if not isinstance(refused, InvalidFields):
        return vars(refused)
    return [replace(each, bound=None) if each.field == SAVED else each for each in refused.problems]


def due_mails_in(played: Played, clock: SettableClock) -> list[tuple[int, int]]:
    """Of this play alone, by the places of offers and readers in it."""
    now = clock.now()
    offers = {offer.id: place for place, offer in enumerate(played.offers)}
    readers = {trader.id: place for place, trader in enumerate(played.desk.traders)}
    due = played.desk.read(lambda unit: unit.chats.due_mails(now, ALL))
    return sorted((offers[offer_id], readers[reader]) for offer_id, reader in due if offer_id in offers)


def to_tell_in(played: Played) -> list[int]:
    """Of this play alone: the disputes that staff are to be told of."""
    own = {offer.id for offer in played.offers}
    found = played.desk.read(lambda unit: unit.readers.disputes_to_tell(ALL))
    return [played.offer_index(offer_id) for offer_id in found if offer_id in own]


def tell(played: Played, index: int) -> bool:
    offer_id = played.offers[index].id
    return played.desk.write(
        lambda unit: tell_staff(offer_id, book=unit.book, readers=unit.readers, mails=unit.staff_mails)
    )


def staff_to_mail_in(played: Played, clock: SettableClock) -> list[int]:
    """Of this play alone, by their places in it."""
    readers = {trader.id: place for place, trader in enumerate(played.desk.traders)}
    due = played.desk.read(lambda unit: unit.staff_mails.due(clock.now() - MAIL_STAFF_AGAIN_AFTER, ALL))
    return sorted(readers[reader] for reader in due if reader in readers)


def to_end_in(played: Played) -> tuple[list[int], list[int]]:
    """Of this play alone: what those have under way whom staff have shut out with it. In no order of the stores."""
    now = played.desk.clock.now()
    ads, offers = played.desk.read(lambda unit: (unit.readers.ads_to_end(ALL), unit.readers.offers_to_end(now, ALL)))
    own_ads, own_offers = {ad.id for ad in played.ads}, {offer.id for offer in played.offers}
    return (
        sorted(played.ad_index(ad_id) for ad_id in ads if ad_id in own_ads),
        sorted(played.offer_index(offer_id) for offer_id in offers if offer_id in own_offers),
    )


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
