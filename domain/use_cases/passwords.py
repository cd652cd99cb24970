"""A trader gets another password."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from ..errors import FieldProblem, InvalidFields, OneTimePasswordRequired, Problem, TraderNotFound, WrongCredentials
from ..model.account_letters import AccountLetter
from ..model.changes import Changes
from ..model.notices import LetterAlone
from ..model.trader import Trader
from ..ports.book import Book
from ..ports.identifiers import Identifiers
from ..ports.logins import Logins
from ..ports.traders import Traders


def wrong_password() -> InvalidFields:
    """The refusal of a password that is not the trader's own, from somebody who is logged in."""
    return InvalidFields((FieldProblem("password", Problem.WRONG_PASSWORD),))


def still_known(trader: Trader, password_hash: str | None, *, traders: Traders) -> Trader:
    """A trader whose password was verified by this hash while nothing was locked, as they are now.

    Another password ends every login that is open; one that was still being verified by the old password would be
    opened behind that. So until the unit ends nobody sets another. Raises ``WrongCredentials`` where somebody has, or
    the trader has gone, and ``OneTimePasswordRequired`` where they turned one-time passwords on meanwhile.
    """
    try:
        is_same = traders.hold_password_hash(trader.id) == password_hash
    except TraderNotFound:
        is_same = False
    if not is_same:
        raise WrongCredentials()
    now = traders.by_id(trader.id)
    if now.has_totp and not trader.has_totp:
        raise OneTimePasswordRequired()
    return now


def set_password(
    trader_id: UUID,
    password_hash: str,
    *,
    traders: Traders,
    logins: Logins,
    book: Book,
    identifiers: Identifiers,
    at: datetime,
    stay_in: UUID | None = None,
) -> None:
    """Give a trader this password's hash, end all their logins but for the one named, and tell them by mail.

    That it may be changed was checked, and ``new_password_problem`` asked, before it was hashed.

    Raises ``TraderNotFound``.
    """
    traders.set_password(trader_id, password_hash, at)
    logins.end_all(trader_id, at, but=stay_in)
    facts = {"at": at.isoformat(timespec="minutes")}
    letter = LetterAlone(identifiers.new(), trader_id, AccountLetter.PASSWORD_CHANGED, facts, at)
    book.apply(Changes(letters=(letter,)))
