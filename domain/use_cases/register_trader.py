"""Somebody joins the desk."""

from __future__ import annotations

from datetime import datetime

from ..errors import FieldProblem, InvalidFields, Problem
from ..model.texts import password_form, text_problem, trimmed
from ..model.trader import Trader
from ..ports.identifiers import Identifiers
from ..ports.traders import Traders

PASSWORD_LENGTH_LEAST = 15
"""Characters of a password without a second factor. Source: NIST SP 800-63B-4, section 3.1.1.2."""
PASSWORD_LENGTH_LIMIT = 256
FULLNAME_LENGTH_LIMIT = 100
EMAIL_LENGTH_LIMIT = 254
"""Characters of an address that fits a mail's envelope. Source: RFC 5321, section 4.5.3.1.3."""


def register_trader(
    email: str,
    fullname: str,
    password_hash: str,
    *,
    traders: Traders,
    at: datetime,
    identifiers: Identifiers,
    country: str | None = None,
    is_staff: bool = False,
) -> Trader:
    """Add a trader; the password was checked by ``password_problem`` and hashed before this unit of work began.

    ``at`` is the moment by the store's clock, ``country`` is ISO 3166 alpha-2.

    Raises ``InvalidFields`` where the email is taken, or a text is missing or too long.
    """
    email, fullname = trimmed(email), trimmed(fullname)
    judged = (
        text_problem("email", email, EMAIL_LENGTH_LIMIT, required=True),
        text_problem("fullname", fullname, FULLNAME_LENGTH_LIMIT, required=True),
    )
    problems = tuple(problem for problem in judged if problem is not None)
    if problems:
        raise InvalidFields(problems)
    trader = Trader(identifiers.new(), email, fullname, at, at, country=country, is_staff=is_staff)
    traders.add(trader, password_hash)
    return trader


def password_problem(password: str) -> FieldProblem | None:
    """What is wrong with a new password, or None. It is as long as the form of it that is hashed."""
    password = password_form(password)
    if len(password) < PASSWORD_LENGTH_LEAST:
        return FieldProblem("password", Problem.TOO_SHORT, PASSWORD_LENGTH_LEAST)
    if len(password) > PASSWORD_LENGTH_LIMIT:
        return FieldProblem("password", Problem.TOO_LONG, PASSWORD_LENGTH_LIMIT)
    return None
