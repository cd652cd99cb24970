"""The door of a request: the login, the trader, and the answer that was given to this very request before."""

from dataclasses import replace
from datetime import timedelta
from threading import Event, Thread

import pytest

from .... import ConcurrentChange, Trader
from ....ports.admission import Admitted, RequestKey, StoredAnswer
from ....ports.logins import Login, Standing
from ....ports.store import Unit
from ...books import Capabilities
from ...identifiers import fresh_id
from ...store_desk import StoreDesk
from ..shutting_out import suspend

ANSWER = StoredAnswer(
    b"\x00" * 31 + b"\xff", 200, '{"message": "Ọ\\u0000"}\n'.encode() + bytes(range(256)), "/p2p/ad/detail/1"
)
DAY = timedelta(hours=24)
TICK = timedelta(microseconds=1)


@pytest.fixture
def trader(desk: StoreDesk) -> Trader:
    return desk.trader()


@pytest.fixture
def login(desk: StoreDesk, trader: Trader) -> Login:
    now = desk.clock.now()
    login = Login(fresh_id(), trader.id, fresh_id(), now, now + timedelta(days=14))
    desk.write(lambda unit: unit.logins.open(login))
    return login


@pytest.fixture
def key(trader: Trader) -> RequestKey:
    return RequestKey(trader.id, "key 1 ~!", ANSWER.fingerprint)


def admit(desk: StoreDesk, login: Login, key: RequestKey | None) -> Admitted:
    return desk.write(lambda unit: unit.admission.admit(login.trader_id, login.id, key))


def record(desk: StoreDesk, key: RequestKey, answer: StoredAnswer = ANSWER) -> None:
    desk.write(lambda unit: unit.admission.record(key, answer, desk.clock.now()))


def test_who_asks_and_how_their_login_stands(desk: StoreDesk, trader: Trader, login: Login) -> None:
    expected = Admitted(trader, Standing.GOOD, desk.clock.now())
    assert admit(desk, login, None) == expected
    assert desk.read(lambda unit: unit.admission.admit(trader.id, login.id)) == expected


def test_a_login_that_is_over(desk: StoreDesk, trader: Trader, login: Login) -> None:
    desk.write(lambda unit: unit.logins.end(login.id, desk.clock.now()))
    assert admit(desk, login, None) == Admitted(trader, Standing.ENDED, desk.clock.now())


def test_a_login_that_has_expired(desk: StoreDesk, trader: Trader, login: Login) -> None:
    desk.clock.set(login.expires_at)
    assert admit(desk, login, None) == Admitted(trader, Standing.ENDED, desk.clock.now())


def test_a_trader_who_is_suspended(desk: StoreDesk, trader: Trader, login: Login) -> None:
    suspend(desk, trader)
    assert admit(desk, login, None).standing is Standing.SUSPENDED


def test_nobody(desk: StoreDesk, login: Login) -> None:
    found = desk.read(lambda unit: unit.admission.admit(fresh_id(), login.id))
    assert found == Admitted(None, Standing.ENDED, desk.clock.now())


def test_a_login_of_somebody_else_and_one_of_nobody(desk: StoreDesk, login: Login) -> None:
    other = desk.trader()
    for login_id in (login.id, fresh_id()):
        found = desk.read(lambda unit, id_=login_id: unit.admission.admit(other.id, id_))
        assert found == Admitted(other, Standing.ENDED, desk.clock.now())


def test_a_key_that_is_new(desk: StoreDesk, trader: Trader, login: Login, key: RequestKey) -> None:
    assert admit(desk, login, key) == Admitted(trader, Standing.GOOD, desk.clock.now(), None, in_flight=False)


@pytest.mark.parametrize("location", ["/p2p/ad/detail/1", None])
@pytest.mark.parametrize("body", [ANSWER.body, b""])
def test_an_answer_is_found_byte_for_byte(
    desk: StoreDesk, login: Login, key: RequestKey, body: bytes, location: str | None
) -> None:
    answer = StoredAnswer(ANSWER.fingerprint, 200, body, location)
    record(desk, key, answer)
    assert admit(desk, login, key).answer == answer
    assert not admit(desk, login, key).in_flight


def test_an_answer_is_found_whatever_the_fingerprint_asked_with(desk: StoreDesk, login: Login, key: RequestKey) -> None:
    record(desk, key)
    other = RequestKey(key.trader_id, key.key, b"\x01" * 32)
    assert admit(desk, login, other).answer == ANSWER


@pytest.mark.abuse("E2")
def test_an_answer_is_of_one_trader_and_one_key(desk: StoreDesk, login: Login, key: RequestKey) -> None:
    record(desk, key)
    for name in ("key 1 ~", "KEY 1 ~!", "key 1 ~! "):
        assert admit(desk, login, RequestKey(key.trader_id, name, key.fingerprint)).answer is None
    other = desk.trader()
    theirs = RequestKey(other.id, key.key, key.fingerprint)
    assert desk.write(lambda unit: unit.admission.admit(other.id, fresh_id(), theirs)).answer is None
    record(desk, theirs, replace(ANSWER, body=b"theirs"))
    assert admit(desk, login, key).answer == ANSWER


def test_an_answer_that_was_rolled_back_was_never_given(desk: StoreDesk, login: Login, key: RequestKey) -> None:
    def work(unit: Unit) -> None:
        unit.admission.admit(login.trader_id, login.id, key)
        unit.admission.record(key, ANSWER, desk.clock.now())

    desk.undo(work)
    assert admit(desk, login, key).answer is None
    record(desk, key)


def test_a_second_answer_to_one_key(desk: StoreDesk, login: Login, key: RequestKey) -> None:
    record(desk, key)
    with pytest.raises(ConcurrentChange):
        record(desk, key, StoredAnswer(b"\x01" * 32, 200, b"other", None))
    assert admit(desk, login, key).answer == ANSWER


def test_an_answer_is_known_for_a_day(desk: StoreDesk, login: Login, key: RequestKey) -> None:
    record(desk, key)
    kept_at = desk.clock.now()
    desk.clock.set(kept_at + DAY - TICK)
    assert admit(desk, login, key).answer == ANSWER
    desk.clock.set(kept_at + DAY + TICK)
    assert admit(desk, login, key).answer is None


@pytest.mark.abuse("E6")
def test_after_a_day_the_key_can_be_used_again(desk: StoreDesk, login: Login, key: RequestKey) -> None:
    record(desk, key)
    desk.clock.advance(hours=24)
    assert admit(desk, login, key).answer == ANSWER
    desk.clock.advance(microseconds=1)
    fresh = StoredAnswer(b"\x01" * 32, 201, b"fresh", None)
    record(desk, key, fresh)
    assert admit(desk, login, key).answer == fresh


@pytest.mark.abuse("E9")
def test_old_answers_are_forgotten_a_few_at_a_time(desk: StoreDesk, login: Login, trader: Trader) -> None:
    keys = [RequestKey(trader.id, f"key {number}", ANSWER.fingerprint) for number in range(5)]
    for key in keys:
        record(desk, key)
        desk.clock.advance(seconds=1)
    before = desk.clock.now() - timedelta(seconds=2)
    assert desk.write(lambda unit: unit.admission.forget(before, 2)) == 2
    assert desk.write(lambda unit: unit.admission.forget(before, 2)) == 1
    assert desk.write(lambda unit: unit.admission.forget(before, 2)) == 0
    assert [admit(desk, login, key).answer for key in keys] == [None, None, None, ANSWER, ANSWER]


def test_a_key_in_flight_is_told_or_waited_for(desk: StoreDesk, login: Login, key: RequestKey) -> None:
    """Where the engine can tell, the second unit hears of it at once; else it waits and finds the answer."""
    found: list[Admitted] = []
    has_asked = Event()

    def ask() -> None:
        has_asked.set()
        found.append(admit(desk, login, key))

    second = Thread(target=ask)

    def work(unit: Unit) -> None:
        assert not unit.admission.admit(login.trader_id, login.id, key).in_flight
        second.start()
        has_asked.wait(60)
        second.join(0.5)
        unit.admission.record(key, ANSWER, desk.clock.now())

    desk.write(work)
    second.join(60)
    (answered,) = found
    assert answered.in_flight != (answered.answer == ANSWER)
    assert admit(desk, login, key).answer == ANSWER


def test_a_key_in_flight_holds_up_no_other_where_many_units_write(
    desk: StoreDesk, trader: Trader, login: Login, key: RequestKey, capabilities: Capabilities
) -> None:
    if not (capabilities.many_writers and capabilities.tells_in_flight):
        pytest.skip("this store says that it has one writer at a time, or can't tell what is in flight")
    other = RequestKey(trader.id, "another", ANSWER.fingerprint)

    def work(unit: Unit) -> None:
        unit.admission.admit(login.trader_id, login.id, key)
        assert not admit(desk, login, other).in_flight
        assert admit(desk, login, key).in_flight

    desk.undo(work)
    assert not admit(desk, login, key).in_flight
