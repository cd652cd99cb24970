"""Logins and tickets, on a database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, delete, exists, insert, or_, select, update
from sqlalchemy.engine import Connection

from domain.errors import TraderNotFound
from domain.ports.logins import Login, Standing

from .locked_traders import row_of_one_still_here
from .schema.tables import api_keys, logins, tickets, traders

_LOGIN = select(logins)
_STANDING = select(logins.c.id, logins.c.ended_at, logins.c.expires_at, traders.c.is_suspended).join(
    traders, traders.c.id == logins.c.trader_id
)
_IS_KEY = exists().where(api_keys.c.id == logins.c.id)
_LOGINS_A_QUERY = 500
_CHANGED_BY_AN_EXCHANGE = ("refresh_id", "exchanged_id", "access_id", "used_at", "expires_at")


def standing_of(ended_at: datetime | None, expires_at: datetime, is_suspended: bool, at: datetime) -> Standing:
    """How a login stands; one that is over has ended, whatever its trader is."""
    if ended_at is not None or at >= expires_at:
        return Standing.ENDED
    return Standing.SUSPENDED if is_suspended else Standing.GOOD


class SqlLogins:
    """The port ``Logins``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def open(self, login: Login) -> None:
        """Keep a new login."""
        values = {column.name: getattr(login, column.name) for column in logins.c}
        added = insert(logins).from_select(list(values), row_of_one_still_here(logins, values))
        if self._connection.execute(added.returning(logins.c.id)).one_or_none() is None:
            raise TraderNotFound()

    def by_id(self, login_id: UUID) -> Login | None:
        """A login, ended or not, or None."""
        row = self._connection.execute(_LOGIN.where(logins.c.id == login_id)).mappings().one_or_none()
        return None if row is None else _login(row)

    def rotate(self, from_refresh_id: UUID, exchanged: Login) -> bool:
        """Keep a login as it is after an exchange, if the refresh token named is still good."""
        statement = (
            update(logins)
            .where(logins.c.id == exchanged.id, logins.c.refresh_id == from_refresh_id, logins.c.ended_at.is_(None))
            .values({name: getattr(exchanged, name) for name in _CHANGED_BY_AN_EXCHANGE})
        )
        return self._connection.execute(statement).rowcount == 1

    def end(self, login_id: UUID, at: datetime) -> None:
        """End a login and all its tokens; the first end counts."""
        statement = update(logins).where(logins.c.id == login_id, logins.c.ended_at.is_(None)).values(ended_at=at)
        self._connection.execute(statement)

    def end_all(self, trader_id: UUID, at: datetime, *, but: UUID | None = None) -> None:
        """End all logins of a trader, but for one."""
        statement = update(logins).where(logins.c.trader_id == trader_id, logins.c.ended_at.is_(None), ~_IS_KEY)
        if but is not None:
            statement = statement.where(logins.c.id != but)
        self._connection.execute(statement.values(ended_at=at))

    def live(
        self, trader_id: UUID, at: datetime, limit: int, behind: tuple[datetime, UUID] | None = None
    ) -> Sequence[Login]:
        """A trader's logins that are good, newest first."""
        is_live = logins.c.trader_id == trader_id, logins.c.ended_at.is_(None), logins.c.expires_at > at, ~_IS_KEY
        newest = _LOGIN.where(*is_live).order_by(logins.c.created_at.desc(), logins.c.id.desc()).limit(limit)
        if behind is not None:
            opened_at, login_id = behind
            is_of_then = and_(logins.c.created_at == opened_at, logins.c.id < login_id)
            newest = newest.where(or_(logins.c.created_at < opened_at, is_of_then))
        return [_login(row) for row in self._connection.execute(newest).mappings()]

    def standing(self, login_ids: Iterable[UUID], at: datetime) -> Mapping[UUID, Standing]:
        """How each of these logins stands."""
        wanted = list(login_ids)
        found = dict.fromkeys(wanted, Standing.ENDED)
        for start in range(0, len(wanted), _LOGINS_A_QUERY):
            some = wanted[start : start + _LOGINS_A_QUERY]
            for row in self._connection.execute(_STANDING.where(logins.c.id.in_(some))):
                found[row.id] = standing_of(row.ended_at, row.expires_at, row.is_suspended, at)
        return found

    def add_ticket(self, digest: bytes, login_id: UUID, expires_at: datetime) -> None:
        """Keep a ticket by its digest."""
        values = {"digest": digest, "login_id": login_id, "expires_at": expires_at}
        self._connection.execute(insert(tickets), values)

    def use_ticket(self, digest: bytes, at: datetime) -> Login | None:
        """Use a ticket up and return its login."""
        statement = (
            delete(tickets).where(tickets.c.digest == digest).returning(tickets.c.login_id, tickets.c.expires_at)
        )
        ticket = self._connection.execute(statement).one_or_none()
        return None if ticket is None or at >= ticket.expires_at else self.by_id(ticket.login_id)

    def forget(self, at: datetime, limit: int) -> int:
        """Delete what has expired: tickets first, since they name their logins."""
        has_tickets = exists().where(tickets.c.login_id == logins.c.id)
        old_tickets = select(tickets.c.digest).where(tickets.c.expires_at <= at).limit(limit)
        old_logins = select(logins.c.id).where(logins.c.expires_at <= at, ~has_tickets).limit(limit)
        gone = self._connection.execute(delete(tickets).where(tickets.c.digest.in_(old_tickets))).rowcount
        return gone + self._connection.execute(delete(logins).where(logins.c.id.in_(old_logins))).rowcount


def _login(row: Mapping[Any, Any]) -> Login:
    return Login(**{column.name: row[column.name] for column in logins.c})
