"""Single-use tickets for the websocket, for clients that will not put an access token into a URL."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from uuid import UUID

from ..ports.clock import Clock
from ..ports.identifiers import Identifiers
from ..ports.logins import Login, Logins

TICKET_LIFETIME_SECONDS = 60


def issue_ticket(login_id: UUID, *, logins: Logins, clock: Clock, identifiers: Identifiers) -> str:
    """A ticket that opens one websocket within 60 seconds. Only its digest is kept."""
    ticket = identifiers.secret()
    logins.add_ticket(_digest(ticket), login_id, clock.now() + timedelta(seconds=TICKET_LIFETIME_SECONDS))
    return ticket


def redeem_ticket(ticket: str, *, logins: Logins, clock: Clock) -> Login | None:
    """The login that a ticket was given out on, once; None where it is unknown, used or too old."""
    return logins.use_ticket(_digest(ticket), clock.now())


def _digest(ticket: str) -> bytes:
    return hashlib.sha256(ticket.encode()).digest()
