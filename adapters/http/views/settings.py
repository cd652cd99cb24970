"""What can be traded here."""

from __future__ import annotations

from typing import Any

from domain.model.ad_terms import TEXT_LENGTH_LIMIT, TIME_TO_PAY_LIMIT_MINUTES
from domain.model.bank import BANK_FIELD_LENGTH_LIMIT, BANK_TRANSFER, BankDetails
from domain.model.feedback import COMMENT_LENGTH_LIMIT
from domain.model.money import amount_text
from domain.model.offer import REASON_LENGTH_LIMIT
from domain.model.texts import CLIENT_REFERENCE_LENGTH_LIMIT
from domain.use_cases.register_trader import (
    EMAIL_LENGTH_LIMIT,
    FULLNAME_LENGTH_LIMIT,
    PASSWORD_LENGTH_LEAST,
    PASSWORD_LENGTH_LIMIT,
)

from ..answering.addresses import websocket_url
from ..operation import Reply
from ..requests.request import DeskRequest
from ..server.bodies import BODY_BYTES_LIMIT
from ..version import version

_BANK_FIELDS = tuple(name for name, _ in BankDetails().fields())
_LIMITS: dict[str, int | None] = {
    "text": TEXT_LENGTH_LIMIT,
    "bank_field": BANK_FIELD_LENGTH_LIMIT,
    "client_reference": CLIENT_REFERENCE_LENGTH_LIMIT,
    "reason": REASON_LENGTH_LIMIT,
    "comment": COMMENT_LENGTH_LIMIT,
    "fullname": FULLNAME_LENGTH_LIMIT,
    "email": EMAIL_LENGTH_LIMIT,
    "password": PASSWORD_LENGTH_LIMIT,
    "password_least": PASSWORD_LENGTH_LEAST,
    "body_bytes": BODY_BYTES_LIMIT,
}


def settings(request: DeskRequest) -> Reply:
    """What can be traded, how it can be paid for, and within which bounds."""
    services = request.services
    catalogue = services.catalogue
    facts: dict[str, Any] = {
        "crypto_currencies": list(catalogue.crypto.values()),
        "fiat_currencies": list(catalogue.fiat.values()),
        "payment_methods": [{"code": code, "needs": _needs(code)} for code in sorted(catalogue.payment_methods)],
        "default_time_to_pay": services.default_time_to_pay,
        "max_time_to_pay": TIME_TO_PAY_LIMIT_MINUTES,
        "fee_percent": amount_text(services.fee_percent),
        "market_prices": catalogue.has_market_prices,
        "frozen": request.unit.freezing.is_frozen(),
        "websocket": websocket_url(request),
        "limits": {**_LIMITS, "file_bytes": services.file_bytes},
        "demo": services.demo or None,
        "version": version(),
    }
    return Reply(facts)


def _needs(method: str) -> tuple[str, ...]:
    """The fields that a seller's place to be paid consists of."""
    return _BANK_FIELDS if method == BANK_TRANSFER else ("payment_details",)
