"""The store in memory: the same promises as the databases keep, for tests, for trying things out and for embedding."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from transaction import TransactionManager

from domain.ports.clock import Clock
from domain.ports.delivery import Waker
from domain.ports.store import TRIES, Result
from domain.ports.vitals import Vitals

from .admission import MemoryAdmission
from .attempts import MemoryAttempts
from .book import MemoryBook
from .chats import MemoryChats
from .codes import MemoryCodes
from .freezing import MemoryFreezing
from .inbox import MemoryInbox
from .journal import MemoryJournal
from .keys import MemoryKeys
from .logins import MemoryLogins
from .outbox import MemoryOutbox, MemoryTail
from .own_data import MemoryOwnData
from .payment_methods import MemoryPaymentMethods
from .people import MemoryPeople
from .rates import MemoryRates
from .readers import MemoryReaders
from .second_factors import MemorySecondFactors
from .solvency import MemorySolvency
from .staff_mails import MemoryStaffMails
from .traders import MemoryTraders
from .unit import PATIENCE_SECONDS, Database, ReadingSession, Session, WritingSession
from .vitals import note_check, vitals
from .webhooks import MemoryWebhookQueue, MemoryWebhooks


@dataclass(frozen=True, slots=True)
class MemoryUnit:
    """The ports of one unit of work."""

    clock: Clock
    book: MemoryBook
    readers: MemoryReaders
    traders: MemoryTraders
    payment_methods: MemoryPaymentMethods
    people: MemoryPeople
    logins: MemoryLogins
    keys: MemoryKeys
    own_data: MemoryOwnData
    webhooks: MemoryWebhooks
    codes: MemoryCodes
    attempts: MemoryAttempts
    second_factors: MemorySecondFactors
    inbox: MemoryInbox
    chats: MemoryChats
    staff_mails: MemoryStaffMails
    rates: MemoryRates
    freezing: MemoryFreezing
    journal: MemoryJournal
    solvency: MemorySolvency
    admission: MemoryAdmission

    def now(self) -> datetime:
        """The moment by the store's clock."""
        return self.clock.now()


class MemoryStore:
    """The port ``Store``. ``message_id_domain`` is the right side of every letter's Message-ID.

    It decides by ``clock``, as a database does by its own. A unit that has waited ``patience_seconds`` for the one
    that writes gives up with ``StoreUnavailable``.
    """

    def __init__(
        self, *, waker: Waker, message_id_domain: str, clock: Clock, patience_seconds: float = PATIENCE_SECONDS
    ) -> None:
        self._database = Database(patience_seconds)
        self.clock = clock
        self._waker = waker
        self._message_id_domain = message_id_domain
        self._outbox = MemoryOutbox(self._database, clock)
        self._tail = MemoryTail(self._database)
        self._webhook_queue = MemoryWebhookQueue(self._database, clock)

    @property
    def outbox(self) -> MemoryOutbox:
        """Letters by state."""
        return self._outbox

    @property
    def webhook_queue(self) -> MemoryWebhookQueue:
        """What is due to be sent to webhooks."""
        return self._webhook_queue

    @property
    def tail(self) -> MemoryTail:
        """Committed notices."""
        return self._tail

    def run(self, work: Callable[[MemoryUnit], Result], *, writes: bool) -> Result:
        """Do something in one unit of work: a raise rolls back, a return commits; tried again where that is safe."""
        manager = TransactionManager(explicit=True)
        result: Result = manager.run(lambda: work(self.joined_unit(manager, writes=writes)), tries=TRIES)
        return result

    def joined_unit(self, transaction_manager: Any, *, writes: bool) -> MemoryUnit:
        """The ports of a unit of work that is a part of the manager's current transaction, and ends with it.

        A unit that writes waits, at its first call, for the one that is writing; one that only reads waits for none.
        """
        session: Session = ReadingSession(self._database)
        if writes:
            session = WritingSession(self._database, self._waker, transaction_manager)
        return MemoryUnit(
            clock=self.clock,
            book=MemoryBook(session, self._message_id_domain, self.clock),
            readers=MemoryReaders(session),
            traders=MemoryTraders(session),
            payment_methods=MemoryPaymentMethods(session),
            people=MemoryPeople(session),
            logins=MemoryLogins(session),
            keys=MemoryKeys(session),
            own_data=MemoryOwnData(session),
            webhooks=MemoryWebhooks(session),
            codes=MemoryCodes(session),
            attempts=MemoryAttempts(session),
            second_factors=MemorySecondFactors(session),
            inbox=MemoryInbox(session),
            chats=MemoryChats(session),
            staff_mails=MemoryStaffMails(session),
            rates=MemoryRates(session),
            freezing=MemoryFreezing(session),
            journal=MemoryJournal(session),
            solvency=MemorySolvency(session),
            admission=MemoryAdmission(session, self.clock),
        )

    def ping(self) -> None:
        """Memory always answers."""

    def check_writes(self) -> None:
        """Memory can always be written to."""

    def vitals(self) -> Vitals:
        """How the desk is as a whole."""
        with self._database.reading() as tables:
            return vitals(tables, self.clock.now())

    def note_check(self, broken: int) -> None:
        """Keep that the books were checked just now."""
        with self._database.writing() as tables:
            note_check(tables, self.clock.now(), broken)

    def close(self) -> None:
        """There is nothing to give back."""
