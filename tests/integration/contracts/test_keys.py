"""Keys of programs, the logins behind them, and how they are let in, alike on every store."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from domain import Trader, errors
from domain.ports.admission import Admitted, RequestKey
from domain.ports.keys import ApiKey, Scope
from domain.ports.logins import Standing
from domain.use_cases.api_keys import end_key, make_key, read_key
from tests.integration.desk import Desk


def made(
    desk: Desk, trader: Trader, *scopes: Scope, expires_at: datetime | None = None, name: str = "bot"
) -> tuple[ApiKey, str]:
    return desk.write(
        lambda unit: make_key(
            trader,
            name,
            scopes or (Scope.READ,),
            expires_at,
            keys=unit.keys,
            logins=unit.logins,
            book=unit.book,
            identifiers=desk.identifiers,
            at=desk.clock.now(),
        )
    )


def live(desk: Desk, trader: Trader, limit: int = 100) -> list[ApiKey]:
    return list(desk.read(lambda unit: unit.keys.live(trader.id, desk.clock.now(), limit)))


def end(desk: Desk, key_id: UUID, by: Trader) -> None:
    desk.write(lambda unit: end_key(key_id, by, keys=unit.keys, logins=unit.logins, at=desk.clock.now()))


def admit(desk: Desk, text: str, request: RequestKey | None = None) -> Admitted:
    said = read_key(text)
    assert said is not None
    return desk.write(lambda unit: unit.admission.admit(said.trader_id, said.key_id, request, said.digest))


def test_a_key_is_kept_whole_and_its_text_is_not(desk: Desk) -> None:
    trader = desk.trader()
    later = desk.clock.now() + timedelta(days=1)
    key, text = made(desk, trader, Scope.TRADE, Scope.READ, expires_at=later)
    assert desk.read(lambda unit: unit.keys.by_id(key.id)) == key
    assert (key.scopes, key.expires_at, key.trader_id) == ({Scope.READ, Scope.TRADE}, later, trader.id)
    assert text.startswith("p2pk_")
    said = read_key(text)
    assert said is not None
    assert (said.trader_id, said.key_id, said.digest) == (trader.id, key.id, key.digest)
    assert desk.read(lambda unit: unit.keys.by_id(uuid4())) is None


NONE = ["", "p2pk_", "p2pk_!", "p2pk_AAAA", "eyJh.bGci.Oi", "p2pk_" + "A" * 83, "P2PK_" + "A" * 84]


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_key_says_nothing(text: str) -> None:
    assert read_key(text) is None


def test_a_trader_s_good_keys_newest_first(desk: Desk) -> None:
    trader, other = desk.trader(), desk.trader()
    made(desk, other)
    first, _ = made(desk, trader, expires_at=desk.clock.now() + timedelta(hours=1))
    desk.clock.advance(minutes=1)
    second, third = (made(desk, trader)[0] for _ in range(2))
    end(desk, third.id, trader)
    assert live(desk, trader) == [second, first]
    assert live(desk, trader, 1) == [second]
    desk.clock.advance(hours=1)
    assert live(desk, trader) == [second]


def test_a_key_ends_once_and_by_its_own_trader(desk: Desk) -> None:
    trader = desk.trader()
    key, text = made(desk, trader)
    for by, key_id in ((desk.trader(), key.id), (trader, uuid4())):
        with pytest.raises(errors.KeyNotFound):
            end(desk, key_id, by)
    end(desk, key.id, trader)
    assert admit(desk, text).standing is Standing.ENDED
    with pytest.raises(errors.KeyNotFound):
        end(desk, key.id, trader)


@pytest.mark.parametrize("with_request", [False, True])
def test_a_program_is_let_in_by_its_key(desk: Desk, with_request: bool) -> None:
    trader = desk.trader()
    later = desk.clock.now() + timedelta(hours=1)
    _, text = made(desk, trader, Scope.RELEASE, expires_at=later)
    request = RequestKey(trader.id, "one", b"fingerprint") if with_request else None
    admitted = admit(desk, text, request)
    assert (admitted.trader, admitted.standing, admitted.scopes) == (trader, Standing.GOOD, {Scope.RELEASE})
    forged = text[:-1] + ("A" if text[-1] != "A" else "B")
    assert admit(desk, forged, request).standing is Standing.ENDED
    assert admit(desk, forged, request).scopes is None
    desk.suspend(trader)
    assert admit(desk, text, request).standing is Standing.SUSPENDED
    # A suspension ends keys, too.
    desk.suspend(trader, suspended=False)
    assert admit(desk, text, request).standing is Standing.ENDED


def test_a_key_ends_with_its_time(desk: Desk) -> None:
    later = desk.clock.now() + timedelta(hours=1)
    _, text = made(desk, desk.trader(), Scope.RELEASE, expires_at=later)
    assert admit(desk, text).standing is Standing.GOOD
    desk.clock.set(later)
    assert admit(desk, text).standing is Standing.ENDED


def test_a_login_is_let_in_by_no_digest_and_a_key_s_login_by_its_own_alone(desk: Desk) -> None:
    trader = desk.trader()
    key, text = made(desk, trader)
    said = read_key(text)
    assert said is not None
    plain = desk.write(lambda unit: unit.admission.admit(trader.id, key.id))
    assert plain.scopes is None
    other, _ = made(desk, desk.trader())
    crossed = replace(said, key_id=other.id)
    found = desk.write(lambda unit: unit.admission.admit(crossed.trader_id, crossed.key_id, None, crossed.digest))
    assert found.standing is Standing.ENDED


def test_another_password_ends_no_key_and_a_list_of_logins_has_none(desk: Desk) -> None:
    trader = desk.trader()
    _, text = made(desk, trader)
    desk.write(lambda unit: unit.logins.end_all(trader.id, desk.clock.now()))
    assert admit(desk, text).standing is Standing.GOOD
    assert desk.read(lambda unit: unit.logins.live(trader.id, desk.clock.now(), 100)) == []


def test_a_key_that_has_expired_is_forgotten_with_its_login(desk: Desk) -> None:
    trader = desk.trader()
    key, _ = made(desk, trader, expires_at=desk.clock.now() + timedelta(hours=1))
    desk.clock.advance(hours=1)
    assert desk.write(lambda unit: unit.logins.forget(desk.clock.now(), 10)) == 1
    assert desk.read(lambda unit: unit.keys.by_id(key.id)) is None


def test_a_key_has_a_name_and_a_future(desk: Desk) -> None:
    trader = desk.trader()
    for wrong in ({"name": " "}, {"name": "x" * 101}, {"expires_at": desk.clock.now()}):
        with pytest.raises(errors.InvalidFields):
            made(desk, trader, **wrong)
    assert live(desk, trader) == []
    assert made(desk, trader, name="  x  ")[0].name == "x"
