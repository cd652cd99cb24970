"""Control-C during a statement ends the program, and is no error of the database that somebody might try again."""

from __future__ import annotations

import signal
from types import FrameType

import pytest
from sqlalchemy import Engine, text

from adapters.sql.connections.engine import open_engine, own_transaction


def interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def sleep_and_be_interrupted(engine: Engine) -> None:
    with own_transaction(engine, writes=True) as connection:
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        connection.execute(text("SELECT pg_sleep(1.5)"))


def test_an_interrupt_stays_one(database_url: str) -> None:
    engine = open_engine(database_url)
    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        with pytest.raises(KeyboardInterrupt):
            sleep_and_be_interrupted(engine)
    finally:
        signal.signal(signal.SIGALRM, before)
        engine.dispose()
