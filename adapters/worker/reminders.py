"""Has those mailed who have not read for a while what was written to them in a chat.

And staff for whom disputes wait.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
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


class Reminders:
    """Goes by the store's clock. Any number of them may work on one store: each mail is written once."""

    def __init__(self, store: Store, identifiers: Identifiers) -> None:
        self._store = store
        self._identifiers = identifiers
        self._held_back: dict[tuple[int | None, UUID], datetime] = {}

    def remind_once(self, going_on: Callable[[], None] = lambda: None) -> int:
        """Write the mails that are due, one a transaction; tell how many. Raises ``StoreUnavailable``.

        ``going_on`` is called between two of them.
        """
        now, due = self._store.run(self._due, writes=False)
        self._held_back = {key: until for key, until in self._held_back.items() if until > now}
        written = 0
        for key in due:
            if key not in self._held_back:
                going_on()
                written += self._remind(*key, now)
        return written

    def _due(self, unit: Unit) -> tuple[datetime, list[tuple[int | None, UUID]]]:
        """Offers and who is to be mailed about their chats; without an offer, staff for whom disputes wait."""
        now = unit.now()
        # Those held back may be first in line, so that as many more are asked for.
        limit = BATCH + len(self._held_back)
        staff = unit.staff_mails.due(now - MAIL_STAFF_AGAIN_AFTER, limit)
        return now, [*((None, trader_id) for trader_id in staff), *unit.chats.due_mails(now, limit)]

    def _remind(self, offer_id: int | None, reader_id: UUID, now: datetime) -> bool:
        """Write one; whether that was done here."""

        def mail(unit: Unit) -> bool:
            book, identifiers = unit.book, self._identifiers
            if offer_id is None:
                return mail_staff(reader_id, mails=unit.staff_mails, book=book, identifiers=identifiers, at=unit.now())
            mail_unread(offer_id, reader_id, book=book, identifiers=identifiers)
            return True

        try:
            return self._store.run(mail, writes=True)
        except (NotDueYet, ConcurrentChange):
            # It was read meanwhile, another worker was faster, or the chat is busy and it is tried in a second.
            return False
        except StoreUnavailable:
            raise
        except Exception:
            self._held_back[offer_id, reader_id] = now + HELD_BACK
            about = "disputes" if offer_id is None else f"the chat of offer {offer_id}"
            logger.exception("Nobody could be mailed about %s; it is tried again later.", about)
            return False
