"""Settings: from environment variables to one frozen, checked object. ``SETTINGS`` lists them all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar
from urllib.parse import urlsplit

from adapters.smtp.addresses import sender_of
from adapters.system.priority import NICEST
from domain.model.limits import BOUND_LIMIT, Limits
from domain.model.money import CRYPTO_DECIMALS_LIMIT, FIAT_DECIMALS_LIMIT, Catalogue, Currency

from . import secret_files, values
from .databases import Database
from .values import Listen, Network
from .wrong_setting import WrongSetting

PREFIX = "P2P_"
LOG_FORMATS = ("console", "json")
LOG_LEVELS = ("debug", "info", "warning", "error")

Value = TypeVar("Value")
Bounds = ParamSpec("Bounds")


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its name, what it is where it is not given, and what it means."""

    name: str
    default: str | None
    meaning: str


SETTINGS = (
    Setting(
        "P2P_DATABASE_URL",
        "sqlite:///var/p2p.sqlite3",
        "`sqlite:///path`, `postgresql+psycopg://user:password@host/name`, or `memory:`, which keeps nothing; a primary"
        " and its standbys are"
        " `postgresql+psycopg://user:password@/name?host=one:5432&host=other:5432&target_session_attrs=primary`",
    ),
    Setting(
        "P2P_REPLICA_URL",
        None,
        "a standby of that PostgreSQL, `postgresql+psycopg://…`, from which the board and what traders have done are "
        "read while it is at most 2 s behind; unless given, all is read from the primary",
    ),
    Setting(
        "P2P_SECRET_KEY",
        None,
        "signs the tokens and seals kept secrets; at least 32 bytes. Of several with commas the first signs and seals, "
        "and what the others did is good still. With an embedded database one is made and kept beside it, readable by "
        "its owner only; else it is required",
    ),
    Setting("P2P_HTTP_LISTEN", "127.0.0.1:8080", "where HTTP is served"),
    Setting("P2P_WS_LISTEN", "127.0.0.1:8081", "where the websocket is served"),
    Setting(
        "P2P_STATUS_LISTEN",
        None,
        "where `p2p ws` and `p2p worker` serve `/healthz`, `/readyz` and `/metrics`, an address each; "
        "unless given, nowhere",
    ),
    Setting(
        "P2P_MAIL_URL",
        "file:var/mail",
        "`file:folder`, `smtp://user:password@host:587?starttls=1`, `console:`, or `memory:`, which keeps nothing; "
        "with PostgreSQL it is required",
    ),
    Setting("P2P_MAIL_FROM", "P2P desk <desk@localhost>", "the sender of all mail"),
    Setting(
        "P2P_PUBLIC_URL",
        None,
        "by which clients reach the desk, such as `https://desk.example.com`; unless given, where HTTP is served",
    ),
    Setting(
        "P2P_WS_PUBLIC_URL",
        None,
        "by which clients reach the websocket, such as `wss://desk.example.com/ws/p2p/`; unless given, the host of "
        "P2P_PUBLIC_URL, or where the websocket is served",
    ),
    Setting(
        "P2P_CORS_ORIGINS",
        None,
        "whose pages may call the desk and open its websocket beside its own: origins with commas, such as "
        "`https://app.example.com`, or `*` for any; unless given, nobody's",
    ),
    Setting("P2P_LOG_FORMAT", "console", "`console` for people, `json` for machines"),
    Setting("P2P_LOG_LEVEL", "info", "what is logged at least: `debug`, `info`, `warning` or `error`"),
    Setting("P2P_HTTP_WORKERS", "1", "processes of `p2p http`"),
    Setting(
        "P2P_CRYPTO_CURRENCIES",
        "btc:8,eth:18,usdt:6,usdc:6,trx:6,ltc:8,bnb:18,sol:9,xrp:6,doge:8",
        "what is traded: codes with their decimals, at most 20",
    ),
    Setting(
        "P2P_FIAT_CURRENCIES",
        "usd:2,eur:2,gbp:2,ngn:2,ghs:2,kes:2,zar:2,inr:2,brl:2,jpy:0",
        "what is paid with: codes with their decimals, at most 2",
    ),
    Setting(
        "P2P_PAYMENT_METHODS",
        "bank_transfer,mobile_money,card,cash_deposit,paypal,wise,revolut",
        "how is paid; `bank_transfer` makes an offer name a bank account",
    ),
    Setting("P2P_FILES_URL", "file:var/files", "where files of chats are kept: `file:folder`"),
    Setting("P2P_ATTACHMENT_BYTES", "5242880", "how large a file of a chat may be, in bytes"),
    Setting("P2P_ACCESS_MINUTES", "30", "how long an access token is good"),
    Setting("P2P_REFRESH_DAYS", "14", "how long a refresh token is good"),
    Setting("P2P_LOGIN_DAYS", "90", "how long a login lasts, refreshed or not"),
    Setting(
        "P2P_TRUSTED_PROXIES",
        None,
        "whose `X-Forwarded-For` says where a client is, and whose `X-Forwarded-Proto` whether it came by `https`: "
        "addresses and networks with commas, such as `127.0.0.1,10.0.0.0/8`; unless given, nobody's",
    ),
    Setting(
        "P2P_RATE_LIMITS",
        "write=300/minute,read=1200/minute,anonymous=120/minute",
        "how many requests each process takes of one trader, and without a good token of one address, per `second`, "
        "`minute` or `hour`; or `off`",
    ),
    Setting(
        "P2P_PRICES_URL",
        None,
        'where market prices come from: `file:path` or `https://…`, each JSON such as `{"btc": {"usd": "65000.12"}}`; '
        "unless given, from nowhere, and with `--demo` they are made up",
    ),
    Setting("P2P_PRICES_SECONDS", "30", "how often a server is asked for them, 1 to 300"),
    Setting(
        "P2P_WEBHOOK_ANYWHERE",
        "0",
        "1 lets webhooks be of every address, and `http`: for tests and private networks, and nowhere else",
    ),
    Setting("P2P_TIME_TO_PAY", "30", "minutes to pay for an offer, where the ad says nothing"),
    Setting("P2P_DISPUTE_AFTER", "0", "minutes after which a paid offer can be disputed"),
    Setting(
        "P2P_PAID_ESCALATES",
        "24",
        "hours after which an offer that is paid and not released is disputed by the desk itself; 0 is never",
    ),
    Setting(
        "P2P_SECOND_APPROVAL",
        None,
        "above which amount of an offer two of the staff end a dispute, such as `btc:1,usdt:50000`; unless given, "
        "one does",
    ),
    Setting(
        "P2P_MAX_LIVE_ADS",
        "50",
        "how many ads, live and paused, one trader may have; 0 is no bound, as with the next three",
    ),
    Setting("P2P_MAX_LIVE_OFFERS", "20", "how many live offers one trader may have made"),
    Setting(
        "P2P_MAX_UNPAID",
        "3",
        "so many offers of a buyer that expired unpaid within 24 hours keep them from new ones until 24 hours after "
        "the last",
    ),
    Setting(
        "P2P_MAX_CANCELLED",
        "10",
        "so many offers that a taker cancelled within an hour keep them from new ones until an hour after the last",
    ),
    Setting("P2P_VERIFIED_ONLY", "0", "1 asks for a verified address before ads and offers; 0 does not"),
    Setting("P2P_FEE_PERCENT", "0", "what the desk takes of what reaches a buyer, in percent: below 50, four decimals"),
    Setting("P2P_LETTERS_DAYS", "90", "how many days a letter is kept after it was sent; 0 is for good"),
    Setting("P2P_WORKER_NICE", "10", "how far what `p2p worker` sends gives way to other processes: 0 to 19"),
    Setting("P2P_SOLVENCY_MINUTES", "60", "how often the worker states what the desk owes, in minutes; 0 is never"),
    Setting(
        "P2P_CONTAINER",
        "config.container:Container",
        "which class puts the desk together, as `module:Name`: a subclass of that one, for a desk with parts of your "
        "own; docs/own-parts.md says how",
    ),
)
"""Every setting there is; the README's table and ``p2p settings`` are made from this."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the desk is told from outside, checked. Printing it shows no secret.

    ``secret_keys`` is None where an embedded database keeps its own: see ``secret_key.secret_keys_of``.
    """

    database: Database = field(repr=False)
    secret_keys: tuple[str, ...] | None = field(repr=False)
    http_listen: Listen
    websocket_listen: Listen
    status_listen: Listen | None
    mail_url: str = field(repr=False)
    mail_from: str
    public_url: str
    cors_origins: tuple[str, ...]
    public_url_by_host: bool
    """Whether ``public_url`` is only how this machine reaches HTTP, and others do by whatever host they know it."""
    websocket_url: str
    websocket_url_by_host: bool
    log_format: str
    log_level: str
    http_workers: int
    catalogue: Catalogue
    files_folder: Path
    attachment_bytes: int
    access_lifetime: timedelta
    refresh_lifetime: timedelta
    login_lifetime: timedelta
    trusted_proxies: tuple[Network, ...]
    rate_limits: Mapping[str, tuple[int, int]]
    """How many requests in how many seconds, by policy; empty for any number."""
    prices_url: str | None = field(repr=False)
    prices_seconds: int
    webhook_anywhere: bool
    time_to_pay: int
    limits: Limits
    dispute_after: timedelta
    paid_escalates: timedelta | None
    second_approval: Mapping[str, Decimal]
    fee_percent: Decimal
    solvency_every: timedelta | None
    letters_kept: timedelta | None
    worker_nice: int
    container: str
    """``module:Name`` of the class that puts the parts together; ``container.build`` finds and checks it."""

    @property
    def listens_locally(self) -> bool:
        """Whether both servers are reached from this very machine only."""
        return all(values.is_loopback(listen.host) for listen in (self.http_listen, self.websocket_listen))

    @property
    def message_id_domain(self) -> str:
        """What stands behind the @ of every Message-ID: the domain of the sender."""
        return sender_of(self.mail_from).domain

    @property
    def desk_name(self) -> str:
        """What the desk calls itself: the name of its sender, or else its host."""
        return sender_of(self.mail_from).name or urlsplit(self.public_url).netloc


def read_settings(environment: Mapping[str, str], folder: Path) -> Settings:
    """The settings of this environment; relative paths begin at ``folder``. Raises ``WrongSetting``."""
    given = {each.name: each.default for each in SETTINGS if each.default is not None} | dict(environment)
    database = _read(given, "P2P_DATABASE_URL", values.database, folder)
    http_listen = _read(given, "P2P_HTTP_LISTEN", values.listen)
    websocket_listen = _read(given, "P2P_WS_LISTEN", values.listen)
    has_public_url, has_websocket_url = "P2P_PUBLIC_URL" in given, "P2P_WS_PUBLIC_URL" in given
    given.setdefault("P2P_PUBLIC_URL", f"http://{http_listen.reachable}")
    public_url = _read(given, "P2P_PUBLIC_URL", values.public_url)
    beside = values.websocket_beside(public_url, http_listen, websocket_listen)
    own = f"ws://{websocket_listen.reachable}{values.WEBSOCKET_PATH}"
    given.setdefault("P2P_WS_PUBLIC_URL", beside if has_public_url else own)
    crypto = _read(given, "P2P_CRYPTO_CURRENCIES", values.currencies, CRYPTO_DECIMALS_LIMIT)
    return Settings(
        database=_if_set(given, "P2P_REPLICA_URL", database, values.with_replica, database),
        secret_keys=_secret_keys(given, database),
        http_listen=http_listen,
        websocket_listen=websocket_listen,
        status_listen=_if_set(given, "P2P_STATUS_LISTEN", None, values.listen),
        mail_url=_mail_url(given, environment, database, folder),
        mail_from=_read(given, "P2P_MAIL_FROM", values.sender),
        public_url=public_url,
        public_url_by_host=http_listen.is_everywhere and not has_public_url,
        websocket_url=_read(given, "P2P_WS_PUBLIC_URL", values.websocket_url),
        websocket_url_by_host=websocket_listen.is_everywhere and not (has_public_url or has_websocket_url),
        cors_origins=_if_set(given, "P2P_CORS_ORIGINS", (), values.origins),
        log_format=_read(given, "P2P_LOG_FORMAT", values.choice, LOG_FORMATS),
        log_level=_read(given, "P2P_LOG_LEVEL", values.choice, LOG_LEVELS),
        http_workers=_read(given, "P2P_HTTP_WORKERS", values.whole_number, 1, 64),
        catalogue=_catalogue(given, crypto),
        files_folder=_read(given, "P2P_FILES_URL", values.files_folder, folder),
        attachment_bytes=_read(given, "P2P_ATTACHMENT_BYTES", values.whole_number, 1, 64 * 1024 * 1024),
        access_lifetime=timedelta(minutes=_read(given, "P2P_ACCESS_MINUTES", values.whole_number, 1, 1440)),
        refresh_lifetime=timedelta(days=_read(given, "P2P_REFRESH_DAYS", values.whole_number, 1, 365)),
        login_lifetime=timedelta(days=_read(given, "P2P_LOGIN_DAYS", values.whole_number, 1, 3650)),
        trusted_proxies=_if_set(given, "P2P_TRUSTED_PROXIES", (), values.networks),
        rate_limits=_read(given, "P2P_RATE_LIMITS", values.rate_limits),
        **_feed(given, folder),
        webhook_anywhere=_read(given, "P2P_WEBHOOK_ANYWHERE", values.choice, ("0", "1")) == "1",
        time_to_pay=_read(given, "P2P_TIME_TO_PAY", values.whole_number, 1, 1440),
        limits=_limits(given),
        dispute_after=timedelta(minutes=_read(given, "P2P_DISPUTE_AFTER", values.whole_number, 0, 10080)),
        paid_escalates=_every(given, "P2P_PAID_ESCALATES", timedelta(hours=1), 8760),
        second_approval=_if_set(given, "P2P_SECOND_APPROVAL", {}, values.amounts, crypto),
        fee_percent=_read(given, "P2P_FEE_PERCENT", values.fee_percent),
        solvency_every=_every(given, "P2P_SOLVENCY_MINUTES", timedelta(minutes=1), 10080),
        letters_kept=_every(given, "P2P_LETTERS_DAYS", timedelta(days=1), 3650),
        worker_nice=_read(given, "P2P_WORKER_NICE", values.whole_number, 0, NICEST),
        container=_read(given, "P2P_CONTAINER", values.name_of_a_class),
    )


def _catalogue(given: Mapping[str, str], crypto: tuple[Currency, ...]) -> Catalogue:
    """What is traded, what it is paid with, and how."""
    return Catalogue.of(
        crypto,
        _read(given, "P2P_FIAT_CURRENCIES", values.currencies, FIAT_DECIMALS_LIMIT),
        _read(given, "P2P_PAYMENT_METHODS", values.payment_methods),
    )


def _every(given: Mapping[str, str], name: str, unit: timedelta, most: int) -> timedelta | None:
    """So many units of time; None for 0, which is never."""
    return _read(given, name, values.whole_number, 0, most) * unit or None


def _limits(given: Mapping[str, str]) -> Limits:
    """What one trader may have under way."""
    return Limits(
        live_ads=_read(given, "P2P_MAX_LIVE_ADS", values.whole_number, 0, BOUND_LIMIT),
        live_offers=_read(given, "P2P_MAX_LIVE_OFFERS", values.whole_number, 0, BOUND_LIMIT),
        unpaid=_read(given, "P2P_MAX_UNPAID", values.whole_number, 0, BOUND_LIMIT),
        cancelled=_read(given, "P2P_MAX_CANCELLED", values.whole_number, 0, BOUND_LIMIT),
        verified_only=_read(given, "P2P_VERIFIED_ONLY", values.whole_number, 0, 1) == 1,
    )


def _feed(given: Mapping[str, str], folder: Path) -> dict[str, Any]:
    """Where market prices come from, and how often a server is asked for them."""
    url = _if_set(given, "P2P_PRICES_URL", None, values.prices_url, folder)
    return {"prices_url": url, "prices_seconds": _read(given, "P2P_PRICES_SECONDS", values.whole_number, 1, 300)}


def unknown_settings(names: Iterable[str]) -> dict[str, str]:
    """Those of the names that look like settings of the desk and are none, each with the nearest that there is.

    They leave a default in effect without a word.
    """
    known = [*(setting.name for setting in SETTINGS), *secret_files.NAMES]
    slips = sorted(name for name in names if name.upper().startswith(PREFIX) and name not in known)
    return {slip: get_close_matches(slip.upper(), known, n=1, cutoff=0)[0] for slip in slips}


def _read(
    given: Mapping[str, str],
    name: str,
    reader: Callable[Concatenate[str, Bounds], Value],
    *bounds: Bounds.args,
    **named: Bounds.kwargs,
) -> Value:
    """The value of one setting. An empty one is wrong, since it is more likely a slip than a wish."""
    if not given[name].strip():
        raise WrongSetting(name, "is empty")
    try:
        return reader(given[name].strip(), *bounds, **named)
    except ValueError as error:
        raise WrongSetting(name, str(error)) from None


def _if_set(
    given: Mapping[str, str],
    name: str,
    otherwise: Any,
    reader: Callable[Concatenate[str, Bounds], Any],
    *bounds: Bounds.args,
    **named: Bounds.kwargs,
) -> Any:
    """The value of a setting that need not be there."""
    return _read(given, name, reader, *bounds, **named) if name in given else otherwise


def _secret_keys(given: Mapping[str, str], database: Database) -> tuple[str, ...] | None:
    if "P2P_SECRET_KEY" in given:
        return _read(given, "P2P_SECRET_KEY", values.secret_keys)
    if database.is_embedded:
        return None
    raise WrongSetting("P2P_SECRET_KEY", "is needed with PostgreSQL, the same for every process, and is not given")


def _mail_url(given: Mapping[str, str], environment: Mapping[str, str], database: Database, folder: Path) -> str:
    """Who has a database server has traders who wait for letters, and a folder on one machine sends none."""
    if "P2P_MAIL_URL" not in environment and not database.is_embedded:
        raise WrongSetting("P2P_MAIL_URL", "is needed with PostgreSQL, and is not given; file:folder keeps all mail")
    return _read(given, "P2P_MAIL_URL", values.mail_url, folder)
