"""Logins and tickets, over dicts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from domain.errors import Fault
from domain.ports.logins import Login, Standing

from .tables import Tables, TicketRow, existing
from .traders import found_still_here
from .unit import Session


def standing_of(tables: Tables, login_id: UUID, at: datetime) -> Standing:
    """How a login stands; one that is over has ended, whatever its trader is."""
    login = tables.logins.get(login_id)
    if login is None or login.ended_at is not None or at >= login.expires_at:
        return Standing.ENDED
    trader = existing(tables.traders, login.trader_id, "trader")
    return Standing.SUSPENDED if trader.is_suspended else Standing.GOOD


class MemoryLogins:
    """The port ``Logins``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def open(self, login: Login) -> None:
        """Keep a new login."""
        tables = self._session.writing()
        found_still_here(tables, login.trader_id)
        if login.id in tables.logins:
            raise Fault(f"login {login.id} is there already")
        tables.logins.put(login.id, login)

    def by_id(self, login_id: UUID) -> Login | None:
        """A login, ended or not, or None."""
        with self._session.reading() as tables:
            return tables.logins.get(login_id)

    def rotate(self, from_refresh_id: UUID, exchanged: Login) -> bool:
        """Keep a login as it is after an exchange, if the refresh token named is still good."""
        tables = self._session.writing()
        login = tables.logins.get(exchanged.id)
        if login is None or login.ended_at is not None or login.refresh_id != from_refresh_id:
            return False
        tables.logins.put(login.id, exchanged)
        return True

    def end(self, login_id: UUID, at: datetime) -> None:
        """End a login and all its tokens; the first end counts."""
        tables = self._session.writing()
        login = tables.logins.get(login_id)
        if login is not None and login.ended_at is None:
            tables.logins.put(login_id, replace(login, ended_at=at))

    def end_all(self, trader_id: UUID, at: datetime, *, but: UUID | None = None) -> None:
        """End all logins of a trader, but for one."""
        tables = self._session.writing()
        for login in list(tables.logins.values()):
            is_own = login.trader_id == trader_id and login.id not in tables.keys
            if is_own and login.id != but and login.ended_at is None:
                tables.logins.put(login.id, replace(login, ended_at=at))

    def live(
        self, trader_id: UUID, at: datetime, limit: int, behind: tuple[datetime, UUID] | None = None
    ) -> Sequence[Login]:
        """A trader's logins that are good, newest first."""
        with self._session.reading() as tables:
            own = [
                login
                for login in tables.logins.values()
                if login.trader_id == trader_id and login.is_live(at) and login.id not in tables.keys
            ]
        newest = sorted(own, key=_age, reverse=True)
        return [login for login in newest if behind is None or _age(login) < behind][:limit]

    def standing(self, login_ids: Iterable[UUID], at: datetime) -> Mapping[UUID, Standing]:
        """How each of these logins stands."""
        with self._session.reading() as tables:
            return {login_id: standing_of(tables, login_id, at) for login_id in login_ids}

    def add_ticket(self, digest: bytes, login_id: UUID, expires_at: datetime) -> None:
        """Keep a ticket by its digest."""
        tables = self._session.writing()
        existing(tables.logins, login_id, "login")
        if digest in tables.tickets:
            raise Fault("the ticket is there already")
        tables.tickets.put(digest, TicketRow(login_id, expires_at))

    def use_ticket(self, digest: bytes, at: datetime) -> Login | None:
        """Use a ticket up and return its login."""
        tables = self._session.writing()
        ticket = tables.tickets.get(digest)
        if ticket is None:
            return None
        tables.tickets.remove(digest)
        return None if at >= ticket.expires_at else tables.logins.get(ticket.login_id)

    def forget(self, at: datetime, limit: int) -> int:
        """Delete what has expired: tickets first, since they name their logins."""
        tables = self._session.writing()
        old_tickets = [digest for digest, ticket in tables.tickets.items() if ticket.expires_at <= at][:limit]
        for digest in old_tickets:
            tables.tickets.remove(digest)
        named = {ticket.login_id for ticket in tables.tickets.values()}
        old_logins = [key for key, login in tables.logins.items() if login.expires_at <= at and key not in named]
        for key in old_logins[:limit]:
            tables.logins.remove(key)
            if key in tables.keys:
                tables.keys.remove(key)
        return len(old_tickets) + len(old_logins[:limit])


def _age(login: Login) -> tuple[datetime, UUID]:
    return login.created_at, login.id
