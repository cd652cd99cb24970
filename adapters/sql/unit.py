"""One unit of work on a database: one connection, one transaction, joined to a transaction manager."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Engine
from sqlalchemy.engine import Connection, RootTransaction
from zope.sqlalchemy.datamanager import join_transaction

from domain.ports.delivery import Waker

from .attempts import SqlAttempts
from .chats import SqlChats
from .codes import SqlCodes
from .connections.engine import checked_out
from .connections.failures import WRITES
from .connections.moments import Moments
from .connections.replica import Replica
from .deciding.admission import SqlAdmission
from .deciding.book import SqlBook
from .deciding.pending_writes import Writing
from .freezing import SqlFreezing
from .inbox import SqlInbox
from .journal import SqlJournal
from .keys import SqlKeys
from .lists.readers import SqlReaders
from .logins import SqlLogins
from .own_data import SqlOwnData
from .payment_methods import SqlPaymentMethods
from .people import SqlPeople
from .rates import SqlRates
from .second_factors import SqlSecondFactors
from .solvency import SqlSolvency
from .staff_mails import SqlStaffMails
from .traders import SqlTraders
from .webhooks import SqlWebhooks


class _Joined:
    """A connection as zope.sqlalchemy knows sessions: what begins, and commits or is closed, with a transaction.

    A session would keep the state of mapped objects, of which there are none here, for a tenth of a request's time.
    """

    twophase = False

    def __init__(self, connection: Connection, writing: Writing) -> None:
        self._connection = connection
        self._writing = writing

    def get_transaction(self) -> RootTransaction:
        """The connection's transaction, begun here. Where it cannot begin, nobody keeps the connection."""
        try:
            return self._connection.begin()
        except BaseException:
            self._connection.close()
            raise

    def flush(self) -> None:
        """Send what waits for the end, as the commit begins. Where that fails, the commit closes the connection.

        What fails in a hook of the transaction would leave it to whoever commits, and pyramid_tm does nothing more.
        """
        self._writing.finish()

    def close(self) -> None:
        """Roll back what was not committed, and give the connection back."""
        self._connection.close()


class SqlUnit:
    """The ports of one unit. It begins with the first statement and ends with the manager's transaction."""

    def __init__(
        self,
        engine: Engine,
        transaction_manager: Any,
        waker: Waker,
        message_id_domain: str,
        *,
        moments: Moments,
        writes: bool,
        replica: Replica | None = None,
    ) -> None:
        self._engine = engine
        self._transaction_manager = transaction_manager
        self._waker = waker
        self._message_id_domain = message_id_domain
        self._moments = moments
        self._writes = writes
        # Who writes decides by what is so now.
        self._replica = None if writes else replica
        self._woken: set[UUID] = set()
        self._open: tuple[Connection, Writing] | None = None

    @property
    def connection(self) -> Connection:
        """The unit's connection, begun; on it everything can be seen that was decided before.

        Raises ``StoreUnavailable`` where there is none to be had.
        """
        connection, writing = self._begun
        writing.finish()
        return connection

    @property
    def _begun(self) -> tuple[Connection, Writing]:
        # Not a cached property: in Python 3.11 these hold one lock for all units of the process while they compute,
        # and a thread that waits for a connection would keep every other thread from the store.
        if self._open is None:
            self._open = self._begin()
        return self._open

    def _begin(self) -> tuple[Connection, Writing]:
        # Where there is no transaction, this says so before anything is opened.
        self._transaction_manager.get()
        with checked_out(self._engine, commits=self._writes):
            connection = self._engine.connect().execution_options(**{WRITES: self._writes})
        writing = Writing(connection, self._message_id_domain)
        # By default zope.sqlalchemy commits only sessions whose mapped objects changed, and there are none here.
        joined = _Joined(connection, writing)
        join_transaction(joined, initial_state="changed", transaction_manager=self._transaction_manager)
        return connection, writing

    def now(self) -> datetime:
        """The moment by the store's clock."""
        return self._moments.now(self.connection)

    @property
    def book(self) -> SqlBook:
        """Locked reads and writes."""
        return SqlBook(self.connection, self._begun[1], self._moments, self._wake_after_commit)

    @property
    def readers(self) -> SqlReaders:
        """Lists and details."""
        return SqlReaders(self.connection, self._replica)

    @property
    def traders(self) -> SqlTraders:
        """Who trades here."""
        return SqlTraders(self.connection)

    @property
    def payment_methods(self) -> SqlPaymentMethods:
        """Payment methods that traders have saved."""
        return SqlPaymentMethods(self.connection)

    @property
    def people(self) -> SqlPeople:
        """What people are to each other."""
        return SqlPeople(self.connection, self._replica)

    @property
    def logins(self) -> SqlLogins:
        """Logins and tickets."""
        return SqlLogins(self.connection)

    @property
    def keys(self) -> SqlKeys:
        """Keys of programs."""
        return SqlKeys(self.connection)

    @property
    def own_data(self) -> SqlOwnData:
        """All that is kept about one trader."""
        return SqlOwnData(self.connection)

    @property
    def webhooks(self) -> SqlWebhooks:
        """Where traders have their notices sent."""
        return SqlWebhooks(self.connection, self._wake_after_commit)

    @property
    def codes(self) -> SqlCodes:
        """Codes that were mailed."""
        return SqlCodes(self.connection)

    @property
    def attempts(self) -> SqlAttempts:
        """Wrong tries at secrets, and known addresses."""
        return SqlAttempts(self.connection)

    @property
    def second_factors(self) -> SqlSecondFactors:
        """One-time passwords."""
        return SqlSecondFactors(self.connection, self._begun[1])

    @property
    def inbox(self) -> SqlInbox:
        """What was read of what was told."""
        return SqlInbox(self.connection)

    @property
    def chats(self) -> SqlChats:
        """The chats of offers, to read."""
        return SqlChats(self.connection)

    @property
    def staff_mails(self) -> SqlStaffMails:
        """Mails to staff about disputes."""
        return SqlStaffMails(self.connection)

    @property
    def rates(self) -> SqlRates:
        """Market prices."""
        return SqlRates(self.connection)

    @property
    def freezing(self) -> SqlFreezing:
        """Whether anything new may begin."""
        return SqlFreezing(self.connection)

    @property
    def journal(self) -> SqlJournal:
        """The chain of the journal."""
        return SqlJournal(self.connection)

    @property
    def solvency(self) -> SqlSolvency:
        """What the desk says that it owes."""
        return SqlSolvency(self.connection)

    @property
    def admission(self) -> SqlAdmission:
        """The door of a request."""
        return SqlAdmission(*self._begun, self._moments)

    def _wake_after_commit(self, trader_ids: Iterable[UUID]) -> None:
        """Nudge delivery once the notices can be seen, and only if they ever can."""
        if not self._woken:
            self._transaction_manager.get().addAfterCommitHook(self._wake)
        self._woken.update(trader_ids)

    def _wake(self, committed: bool) -> None:
        if committed:
            self._waker.wake(frozenset(self._woken))
