"""Single-use tickets for the websocket, for clients that will not put an access token into a URL."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from uuid import UUID

from ..ports.identifiers import Identifiers
from ..ports.logins import Login, Logins

TICKET_LIFETIME_SECONDS = 60


def issue_ticket(login_id: UUID, *, logins: Logins, at: datetime, identifiers: Identifiers) -> str:
    """A ticket that opens one websocket within 60 seconds. Only its digest is kept; ``at`` is the store's."""
    ticket = identifiers.secret()
    logins.add_ticket(_digest(ticket), login_id, at + timedelta(seconds=TICKET_LIFETIME_SECONDS))
    return ticket


def redeem_ticket(ticket: str, *, logins: Logins, at: datetime) -> Login | None:
    """The login that a ticket was given out on, once; None where it is unknown, used or, at the moment, too old."""
    return logins.use_ticket(_digest(ticket), at)


def _digest(ticket: str) -> bytes:
    return hashlib.sha256(ticket.encode()).digest()
