"""Logs: both formats, no forged lines, no secrets."""

import io
import json
import logging
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from adapters.tokens.argon2_passwords import Argon2Passwords
from adapters.tokens.jwt_tokens import JwtTokens
from config.logging import ConsoleFormatter, JsonFormatter, set_up_logging
from config.masking import Redactor, masked_url
from domain.ports.causes import caused_by
from domain.ports.tokens import Claims, TokenType
from tests.clock import NOON

CANARY = "canary-swordfish"
FORMATS = ("console", "json")
LogInto = Callable[..., tuple[logging.Logger, io.StringIO]]


@pytest.fixture
def log_into() -> Iterator[LogInto]:
    """A logger of the test's own, so that the tests' own logging stays as it is."""
    logger = logging.getLogger(f"desk.{uuid4()}")
    logger.propagate = False
    handlers: list[logging.Handler] = []

    def make(log_format: str, secrets: tuple[str, ...] = ()) -> tuple[logging.Logger, io.StringIO]:
        stream = io.StringIO()
        handler = logging.StreamHandler(stream)
        redact = Redactor(secrets)
        handler.setFormatter(JsonFormatter(redact) if log_format == "json" else ConsoleFormatter(redact))
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        handlers.append(handler)
        return logger, stream

    yield make
    for handler in handlers:
        logger.removeHandler(handler)


def test_a_line_for_a_person(log_into: LogInto) -> None:
    logger, stream = log_into("console")
    logger.warning("Mail %d waits.", 7, extra={"request_id": "abc", "attempts": 3})
    moment = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00"
    line = rf"{moment} WARNING {re.escape(logger.name)}: Mail 7 waits\. \(abc\)\n"
    assert re.fullmatch(line, stream.getvalue())


def test_an_object_for_a_machine(log_into: LogInto) -> None:
    logger, stream = log_into("json")
    logger.info("Mail %d waits.", 7, extra={"request_id": "abc", "attempts": 3})
    record = json.loads(stream.getvalue())
    at = datetime.fromisoformat(record.pop("at"))
    assert at.utcoffset() == timedelta(0)
    assert record == {
        "level": "info", "logger": logger.name, "message": "Mail 7 waits.", "request_id": "abc", "attempts": 3,
    }  # fmt: skip


def test_what_is_done_for_a_request_has_its_id(log_into: LogInto) -> None:
    logger, stream = log_into("json")
    cause, other = uuid4(), uuid4()
    with caused_by(cause):
        logger.info("Done.")
        logger.info("A letter of another request.", extra={"request_id": other})
    logger.info("Done by itself.")
    ids = [json.loads(line).get("request_id") for line in stream.getvalue().splitlines()]
    assert ids == [str(cause), str(other), None]


FORGERIES = ("a\nb", "a\r\nb", "\x1b[31mred", "a\x00b", "a\u2028b", "a\x85b", "a\u202eb", "a\x7fb", "a\tb", "\ud800")


@pytest.mark.abuse("F12")
@pytest.mark.parametrize("log_format", FORMATS)
@pytest.mark.parametrize("text", FORGERIES)
def test_no_text_makes_a_line_of_its_own_or_moves_a_terminal(log_format: str, text: str) -> None:
    # No logger is asked: pytest would keep the text for its report, and half a surrogate pair cannot be sent from one
    # test process to another.
    formatter = JsonFormatter(Redactor(())) if log_format == "json" else ConsoleFormatter(Redactor(()))
    told = {"levelno": logging.INFO, "levelname": "INFO", "msg": "Name: %s", "args": (text,)}
    line = formatter.format(logging.makeLogRecord({**told, "given": text, "request_id": text}))
    assert line.isprintable()
    assert "Name: " in line


@pytest.mark.abuse("F12")
@pytest.mark.parametrize("log_format", FORMATS)
def test_a_formatting_mark_in_a_text_is_text(log_into: LogInto, log_format: str) -> None:
    logger, stream = log_into(log_format)
    logger.info("Name: %s", "%(x)s {0.__class__}")
    assert "%(x)s {0.__class__}" in stream.getvalue()


def fail(logger: logging.Logger, message: str) -> None:
    try:
        raise RuntimeError(message)
    except RuntimeError:
        logger.exception("It failed.")


def test_every_line_of_a_traceback_stands_behind_a_bar(log_into: LogInto) -> None:
    logger, stream = log_into("console")
    fail(logger, "first\n2024-10-07T09:07:00.000+00:00 INFO    forged: line\x1b[0m")
    first, *rest = stream.getvalue().splitlines()
    assert first.endswith("It failed.")
    assert rest
    assert all(line.startswith("  | ") and line.isprintable() for line in rest)


def test_a_traceback_is_a_value_of_the_object(log_into: LogInto) -> None:
    logger, stream = log_into("json")
    fail(logger, "of no use")
    record = json.loads(stream.getvalue())
    assert record["exception"].endswith("RuntimeError: of no use")


@pytest.mark.abuse("J1")
@pytest.mark.parametrize("log_format", FORMATS)
def test_a_secret_is_shown_nowhere(log_into: LogInto, log_format: str) -> None:
    secret = f'{CANARY}"\\/'
    logger, stream = log_into(log_format, (secret, CANARY))
    logger.info("In the text: %s", secret, extra={"in_an_extra": {"deep": CANARY}, "request_id": CANARY})
    fail(logger, f"In a traceback: {secret}")
    logger.info("In a stack.", stack_info=True, extra={"more": CANARY})
    assert CANARY not in stream.getvalue()


def looks_secret() -> list[str]:
    claims = Claims(TokenType.ACCESS, uuid4(), uuid4(), uuid4(), NOON + timedelta(minutes=30))
    token = JwtTokens("a secret of this test, with more than thirty-two bytes").sign(claims, NOON)
    return [
        token,
        f"Authorization: Bearer {CANARY}",
        f"GET /ws/p2p/?token={CANARY}&since=0",
        f"GET /ws/p2p/?since=0&ticket={CANARY}",
        f"postgresql+psycopg://desk:{CANARY}@db/desk",
        f"smtp://desk:{CANARY}@@/x@mail:587",
        f"postgresql://db/desk?sslpassword={CANARY}",
        Argon2Passwords.cheapest().hash(CANARY),
    ]


@pytest.mark.abuse("J1")
@pytest.mark.parametrize("log_format", FORMATS)
def test_what_looks_like_a_secret_is_hidden_though_nobody_named_it(log_into: LogInto, log_format: str) -> None:
    logger, stream = log_into(log_format)
    for text in looks_secret():
        logger.info("Seen: %s", text)
    shown = stream.getvalue()
    assert shown.count("***") >= len(looks_secret())
    assert CANARY not in shown
    assert "eyJ" not in shown
    assert "$argon2" not in shown


def test_a_password_of_a_few_letters_is_not_looked_for_in_every_word() -> None:
    assert Redactor(["a", "desk"])("a desk of a trader") == "a desk of a trader"


@pytest.mark.parametrize("url", ["postgresql+psycopg://db/desk", "smtp://mail:25?starttls=1", "http://h/p?since=3"])
def test_an_address_without_a_secret_is_shown_whole(url: str) -> None:
    assert masked_url(url) == url


@pytest.fixture
def root_logger() -> Iterator[logging.Logger]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield root
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)


@pytest.mark.parametrize("log_format", FORMATS)
def test_setting_up_sends_everything_to_one_stream_once(root_logger: logging.Logger, log_format: str) -> None:
    stream = io.StringIO()
    set_up_logging(log_format, [CANARY], stream=io.StringIO())
    set_up_logging(log_format, [CANARY], stream=stream)
    logging.getLogger("anything").info("once %s", CANARY)
    logging.getLogger("anything").debug("never")
    logging.getLogger("waitress.queue").warning("Task queue depth is 1")
    assert stream.getvalue().count("\n") == 1
    assert "once ***" in stream.getvalue()
