"""A canary in each field of text that anybody can give, and nobody comes to see it but whom it is for.

The fields are those of the table of operations: a new one fails until it is said here who may see it. What holds of
the story as a whole is in ``test_canaries``.
"""

from __future__ import annotations

import json
import logging
from enum import StrEnum
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from webtest import TestResponse

from adapters.http.operation import Operation
from adapters.http.operations import OPERATIONS
from adapters.http.requests.security import Caller as Callers
from adapters.http.schemas.fields import AnyEmail, Country, Email, FileName, Password, Text, Token
from adapters.tracing.spans import OpenTelemetryTracing
from config.logging import ConsoleFormatter, JsonFormatter
from tests.integration.files.pictures import picture
from tests.integration.http.desk import Desk, new_store
from tests.integration.http.hostile.ready import ReadyDesk, example


class Sight(StrEnum):
    """Who may come to see what was given."""

    NOBODY = "nobody, not even whoever gave it"
    OWNER = "whoever gave it"
    PARTIES = "the parties of an offer, and staff of its dispute"
    STAFF = "staff"
    OWNER_AND_STAFF = "whoever gave it, and staff"
    EVERYBODY = "everybody who has logged in"


# fmt: off
SEEN_BY = {
    "password": Sight.NOBODY, "new_password": Sight.NOBODY, "otp": Sight.NOBODY, "code": Sight.NOBODY,
    "refresh": Sight.NOBODY,
    "email": Sight.OWNER_AND_STAFF, "client_reference": Sight.OWNER, "label": Sight.OWNER, "url": Sight.OWNER,
    "q": Sight.OWNER, "make_key.name": Sight.OWNER,
    "bank_account_name": Sight.PARTIES, "bank_account_number": Sight.PARTIES, "bank_name": Sight.PARTIES,
    "payment_details": Sight.PARTIES, "text": Sight.PARTIES, "reason": Sight.PARTIES,
    "send_attachment.name": Sight.PARTIES,
    # A ruling is told to both, with its note.
    "note": Sight.STAFF, "resolve_dispute.note": Sight.PARTIES,
    "fullname": Sight.EVERYBODY, "auto_reply_message": Sight.EVERYBODY,
    "terms_of_trade": Sight.EVERYBODY, "additional_information": Sight.EVERYBODY,
    "comment": Sight.EVERYBODY,
}
# fmt: on
TEXTS = (Text, Password, Token, Email, AnyEmail, FileName)


def fields_of(operation: Operation) -> list[tuple[bool, str]]:
    """The fields of free text, in which a country's code is none: whether each is of the body, and its name."""
    schemas = ((True, operation.body), (False, operation.asked))
    return [
        (is_of_body, name)
        for is_of_body, schema in schemas
        if schema is not None
        for name, field in schema.fields.items()
        if isinstance(field, TEXTS) and not isinstance(field, Country)
    ]


GIVEN = [operation for operation in OPERATIONS if fields_of(operation)]
LOOKED_AT = [operation for operation in OPERATIONS if operation.method == "GET" and not operation.media]


def sight(operation: Operation, name: str) -> Sight:
    return SEEN_BY.get(f"{operation.name}.{name}") or SEEN_BY[name]


def test_of_every_field_it_is_said_who_may_see_it() -> None:
    given = {(operation.name, name) for operation in GIVEN for _, name in fields_of(operation)}
    assert {name for _, name in given if name not in SEEN_BY} == {"name"}
    assert {f"{operation}.{name}" for operation, name in given if name == "name"} <= set(SEEN_BY)
    assert set(SEEN_BY) <= {name for _, name in given} | {f"{operation}.{name}" for operation, name in given}


class Watched:
    """A desk with all that somebody could look into."""

    def __init__(self, operation: Operation, caplog: pytest.LogCaptureFixture) -> None:
        self.operation, self.caplog = operation, caplog
        self.ready = ReadyDesk(new_store)
        self.ready.turn_to(operation)
        self.exporter = InMemorySpanExporter()
        self.tracing = OpenTelemetryTracing(self.exporter, service_name="p2p-desk", version="1")
        self.app = self.desk.with_services(tracing=self.tracing)

    @property
    def desk(self) -> Desk:
        return self.ready.scene.desk

    def send(self, is_of_body: bool, name: str, value: Any) -> TestResponse:
        """The document's example with a value in one place."""
        operation, given = self.operation, example(self.operation)
        if given is not None and is_of_body:
            given[name] = value
        path = operation.path.format(**self.ready.scene.ids)
        if not is_of_body:
            path += f"?{name}={quote(str(value))}"
        body = None if given is None else self.ready.filled(json.dumps(given).encode())
        kept = {} if body is None else {"body": body, "content_type": "application/json"}
        if operation.prepare is not None:
            kept = {"body": picture("PNG"), "content_type": "image/png"}
        return self.app.request(
            path, method=operation.method, headers=self.ready.headers(operation), expect_errors=True, **kept
        )

    def looked_into(self) -> dict[str, str]:
        """What the operator has: the lines of each format, at every level, the figures and the spans."""
        formats = {"console": ConsoleFormatter(lambda text: text), "json": JsonFormatter(lambda text: text)}
        found = {
            name: "\n".join(each.format(record) for record in self.caplog.records) for name, each in formats.items()
        }
        self.tracing.close()
        spans = [span.to_json() for span in self.exporter.get_finished_spans()]
        return found | {"metrics": self.app.get("/metrics").text, "spans": "\n".join(spans)}

    def read_by(self, who: str) -> str:
        """Everything that one of the scene is answered, headers and failures included, and told."""
        people, ids = self.ready.scene.people, self.ready.scene.ids
        answers = [people[who].get(operation.path.format(**ids)) for operation in LOOKED_AT]
        return "\n".join(f"{answer.headers!r} {answer.body.decode(errors='replace')}" for answer in answers)

    def mailed(self) -> list[tuple[str, str]]:
        """To whom, and all that the letter may say."""
        letters = self.desk.store.outbox.claim(uuid4(), 60, 1000)
        return [(letter.recipient, repr(dict(letter.facts))) for letter in letters]


def canary(name: str, number: int) -> str:
    """Long enough for a password and made of no common one, and an address where one is needed."""
    text = f"canary-{number}-of-a-quiet-harbour"
    return {"email": f"{text}@example.com", "url": f"https://{text}.example/hook"}.get(name, text)


@pytest.mark.abuse("J1")
@pytest.mark.parametrize("operation", GIVEN, ids=lambda operation: operation.name)
def test_what_is_given_is_seen_by_whom_it_is_for(operation: Operation, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    watched = Watched(operation, caplog)
    taken: dict[str, str] = {}
    for number, (is_of_body, name) in enumerate(fields_of(operation)):
        value, kind = canary(name, number), sight(operation, name)
        # As it should be, and in each way in which it is refused: no refusal tells what was given.
        wrong: list[Any] = [value + "\x00", value * 400] + ([[value], {value: value}] if is_of_body else [])
        for each in wrong:
            answer = watched.send(is_of_body, name, each)
            # Some is tidied instead, as the name of a file.
            assert answer.status_int == 200 or value not in answer.text, (name, answer.text)
            assert value not in repr(answer.headers), name
        answer = watched.send(is_of_body, name, value)
        if kind is Sight.NOBODY or answer.status_int >= 400:
            assert value not in answer.text, (name, answer.text)
        if answer.status_int == 200:
            taken[value] = name
    seen = watched.looked_into()
    assert "" not in (seen["console"], seen["json"], seen["spans"])
    shown = [
        (where, name)
        for where, text in seen.items()
        for number, (_, name) in enumerate(fields_of(operation))
        if f"canary-{number}-" in text
    ]
    assert shown == []
    check_readers(watched, taken)


def check_readers(watched: Watched, taken: dict[str, str]) -> None:
    """What was taken is shown and mailed to nobody whom it is not for."""
    operation = watched.operation
    is_by_staff = operation.caller is Callers.STAFF
    for who in ("stranger", "maker", "taker", "staff"):
        text = watched.read_by(who)
        for value, name in taken.items():
            kind = sight(operation, name)
            may = {
                Sight.NOBODY: False,
                Sight.OWNER: who not in ("stranger", "staff") or is_by_staff,
                Sight.PARTIES: who != "stranger",
                Sight.STAFF: who == "staff",
                Sight.OWNER_AND_STAFF: who != "stranger",
                Sight.EVERYBODY: True,
            }[kind]
            assert may or value not in text, (who, name)
    of_parties = {watched.ready.scene.people[who].trader.email for who in ("maker", "taker")}
    for recipient, facts in watched.mailed():
        for value, name in taken.items():
            kind = sight(operation, name)
            may_be_mailed = kind is Sight.EVERYBODY or (kind is Sight.PARTIES and recipient in of_parties)
            assert may_be_mailed or value not in facts, (recipient, name)
