"""How a request is let in, over dicts."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from domain.ports.admission import ANSWERS_KEPT, Admitted, RequestKey, StoredAnswer
from domain.ports.clock import Clock
from domain.ports.logins import Standing

from .logins import standing_of
from .tables import AnswerRow, Tables, existing
from .unit import Session, StaleRow


def _known_answer(tables: Tables, key: RequestKey, at: datetime) -> StoredAnswer | None:
    row = tables.answers.get((key.trader_id, key.key))
    return row.answer if row is not None and at - row.kept_at <= ANSWERS_KEPT else None


def _by_key(tables: Tables, key_id: UUID, digest: bytes | None, admitted: Admitted) -> Admitted:
    """Who asks by the key of a program, where it is its login."""
    if digest is None:
        return admitted
    key = tables.keys.get(key_id)
    if key is None or key.digest != digest:
        return replace(admitted, standing=Standing.ENDED)
    return replace(admitted, scopes=key.scopes)


class MemoryAdmission:
    """The port ``Admission``.

    Units with keys write, and writers come one after the other: so whoever gets to ask finds no key in flight.
    """

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def admit(
        self, trader_id: UUID, login_id: UUID, key: RequestKey | None = None, api_key_digest: bytes | None = None
    ) -> Admitted:
        """Read the login and the trader, and with a key look its answer up."""
        if key is None:
            with self._session.reading() as tables:
                admitted = self._admitted(tables, trader_id, login_id, self._clock.now(), None)
                return _by_key(tables, login_id, api_key_digest, admitted)
        tables = self._session.writing()
        at = self._clock.now()
        admitted = self._admitted(tables, trader_id, login_id, at, _known_answer(tables, key, at))
        return _by_key(tables, login_id, api_key_digest, admitted)

    def _admitted(
        self, tables: Tables, trader_id: UUID, login_id: UUID, at: datetime, answer: StoredAnswer | None
    ) -> Admitted:
        login = tables.logins.get(login_id)
        is_own = login is not None and login.trader_id == trader_id
        standing = standing_of(tables, login_id, at) if is_own else Standing.ENDED
        address = login.address if login is not None and is_own else ""
        return Admitted(tables.traders.get(trader_id), standing, at, answer, login_address=address)

    def record(self, key: RequestKey, answer: StoredAnswer, at: datetime) -> None:
        """Keep the answer."""
        tables = self._session.writing()
        existing(tables.traders, key.trader_id, "trader")
        if _known_answer(tables, key, at) is not None:
            raise StaleRow(f"the key of {key.trader_id} has an answer already")
        tables.answers.put((key.trader_id, key.key), AnswerRow(answer, at))

    def forget(self, before: datetime, limit: int) -> int:
        """Delete answers kept before this moment."""
        tables = self._session.writing()
        old = [key for key, row in tables.answers.items() if row.kept_at < before][:limit]
        for key in old:
            tables.answers.remove(key)
        return len(old)
