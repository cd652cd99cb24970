"""Logins, their refresh tokens and their tickets."""

from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

import pytest

from ....ports.logins import Login, Standing
from ...identifiers import fresh_id
from ...races import at_once
from ...store_desk import StoreDesk
from ..shutting_out import suspend

DIGEST = sha256(b"a ticket").digest()


@pytest.fixture
def login(desk: StoreDesk) -> Login:
    return open_login(desk, desk.trader().id)


def open_login(desk: StoreDesk, trader_id: UUID) -> Login:
    now = desk.clock.now()
    login = Login(fresh_id(), trader_id, fresh_id(), now, now + timedelta(days=14))
    desk.write(lambda unit: unit.logins.open(login))
    return login


def kept(desk: StoreDesk, login: Login) -> Login | None:
    return desk.read(lambda unit: unit.logins.by_id(login.id))


def standing(desk: StoreDesk, login: Login) -> Standing:
    return desk.read(lambda unit: unit.logins.standing([login.id], desk.clock.now()))[login.id]


def rotate(desk: StoreDesk, login: Login, old: UUID, new: UUID) -> bool:
    exchanged = after_exchange(desk, login, old, new)
    return desk.write(lambda unit: unit.logins.rotate(old, exchanged))


def after_exchange(desk: StoreDesk, login: Login, old: UUID, new: UUID) -> Login:
    at, access_id = desk.clock.now(), UUID(int=new.int ^ 1)
    later = at + timedelta(days=14)
    return replace(login, refresh_id=new, exchanged_id=old, access_id=access_id, used_at=at, expires_at=later)


def end(desk: StoreDesk, login: Login) -> None:
    desk.write(lambda unit: unit.logins.end(login.id, desk.clock.now()))


def test_a_login_is_kept_whole(desk: StoreDesk, login: Login) -> None:
    assert kept(desk, login) == login
    assert desk.read(lambda unit: unit.logins.by_id(fresh_id())) is None
    known = replace(
        login, id=fresh_id(), used_at=desk.clock.now(), access_id=fresh_id(), address="192.0.2.7", client="curl"
    )
    desk.write(lambda unit: unit.logins.open(known))
    assert kept(desk, known) == known
    ended = replace(login, id=fresh_id(), ended_at=desk.clock.now() + timedelta(microseconds=1))
    desk.write(lambda unit: unit.logins.open(ended))
    assert kept(desk, ended) == ended


def test_a_refresh_token_is_replaced_once(desk: StoreDesk, login: Login) -> None:
    desk.clock.advance(days=1)
    second, third = fresh_id(), fresh_id()
    assert rotate(desk, login, login.refresh_id, second)
    assert kept(desk, login) == after_exchange(desk, login, login.refresh_id, second)
    assert not rotate(desk, login, login.refresh_id, third)
    assert rotate(desk, login, second, third)


def test_a_refresh_token_of_another_login_is_no_good(desk: StoreDesk, login: Login) -> None:
    other = open_login(desk, login.trader_id)
    assert not rotate(desk, login, other.refresh_id, fresh_id())
    assert kept(desk, login) == login


def test_a_login_that_ended_gives_out_no_more_tokens(desk: StoreDesk, login: Login) -> None:
    end(desk, login)
    assert not rotate(desk, login, login.refresh_id, fresh_id())


def test_one_of_many_equal_refreshes_wins(desk: StoreDesk, login: Login) -> None:
    calls = [lambda: rotate(desk, login, login.refresh_id, fresh_id()) for _ in range(8)]
    assert sorted(at_once(calls)) == [False] * 7 + [True]


def test_an_end_is_for_good(desk: StoreDesk, login: Login) -> None:
    at = desk.clock.advance(minutes=1)
    end(desk, login)
    desk.clock.advance(minutes=1)
    end(desk, login)
    assert kept(desk, login) == replace(login, ended_at=at)
    desk.write(lambda unit: unit.logins.end(fresh_id(), at))


def test_an_end_is_of_one_login(desk: StoreDesk, login: Login) -> None:
    other = open_login(desk, login.trader_id)
    end(desk, login)
    assert (standing(desk, login), standing(desk, other)) == (Standing.ENDED, Standing.GOOD)


def test_all_logins_of_a_trader_end_but_for_one(desk: StoreDesk, login: Login) -> None:
    second, third = (open_login(desk, login.trader_id) for _ in range(2))
    of_another = open_login(desk, desk.trader().id)
    at = desk.clock.advance(minutes=1)
    end(desk, third)
    desk.clock.advance(minutes=1)
    desk.write(lambda unit: unit.logins.end_all(login.trader_id, desk.clock.now(), but=second.id))
    found = [standing(desk, each) for each in (login, second, third, of_another)]
    assert found == [Standing.ENDED, Standing.GOOD, Standing.ENDED, Standing.GOOD]
    assert kept(desk, third) == replace(third, ended_at=at)
    desk.write(lambda unit: unit.logins.end_all(login.trader_id, desk.clock.now()))
    assert standing(desk, second) is Standing.ENDED


def test_a_trader_s_good_logins_newest_first(desk: StoreDesk, login: Login) -> None:
    desk.clock.advance(minutes=1)
    second, ended = open_login(desk, login.trader_id), open_login(desk, login.trader_id)
    open_login(desk, desk.trader().id)
    end(desk, ended)

    def live(limit: int = 100) -> list[Login]:
        return list(desk.read(lambda unit: unit.logins.live(login.trader_id, desk.clock.now(), limit)))

    assert live() == [second, login]
    assert live(1) == [second]
    # Those of one moment go by their ids.
    at_once = sorted((open_login(desk, login.trader_id) for _ in range(3)), key=lambda each: each.id, reverse=True)
    newest = sorted([second, *at_once], key=lambda each: (each.created_at, each.id), reverse=True)
    walked, behind = list[Login](), None
    while part := desk.read(lambda unit: unit.logins.live(login.trader_id, desk.clock.now(), 2, behind)):  # noqa: B023
        walked += part
        behind = part[-1].created_at, part[-1].id
    assert walked == live() == [*newest, login]
    for each in at_once:
        end(desk, each)
    desk.clock.set(login.expires_at)
    assert live() == [second]


def test_a_login_stands_until_it_expires(desk: StoreDesk, login: Login) -> None:
    desk.clock.set(login.expires_at - timedelta(microseconds=1))
    assert standing(desk, login) is Standing.GOOD
    desk.clock.set(login.expires_at)
    assert standing(desk, login) is Standing.ENDED


def test_a_login_of_a_suspended_trader(desk: StoreDesk, login: Login) -> None:
    suspend(desk, desk.traders[0])
    assert standing(desk, login) is Standing.SUSPENDED
    end(desk, login)
    assert standing(desk, login) is Standing.ENDED


def test_a_suspension_ends_all_logins_of_before_for_good(desk: StoreDesk, login: Login) -> None:
    others = open_login(desk, desk.trader().id)
    suspend(desk, desk.traders[0], suspended=False)
    assert standing(desk, login) is Standing.GOOD
    suspend(desk, desk.traders[0])
    suspend(desk, desk.traders[0], suspended=False)
    assert standing(desk, login) is Standing.ENDED
    assert standing(desk, others) is Standing.GOOD
    assert standing(desk, open_login(desk, desk.traders[0].id)) is Standing.GOOD


def test_many_logins_at_once(desk: StoreDesk, login: Login) -> None:
    ended, unknown = open_login(desk, desk.trader().id), fresh_id()
    end(desk, ended)
    asked = [login.id, ended.id, unknown, *(fresh_id() for _ in range(2000))]
    found = desk.read(lambda unit: unit.logins.standing(asked, desk.clock.now()))
    assert set(found) == set(asked)
    assert [found[login_id] for login_id in asked[:3]] == [Standing.GOOD, Standing.ENDED, Standing.ENDED]
    assert desk.read(lambda unit: unit.logins.standing([], desk.clock.now())) == {}


# Tickets -------------------------------------------------------------------------------------------------------


def add_ticket(desk: StoreDesk, login: Login, digest: bytes = DIGEST) -> None:
    expires_at = desk.clock.now() + timedelta(seconds=60)
    desk.write(lambda unit: unit.logins.add_ticket(digest, login.id, expires_at))


def use_ticket(desk: StoreDesk, digest: bytes = DIGEST) -> Login | None:
    return desk.write(lambda unit: unit.logins.use_ticket(digest, desk.clock.now()))


def test_a_ticket_is_good_once(desk: StoreDesk, login: Login) -> None:
    add_ticket(desk, login)
    assert use_ticket(desk) == login
    assert use_ticket(desk) is None


def test_a_ticket_that_nobody_gave_out(desk: StoreDesk, login: Login) -> None:
    add_ticket(desk, login)
    assert use_ticket(desk, sha256(b"another").digest()) is None
    assert use_ticket(desk, b"") is None
    assert use_ticket(desk) == login


def test_a_ticket_in_its_last_microsecond(desk: StoreDesk, login: Login) -> None:
    add_ticket(desk, login)
    desk.clock.advance(seconds=59, microseconds=999999)
    assert use_ticket(desk) == login


def test_a_ticket_that_has_expired(desk: StoreDesk, login: Login) -> None:
    add_ticket(desk, login)
    desk.clock.advance(seconds=60)
    assert use_ticket(desk) is None
    desk.clock.advance(seconds=-60)
    assert use_ticket(desk) is None


def test_a_ticket_that_was_used_in_a_unit_that_failed_is_still_good(desk: StoreDesk, login: Login) -> None:
    add_ticket(desk, login)
    used = []
    desk.undo(lambda unit: used.append(unit.logins.use_ticket(DIGEST, desk.clock.now())))
    assert used == [login]
    assert use_ticket(desk) == login


def test_one_of_many_equal_tickets_wins(desk: StoreDesk, login: Login) -> None:
    add_ticket(desk, login)
    found = at_once([lambda: use_ticket(desk) for _ in range(8)])
    assert [each for each in found if each is not None] == [login]


def test_what_has_expired_is_forgotten_a_part_at_a_time(desk: StoreDesk) -> None:
    trader, now = desk.trader(), desk.clock.now()
    logins = [Login(fresh_id(), trader.id, fresh_id(), now, now + timedelta(days=days)) for days in (1, 1, 1, 2)]
    for login in logins:
        desk.write(lambda unit, login=login: unit.logins.open(login))
        for days in (1, 2):
            ticket = (sha256(login.id.bytes + bytes([days])).digest(), login.id, now + timedelta(days=days))
            desk.write(lambda unit, ticket=ticket: unit.logins.add_ticket(*ticket))
    a_day_later = now + timedelta(days=1)

    def forget(at: datetime) -> int:
        return desk.write(lambda unit: unit.logins.forget(at, 3))

    assert forget(a_day_later - timedelta(microseconds=1)) == 0
    # Four tickets have expired; three logins have, and each of them is still named by a ticket that has not.
    assert [forget(a_day_later) for _ in range(3)] == [3, 1, 0]
    assert [kept(desk, login) for login in logins] == logins
    assert [forget(now + timedelta(days=2)) for _ in range(3)] == [6, 2, 0]


def test_two_tickets_of_one_login(desk: StoreDesk, login: Login) -> None:
    other = sha256(b"another").digest()
    add_ticket(desk, login)
    add_ticket(desk, login, other)
    assert use_ticket(desk, other) == use_ticket(desk) == login
