"""How many statements a request costs, besides BEGIN and COMMIT: speed is statements."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine, event

import domain
from domain import Actor, AdType, Money, OfferProposal, Purse, Trader
from domain.ports.admission import RequestKey, StoredAnswer
from domain.ports.logins import Login
from domain.ports.readers import BoardQuery, OfferQuery
from domain.ports.store import Unit
from tests.factories import BankDetailsFactory
from tests.integration.desk import Desk

STATEMENTS_OF_A_WRITE = 3
"""Four were asked for at most."""


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that any engine runs meanwhile; the driver's BEGIN and COMMIT are none of them."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith("BEGIN"):
            statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(Engine, "before_cursor_execute", note)


class Scene:
    """A desk with an offer in each state that a use case asks for, and a request's key."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.maker, self.taker, self.staff = desk.trader(usdt=100), desk.trader(usdt=100), desk.staff()
        self.sell_ad, self.buy_ad = (
            desk.ad(self.maker, auto_reply_message="Hi."),
            desk.ad(self.maker, ad_type=AdType.BUY),
        )
        self.offers = [desk.offer(self.sell_ad, self.taker, 1) for _ in range(3)]
        self.disputed = desk.offer(self.buy_ad, self.taker, 1)
        desk.pay(self.offers[1])
        desk.pay(self.disputed)
        desk.dispute(self.disputed)
        now = desk.clock.now()
        self.login = Login(uuid4(), self.taker.id, uuid4(), now, now.replace(year=now.year + 1))
        desk.write(lambda unit: unit.logins.open(self.login))

    def request(self, work: Callable[[Unit], Any]) -> int:
        """The statements of a whole request: admitted, done, and its answer kept."""
        now, taker = self.desk.clock.now(), self.taker
        key = RequestKey(taker.id, str(uuid4()), b"fingerprint")

        def whole(unit: Unit) -> None:
            unit.admission.admit(taker.id, self.login.id, now, key)
            work(unit)
            unit.admission.record(key, StoredAnswer(key.fingerprint, 200, b"{}", None), now)

        with counted() as statements:
            self.desk.write(whole, tries=1)
        return len(statements)

    def read(self, work: Callable[[Unit], Any]) -> int:
        with counted() as statements:
            self.desk.read(work)
        return len(statements)


@pytest.fixture
def scene(desk: Desk) -> Scene:
    return Scene(desk)


def proposal() -> OfferProposal:
    return OfferProposal(Decimal(1), None, BankDetailsFactory())


def post_ad(scene: Scene, owner: Trader, kind: AdType) -> Callable[[Unit], Any]:
    desk, terms = scene.desk, scene.desk.terms(ad_type=kind)
    return lambda unit: domain.post_ad(
        owner.id, terms, book=unit.book, clock=desk.clock, catalogue=desk.catalogue, default_time_to_pay=30
    )


def writes(scene: Scene) -> dict[str, Callable[[Unit], Any]]:
    """Every use case that a request runs."""
    desk, clock = scene.desk, scene.desk.clock
    pending, paid, other = scene.offers
    maker, taker = Actor(scene.maker.id), Actor(scene.taker.id)
    staff, money = Actor.of(scene.staff), Money(Decimal(1), "usdt")
    make = domain.make_offer
    return {
        "post_sell_ad": post_ad(scene, scene.maker, AdType.SELL),
        "post_buy_ad": post_ad(scene, scene.taker, AdType.BUY),
        "make_offer": lambda unit: make(scene.sell_ad.id, scene.taker.id, proposal(), book=unit.book, clock=clock),
        "sell_to_ad": lambda unit: make(scene.buy_ad.id, scene.taker.id, proposal(), book=unit.book, clock=clock),
        "paid": lambda unit: domain.indicate_payment(pending.id, taker, book=unit.book, clock=clock),
        "release": lambda unit: domain.release_funds(paid.id, maker, book=unit.book, clock=clock),
        "cancel": lambda unit: domain.cancel_offer(other.id, taker, book=unit.book, clock=clock),
        "dispute": lambda unit: domain.open_dispute(pending.id, taker, "Why?", book=unit.book, clock=clock),
        "resolve": lambda unit: domain.resolve_dispute(
            scene.disputed.id, staff, "buyer", "So.", book=unit.book, clock=clock
        ),
        "pause": lambda unit: domain.pause_ad(scene.sell_ad.id, scene.maker.id, book=unit.book, clock=clock),
        "resume": lambda unit: domain.resume_ad(scene.sell_ad.id, scene.maker.id, book=unit.book, clock=clock),
        "close": lambda unit: domain.close_ad(scene.sell_ad.id, scene.maker.id, book=unit.book, clock=clock),
        "transfer": lambda unit: domain.transfer_funds(
            *(scene.taker.id, money, Purse.P2P, Purse.MAIN),
            book=unit.book,
            clock=clock,
            identifiers=desk.identifiers,
            catalogue=desk.catalogue,
        ),
    }


def reads(scene: Scene) -> dict[str, Callable[[Unit], Any]]:
    now = scene.desk.clock.now()
    taker = scene.taker.id
    return {
        "ad": lambda unit: unit.readers.ad(scene.sell_ad.id),
        "board": lambda unit: unit.readers.board(BoardQuery(now.date()), None, 50),
        "offer": lambda unit: unit.readers.offer(scene.disputed.id),
        "offers": lambda unit: unit.readers.offers(OfferQuery(taker, now), None, 50),
        "wallet": lambda unit: unit.readers.wallet(taker),
        "entries": lambda unit: unit.readers.entries(taker, None, 50),
        "notices": lambda unit: unit.readers.notices(taker, 0, 50),
        "disputes": lambda unit: unit.readers.disputes(None, 50),
        "due_offers": lambda unit: unit.readers.due_offers(now, 50),
        "due_ads": lambda unit: unit.readers.due_ads(now.date(), 50),
        "admit": lambda unit: unit.admission.admit(taker, scene.login.id, now),
    }


@pytest.mark.parametrize("engine", ["postgres"], indirect=True)
def test_a_write_of_postgresql(scene: Scene) -> None:
    """Admitted, read under locks, and written with the answer that is kept."""
    found = {name: scene.request(work) for name, work in writes(scene).items()}
    assert found == dict.fromkeys(found, STATEMENTS_OF_A_WRITE)


SQLITE_STATEMENTS = {
    "post_sell_ad": 9,
    "post_buy_ad": 5,
    "make_offer": 11,
    "sell_to_ad": 14,
    "paid": 9,
    "release": 15,
    "cancel": 11,
    "dispute": 11,
    "resolve": 18,
    "pause": 5,
    "resume": 5,
    "close": 9,
    "transfer": 8,
}
"""SQLite has no statement that writes several tables; each costs it a few microseconds and no round trip."""


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_write_of_sqlite(scene: Scene) -> None:
    assert {name: scene.request(work) for name, work in writes(scene).items()} == SQLITE_STATEMENTS


def test_a_read_is_one_statement(scene: Scene) -> None:
    found = {name: scene.read(work) for name, work in reads(scene).items()}
    assert found == dict.fromkeys(found, 1)


@pytest.mark.parametrize("engine", ["postgres"], indirect=True)
def test_what_the_operator_and_the_worker_write(scene: Scene) -> None:
    """They carry no key; a deposit looks for its reference under the lock."""
    desk, clock = scene.desk, scene.desk.clock
    with counted() as statements:
        desk.deposit(scene.taker, Decimal(1))
    assert len(statements) == 3
    clock.advance(minutes=30)
    with counted() as statements:
        desk.expire(scene.offers[0])
    assert len(statements) == 2
