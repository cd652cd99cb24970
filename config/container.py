"""The composition root: which adapter stands behind each port. Read it from top to bottom.

Nothing is opened, started or sent by building a container. What only some processes need is made, and imported, when
it is asked for the first time: a command that prints a token has no use for a web framework.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from adapters.system.clock import SystemClock
from adapters.system.clock_watch import SystemClockWatch
from adapters.system.identifiers import RandomIdentifiers
from adapters.system.pulses import Pulses
from adapters.system.wakers import Wakers
from domain.model.money import Catalogue
from domain.ports.clock import Clock
from domain.ports.delivery import Mailer, Waker
from domain.ports.files import Cleaner, Files
from domain.ports.identifiers import Identifiers
from domain.ports.prices import Prices
from domain.ports.tracing import Tracing
from domain.ports.webhooks import WebhookSender
from domain.use_cases.open_login import TokenLifetimes

from .databases import Database
from .mail_folder import check_mail
from .plug_in import class_named
from .secret_key import is_without_key, make_secret_key
from .secret_parts import SecretParts
from .settings import Settings
from .tracing import tracing_of

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

    from adapters.http.collaborators import DemoTrader, JoinableStore, Pages, Services
    from adapters.http.server.http_server import HttpServer
    from adapters.http.server.shared_connections import ConnectionShare
    from adapters.sql.connections.notify import NotifyWaker
    from adapters.websocket.server import WebsocketServer
    from adapters.worker.loops import WorkerLoops
    from adapters.worker.webhooks import WebhookLoop

HTTP_THREADS = 2
"""Threads of one HTTP process. More would wait for the interpreter's lock and for database connections."""
HTTP_LATE_SECONDS = 30.0
"""After these a process whose loop has not gone round is taken for stuck. It goes round once a second at least."""
HASHING_THREADS = 2
"""Threads of one HTTP process that hash passwords, one each: a flood of logins keeps nobody else waiting."""


@dataclass(eq=False)
class Container(SecretParts):
    """The parts of one process.

    A desk of one's own is a subclass, named by ``P2P_CONTAINER``, that overrides what it has otherwise: any cached
    property here is a port with its adapter, made when it is asked for the first time, and any method makes a part.
    ``demo`` are the traders that anybody may trade as, set before the servers are made.
    ``registries`` have the figures of its parts, for whoever shows them.
    """

    settings: Settings
    demo: tuple[DemoTrader, ...] = ()
    registries: list[CollectorRegistry] = field(default_factory=list)

    @cached_property
    def clock(self) -> Clock:
        """The clock of this process. An embedded store decides by it; it is held against the clock of any other."""
        return SystemClock()

    @cached_property
    def store_clock(self) -> Clock | None:
        """The clock that the store decides by; None where that is the database's own.

        An embedded one has none, and one process. With several, a clock that is not the same for all would let them
        decide differently.
        """
        return self.clock if self.database.is_embedded else None

    @cached_property
    def watch(self) -> SystemClockWatch:
        """What holds this process's clock against the store's, by which all is decided."""
        return SystemClockWatch(self.clock)

    @cached_property
    def pulses(self) -> Pulses:
        """The loops of this process that matter, and whether they go round."""
        return Pulses()

    @cached_property
    def identifiers(self) -> Identifiers:
        """Where new ids and secrets come from."""
        return RandomIdentifiers()

    @cached_property
    def wakers(self) -> Wakers:
        """Those in this process that deliver, woken by what anybody commits."""
        return Wakers()

    @cached_property
    def notify(self) -> NotifyWaker | None:
        """What wakes other processes; None where there are none."""
        return self.database.notify()

    @cached_property
    def database(self) -> Database:
        """Where things are kept, and what can be done with it beside using the store."""
        return self.settings.database

    @cached_property
    def store(self) -> JoinableStore:
        """What keeps everything. After each commit it wakes ``waker``."""
        return self.database.store(
            waker=self.waker,
            message_id_domain=self.settings.message_id_domain,
            clock=self.store_clock,
            watch=self.watch,
        )

    def count_in_store(self) -> None:
        """Have the store count what it does, where it can, for whoever shows figures."""
        figures = getattr(self.store, "figures", None)
        if figures is not None and figures.registry not in self.registries:
            self.registries.append(figures.registry)

    @cached_property
    def waker(self) -> Waker:
        """What a store wakes after a commit: who delivers in this process, and in others."""
        woken = Wakers()
        woken.add(self.wakers)
        if self.notify is not None:
            woken.add(self.notify)
        return woken

    @cached_property
    def tracing(self) -> Tracing | None:
        """Where it is told what was done, for traces; None where nobody collects any."""
        return tracing_of(os.environ)

    @cached_property
    def mailer(self) -> Mailer:
        """What writes letters and hands them over."""
        from adapters.smtp.mailer import mailer_from_url

        return mailer_from_url(self.settings.mail_url, self.settings.mail_from)

    @cached_property
    def files(self) -> Files:
        """Where the files of chats are kept."""
        from adapters.files.folder import FolderFiles

        return FolderFiles(self.settings.files_folder)

    @cached_property
    def cleaner(self) -> Cleaner:
        """What makes files harmless that people send."""
        from adapters.files.cleaning import PictureCleaner

        return PictureCleaner()

    @cached_property
    def prices(self) -> Prices | None:
        """Where market prices come from; None where from nowhere."""
        from adapters.prices.feeds import prices_from_url

        return prices_from_url(self.settings.prices_url, self.settings.prices_seconds)

    @cached_property
    def webhook_sender(self) -> WebhookSender:
        """What sends notices to the programs of traders."""
        from adapters.webhooks.sending import HttpWebhookSender
        from domain.model.addresses import is_public

        anywhere = self.settings.webhook_anywhere
        return HttpWebhookSender(may_connect=(lambda _: True) if anywhere else is_public)

    @cached_property
    def pages(self) -> Pages | None:
        """The page in the browser; None for a desk without one."""
        from adapters.browser.assets import BrowserPages

        return BrowserPages()

    @property
    def catalogue(self) -> Catalogue:
        """What is traded here, and whether ads may follow the market."""
        return replace(self.settings.catalogue, has_market_prices=self.prices is not None)

    @property
    def lifetimes(self) -> TokenLifetimes:
        """How long tokens are good."""
        settings = self.settings
        return TokenLifetimes(settings.access_lifetime, settings.refresh_lifetime, settings.login_lifetime)

    def http_server(
        self,
        listening: socket.socket,
        share: ConnectionShare | None = None,
        beat: Callable[[], None] | None = None,
    ) -> HttpServer:
        """HTTP on a socket that listens, not answering yet; ``share`` is among the processes that share the socket.

        ``beat`` is called each time that its loop goes round, where that is told of in a pulse of its process.
        """
        from adapters.http.app import make_app
        from adapters.http.operations import HASHING_PATHS
        from adapters.http.replies.origins import Origins
        from adapters.http.requests.client import client_network, is_proxy
        from adapters.http.server.http_server import ThreadCounts, serve
        from adapters.http.server.room import Clients

        listen = self.settings.http_listen
        self.count_in_store()
        app = make_app(self.services())
        threads = ThreadCounts(HTTP_THREADS, HASHING_THREADS, HASHING_PATHS)
        origins = Origins(self.settings.cors_origins)
        proxies = self.settings.trusted_proxies
        clients = Clients(
            lambda address, said: client_network({"REMOTE_ADDR": address, "HTTP_X_FORWARDED_FOR": said}, proxies),
            lambda address: is_proxy(address, proxies),
        )
        more: dict[str, Any] = {
            "beat": beat or self.pulses.add("http", HTTP_LATE_SECONDS),
            "origins": origins,
            "clients": clients,
            "file_bytes": self.settings.attachment_bytes,
        }
        return serve(app, listen.host, listen.port, threads, listening=listening, share=share, **more)

    def services(self) -> Services:
        """What the HTTP application works with."""
        from adapters.http.collaborators import Services

        listen = self.settings.websocket_listen
        return Services(
            store=self.store,
            identifiers=self.identifiers,
            passwords=self.passwords,
            tokens=self.tokens,
            sealer=self.sealer,
            authenticator=self.authenticator,
            catalogue=self.catalogue,
            lifetimes=self.lifetimes,
            default_time_to_pay=self.settings.time_to_pay,
            limits=self.settings.limits,
            fee_percent=self.settings.fee_percent,
            public_url=self.settings.public_url,
            websocket_url=self.settings.websocket_url,
            clock_offset=lambda: self.watch.offset_seconds,
            files=self.files,
            cleaner=self.cleaner,
            desk_name=self.settings.desk_name,
            file_bytes=self.settings.attachment_bytes,
            demo=self.demo,
            origins=self.settings.cors_origins,
            trusted_proxies=self.settings.trusted_proxies,
            public_url_by_host=self.settings.public_url_by_host,
            registries=self.registries,
            late=self.pulses.late,
            pages=self.pages,
            dispute_after=self.settings.dispute_after,
            second_approval=self.settings.second_approval,
            rate_limits=self.settings.rate_limits,
            webhook_anywhere=self.settings.webhook_anywhere,
            tracing=self.tracing,
            websocket_port_by_host=listen.port if self.settings.websocket_url_by_host else None,
        )

    def websocket_server(self, reactor: Any, listening: socket.socket) -> WebsocketServer:
        """The websocket on a socket that listens, not started; it is woken by what is committed here."""
        from adapters.websocket.limits import Limits
        from adapters.websocket.server import WebsocketServer

        server = WebsocketServer(
            reactor=reactor,
            listening=listening,
            store=self.store,
            tokens=self.tokens,
            limits=Limits(
                origins=(self.settings.public_url, *self.settings.cors_origins),
                loopback_origins=self.settings.listens_locally,
            ),
            watch=self.pulses.add,
            tracing=self.tracing,
            now=lambda: self.clock.now() - timedelta(seconds=self.watch.offset_seconds),
        )
        self.registries.append(server.figures.registry)
        self.count_in_store()
        self.wakers.add(server)
        return server

    def worker_loops(self, nice: int = 0) -> WorkerLoops:
        """What expires and mails, not started; it is woken by what is committed here. What sends mail gives way so far.

        Raises ``WrongSetting`` where mail is to be written into a folder and cannot.
        """
        from adapters.system.priority import Processors
        from adapters.worker.bookkeeper import Bookkeeper
        from adapters.worker.figures import LetterFigures
        from adapters.worker.leftovers import Leftovers
        from adapters.worker.loops import WorkerLoops
        from adapters.worker.pace import Pace
        from adapters.worker.postman import Postman
        from adapters.worker.pricer import Pricer
        from adapters.worker.reminders import Reminders
        from adapters.worker.sweeper import Sweeper
        from adapters.worker.vitals import VitalsWatch

        check_mail(self.mailer)
        figures = LetterFigures()
        self.registries.append(figures.registry)
        webhooks = self._webhook_loop()
        processors = Processors()
        vitals = VitalsWatch(self.store)
        self.registries.append(vitals.registry)
        self.count_in_store()
        loops = WorkerLoops(
            Sweeper(self.store, self.settings.paid_escalates, self.settings.letters_kept),
            Postman(self.store.outbox, self.mailer, self.identifiers, figures=figures, tracing=self.tracing),
            self.identifiers,
            beside=(
                Reminders(self.store, self.identifiers).remind_once,
                Leftovers(self.store, self.files).sweep_once,
                lambda _: vitals.look_once(),
            ),
            webhooks=webhooks,
            bookkeeper=Bookkeeper(self.store, self.identifiers, self.settings.solvency_every),
            watch=self.pulses.add,
            tracing=self.tracing,
            begin_to_send=partial(processors.share, nice),
            pace=Pace(processors.are_wanted),
            pricer=None if self.prices is None else Pricer(self.store, self.prices, self.settings.catalogue),
        )
        self.wakers.add(loops)
        self.wakers.add(webhooks)
        return loops

    def _webhook_loop(self) -> WebhookLoop:
        from adapters.worker.webhooks import WebhookFigures, WebhookLoop

        figures = WebhookFigures()
        self.registries.append(figures.registry)
        parts = (self.webhook_sender, self.sealer, self.identifiers)
        return WebhookLoop(self.store, self.store.webhook_queue, *parts, figures=figures)

    def close(self) -> None:
        """Hand on the last nudges and traces, and give the connections back."""
        if self.notify is not None:
            self.notify.close()
        self.store.close()
        if self.tracing is not None:
            self.tracing.close()

    def hearing_others(self) -> AbstractContextManager[None]:
        """While this lasts, the wakers of this process are woken by what other processes commit, too."""
        return self.database.hearing(self.wakers.wake)

    def migrate(self) -> None:
        """Give the database the tables of this code."""
        is_new = is_without_key(self.settings)
        self.database.migrate()
        if is_new:
            make_secret_key(self.settings)

    def check_schema(self) -> None:
        """Return if the database answers and has the tables of this code. Raises ``StoreUnavailable``."""
        self.database.check_is_there()
        self.store.ping()


def build(settings: Settings) -> Container:
    """The parts for these settings, of the class that ``P2P_CONTAINER`` names. Raises ``WrongSetting``."""
    return class_named("P2P_CONTAINER", settings.container, Container, settings)(settings)
