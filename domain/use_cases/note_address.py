"""An account is used from somewhere; where that is a new address, its owner is told by mail.

Source: docs/contract/accounts.md, "New addresses".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ..model.account_letters import AccountLetter
from ..model.changes import Changes
from ..model.notices import FactValue, LetterAlone
from ..model.trader import Trader
from ..ports.attempts import ADDRESSES_KEPT, Attempts
from ..ports.book import Book
from ..ports.identifiers import Identifiers


@dataclass(frozen=True, slots=True)
class UsedFrom:
    """From where an account is used, and what that is noted with.

    ``address`` is as clients are told from each other by, and empty where that is not known, which is noted nowhere.
    """

    address: str
    attempts: Attempts
    identifiers: Identifiers

    def letters(self, trader: Trader, kind: AccountLetter, at: datetime, **facts: FactValue) -> tuple[LetterAlone, ...]:
        """Note the address; the letter to mail with what is done from it, where it is a new one."""
        if (
            not self.address
            or not self.attempts.note_address(trader.id, self.address, at)
            or self._is_first(trader, at)
        ):
            return ()
        told = {"at": at.isoformat(timespec="minutes"), "address": self.address, **facts}
        return (LetterAlone(self.identifiers.new(), trader.id, kind, told, at),)

    def _is_first(self, trader: Trader, at: datetime) -> bool:
        """Whether the account was only registered before: whoever logs in first is its owner, wherever they are.

        Of an account that was used so long ago that it is not known from where, nobody is that.
        """
        before = self.attempts.used_elsewhere(trader.id, self.address)
        return at - trader.created_at < ADDRESSES_KEPT if before is None else before <= trader.created_at


def note_login(trader: Trader, used_from: UsedFrom, *, book: Book, at: datetime) -> None:
    """Note from where a trader logs in, and tell them where it is a new address. ``at`` is by the store's clock."""
    letters = used_from.letters(trader, AccountLetter.LOGIN_FROM_NEW_ADDRESS, at)
    if letters:
        book.apply(Changes(letters=letters))
