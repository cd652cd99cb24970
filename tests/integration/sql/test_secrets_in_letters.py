"""A letter alone may tell a secret, such as a code: no row has it once the letter was sent."""

from __future__ import annotations

from uuid import uuid4

from adapters.sql.connections.engine import open_engine, own_transaction
from domain.model.account_letters import AccountLetter
from domain.model.changes import Changes
from domain.model.notices import LetterAlone
from tests.integration.desk import Desk


def kept_facts(url: str) -> list[str]:
    engine = open_engine(url)
    try:
        with own_transaction(engine, writes=False) as connection:
            return list(connection.exec_driver_sql("SELECT facts FROM letters WHERE facts IS NOT NULL").scalars())
    finally:
        engine.dispose()


def test_a_code_is_forgotten_once_its_letter_was_sent(desk: Desk, url: str) -> None:
    trader = desk.trader()
    code = LetterAlone(uuid4(), trader.id, AccountLetter.VERIFY_CODE, {"code": "02718281"}, desk.clock.now())
    desk.apply(Changes(letters=(code,)))
    assert ["02718281" in facts for facts in kept_facts(url)] == [True]
    (letter,) = desk.store.outbox.claim(uuid4(), 60, 1)
    assert desk.store.outbox.mark_sent(letter)
    assert kept_facts(url) == ["{}"]
