"""Somebody joins the desk."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from ..errors import FieldProblem, InvalidFields, Problem
from ..model.countries import COUNTRIES
from ..model.easy_passwords import IsCommon, is_easy
from ..model.names import could_be_the_desk
from ..model.texts import NOT_IN_A_PASSWORD, line_problem, password_form, trimmed
from ..model.trader import Trader
from ..ports.identifiers import Identifiers
from ..ports.traders import Traders

PASSWORD_LENGTH_LEAST = 15
"""Characters of a password without a second factor. Source: NIST SP 800-63B-4, section 3.1.1.2."""
PASSWORD_LENGTH_LIMIT = 256
FULLNAME_LENGTH_LIMIT = 100
EMAIL_LENGTH_LIMIT = 254
"""Characters of an address that fits a mail's envelope. Source: RFC 5321, section 4.5.3.1.3."""
EMAIL_NAME_LENGTH_LIMIT = 64
"""Characters before the sign. Source: RFC 5321, section 4.5.3.1.1."""

# The addresses that every mail server takes: dots and atoms before the sign, a host of at least two labels behind it.
_EMAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]",
    re.ASCII,
)


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
    email_verified: bool = False,
    desk_name: str = "",
) -> Trader:
    """Add a trader; the password was checked by ``registration_problems`` and hashed before this unit of work began.

    ``at`` is the moment by the store's clock, ``country`` is ISO 3166 alpha-2 in any case. Whom the operator adds
    is believed to read what is sent to the address. Nobody but staff has a name that could be ``desk_name``.

    Raises ``InvalidFields`` as ``registration_problems`` has it, or where the email is taken.
    """
    problems = registration_problems(email, fullname, country=country, is_staff=is_staff, desk_name=desk_name)
    if problems:
        raise InvalidFields(problems)
    code = None if country is None else country.upper()
    trader = Trader(
        identifiers.new(),
        trimmed(email),
        trimmed(fullname),
        at,
        at,
        country=code,
        email_verified=email_verified,
        is_staff=is_staff,
    )
    traders.add(trader, password_hash)
    return trader


def registration_problems(
    email: str,
    fullname: str,
    password: str | None = None,
    country: str | None = None,
    *,
    is_staff: bool = False,
    desk_name: str = "",
    is_common: IsCommon = lambda _: False,
) -> tuple[FieldProblem, ...]:
    """All that is wrong with what somebody gives of themselves to join, in the order of the fields.

    A password that is None is not judged: it was, before it was hashed. ``is_common`` is that of the port
    ``Passwords``.
    """
    judged = (
        email_problem(email),
        line_problem("fullname", fullname, FULLNAME_LENGTH_LIMIT) or _name_problem(fullname, is_staff, desk_name),
        None if password is None else new_password_problem(password, (email, fullname), is_common),
        None if country is None else country_problem(country),
    )
    return tuple(problem for problem in judged if problem is not None)


def email_problem(email: str) -> FieldProblem | None:
    """What is wrong with an address, or None where it names exactly one mailbox, whatever it is put into."""
    problem = line_problem("email", email, EMAIL_LENGTH_LIMIT)
    if problem is not None:
        return problem
    email = trimmed(email)
    if not _EMAIL.fullmatch(email) or email.index("@") > EMAIL_NAME_LENGTH_LIMIT:
        return FieldProblem("email", Problem.NOT_AN_EMAIL)
    return None


def country_problem(country: str) -> FieldProblem | None:
    """What is wrong with a country's code, or None. Only ASCII is one: other scripts have letters that would become
    one of A to Z."""
    if not country.isascii() or country.upper() not in COUNTRIES:
        return FieldProblem("country", Problem.NOT_A_COUNTRY)
    return None


def _name_problem(fullname: str, is_staff: bool, desk_name: str) -> FieldProblem | None:
    if is_staff or not could_be_the_desk(fullname, desk_name):
        return None
    return FieldProblem("fullname", Problem.LIKE_THE_DESK)


def new_password_problem(password: str, own: Iterable[str], is_common: IsCommon) -> FieldProblem | None:
    """What is wrong with a new password, or None; ``own`` is what is known of whoever is to have it."""
    problem = password_problem(password)
    if problem is None and is_easy(password_form(password), own, is_common):
        return FieldProblem("password", Problem.TOO_EASY)
    return problem


def password_problem(password: str) -> FieldProblem | None:
    """What is wrong with a password's shape, or None. It is as long as the form of it that is hashed."""
    if NOT_IN_A_PASSWORD.search(password):
        return FieldProblem("password", Problem.BAD_CHARACTERS)
    password = password_form(password)
    if len(password) < PASSWORD_LENGTH_LEAST:
        return FieldProblem("password", Problem.TOO_SHORT, PASSWORD_LENGTH_LEAST)
    if len(password) > PASSWORD_LENGTH_LIMIT:
        return FieldProblem("password", Problem.TOO_LONG, PASSWORD_LENGTH_LIMIT)
    return None
