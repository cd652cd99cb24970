"""From environment variables to checked settings."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from urllib.parse import unquote

import pytest

from adapters.sql.connections.engine import sqlite_path
from config.databases import PostgresqlDatabase, SqliteDatabase
from config.settings import SETTINGS, Settings, read_settings, unknown_settings
from config.shown_settings import BY_HOST, shown_settings
from config.values import Listen
from config.wrong_setting import WrongSetting
from domain import Limits

FOLDER = Path("/desk")
KEY = "acceptance-" + "k" * 40
POSTGRESQL = "postgresql+psycopg://desk:swordfish@db.example/desk"


def settings(**given: str) -> Settings:
    return read_settings({f"P2P_{name}": value for name, value in given.items()}, FOLDER)


def test_nothing_needs_to_be_set() -> None:
    found = settings()
    assert found.database == SqliteDatabase("sqlite:////desk/var/p2p.sqlite3", FOLDER / "var" / "p2p.sqlite3")
    assert found.secret_keys is None
    assert (found.http_listen, found.websocket_listen) == (Listen("127.0.0.1", 8080), Listen("127.0.0.1", 8081))
    assert found.status_listen is None
    assert found.log_level == "info"
    assert found.mail_url == "file:/desk/var/mail"
    assert found.public_url == "http://127.0.0.1:8080"
    assert found.websocket_url == "ws://127.0.0.1:8081/ws/p2p/"
    assert (found.log_format, found.http_workers, found.time_to_pay) == ("console", 1, 30)
    assert (found.access_lifetime, found.refresh_lifetime) == (timedelta(minutes=30), timedelta(days=14))
    assert found.catalogue.crypto["eth"].smallest_unit == Decimal("1e-18")
    assert found.catalogue.fiat["jpy"].decimals == 0
    assert "bank_transfer" in found.catalogue.payment_methods
    assert found.limits == Limits(live_ads=50, live_offers=20, unpaid=3, cancelled=10)
    assert (found.dispute_after, found.paid_escalates) == (timedelta(0), timedelta(hours=24))
    assert found.solvency_every == timedelta(hours=1)
    assert (found.letters_kept, found.worker_nice) == (timedelta(days=90), 10)
    assert found.second_approval == {}
    assert found.fee_percent == 0
    assert found.rate_limits == {"write": (300, 60), "read": (1200, 60), "anonymous": (120, 60)}


def test_what_is_set_counts() -> None:
    found = settings(
        DATABASE_URL=POSTGRESQL,
        SECRET_KEY=KEY,
        HTTP_LISTEN="[::1]:80",
        WS_LISTEN="desk.internal:65535",
        STATUS_LISTEN="127.0.0.1:8083",
        MAIL_URL="smtp://user:password@mail.example:587?starttls=1",
        MAIL_FROM="The Desk <desk@example.com>",
        PUBLIC_URL="https://desk.example.com/",
        LOG_FORMAT="json",
        LOG_LEVEL="warning",
        HTTP_WORKERS="4",
        CRYPTO_CURRENCIES=" BTC:8 , abc:20",
        FIAT_CURRENCIES="jpy:0",
        PAYMENT_METHODS="Card",
        ACCESS_MINUTES="1",
        REFRESH_DAYS="365",
        LOGIN_DAYS="3650",
        TRUSTED_PROXIES="127.0.0.1, 10.0.0.0/8,fd00::/8",
        RATE_LIMITS="READ=100/hour, anonymous=1/second,write=5/minute",
        TIME_TO_PAY="1440",
        MAX_LIVE_ADS="1000000",
        MAX_LIVE_OFFERS="0",
        MAX_UNPAID="100",
        MAX_CANCELLED="1",
        DISPUTE_AFTER="10080",
        PAID_ESCALATES="0",
        SECOND_APPROVAL="btc:0.5, ABC:50000",
        FEE_PERCENT="49.9999",
        SOLVENCY_MINUTES="0",
        LETTERS_DAYS="0",
        WORKER_NICE="19",
        ATTACHMENT_BYTES="1",
    )
    assert (found.database, found.secret_keys) == (PostgresqlDatabase(POSTGRESQL), (KEY,))
    assert (found.http_listen, found.websocket_listen) == (Listen("::1", 80), Listen("desk.internal", 65535))
    assert found.status_listen == Listen("127.0.0.1", 8083)
    assert found.log_level == "warning"
    assert found.mail_url == "smtp://user:password@mail.example:587?starttls=1"
    assert (found.mail_from, found.message_id_domain) == ("The Desk <desk@example.com>", "example.com")
    assert (found.public_url, found.websocket_url) == ("https://desk.example.com", "wss://desk.example.com/ws/p2p/")
    assert (found.log_format, found.http_workers, found.time_to_pay) == ("json", 4, 1440)
    assert {code: currency.decimals for code, currency in found.catalogue.crypto.items()} == {"btc": 8, "abc": 20}
    assert found.limits == Limits(live_ads=1_000_000, live_offers=0, unpaid=100, cancelled=1)
    assert found.fee_percent == Decimal("49.9999")
    assert found.attachment_bytes == 1
    assert (list(found.catalogue.fiat), found.catalogue.payment_methods) == (["jpy"], {"card"})
    assert (found.access_lifetime, found.refresh_lifetime) == (timedelta(minutes=1), timedelta(days=365))
    assert found.login_lifetime == timedelta(days=3650)
    assert [str(network) for network in found.trusted_proxies] == ["127.0.0.1/32", "10.0.0.0/8", "fd00::/8"]
    assert found.rate_limits == {"write": (5, 60), "read": (100, 3600), "anonymous": (1, 1)}
    assert (found.dispute_after, found.paid_escalates) == (timedelta(days=7), None)
    assert found.solvency_every is None
    assert (found.letters_kept, found.worker_nice) == (None, 19)
    assert found.second_approval == {"btc": Decimal("0.5"), "abc": Decimal(50000)}


def test_requests_need_not_be_counted() -> None:
    assert settings(RATE_LIMITS="off").rate_limits == {}


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("sqlite:///p2p.sqlite3", "sqlite:////desk/p2p.sqlite3"),
        ("sqlite:////srv/p2p.sqlite3", "sqlite:////srv/p2p.sqlite3"),
        ("memory:", "memory:"),
    ],
)
def test_a_path_is_relative_to_the_folder(text: str, url: str) -> None:
    assert settings(DATABASE_URL=text).database.url == url


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("file:mail", "file:/desk/mail"),
        ("file:/srv/mail", "file:/srv/mail"),
        ("file:///srv/mail", "file:/srv/mail"),
        ("file:my mail", "file:/desk/my%20mail"),
        ("file:my%20mail", "file:/desk/my%20mail"),
    ],
)
def test_a_mail_folder_is_too(text: str, url: str) -> None:
    assert settings(MAIL_URL=text).mail_url == url


@pytest.mark.parametrize(
    "text", ["console:", "memory:", "smtp://mail.example", "smtp://[::1]:25", "smtp://h?starttls=0"]
)
def test_other_mail_addresses_stay_as_they_are(text: str) -> None:
    assert settings(MAIL_URL=text).mail_url == text


@pytest.mark.parametrize(
    ("listen", "public"),
    [
        ("0.0.0.0:8080", "http://127.0.0.1:8080"),
        ("[::]:80", "http://[::1]:80"),
        ("localhost:80", "http://localhost:80"),
    ],
)
def test_without_a_public_address_it_is_where_this_machine_reaches_the_desk(listen: str, public: str) -> None:
    assert settings(HTTP_LISTEN=listen).public_url == public


@pytest.mark.parametrize(
    ("public", "http", "websocket", "found"),
    [
        ("http://127.0.0.1:9000", "127.0.0.1:9000", "127.0.0.1:9001", "ws://127.0.0.1:9001/ws/p2p/"),
        ("http://localhost:9000", "127.0.0.1:9000", "127.0.0.1:9001", "ws://localhost:9001/ws/p2p/"),
        ("http://192.168.1.5:9000", "0.0.0.0:9000", "0.0.0.0:9001", "ws://192.168.1.5:9001/ws/p2p/"),
        ("http://desk.lan", "[::]:80", "[::]:81", "ws://desk.lan:81/ws/p2p/"),
        ("http://[fd00::5]:9000", "[::]:9000", "[::]:9001", "ws://[fd00::5]:9001/ws/p2p/"),
        # A server in front gives both one origin.
        ("https://desk.lan:9000", "0.0.0.0:9000", "0.0.0.0:9001", "wss://desk.lan:9000/ws/p2p/"),
        ("http://desk.lan", "0.0.0.0:9000", "0.0.0.0:9001", "ws://desk.lan/ws/p2p/"),
        ("http://desk.lan:9000", "0.0.0.0:9000", "127.0.0.1:9001", "ws://desk.lan:9000/ws/p2p/"),
        ("http://desk.lan:9000", "127.0.0.1:9000", "0.0.0.0:9001", "ws://desk.lan:9000/ws/p2p/"),
    ],
)
def test_the_websocket_is_where_its_clients_find_it(public: str, http: str, websocket: str, found: str) -> None:
    with_public = settings(PUBLIC_URL=public, HTTP_LISTEN=http, WS_LISTEN=websocket)
    assert with_public.websocket_url == found
    assert (with_public.public_url_by_host, with_public.websocket_url_by_host) == (False, False)


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("wss://desk.example.com", "wss://desk.example.com/ws/p2p/"),
        ("wss://desk.example.com/", "wss://desk.example.com/ws/p2p/"),
        ("wss://desk.example.com/ws/p2p", "wss://desk.example.com/ws/p2p/"),
        ("WSS://Desk.Example.com:443/desk/ws/", "wss://desk.example.com:443/desk/ws/"),
        ("ws://[fd00::5]:81", "ws://[fd00::5]:81/ws/p2p/"),
        ("ws://bücher.example", "ws://xn--bcher-kva.example/ws/p2p/"),
    ],
)
def test_or_where_the_operator_says(given: str, found: str) -> None:
    told = settings(WS_PUBLIC_URL=given, PUBLIC_URL="https://elsewhere.example", WS_LISTEN="0.0.0.0:81")
    assert (told.websocket_url, told.websocket_url_by_host) == (found, False)


@pytest.mark.parametrize("everywhere", ["0.0.0.0", "[::]"])
def test_who_listens_everywhere_is_known_by_the_host_that_is_asked(everywhere: str) -> None:
    found = settings(HTTP_LISTEN=f"{everywhere}:80", WS_LISTEN=f"{everywhere}:81")
    assert (found.public_url_by_host, found.websocket_url_by_host) == (True, True)
    shown = shown_settings(found, {})
    assert shown["P2P_PUBLIC_URL"] == shown["P2P_WS_PUBLIC_URL"] == BY_HOST
    here = settings(HTTP_LISTEN=f"{everywhere}:80")
    assert (here.websocket_url_by_host, here.websocket_url) == (False, "ws://127.0.0.1:8081/ws/p2p/")


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("http://Desk.Example.com/", "http://desk.example.com"),
        ("http://bücher.example:81", "http://xn--bcher-kva.example:81"),
        ("http://[FD00:0::5]", "http://[fd00::5]"),
    ],
)
def test_a_public_address_is_spelled_as_headers_can_hold_it(given: str, found: str) -> None:
    assert settings(PUBLIC_URL=given).public_url == found


def test_what_opens_an_embedded_database_finds_it_where_the_settings_say(tmp_path: Path) -> None:
    for name in ("with blank", "100%25", "bücher", "a%20b", "50%"):
        found = read_settings({"P2P_DATABASE_URL": f"sqlite:///{name}.sqlite3"}, tmp_path).database
        assert sqlite_path(found.url) == found.path == tmp_path / f"{unquote(name)}.sqlite3"


WRONG = [
    ("RATE_LIMITS", "write=300/minute"),
    ("RATE_LIMITS", "write=300/minute,read=0/minute,anonymous=1/hour"),
    ("RATE_LIMITS", "write=1/day,read=1/minute,anonymous=1/hour"),
    ("RATE_LIMITS", "write=1/minute,write=2/minute,read=1/minute,anonymous=1/hour"),
    ("PRICES_URL", "http://prices.example/"),
    ("PRICES_URL", "https://user:password@prices.example/"),
    ("PRICES_URL", "https://"),
    ("PRICES_URL", "file:"),
    ("PRICES_URL", "file:prices/"),
    ("PRICES_URL", "prices.json"),
    ("PRICES_SECONDS", "0"),
    ("PRICES_SECONDS", "301"),
    *(("CONTAINER", text) for text in (
        "my_desk", "my_desk.parts.MyContainer", ":MyContainer", "my_desk.parts:", "my-desk:MyContainer", "a:b:c",
        "a:1b", "../parts:MyContainer", "my_desk:My Container", ".parts:MyContainer", "m\u00fcnze:Desk",
    )),
    *(("DATABASE_URL", text) for text in (
        "p2p.sqlite3", "sqlite://p2p.sqlite3", "sqlite:///", "sqlite:///:memory:", "sqlite:///var/", "sqlite:///a?mode=ro",
        "sqlite:///a\nb", "memory", "mysql://host/desk", "postgresql://host/desk", "postgresql+psycopg2://host/desk",
        "postgresql+psycopg://host:notaport/desk", "postgresql+psycopg://[::1/desk", "sqlite:///%ff", "sqlite:///a%00",
        "postgresql+psycopg://u:p@q@host/desk", "postgresql+psycopg://u:p q@host/desk", "sqlite:///a%3fb",
        "postgresql+psycopg://u:%ff@host/desk", "postgresql+psycopg://u:%00@host/desk",
        "postgresql+psycopg://host/desk?colour=red", "postgresql+psycopg://host/desk?sslmode=maybe",
        "postgresql+psycopg://host/desk?port=99999", *(f"postgresql+psycopg://{several}" for several in (
            "u@one,other/desk", "u@one:5432,other:5432/desk?target_session_attrs=primary",
            "u@/desk?host=one,other&port=1,2&target_session_attrs=primary", "u@/desk?host=one:5432&host=other:5433",
            "u@/desk?host=one&host=other&target_session_attrs=any",
            "u@/desk?host=one&host=other&target_session_attrs=standby",
            "u@third/desk?host=one&host=other&target_session_attrs=primary",
            "u@:5433/desk?host=one&host=other&target_session_attrs=primary",
            "u@/desk?host=one&host=other&port=5432&target_session_attrs=primary",
            "u@/desk?host=one&host=one&target_session_attrs=primary",
            "u@/desk?host=one:0&host=other&target_session_attrs=primary",
            "u@/desk?host=one:65536&host=other&target_session_attrs=primary",
            "u@/desk?host=one:a&host=other&target_session_attrs=primary",
            "u@/desk?host=/run&host=other&target_session_attrs=primary",
            "u@/desk?host=one&host=other&hostaddr=127.0.0.1&target_session_attrs=primary",
        )),
    )),
    # The database of these is embedded, and has no standby.
    *(("REPLICA_URL", text) for text in (POSTGRESQL, "nowhere", "memory:")),
    *(("SECRET_KEY", text) for text in (
        "k" * 31, "k" * 64, "01010101" * 8, "changeme" * 8, "Please-CHANGE-ME-before-anybody-sees-it", "a\nb" * 20,
    )),
    *(("HTTP_LISTEN", text) for text in (
        "8080", ":8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:8o80",
        "http://127.0.0.1:8080", "::1:8080", "a b:80", "127.0.0.1:٨٠", "127.0.0.1:1e3", "999.1.1.1:80", "1.2.3:80",
        "[::1::]:80", "[1.2.3.4]:80", "a..b:80", f"{'x' * 64}.example:80",
    )),
    ("WS_LISTEN", "nowhere"),
    ("STATUS_LISTEN", "8083"),
    *(("LOG_LEVEL", text) for text in ("INFO", "all", "10")),
    *(("MAIL_URL", text) for text in (
        "file:", "mail.example", "http://mail.example", "smtp://", "smtp://host:0", "smtp://host:99999", "console",
    )),
    *(("MAIL_FROM", text) for text in (
        "desk", "desk@", "@example.com", "Name <desk>", "a@b\nBcc: c@d", "a b@c.d", "désk@example.com", "\x07 <a@b.c>",
    )),
    *(("PUBLIC_URL", text) for text in (
        "desk.example.com", "ftp://desk.example.com", "http://", "http://desk.example.com/path", "http://desk?x=1",
        "http://user:pw@desk.example.com", "http://desk:0", "http://desk:port", "http://desk#f", "http://de sk",
        'http://de"sk', "http://desk<b>", "http://a..b", "http://999.1.1.1", "http://[::1::]", "http://de\udce9sk",
    )),
    *(("WS_PUBLIC_URL", text) for text in (
        "desk.example.com", "https://desk.example.com", "wss://", "wss://desk/ws/p2p/?token=x", "wss://desk#f",
        "wss://u:p@desk", "wss://desk:0", "wss://desk/a b", "wss://desk/ü", "wss://a..b", 'wss://desk/"',
    )),
    *(("CORS_ORIGINS", text) for text in (
        "app.example", "https://app.example/path", "https://app.example,", "https://a.example,*", "*,*", "null", "**",
        "https://*.app.example", "ftp://app.example", "https://u:p@app.example", "http://a:0",
    )),
    *(("LOG_FORMAT", text) for text in ("text", "JSON")),
    *(("HTTP_WORKERS", text) for text in ("0", "65", "-1", "+1", "1.0", "two", "1_0", "²", "9" * 30)),
    *(("CRYPTO_CURRENCIES", text) for text in (
        "btc", "btc:", "btc:21", "btc:-1", "btc:8,", "btc:8,btc:8", "btc:8,BTC:9",
        "b:8", "btc:8;eth:18", "b tc:8", "\u0180tc:8",
    )),
    *(("FIAT_CURRENCIES", text) for text in ("usd", "usd:3", ",")),
    *(("PAYMENT_METHODS", text) for text in ("bank transfer", "card,", "card,card", "x" * 33, "é")),
    *(("FILES_URL", text) for text in ("var/files", "file:", "s3:bucket", "memory:")),
    *(("ATTACHMENT_BYTES", text) for text in ("0", "67108865", "5M")),
    *(("ACCESS_MINUTES", text) for text in ("0", "1441", "half")),
    *(("REFRESH_DAYS", text) for text in ("0", "366")),
    *(("LOGIN_DAYS", text) for text in ("0", "3651")),
    *(("TRUSTED_PROXIES", text) for text in ("localhost", "10.0.0.1/8", "127.0.0.1,", "*", "127.0.0.256")),
    *(("TIME_TO_PAY", text) for text in ("0", "1441")),
    ("MAX_LIVE_ADS", "1000001"),
    ("MAX_LIVE_OFFERS", "-1"),
    ("MAX_UNPAID", "1000001"),
    ("MAX_CANCELLED", "ten"),
    ("VERIFIED_ONLY", "yes"),
    *(("DISPUTE_AFTER", text) for text in ("-1", "10081")),
    *(("PAID_ESCALATES", text) for text in ("-1", "8761", "a day")),
    *(("WEBHOOK_ANYWHERE", text) for text in ("yes", "2", "true")),
    *(("SECOND_APPROVAL", text) for text in (
        "btc", "btc:", "btc:-1", "btc:1,", "xyz:1", "btc:1,btc:2", "btc:1e3", "usdt:0.0000001", "btc:" + "9" * 19,
    )),
    *(("LETTERS_DAYS", text) for text in ("-1", "3651", "1.5")),
    *(("WORKER_NICE", text) for text in ("-1", "20", "low")),
    *(("SOLVENCY_MINUTES", text) for text in ("-1", "10081", "1.5")),
    *(("FEE_PERCENT", text) for text in ("50", "0.00001", "-1", "1e1")),
]  # fmt: skip


@pytest.mark.abuse("J3")
@pytest.mark.parametrize(("name", "text"), WRONG)
def test_a_wrong_value_is_one_line_that_names_its_setting(name: str, text: str) -> None:
    with pytest.raises(WrongSetting) as caught:
        settings(**{name: text})
    line = str(caught.value)
    assert line.startswith(f"P2P_{name} ")
    assert line.isprintable()


@pytest.mark.parametrize("name", [setting.name for setting in SETTINGS])
@pytest.mark.parametrize("text", ["", "   "])
def test_an_empty_value_is_a_slip(name: str, text: str) -> None:
    with pytest.raises(WrongSetting, match=f"^{name} is empty$"):
        read_settings({name: text}, FOLDER)


@pytest.mark.parametrize("name", [setting.name for setting in SETTINGS])
def test_every_setting_has_a_wrong_value_among_these_tests(name: str) -> None:
    assert name.removeprefix("P2P_") in {wrong for wrong, _ in WRONG}


def test_a_name_that_is_no_setting_is_known_with_the_nearest_that_is() -> None:
    names = [
        "P2P_TIME_TOPAY",
        "p2p_secret_key",
        "P2P_SECRETKEY",
        "P2P_WS_LISTEN",
        "HOME",
        "XP2P_MAIL_URL",
        "P2P_",
        "P2P_MAIL_URL_FILE",
    ]
    found = unknown_settings(names)
    assert list(found) == ["P2P_", "P2P_SECRETKEY", "P2P_TIME_TOPAY", "p2p_secret_key"]
    assert found["P2P_TIME_TOPAY"] == "P2P_TIME_TO_PAY"
    assert found["P2P_SECRETKEY"] == found["p2p_secret_key"] == "P2P_SECRET_KEY"


@pytest.mark.abuse("J3")
def test_postgresql_needs_a_key() -> None:
    with pytest.raises(WrongSetting, match=r"^P2P_SECRET_KEY is needed with PostgreSQL"):
        settings(DATABASE_URL=POSTGRESQL)


def test_postgresql_needs_to_know_where_letters_go() -> None:
    with pytest.raises(WrongSetting, match=r"^P2P_MAIL_URL is needed with PostgreSQL"):
        settings(DATABASE_URL=POSTGRESQL, SECRET_KEY=KEY)


def test_a_complaint_never_quotes_a_secret() -> None:
    for name, text in (
        ("SECRET_KEY", "swordfish"),
        ("DATABASE_URL", "mysql://u:swordfish@h"),
        ("MAIL_URL", "x://u:swordfish@h"),
    ):
        with pytest.raises(WrongSetting) as caught:
            settings(**{name: text})
        assert "swordfish" not in str(caught.value)
