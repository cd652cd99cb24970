"""What the HTTP adapter is given to work with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from ipaddress import IPv4Network, IPv6Network
from typing import Any, Protocol

from prometheus_client import CollectorRegistry

from domain.model.arbitration import SecondApproval
from domain.model.limits import NO_LIMITS, Limits
from domain.model.money import Catalogue
from domain.model.offer import NO_FEE
from domain.ports.files import Cleaner, Files
from domain.ports.identifiers import Identifiers
from domain.ports.passwords import Passwords
from domain.ports.sealing import Sealer
from domain.ports.second_factors import Authenticator
from domain.ports.store import Store, Unit
from domain.ports.tokens import Tokens
from domain.ports.tracing import Tracing
from domain.use_cases.open_login import TokenLifetimes


class JoinableStore(Store, Protocol):
    """A store whose units of work can be a part of the transaction that Pyramid has for a request."""

    def joined_unit(self, transaction_manager: Any, *, writes: bool) -> Unit:
        """The ports of a unit of work that joins the current transaction of a manager of the ``transaction`` package.

        The unit begins with the first call of one of its ports and ends with the transaction. An error that is safe to
        retry, by the terms of ``Store.run``, says so to the manager.
        """
        ...


class PageFile(Protocol):
    """One file of the page in the browser, as it is and compressed by gzip."""

    @property
    def body(self) -> bytes: ...

    @property
    def zipped(self) -> bytes: ...

    @property
    def content_type(self) -> str: ...


class Pages(Protocol):
    """The page in the browser: what every page begins with, and the files that it consists of.

    ``paths`` are where pages are; a part in braces is told by the spelling of what may stand there. ``digest`` is 16
    letters that are others for any other files.
    """

    @property
    def paths(self) -> Sequence[str]: ...

    @property
    def digest(self) -> str: ...

    @property
    def shell(self) -> PageFile: ...

    def asset(self, name: str) -> PageFile | None:
        """The file of that name; None where there is none."""
        ...


@dataclass(frozen=True, slots=True)
class DemoTrader:
    """A trader of a desk that was started to be tried out. That password is no secret."""

    fullname: str
    email: str = field(repr=False)
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Services:
    """The collaborators and settings of one HTTP application.

    ``default_time_to_pay`` is in minutes. ``public_url`` is the address that clients reach this desk by, without a
    slash at its end; ``websocket_url`` is the address of the websocket. ``clock_offset`` tells how many seconds this
    process's clock is ahead of the store's. No clock is here to decide by: the store tells the time with its answers.
    Where the two addresses are only how the desk's own machine reaches it, ``public_url_by_host`` and
    ``websocket_port_by_host`` (None where not) say so: ``addresses`` tells each client the host that it asked by.

    ``files`` keeps what is sent in chats, once ``cleaner`` has made it harmless; ``file_bytes`` is its largest size.
    ``limits`` bound what one trader has under way; ``fee_percent`` is what the desk takes of what reaches a buyer.
    ``desk_name`` is what the desk calls itself, which no trader may.
    ``demo`` are the traders that anybody may trade as, on a desk that has any; ``origins`` are those of other
    addresses' pages that may call, ``*`` any; ``trusted_proxies`` those who may say for whom they ask;
    ``registries`` have the figures of what else runs in this process; ``late`` are the names of those of its loops that
    do not go round any more.

    ``pages`` is the page in the browser; None where the desk has none.

    A dispute can be opened ``dispute_after`` the payment, and above the amounts of ``second_approval``, by currency,
    two of the staff end it. ``rate_limits`` are how many requests in how many seconds, by policy; without them there
    may be any number. ``webhook_anywhere`` lets webhooks be of any address, and ``http``.
    ``tracing`` hears of each request, where there is any.
    """

    store: JoinableStore
    identifiers: Identifiers
    passwords: Passwords
    tokens: Tokens
    sealer: Sealer
    authenticator: Authenticator
    catalogue: Catalogue
    lifetimes: TokenLifetimes
    default_time_to_pay: int
    public_url: str
    websocket_url: str
    clock_offset: Callable[[], float]
    files: Files
    cleaner: Cleaner
    desk_name: str = ""
    file_bytes: int = 5 * 1024 * 1024
    limits: Limits = NO_LIMITS
    fee_percent: Decimal = NO_FEE
    demo: tuple[DemoTrader, ...] = ()
    origins: tuple[str, ...] = ()
    trusted_proxies: Sequence[IPv4Network | IPv6Network] = ()
    public_url_by_host: bool = False
    websocket_port_by_host: int | None = None
    registries: Sequence[CollectorRegistry] = ()
    late: Callable[[], Sequence[str]] = tuple
    pages: Pages | None = None
    dispute_after: timedelta = timedelta(0)
    second_approval: SecondApproval = field(default_factory=dict)
    rate_limits: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    webhook_anywhere: bool = False
    tracing: Tracing | None = None
