"""A code is mailed, at the request of whoever may be its address's owner."""

from __future__ import annotations

from typing import Any

from domain.model.trader import Trader
from domain.ports.codes import Purpose
from domain.use_cases.mail_codes import send_code

from .request import DeskRequest


def mail_code(request: DeskRequest, trader: Trader, purpose: Purpose) -> None:
    """Mail a trader a code. Raises ``TooManyAttempts``, and then nothing was done and nothing counted."""
    unit = request.unit
    ports: dict[str, Any] = {"codes": unit.codes, "attempts": unit.attempts, "book": unit.book}
    send_code(trader, purpose, **ports, identifiers=request.services.identifiers, at=request.now)
