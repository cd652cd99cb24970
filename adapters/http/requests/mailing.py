"""A code is mailed, at the request of whoever may be its address's owner."""

from __future__ import annotations

from domain.model.trader import Trader
from domain.ports.codes import Purpose
from domain.use_cases.at_an_address import Done, counted
from domain.use_cases.mail_codes import send_code

from .request import DeskRequest


def mail_code(request: DeskRequest, trader: Trader, purpose: Purpose) -> None:
    """Mail a trader a code. Raises ``TooManyAttempts``, and then nothing was done and nothing counted."""
    unit, at = request.unit, request.now
    with counted(Done.CODE_MAILED, trader.email, attempts=unit.attempts, at=at):
        identifiers = request.services.identifiers
        send_code(trader.id, purpose, codes=unit.codes, book=unit.book, identifiers=identifiers, at=at)
