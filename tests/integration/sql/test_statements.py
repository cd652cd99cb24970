"""How many statements a request costs, besides BEGIN and COMMIT: speed is statements."""

from decimal import Decimal

import pytest

import domain
from domain import Actor, errors
from domain.ports.store import Unit
from domain.use_cases.note_address import UsedFrom
from tests.integration.contracts.test_second_factors import given, turned_on, use
from tests.integration.desk import Desk
from tests.integration.sql.scene import Scene, reads, writes
from tests.integration.sql.touched import noted

STATEMENTS_OF_A_WRITE = 3
"""Four were asked for at most."""


@pytest.fixture
def scene(desk: Desk) -> Scene:
    return Scene(desk)


@pytest.mark.parametrize("engine", ["postgres"], indirect=True)
def test_a_write_of_postgresql(scene: Scene) -> None:
    """Admitted, read under locks, and written with the answer that is kept.

    Blocks are counted under a lock of their own: what waited for it would else count what was there before.
    """
    found = {name: len(scene.request(work)) for name, work in writes(scene).items()}
    expected = dict.fromkeys(found, STATEMENTS_OF_A_WRITE) | {"block": STATEMENTS_OF_A_WRITE + 2}
    # Whom staff are kept from is nobody else's concern, and no part of the locked read that all moves share.
    judging = ("resolve", "take", "split", "propose", "approve", "reject")
    assert found == expected | dict.fromkeys(judging, STATEMENTS_OF_A_WRITE + 1)


@pytest.mark.parametrize("engine", ["postgres"], indirect=True)
def test_a_release_with_a_one_time_password(scene: Scene) -> None:
    """What came of it is written with the release; that its row is locked meanwhile takes one statement more."""
    phone = turned_on(scene.desk, scene.maker)
    otp, offer = phone.next(), scene.offers[1]

    def release(unit: Unit) -> None:
        domain.release_funds(offer.id, Actor(scene.maker.id), book=unit.book, given_otp=given(unit, otp))

    assert len(scene.request(release)) == STATEMENTS_OF_A_WRITE + 1
    assert use(phone, otp) is errors.OneTimePasswordWrong


@pytest.mark.parametrize("engine", ["postgres"], indirect=True)
def test_a_release_from_another_address_than_the_login(scene: Scene) -> None:
    """It is looked up by the statement that notes it; a new one takes two more, and its letter none."""
    desk, maker = scene.desk, scene.maker
    desk.write(lambda unit: unit.attempts.note_address(maker.id, "192.0.2.7", desk.clock.now()))
    paid, other = scene.offers[1], scene.offers[0]
    desk.pay(other)

    def release(unit: Unit, offer_id: int, address: str) -> None:
        used_from = UsedFrom(address, unit.attempts, desk.identifiers)
        domain.release_funds(offer_id, Actor(maker.id), book=unit.book, used_from=used_from)

    assert len(scene.request(lambda unit: release(unit, paid.id, "192.0.2.7"))) == STATEMENTS_OF_A_WRITE + 1
    assert len(scene.request(lambda unit: release(unit, other.id, "192.0.2.8"))) == STATEMENTS_OF_A_WRITE + 3


SQLITE_STATEMENTS = {
    "post_sell_ad": 10,
    "post_buy_ad": 6,
    "make_offer": 12,
    "sell_to_ad": 15,
    "paid": 9,
    "release": 17,
    "cancel": 13,
    "return": 17,
    "dispute": 11,
    "write first": 10,
    "write": 9,
    "write as staff": 12,
    "resolve": 21,
    "rate": 7,
    "block": 5,
    "unblock": 3,
    "edit": 9,
    "withdraw": 10,
    "take": 7,
    "split": 22,
    "propose": 7,
    "approve": 21,
    "reject": 7,
    "pause": 5,
    "resume": 5,
    "close": 9,
    "transfer": 8,
}
"""SQLite has no statement that writes several tables; each costs it a few microseconds and no round trip."""


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_write_of_sqlite(scene: Scene) -> None:
    assert {name: len(scene.request(work)) for name, work in writes(scene).items()} == SQLITE_STATEMENTS


def test_a_read_is_one_statement(scene: Scene) -> None:
    found = {name: len(scene.read(work)) for name, work in reads(scene).items()}
    assert found == dict.fromkeys(found, 1)


def test_what_is_known_of_a_trader(scene: Scene) -> None:
    """As many statements whatever somebody has done; a board has nothing to ask beside its one."""
    trader = scene.taker.id
    assert len(scene.read(lambda unit: unit.people.public_record(trader))) == 3
    assert len(scene.read(lambda unit: unit.people.track_record(trader))) == 1
    assert len(scene.read(lambda unit: unit.people.feedback_about(trader, None, 50))) == 2


@pytest.mark.parametrize("engine", ["postgres"], indirect=True)
def test_what_the_operator_and_the_worker_write(scene: Scene) -> None:
    """They carry no key; a deposit looks for its reference under the lock."""
    desk, clock = scene.desk, scene.desk.clock
    with noted() as asked:
        desk.deposit(scene.taker, Decimal(1))
    assert len(asked) == 3
    clock.advance(minutes=30)
    with noted() as asked:
        desk.expire(scene.offers[0])
    assert len(asked) == 2
