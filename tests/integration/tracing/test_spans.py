"""Spans as a collector gets them: what came of a request is in the trace that is named by it."""

from __future__ import annotations

import random
import threading
from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace import SpanKind

from adapters.tracing.spans import OpenTelemetryTracing, _ByRequest


class Collected:
    """What is told of, and what comes of it once all was handed on."""

    def __init__(self) -> None:
        self.exporter = InMemorySpanExporter()
        self.tracing = OpenTelemetryTracing(self.exporter, service_name="p2p-desk", version="1.2.3")

    def spans(self) -> dict[str, ReadableSpan]:
        self.tracing.close()
        return {span.name: span for span in self.exporter.get_finished_spans()}


@pytest.fixture
def collected() -> Collected:
    return Collected()


def ids(span: ReadableSpan) -> tuple[int, int, int | None]:
    assert span.context is not None
    return span.context.trace_id, span.context.span_id, None if span.parent is None else span.parent.span_id


def test_what_came_of_a_request_is_in_its_trace(collected: Collected) -> None:
    cause = uuid4()
    collected.tracing.done("release_funds", 0.25, {"status": 200}, cause=cause, is_cause=True)
    collected.tracing.done("letter", 1.5, {"letter_id": 7}, cause=cause)
    collected.tracing.done("frame", 0.0, {}, cause=cause)
    spans = collected.spans()
    trace, first, before = ids(spans["release_funds"])
    assert (trace, first, before) == (cause.int, cause.int & (2**64 - 1), None)
    for name in ("letter", "frame"):
        assert ids(spans[name])[::2] == (trace, first)
    assert len({ids(span)[1] for span in spans.values()}) == 3
    lasted = {name: (span.end_time or 0) - (span.start_time or 0) for name, span in spans.items()}
    assert lasted == {"release_funds": 250_000_000, "letter": 1_500_000_000, "frame": 0}
    assert {name: span.kind for name, span in spans.items()} == {
        "release_funds": SpanKind.SERVER,
        "letter": SpanKind.INTERNAL,
        "frame": SpanKind.INTERNAL,
    }


def test_what_nobody_asked_for_is_in_a_trace_of_its_own(collected: Collected) -> None:
    collected.tracing.done("letter", 0.1, {}, cause=None)
    collected.tracing.done("other", 0.1, {}, cause=None)
    traces = [ids(span)[0] for span in collected.spans().values()]
    assert len(set(traces)) == 2
    assert all(traces)


def test_a_span_says_what_it_was_about(collected: Collected) -> None:
    cause, trader = uuid4(), uuid4()
    facts = {"status": 409, "error_code": "gone", "offer_id": 7, "ad_id": None, "trader_id": trader, "took": 1.5}
    collected.tracing.done("refused", 0.1, facts, cause=cause, is_cause=True)
    collected.tracing.done("failed", 0.1, {}, cause=cause, failed=True)
    spans = collected.spans()
    assert dict(spans["refused"].attributes or {}) == {
        "http.response.status_code": 409,
        "error.type": "gone",
        "p2p.offer_id": 7,
        "p2p.trader_id": str(trader),
        "p2p.took": 1.5,
    }
    assert [spans[name].status.is_ok for name in ("refused", "failed")] == [True, False]
    resource = spans["failed"].resource.attributes
    assert (resource["service.name"], resource["service.version"]) == ("p2p-desk", "1.2.3")


def test_a_name_in_the_environment_is_the_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=night")
    monkeypatch.setenv("OTEL_SERVICE_NAME", "our-desk")
    collected = Collected()
    collected.tracing.done("letter", 0.1, {}, cause=None)
    resource = collected.spans()["letter"].resource.attributes
    assert (resource["service.name"], resource["deployment.environment.name"]) == ("our-desk", "night")


@pytest.mark.parametrize("ratio", [0.1, 0.5, 0.9])
def test_a_part_of_all_requests_is_that_part_of_them(ratio: float) -> None:
    numbers = random.Random(7)
    requests = [UUID(int=numbers.getrandbits(128), version=4) for _ in range(2000)]
    for sampler in (TraceIdRatioBased(ratio), ParentBased(TraceIdRatioBased(ratio))):
        of_requests = _ByRequest(sampler)
        taken = [of_requests.should_sample(None, each.int, "any").decision.is_sampled() for each in requests]  # type: ignore[no-untyped-call]
        assert abs(sum(taken) / len(taken) - ratio) < 0.05
        assert of_requests.get_description() == sampler.get_description()


@pytest.mark.parametrize("sampler", ["traceidratio", "parentbased_traceidratio"])
def test_of_a_request_all_is_taken_or_nothing(monkeypatch: pytest.MonkeyPatch, sampler: str) -> None:
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", sampler)
    monkeypatch.setenv("OTEL_TRACES_SAMPLER_ARG", "0.5")
    collected, numbers = Collected(), random.Random(7)
    causes = [UUID(int=numbers.getrandbits(128), version=4) for _ in range(100)]
    for cause in causes:
        collected.tracing.done("request", 0.1, {}, cause=cause, is_cause=True)
        collected.tracing.done("letter", 0.1, {}, cause=cause)
    collected.tracing.close()
    taken = [ids(span)[0] for span in collected.exporter.get_finished_spans()]
    assert sorted(taken) == sorted([*set(taken), *set(taken)])
    assert 30 < len(set(taken)) < 70


class Hanging(SpanExporter):
    """A collector that does not answer until it is let go."""

    def __init__(self) -> None:
        self.has_begun, self.may_go_on, self.has_ended = threading.Event(), threading.Event(), threading.Event()

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        self.has_begun.set()
        self.may_go_on.wait(60)
        self.has_ended.set()
        return SpanExportResult.FAILURE


def test_a_collector_that_hangs_keeps_nobody_waiting() -> None:
    exporter = Hanging()
    tracing = OpenTelemetryTracing(exporter, service_name="p2p-desk", version="1")
    for _ in range(10_000):
        tracing.done("request", 0.1, {}, cause=uuid4(), is_cause=True)
    assert exporter.has_begun.wait(60)
    tracing.close()
    # The exporter would have waited for a minute, and waits still.
    assert not exporter.has_ended.is_set()
    exporter.may_go_on.set()
