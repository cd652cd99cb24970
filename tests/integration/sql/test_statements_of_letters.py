"""Letters are claimed and marked some at a time, by as many statements as one alone would take."""

import logging
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text, update

from adapters.sql.connections.engine import open_engine
from adapters.sql.schema.tables import letters
from domain import Trader
from domain.model.account_letters import AccountLetter
from domain.model.changes import Changes
from domain.model.notices import LetterAlone
from domain.ports.delivery import Letter
from tests.integration.desk import Desk
from tests.integration.sql.touched import noted

MANY = 20


def claim(desk: Desk) -> list[Letter]:
    return list(desk.store.outbox.claim(uuid4(), 60, 50))


def counted(work: Callable[[], Any]) -> int:
    with noted() as asked:
        work()
    return len(asked)


def write(desk: Desk, trader: Trader, kind: AccountLetter = AccountLetter.VERIFY_CODE) -> None:
    facts = {"code": "1", "minutes": "15"}
    letter = LetterAlone(uuid4(), trader.id, kind, facts, desk.clock.now())
    desk.write(lambda unit: unit.book.apply(Changes(letters=(letter,))))


@pytest.mark.parametrize("engine", ["postgres"], indirect=True)
def test_a_claim_and_a_mark_are_one_statement_each_however_many_letters(desk: Desk) -> None:
    outbox = desk.store.outbox
    for _ in range(MANY):
        write(desk, desk.trader())
    claimed: list[Letter] = []
    assert counted(lambda: claimed.extend(claim(desk))) == 1
    assert len(claimed) == MANY
    assert counted(lambda: outbox.hand_back(*claimed)) == 1
    assert counted(lambda: claimed.extend(claim(desk))) == 1
    assert counted(lambda: outbox.mark_sent(*claimed[MANY:])) == 1
    assert counted(lambda: claimed.extend(claim(desk))) == 1
    assert len(claimed) == 2 * MANY


@pytest.mark.parametrize("engine", ["postgres"], indirect=True)
def test_the_bound_of_addresses_that_were_not_verified_is_three_more_for_all_of_them(desk: Desk) -> None:
    """One locks their traders, one counts what they get, and one reads what went to their addresses before."""
    for _ in range(MANY):
        write(desk, desk.trader(), AccountLetter.OTP_OFF)
    claimed: list[Letter] = []
    assert counted(lambda: claimed.extend(claim(desk))) == 4
    assert len(claimed) == MANY


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_on_sqlite_it_is_no_more_for_many(desk: Desk) -> None:
    outbox, claimed = desk.store.outbox, list[Letter]()
    write(desk, desk.trader())
    for_one = counted(lambda: claimed.extend(claim(desk)))
    assert counted(lambda: outbox.mark_sent(*claimed)) == 1
    for _ in range(MANY):
        write(desk, desk.trader())
    # Who had one lately waits, which is looked for apart.
    assert counted(lambda: claimed.extend(claim(desk))) <= for_one + 3
    assert counted(lambda: outbox.mark_sent(*claimed[1:])) == 1
    assert claim(desk) == []


@pytest.mark.parametrize("engine", ["sqlite", "postgres"], indirect=True)
@pytest.mark.parametrize("broken", [{"facts": "no JSON"}, {"kind": "of_a_later_version"}])
def test_a_row_that_cannot_be_read_keeps_no_other_from_being_sent(
    desk: Desk, url: str, broken: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(3):
        write(desk, desk.trader())
        desk.clock.advance(seconds=1)
    first = desk.store.outbox.waiting(1)[0].id
    engine = open_engine(url)
    with engine.begin() as connection:
        connection.execute(update(letters).where(letters.c.id == first).values(broken))
    with caplog.at_level(logging.ERROR):
        assert [letter.id for letter in claim(desk)] == [first + 1, first + 2]
    assert f"Letter {first} cannot be read" in caplog.text
    desk.clock.advance(seconds=59)
    assert claim(desk) == []
    with engine.begin() as connection:
        attempts = connection.execute(text(f"SELECT attempts FROM letters WHERE id = {first}")).scalar_one()
    engine.dispose()
    assert attempts == 1
