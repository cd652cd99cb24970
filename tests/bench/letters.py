"""What letters cost, and what requests notice of them: whole trades with the worker running and stopped.

The mail goes to a server that keeps nothing, on the same processors; PostgreSQL and the clients have them, too.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace

import psycopg

from tests.postgres import free_ports

from .asking import make_offers
from .cores import Cores, listening, processor_seconds
from .figures import Row, Sample, Target
from .load import drive
from .market import Market
from .plan import TARGET_CLIENTS, WARM_UP_SECONDS
from .processes import DeskProcess
from .stages import PostgresStage
from .trades import REQUESTS_OF_A_TRADE, Trades

LETTER = Target(0.3, is_upper=True)
BESIDE_THE_WORKER = Target(0.85)
BESIDE_A_BACKLOG = Target(0.9)
BACKLOG = 10_000
DRAIN_SECONDS = 120.0
IDLE_SECONDS = 2.0
"""How long it is looked what a worker needs that has no letters: it sweeps all the same."""

_VERIFIED = "UPDATE traders SET email_verified = true"
_PUT_AWAY = (
    "UPDATE letters SET state = 'sent', sent_at = clock_timestamp(), claim = NULL WHERE state IN ('queued', 'sending')"
)
_WAITING = "SELECT count(*) FROM letters WHERE state IN ('queued', 'sending')"
_SENT = "SELECT count(*) FROM letters WHERE state = 'sent' AND withheld_at IS NULL"
_WRITE = """INSERT INTO letters
        (trader_id, message_id, state, attempts, next_attempt_at, kind, facts, created_at, urgency)
    SELECT id, '<bench.' || gen_random_uuid() || '@bench.example>', 'queued', 0, clock_timestamp(), 'password_changed',
        '{"at": "2026-11-30T09:30:00+00:00"}', clock_timestamp(), 2
    FROM traders, generate_series(1, %s) LIMIT %s"""


@contextmanager
def mail_sink() -> Iterator[str]:
    """A mail server that keeps nothing, in a process of its own; its address as a setting."""
    port = next(iter(free_ports(attempts=1)))
    sink = subprocess.Popen([sys.executable, "-m", "tests.bench.mail_sink", str(port)])
    try:
        yield f"smtp://127.0.0.1:{port}"
    finally:
        sink.terminate()
        sink.wait()


class LettersStage:
    """A desk of its own, whose worker stands still now and then."""

    def __init__(self, stack: ExitStack, stage: PostgresStage) -> None:
        self._stack = stack
        self._database = stage.database()
        self._market: Market = stage.market
        self._connection: psycopg.Connection = stack.enter_context(stage.cluster.connect(self._database.name))
        self._connection.execute(_VERIFIED)
        mail = {"P2P_MAIL_URL": stack.enter_context(mail_sink())}
        self._http = stack.enter_context(DeskProcess("http", self._database.url))
        self._worker = stack.enter_context(DeskProcess("worker", self._database.url, mail))
        self._websocket = stack.enter_context(DeskProcess("ws", self._database.url))
        roles = {"HTTP": self._http, "worker": self._worker, "websocket": self._websocket}
        spent = {name: process.processor_seconds for name, process in roles.items()}
        self._cores = Cores({**spent, "PostgreSQL": processor_seconds(stage.cluster)})
        self._request_milliseconds = self._letter_milliseconds = 0.0

    def rows(self) -> list[Row]:
        """Trades without a worker and with one; the processor time of a request and of a letter; and a backlog."""
        trades = Trades(self._http.address, self._market, TARGET_CLIENTS)
        alone = Row("trades, worker stopped", TARGET_CLIENTS, self._alone(trades.measure))
        beside = Row("trades, worker running", TARGET_CLIENTS, self._beside(trades.measure), alone, BESIDE_THE_WORKER)
        request = Row("processor time: a request of these", 1, lambda _: _time(self._request_milliseconds))
        letter = Row(
            "processor time: a letter of these", 1, lambda _: _time(self._letter_milliseconds), request, LETTER, True
        )
        offers = make_offers(self._market, hot=False)

        def make(seconds: float) -> Sample:
            return drive(self._http.address, offers, TARGET_CLIENTS, seconds)

        name = "make offer, many ads"
        none = Row(f"no letters wait: {name}", TARGET_CLIENTS, self._alone(make))
        many = Row(f"10,000 letters wait: {name}", TARGET_CLIENTS, self._backlog(make), none, BESIDE_A_BACKLOG)
        return [alone, beside, request, letter, *self._cores.rows(), none, many]

    def _alone(self, measure: Callable[[float], Sample]) -> Callable[[float], Sample]:
        def measured(seconds: float) -> Sample:
            with self._worker.standing_still():
                sample = measure(seconds)
                self._connection.execute(_PUT_AWAY)
            return sample

        return measured

    def _beside(self, measure: Callable[[float], Sample]) -> Callable[[float], Sample]:
        def measured(seconds: float) -> Sample:
            with listening(self._websocket.websocket, self._market):
                idle = self._cores.idle(IDLE_SECONDS)
                began, sent, started = self._cores.spent(), self._count(_SENT), time.monotonic()
                sample = measure(seconds)
                measured_for = time.monotonic() - started
                meanwhile = self._count(_SENT) - sent
                self._drain()
                trades, letters = sample.rate * measured_for, self._count(_SENT) - sent
                self._cores.take(began, idle, time.monotonic() - started, trades)
            of_trade = self._cores.milliseconds
            self._request_milliseconds = of_trade["HTTP"] / REQUESTS_OF_A_TRADE
            self._letter_milliseconds = of_trade["worker"] * trades / letters
            idle_worker = f"the worker takes {idle['worker'] * 1000:.0f} ms a second without any"
            _tell(f"of {letters} letters {meanwhile} were sent while trades went on; {idle_worker}")
            return sample

        return measured

    def _backlog(self, measure: Callable[[float], Sample]) -> Callable[[float], Sample]:
        def measured(seconds: float) -> Sample:
            if seconds > WARM_UP_SECONDS:
                self._connection.execute(_WRITE, (BACKLOG, BACKLOG))
            sent, spent = self._count(_SENT), self._worker.processor_seconds()
            sample = measure(seconds)
            sent, spent = self._count(_SENT) - sent, self._worker.processor_seconds() - spent
            _tell(f"{sent / seconds:,.0f} letters a second were sent beside these, by {spent / seconds:.1%} of a core")
            self._connection.execute(_PUT_AWAY)
            return sample

        return measured

    def _drain(self) -> None:
        end = time.monotonic() + DRAIN_SECONDS
        while self._count(_WAITING):
            if time.monotonic() > end:
                raise RuntimeError("the worker does not send what waits")
            time.sleep(0.1)

    def _count(self, statement: str) -> int:
        row = self._connection.execute(statement).fetchone()
        assert row is not None
        return int(row[0])


def _time(milliseconds: float) -> Sample:
    return replace(Sample(0, 0, 0), rate=1000 / milliseconds, p50=milliseconds, p99=milliseconds)


def _tell(progress: str) -> None:
    print(progress, file=sys.stderr, flush=True)
