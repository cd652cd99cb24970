"""One trade told by its request ids, from each request to its letters and frames: in all logs, and in traces."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import Any
from uuid import UUID

import pytest
import requests
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.integration.running import PASSWORD, Cli
from tests.integration.serving import Addresses, Serving
from tests.integration.waiting import until
from tests.integration.webhooks.receiver import Receiver, receiving
from tests.integration.websocket.client import Client

BANK = {"bank_account_name": "Jude Okafor", "bank_account_number": "1234567890", "bank_name": "Second Bank"}
AD = {
    "ad_type": "sell", "crypto_currency": "trx", "crypto_amount": "100", "price_per_unit": "200",
    "fiat_currency": "usd", "payment_method": "bank_transfer", **BANK,
}  # fmt: skip


class Desk:
    """The three roles, each a process with its log, and two traders."""

    def __init__(self, cli: Cli, addresses: Addresses, roles: Sequence[Serving]) -> None:
        self.cli = cli
        self.roles = roles
        self._http = f"http://127.0.0.1:{addresses.http}"
        self._websocket = f"ws://127.0.0.1:{addresses.websocket}/ws/p2p/"
        self.ids, self._tokens = dict[str, str](), dict[str, str]()
        for name in ("jude", "amara"):
            email = f"{name}@example.com"
            self.ids[name] = cli.done("trader", "add", email, "--fullname", name.title(), "--password", PASSWORD)
            self._tokens[name] = cli.done("trader", "token", email)

    def ask(self, name: str, path: str, body: dict[str, Any] | None = None) -> tuple[str, requests.Response]:
        """One request; its id and its answer."""
        headers = {"Authorization": f"Bearer {self._tokens[name]}"}
        answer = requests.post(self._http + path, json=body, headers=headers, timeout=30)
        return answer.headers["X-Request-Id"], answer

    def made_offer(self) -> int:
        """Amara's, on an ad by which Jude sells."""
        self.cli.done("wallet", "deposit", "jude@example.com", "trx", "1000", "--wallet", "p2p")
        _, placed = self.ask("jude", "/p2p/ad/", AD)
        ad = int(placed.headers["Location"].rsplit("/", 1)[1])
        _, made = self.ask("amara", "/p2p/offer/create/", {"ad": ad, "currency_amount": "10", **BANK})
        return int(made.json()["entity"]["id"])

    def listen(self, name: str) -> Client:
        return Client(f"{self._websocket}?token={self._tokens[name]}&since=0")

    def told(self, request_id: str) -> list[dict[str, Any]]:
        """What all roles have logged of one request."""
        lines = [line for role in self.roles for line in role.said.splitlines() if request_id in line]
        return [json.loads(line) for line in lines]


@pytest.fixture
def collector() -> Iterator[Receiver]:
    with receiving() as receiver:
        receiver.answers["/v1/traces"] = 200
        yield receiver


@pytest.fixture
def collected() -> dict[str, str]:
    """The variables by which traces are collected; without any, none are."""
    return {}


@pytest.fixture
def desk(postgres_cli: Cli, collected: dict[str, str]) -> Iterator[Desk]:
    addresses = Addresses()
    settings = {**addresses.settings, "LOG_FORMAT": "json"}
    with ExitStack() as running:
        roles = [
            running.enter_context(Serving(postgres_cli, role, variables=collected, **settings))
            for role in ("http", "ws", "worker")
        ]
        roles[0].wait_until_ready(addresses.http)
        roles[1].wait_for("Listening on")
        roles[2].wait_for("at work")
        yield Desk(postgres_cli, addresses, roles)


def facts(line: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: line[name] for name in names if name in line}


def test_a_trade_from_request_to_letter_to_frame(desk: Desk) -> None:
    socket = desk.listen("amara")
    offer = desk.made_offer()
    refusal, refused = desk.ask("amara", f"/p2p/offer/release/{offer}/")
    assert refused.headers["Error-Code"] == "not_authorised"
    desk.ask("amara", f"/p2p/offer/paid/{offer}/")
    released, answer = desk.ask("jude", f"/p2p/offer/release/{offer}/")
    assert answer.status_code == 200
    until(lambda: len(desk.told(released)) >= 3)
    socket.close()

    lines = {line["logger"]: line for line in desk.told(released)}
    names = ("trader_id", "offer_id", "request_id")
    who, whom = ({"trader_id": desk.ids[name], "offer_id": offer, "request_id": released} for name in ("jude", "amara"))
    assert {logger: facts(line, *names) for logger, line in lines.items()} == {
        "adapters.http.metrics": who,
        "adapters.worker.postman": whom,
        "adapters.websocket.server": whom,
    }
    assert {line["level"] for line in lines.values()} == {"info"}
    assert lines["adapters.worker.postman"]["kind"] == lines["adapters.websocket.server"]["kind"] == "funds_released"
    (said_no,) = desk.told(refusal)
    assert facts(said_no, *names, "error_code") == {**whom, "request_id": refusal, "error_code": "not_authorised"}

    shown = json.loads(desk.cli.done("offer", "show", str(offer), "--json"))
    assert {notice["kind"]: notice["request_id"] for notice in shown["notices"]}["funds_released"] == released
    assert f"    by request {released}" in desk.cli.done("offer", "show", str(offer)).splitlines()


class TestTraces:
    """The same, as a collector of OpenTelemetry is told of it."""

    @pytest.fixture
    def collected(self, collector: Receiver) -> dict[str, str]:
        return {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url(""), "OTEL_BSP_SCHEDULE_DELAY": "100"}

    def test_a_trace_from_request_to_letter_to_frame(self, desk: Desk, collector: Receiver) -> None:
        socket = desk.listen("amara")
        offer = desk.made_offer()
        desk.ask("amara", f"/p2p/offer/paid/{offer}/")
        released, answer = desk.ask("jude", f"/p2p/offer/release/{offer}/")
        assert answer.status_code == 200
        until(lambda: len(spans_of(collector, released)) >= 3)
        socket.close()
        spans = {span.name: span for span in spans_of(collector, released)}
        assert set(spans) == {"release_funds", "letter funds_released", "frame funds_released"}
        first = spans.pop("release_funds")
        assert (first.parent_span_id, first.span_id) == (b"", UUID(released).bytes[8:])
        assert {span.parent_span_id for span in spans.values()} == {first.span_id}
        assert attributes(first) == {"p2p.offer_id": offer, "p2p.trader_id": desk.ids["jude"]}
        for span in spans.values():
            assert attributes(span) == {"p2p.offer_id": offer, "p2p.trader_id": desk.ids["amara"]}
        for role in desk.roles:
            assert role.stop() == 0
            assert "Traceback" not in role.said

    def test_a_collector_that_is_away_is_nobody_s_trouble(self, desk: Desk, collector: Receiver) -> None:
        """It hangs; requests are answered, and processes end in time."""
        del collector.answers["/v1/traces"]
        offer = desk.made_offer()
        assert desk.ask("amara", f"/p2p/offer/paid/{offer}/")[1].status_code == 200
        collector.wait_for(1)
        for role in desk.roles:
            assert role.stop() == 0


def spans_of(collector: Receiver, request_id: str) -> list[Span]:
    """What a collector was told of a request so far."""
    trace = UUID(request_id).bytes
    told = [ExportTraceServiceRequest.FromString(taken.body) for taken in list(collector.taken)]
    scopes = [scope for each in told for resource in each.resource_spans for scope in resource.scope_spans]
    return [span for scope in scopes for span in scope.spans if span.trace_id == trace]


def attributes(span: Span) -> dict[str, str | int]:
    """Whom and what it was about."""
    told = {each.key: each.value.int_value or each.value.string_value for each in span.attributes}
    return {name: told[name] for name in ("p2p.offer_id", "p2p.trader_id")}


class Watched(Cli):
    """Its processes say what they import."""

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-X", "importtime", *super().command(*arguments)[1:]]


def test_a_desk_that_is_not_traced_imports_nothing_for_it(cli: Cli) -> None:
    addresses = Addresses()
    with Serving(Watched(cli.folder, **cli.settings), "serve", **addresses.settings) as desk:
        desk.wait_until_ready(addresses.http)
        assert desk.stop() == 0
        assert "adapters.http.metrics" in desk.said
        assert "opentelemetry" not in desk.said


@pytest.mark.parametrize("role", ["serve", "http"])
def test_what_it_cannot_trace_by_stops_the_start_with_one_line(cli: Cli, role: str) -> None:
    with Serving(cli, role, variables={"OTEL_TRACES_EXPORTER": "zipkin"}) as desk:
        assert desk.process.wait(60) == 78
        assert desk.said == "p2p: OTEL_TRACES_EXPORTER is zipkin, and has to be otlp, console or none\n"
