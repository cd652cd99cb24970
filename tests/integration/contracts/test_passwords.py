"""A new password: it counts, ends logins and is told, alike on every store."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from domain import Trader, errors
from domain.errors import FieldProblem, Problem
from domain.model.account_letters import AccountLetter
from domain.ports.logins import Login
from domain.ports.second_factors import SecondFactor
from domain.ports.store import Unit
from domain.use_cases.passwords import set_password, still_known, wrong_password
from tests.integration.desk import Desk
from tests.integration.races import at_once


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


def known(unit: Unit, trader: Trader, password_hash: str = "not a hash") -> Trader:
    return still_known(trader, password_hash, traders=unit.traders)


def test_who_was_verified_is_told_as_they_are_now(desk: Desk) -> None:
    jude = desk.trader()
    desk.write(lambda unit: unit.traders.set_email_verified(jude.id, desk.clock.now()))
    assert desk.write(lambda unit: known(unit, jude)).email_verified
    change(desk, jude.id, "a new hash")
    with pytest.raises(errors.WrongCredentials):
        desk.write(lambda unit: known(unit, jude))
    desk.write(lambda unit: known(unit, jude, "a new hash"))
    with pytest.raises(errors.WrongCredentials):
        desk.write(lambda unit: known(unit, replace(jude, id=uuid4())))


def test_who_turned_one_time_passwords_on_meanwhile_needs_one(desk: Desk) -> None:
    before = desk.trader()
    factor = SecondFactor(before.id, b"sealed", desk.clock.now())
    desk.write(lambda unit: unit.second_factors.begin(factor))
    on = replace(factor, confirmed_at=desk.clock.now())
    desk.write(lambda unit: unit.second_factors.confirm(on, desk.clock.now()))
    with pytest.raises(errors.OneTimePasswordRequired):
        desk.write(lambda unit: known(unit, before))
    desk.write(lambda unit: known(unit, replace(before, has_totp=True)))


@pytest.mark.abuse("A5")
def test_a_login_by_the_old_password_at_the_very_moment_of_a_new_one_has_ended_or_never_was(desk: Desk) -> None:
    jude = desk.trader()

    def enter() -> UUID:
        def by_the_old(unit: Unit) -> UUID:
            known(unit, jude)
            login = Login(uuid4(), jude.id, uuid4(), unit.now(), unit.now() + timedelta(days=1))
            unit.logins.open(login)
            return login.id

        return desk.write(by_the_old)

    answers = at_once([enter] * 12 + [lambda: change(desk, jude.id, "a new hash")] + [enter] * 12)
    opened = [login_id for login_id in answers if isinstance(login_id, UUID)]
    assert [is_open(desk, login_id) for login_id in opened] == [False] * len(opened)


def test_a_wrong_one_is_told_by_its_field() -> None:
    assert wrong_password().problems == (FieldProblem("password", Problem.WRONG_PASSWORD),)
