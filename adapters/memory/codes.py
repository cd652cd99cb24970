"""Codes that were mailed, over dicts. A unit that writes has the whole database to itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from domain.errors import Fault
from domain.ports.codes import MailCode, Purpose

from .traders import found_still_here
from .unit import Session


class MemoryCodes:
    """The port ``Codes``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def lock(self, trader_id: UUID, purpose: Purpose, since: datetime) -> Sequence[MailCode]:
        """A trader's codes for a purpose, newest first."""
        tables = self._session.writing()
        found_still_here(tables, trader_id)
        own = [
            code
            for code in tables.codes.values()
            if (code.trader_id, code.purpose) == (trader_id, purpose) and code.created_at >= since
        ]
        return sorted(own, key=lambda code: code.created_at, reverse=True)

    def add(self, code: MailCode) -> None:
        """Keep a new code."""
        tables = self._session.writing()
        if code.id in tables.codes:
            raise Fault(f"code {code.id} is there already")
        tables.codes.put(code.id, code)

    def put_down(self, code: MailCode) -> None:
        """Keep what came of a code."""
        self._session.writing().codes.put(code.id, code)

    def forget(self, before: datetime, limit: int) -> int:
        """Delete old codes."""
        tables = self._session.writing()
        old = [key for key, code in tables.codes.items() if code.created_at < before][:limit]
        for key in old:
            tables.codes.remove(key)
        return len(old)
