"""Has those mailed who have not read for a while what was written to them in a chat.

And staff for whom disputes wait.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from domain.errors import ConcurrentChange, NotDueYet, StoreUnavailable
from domain.model.told_staff import MAIL_STAFF_AGAIN_AFTER
from domain.ports.identifiers import Identifiers
from domain.ports.store import Store, Unit
from domain.use_cases.mail_staff import mail_staff
from domain.use_cases.mail_unread import mail_unread

logger = logging.getLogger(__name__)

BATCH = 100
"""How many mails are written in one round; what is left is due in the next, a second later."""
HELD_BACK = timedelta(minutes=1)
"""How long one that failed is left alone, so that it keeps no other waiting."""


@dataclass(frozen=True, slots=True)
class _Due:
    """One mail that is due: to whom, about what, and what writes it and tells whether it did."""

    reader_id: UUID
    about: str
    write: Callable[[Unit], bool]


class Reminders:
    """Goes by the store's clock. Any number of them may work on one store: each mail is written once."""

    def __init__(self, store: Store, identifiers: Identifiers) -> None:
        self._store = store
        self._identifiers = identifiers
        self._held_back: dict[tuple[UUID, str], datetime] = {}

    def remind_once(self, going_on: Callable[[], None] = lambda: None) -> int:
        """Write the mails that are due, one a transaction; tell how many. Raises ``StoreUnavailable``.

        ``going_on`` is called between two of them.
        """
        now, found = self._store.run(self._due, writes=False)
        self._held_back = {key: until for key, until in self._held_back.items() if until > now}
        written = 0
        for due in found:
            if (due.reader_id, due.about) not in self._held_back:
                going_on()
                written += self._remind(due, now)
        return written

    def _due(self, unit: Unit) -> tuple[datetime, list[_Due]]:
        """Those about disputes, to staff, and those about chats."""
        now = unit.now()
        # Those held back may be first in line, so that as many more are asked for.
        limit = BATCH + len(self._held_back)
        staff = unit.staff_mails.due(now - MAIL_STAFF_AGAIN_AFTER, limit)
        return now, [
            *(_Due(trader_id, "disputes", partial(self._mail_staff, trader_id)) for trader_id in staff),
            *(
                _Due(reader_id, f"the chat of offer {offer_id}", partial(self._mail_unread, offer_id, reader_id))
                for offer_id, reader_id in unit.chats.due_mails(now, limit)
            ),
        ]

    def _mail_staff(self, trader_id: UUID, unit: Unit) -> bool:
        return mail_staff(
            trader_id, mails=unit.staff_mails, book=unit.book, identifiers=self._identifiers, at=unit.now()
        )

    def _mail_unread(self, offer_id: int, reader_id: UUID, unit: Unit) -> bool:
        mail_unread(offer_id, reader_id, book=unit.book, identifiers=self._identifiers)
        return True

    def _remind(self, due: _Due, now: datetime) -> bool:
        """Write one; whether that was done here."""
        try:
            return self._store.run(due.write, writes=True)
        except (NotDueYet, ConcurrentChange):
            # It was read meanwhile, another worker was faster, or the chat is busy and it is tried in a second.
            return False
        except StoreUnavailable:
            raise
        except Exception:
            self._held_back[due.reader_id, due.about] = now + HELD_BACK
            logger.exception("Nobody could be mailed about %s; it is tried again later.", due.about)
            return False
