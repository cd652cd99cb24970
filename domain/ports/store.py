"""Where everything is kept, and the units of work on it. For whoever drives the use cases: HTTP, worker, CLI."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol, TypeVar

from .admission import Admission
from .attempts import Attempts
from .book import Book
from .chats import Chats
from .codes import Codes
from .delivery import NoticeTail, Outbox
from .freezing import Freezing
from .inbox import Inbox
from .journal import Journal
from .keys import Keys
from .logins import Logins
from .own_data import OwnData
from .payment_methods import PaymentMethods
from .people import People
from .prices import Rates
from .readers import Readers
from .second_factors import SecondFactors
from .solvency import Solvency
from .staff_mails import StaffMails
from .traders import Traders
from .vitals import Vitals
from .webhooks import WebhookQueue, Webhooks

Result = TypeVar("Result")

TRIES = 3
"""How often ``Store.run`` does a piece of work at most, where trying again is safe."""


class Unit(Protocol):
    """The ports of one unit of work: all of them see and write one transaction.

    What was written through one of them can be seen through all of them at once, and by nobody else before the commit.
    """

    def now(self) -> datetime:
        """The moment by the store's clock, for what is decided without a locked read or an admission, which tell it.

        Raises ``ClockIsOff`` where this process's clock is too far from it.
        """
        ...

    @property
    def book(self) -> Book:
        """Locked reads and writes."""
        ...

    @property
    def readers(self) -> Readers:
        """Lists and details."""
        ...

    @property
    def traders(self) -> Traders:
        """Who trades here."""
        ...

    @property
    def payment_methods(self) -> PaymentMethods:
        """Payment methods that traders have saved."""
        ...

    @property
    def people(self) -> People:
        """What people are to each other."""
        ...

    @property
    def logins(self) -> Logins:
        """Logins and tickets."""
        ...

    @property
    def keys(self) -> Keys:
        """Keys of programs."""
        ...

    @property
    def own_data(self) -> OwnData:
        """All that is kept about one trader."""
        ...

    @property
    def webhooks(self) -> Webhooks:
        """Where traders have their notices sent."""
        ...

    @property
    def codes(self) -> Codes:
        """Codes that were mailed."""
        ...

    @property
    def attempts(self) -> Attempts:
        """Wrong tries at secrets, and from where accounts were used before."""
        ...

    @property
    def second_factors(self) -> SecondFactors:
        """One-time passwords."""
        ...

    @property
    def inbox(self) -> Inbox:
        """What was read of what was told."""
        ...

    @property
    def chats(self) -> Chats:
        """The chats of offers, to read."""
        ...

    @property
    def staff_mails(self) -> StaffMails:
        """Mails to staff about disputes."""
        ...

    @property
    def rates(self) -> Rates:
        """Market prices, as all processes know them."""
        ...

    @property
    def freezing(self) -> Freezing:
        """Whether anything new may begin."""
        ...

    @property
    def journal(self) -> Journal:
        """The chain of the journal."""
        ...

    @property
    def solvency(self) -> Solvency:
        """What the desk says that it owes."""
        ...

    @property
    def admission(self) -> Admission:
        """The door of a request."""
        ...


class Store(Protocol):
    """A database, or what stands for one.

    Whatever is asked of it may raise ``StoreUnavailable``. It has one clock, by which everything is decided: the
    database's, or where only one process can use it, that of the process. How a unit of work becomes a part of somebody
    else's transaction is no business of the domain: a store that can do that says how beside this port.
    """

    @property
    def outbox(self) -> Outbox:
        """Letters by state, in transactions of its own."""
        ...

    @property
    def webhook_queue(self) -> WebhookQueue:
        """What is due to be sent to webhooks, in transactions of its own."""
        ...

    @property
    def tail(self) -> NoticeTail:
        """Committed notices, in reads of its own."""
        ...

    def run(self, work: Callable[[Unit], Result], *, writes: bool) -> Result:
        """Do something in one unit of work, and return what it returns: a raise rolls back, a return commits.

        The unit begins with the first call of one of its ports, so that work which asks nothing costs nothing, and its
        ports are of no use once the work has returned. A unit that does not write never waits for one that does, and is
        refused (``Fault``) whatever locks or writes, as far as the store can tell. After a commit, and never before it,
        the store wakes whoever delivers the new notices.

        The work is done again as a whole, at most ``TRIES`` times altogether and each time in a new unit, where nothing
        can have happened yet: after a ``ConcurrentChange`` of the store's own, wherever it came from, and after a
        ``StoreUnavailable`` of which the store knows that nothing had been committed and that trying at once may help
        (a connection that broke before the commit was sent). Never after a ``Refusal``, another fault, or
        ``CommitUnknown``: then it may have happened. So the work must leave nothing behind but what it writes here.

        A ``ConcurrentChange`` may come from the port that was called, from any later one, or as late as the commit:
        a store may hold a write back until its unit ends (see ``Book.apply``). Raises whatever the work raises, and
        ``CommitUnknown`` where the connection was lost while committing.
        """
        ...

    def ping(self) -> None:
        """Return if the store answers and its schema is the one of this code; else raise ``StoreUnavailable``."""
        ...

    def check_writes(self) -> None:
        """Return if something can be written, which is found out by writing and committing; else raise
        ``StoreUnavailable``.

        However often and by however many it is asked, a store writes little for it, such as once a second, and what it
        found holds for so long.
        """
        ...

    def vitals(self) -> Vitals:
        """How the desk is as a whole: a read that may take longer the more there is, for once in a while."""
        ...

    def note_check(self, broken: int) -> None:
        """Keep that all books were checked just now, and that so many invariants did not hold; it replaces the last."""
        ...

    def close(self) -> None:
        """Give back all connections."""
        ...
