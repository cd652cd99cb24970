"""A new password: it counts, ends logins and is told, alike on every store."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from domain import Trader, errors
from domain.errors import FieldProblem, Problem
from domain.model.account_letters import AccountLetter
from domain.ports.logins import Login
from domain.use_cases.passwords import set_password, wrong_password
from tests.integration.desk import Desk


def log_in(desk: Desk, trader: Trader) -> UUID:
    now = desk.clock.now()
    login = Login(uuid4(), trader.id, uuid4(), now, now + timedelta(days=1))
    desk.write(lambda unit: unit.logins.open(login))
    return login.id


def is_open(desk: Desk, login_id: UUID) -> bool:
    login = desk.read(lambda unit: unit.logins.by_id(login_id))
    assert login is not None
    return login.is_live(desk.clock.now())


def change(desk: Desk, trader_id: UUID, password_hash: str, stay_in: UUID | None = None) -> None:
    desk.write(
        lambda unit: set_password(
            trader_id,
            password_hash,
            traders=unit.traders,
            logins=unit.logins,
            book=unit.book,
            identifiers=desk.identifiers,
            at=unit.now(),
            stay_in=stay_in,
        )
    )


@pytest.mark.parametrize("stays", [True, False])
def test_a_new_one_counts_ends_the_other_logins_and_is_told(desk: Desk, stays: bool) -> None:
    jude, amara = desk.trader(), desk.trader()
    here, there, hers = log_in(desk, jude), log_in(desk, jude), log_in(desk, amara)
    change(desk, jude.id, "a new hash", here if stays else None)
    assert desk.read(lambda unit: unit.traders.password_hash(jude.id)) == "a new hash"
    assert desk.read(lambda unit: unit.traders.password_hash(amara.id)) == "not a hash"
    assert [is_open(desk, login_id) for login_id in (here, there, hers)] == [stays, False, True]
    (letter,) = desk.store.outbox.claim(uuid4(), 60, 100)
    assert (letter.trader_id, letter.kind) == (jude.id, AccountLetter.PASSWORD_CHANGED)
    assert letter.facts == {"at": desk.clock.now().isoformat(timespec="minutes")}


def test_nobody_has_none(desk: Desk) -> None:
    with pytest.raises(errors.TraderNotFound):
        change(desk, uuid4(), "a new hash")
    assert not desk.store.outbox.claim(uuid4(), 60, 100)


def test_a_wrong_one_is_told_by_its_field() -> None:
    assert wrong_password().problems == (FieldProblem("password", Problem.WRONG_PASSWORD),)
