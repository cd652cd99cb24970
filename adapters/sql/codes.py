"""Codes that were mailed, on a database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection

from domain.ports.codes import MailCode, Purpose

from .locked_traders import lock_trader
from .schema.tables import mail_codes


class SqlCodes:
    """The port ``Codes``. The trader's row is what others wait for; on SQLite the unit has the only write lock."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def lock(self, trader_id: UUID, purpose: Purpose, since: datetime) -> Sequence[MailCode]:
        """A trader's codes for a purpose, newest first."""
        lock_trader(self._connection, trader_id)
        is_asked_for = mail_codes.c.trader_id == trader_id, mail_codes.c.purpose == purpose.value
        newest = select(mail_codes).where(*is_asked_for, mail_codes.c.created_at >= since)
        found = self._connection.execute(newest.order_by(mail_codes.c.created_at.desc())).mappings()
        return [_code(row) for row in found]

    def add(self, code: MailCode) -> None:
        """Keep a new code."""
        values = {column.name: getattr(code, column.name) for column in mail_codes.c}
        self._connection.execute(insert(mail_codes), values | {"purpose": code.purpose.value})

    def put_down(self, code: MailCode) -> None:
        """Keep what came of a code."""
        statement = update(mail_codes).where(mail_codes.c.id == code.id)
        self._connection.execute(statement.values(tries=code.tries, used_at=code.used_at))

    def forget(self, before: datetime, limit: int) -> int:
        """Delete old codes."""
        old = select(mail_codes.c.id).where(mail_codes.c.created_at < before).limit(limit)
        return self._connection.execute(delete(mail_codes).where(mail_codes.c.id.in_(old))).rowcount


def _code(row: Mapping[Any, Any]) -> MailCode:
    values = {column.name: row[column.name] for column in mail_codes.c}
    return MailCode(**values | {"purpose": Purpose(row["purpose"])})
