"""The numbers and lists in docs/contract are those of the code: who changes one is told to change what is promised."""

import re
from collections.abc import Iterator

import pytest

from adapters.http.answering.cross_origin import HEADERS, PREFLIGHT_SECONDS
from adapters.http.replies.origins import EXPOSED
from adapters.http.replies.refusals import ANSWERS
from adapters.http.replies.rejections import Rejection
from adapters.http.schemas.base import PAGE_DEFAULT, PAGE_LIMIT
from adapters.http.server.bodies import BODY_BYTES_LIMIT, DEPTH_LIMIT
from adapters.http.server.connections import Deadlines
from adapters.http.server.http_server import HEADER_BYTES_LIMIT
from adapters.smtp.addresses import FINAL_DOT_TIMEOUT_SECONDS
from adapters.websocket import limits
from adapters.worker.postman import (
    AMBIGUOUS_DELAY_SECONDS,
    FIRST_DELAY_SECONDS,
    LONGEST_DELAY_SECONDS,
    MOST_ATTEMPTS,
)
from config.settings import SETTINGS
from domain.model.ad_terms import TIME_TO_PAY_LIMIT_MINUTES
from domain.model.money import WHOLE_DIGITS
from domain.model.notices import NoticeKind
from domain.ports.admission import ANSWERS_KEPT
from domain.ports.clock import CLOCK_TOLERANCE_SECONDS
from domain.use_cases.register_trader import PASSWORD_LENGTH_LEAST, PASSWORD_LENGTH_LIMIT
from domain.use_cases.tickets import TICKET_LIFETIME_SECONDS
from entrypoints.cli.main import EX_CONFIG, EX_INTERRUPTED
from tests.unit.test_architecture import ROOT

KIB = 1024
WORDS = {2: "two", 5: "five", 10: "ten"}
DEADLINES, SOCKETS = Deadlines(), limits.Limits()
DEFAULTS = {setting.name: setting.default for setting in SETTINGS}


def section(page: str, heading: str) -> str:
    """What stands under a heading, as one line."""
    text = (ROOT / "docs" / "contract" / page).read_text(encoding="utf-8")
    parts = re.split(r"^## (.+)\n", text, flags=re.MULTILINE)
    return " ".join(dict(zip(parts[1::2], parts[2::2], strict=True))[heading].split())


def codes(page: str, heading: str) -> set[int]:
    """The numbers that begin the rows of a table."""
    return {int(code) for code in re.findall(r"\| (\d+) \|", section(page, heading))}


def kinds_of(kind: type[Rejection]) -> Iterator[type[Rejection]]:
    yield kind
    for child in kind.__subclasses__():
        yield from kinds_of(child)


PROMISES = [
    ("http.md", "Connections", f"{DEADLINES.headers:g} s for the headers, {DEADLINES.body:g} s for the body"),
    ("http.md", "Connections", f"{DEADLINES.answer:g} s to take an answer, and {DEADLINES.idle:g} s between"),
    ("http.md", "Statuses", f"the body is over {BODY_BYTES_LIMIT // KIB} KiB"),
    ("http.md", "Statuses", f"the headers are over {HEADER_BYTES_LIMIT // KIB} KiB"),
    ("http.md", "Bodies", f"at most {DEPTH_LIMIT} levels, at most {BODY_BYTES_LIMIT // KIB} KiB"),
    ("http.md", "Amounts", f"more than {WHOLE_DIGITS} digits before the point"),
    ("http.md", "One clock", f"more than {WORDS[CLOCK_TOLERANCE_SECONDS]} seconds off"),
    ("http.md", "Lists", f"`?limit=` is 1 to {PAGE_LIMIT}, and {PAGE_DEFAULT} unless given"),
    ("http.md", "Idempotency", f"For {ANSWERS_KEPT.total_seconds() / 3600:g} hours"),
    ("http.md", "Pages of other origins", f"preflights are good for {PREFLIGHT_SECONDS} s"),
    ("accounts.md", "Registration", f"a password of {PASSWORD_LENGTH_LEAST} to {PASSWORD_LENGTH_LIMIT} characters"),
    ("accounts.md", "Tokens", f"an access token ({DEFAULTS['P2P_ACCESS_MINUTES']} minutes)"),
    ("accounts.md", "Tokens", f"a refresh token ({DEFAULTS['P2P_REFRESH_DAYS']} days)"),
    ("accounts.md", "Tickets", f"good for {TICKET_LIFETIME_SECONDS} seconds"),
    ("trading.md", "Ads", f"`time_to_pay` is minutes, 0 to {TIME_TO_PAY_LIMIT_MINUTES:,}"),
    ("notices.md", "Bounds of a socket", f"{SOCKETS.sockets:,} sockets at most"),
    ("notices.md", "Bounds of a socket", f"a trader {SOCKETS.sockets_per_trader} of them"),
    ("notices.md", "Bounds of a socket", f"{SOCKETS.handshake_bytes // KIB} KiB and {SOCKETS.handshake_seconds:g} s"),
    ("notices.md", "Bounds of a socket", f"takes nothing for {SOCKETS.stall_seconds:g} s"),
    ("notices.md", "Bounds of a socket", f"no ping for {SOCKETS.ping_timeout_seconds:g} s"),
    ("notices.md", "Letters", f"after {FIRST_DELAY_SECONDS} s, 1 min, 2 min"),
    ("notices.md", "Letters", f"at most {LONGEST_DELAY_SECONDS // 3600} h apart, {MOST_ATTEMPTS} times"),
    ("notices.md", "Letters that may come twice", f"{WORDS[AMBIGUOUS_DELAY_SECONDS // 60]} minutes later"),
    (
        "notices.md",
        "Letters that may come twice",
        f"has {WORDS[FINAL_DOT_TIMEOUT_SECONDS // 60]} minutes for its answer",
    ),
]


@pytest.mark.parametrize(("page", "heading", "words"), PROMISES)
def test_a_number_that_is_promised_is_the_one_that_holds(page: str, heading: str, words: str) -> None:
    assert words in section(page, heading)


def test_every_status_that_a_refusal_has_is_in_the_table() -> None:
    answered = {answer.status for answer in ANSWERS.values()} | {kind.status for kind in kinds_of(Rejection)}
    assert answered - codes("http.md", "Statuses") == set()


def test_the_codes_of_commands_are_in_the_table() -> None:
    assert codes("command-line-and-settings.md", "Exit codes") == {0, 1, 2, EX_CONFIG, EX_INTERRUPTED}


def test_the_codes_of_a_closed_socket_are_in_the_table() -> None:
    closing = {
        limits.GOING_AWAY,
        limits.POLICY_VIOLATION,
        limits.EXPIRED_OR_ENDED,
        limits.SUSPENDED,
        limits.TOO_SLOW_OR_TOO_MANY,
    }
    assert codes("notices.md", "The websocket") == closing


def test_every_kind_of_notice_is_in_the_table_of_who_is_told() -> None:
    named = set(re.findall(r"`([a-z_]+)` \|", section("notices.md", "Who is told what")))
    assert named == {kind.value for kind in NoticeKind}


def test_what_a_page_of_another_origin_may_send_and_read_is_named() -> None:
    promised = section("http.md", "Pages of other origins")
    # Nothing sends these yet; pages may read them once something does, and then they are promised.
    coming = {"RateLimit", "RateLimit-Policy"}
    assert [name for name in (*HEADERS, *EXPOSED) if name not in coming and f"`{name}`" not in promised] == []
