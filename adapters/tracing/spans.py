"""Tells an OpenTelemetry collector what was done, as spans. A trace is a request with all that came of it.

The trace's id is the request's own, and so is the id of its first span, in part: whoever knows the request knows both,
such as the process that sends a letter an hour later. Source: docs/decisions/0035-a-trace-is-named-by-its-request.md.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from threading import Thread
from uuid import UUID

from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.sdk.trace.sampling import Decision, Sampler, SamplingResult
from opentelemetry.trace import Link, NonRecordingSpan, SpanContext, SpanKind, TraceFlags, TraceState
from opentelemetry.trace import set_span_in_context as within
from opentelemetry.trace.status import StatusCode
from opentelemetry.util.types import Attributes, AttributeValue

CLOSE_SECONDS = 1.0
"""How long the end of the process waits for a collector: one that is away keeps no process from stopping in time."""
NAMES = {"status": "http.response.status_code", "error_code": "error.type"}
"""What has a name in OpenTelemetry's conventions. All else is told under ``p2p.``."""

_HALF = 64
_LOW = (1 << _HALF) - 1

_first_of: ContextVar[UUID | None] = ContextVar("first_of", default=None)


class OpenTelemetryTracing:
    """The port ``Tracing``. Spans are exported by a thread of their own; where it falls behind, some are dropped.

    What the SDK reads of the environment, such as ``OTEL_TRACES_SAMPLER`` and ``OTEL_RESOURCE_ATTRIBUTES``, holds.
    """

    def __init__(self, exporter: SpanExporter, *, service_name: str, version: str) -> None:
        usual = Resource({"service.name": service_name, "service.version": version})
        given = {name: value for name, value in Resource.create().attributes.items() if not _is_unknown(value)}
        self._provider = TracerProvider(
            resource=usual.merge(Resource(given)), id_generator=_RequestIds(), shutdown_on_exit=False
        )
        self._provider.sampler = self._sampler = _ByRequest(self._provider.sampler)
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("p2p", version)

    def done(
        self,
        what: str,
        seconds: float,
        facts: Mapping[str, object],
        *,
        cause: UUID | None,
        is_cause: bool = False,
        failed: bool = False,
    ) -> None:
        """Something that took so many seconds has just ended."""
        ended = time.time_ns()
        first = cause if is_cause else None
        before = _first_of.set(first)
        try:
            span = self._tracer.start_span(
                what,
                context=self._after(cause, what) if cause is not None and not is_cause else Context(),
                kind=SpanKind.SERVER if "status" in facts else SpanKind.INTERNAL,
                attributes=_attributes(facts),
                start_time=ended - round(seconds * 1e9),
            )
        finally:
            _first_of.reset(before)
        if failed:
            span.set_status(StatusCode.ERROR)
        span.end(ended)

    def close(self) -> None:
        """Hand on what was heard."""
        closing = Thread(target=self._provider.shutdown, name="tracing-end", daemon=True)
        closing.start()
        closing.join(CLOSE_SECONDS)

    def _after(self, cause: UUID, what: str) -> Context:
        """Where a span goes that came of this request: behind its first span, if that was taken."""
        is_taken = self._sampler.should_sample(None, cause.int, what).decision is Decision.RECORD_AND_SAMPLE
        flags = TraceFlags(TraceFlags.SAMPLED if is_taken else TraceFlags.DEFAULT)
        first = SpanContext(cause.int, _first_span(cause), is_remote=True, trace_flags=flags)
        return within(NonRecordingSpan(first), Context())


class _RequestIds(RandomIdGenerator):
    """The first span of a request, and its trace, are named by it; all others as it comes."""

    def generate_trace_id(self) -> int:
        first = _first_of.get()
        return super().generate_trace_id() if first is None else first.int

    def generate_span_id(self) -> int:
        first = _first_of.get()
        return super().generate_span_id() if first is None else _first_span(first)


class _ByRequest(Sampler):
    """Another sampler, that looks at the other half of an id.

    Those who take a part of all traces compare the lower half with a bound, and in ids of requests its highest bits are
    always the same (RFC 9562, section 5.4): they would take all or none.
    """

    def __init__(self, sampler: Sampler) -> None:
        self._sampler = sampler

    def should_sample(
        self,
        parent_context: Context | None,
        trace_id: int,
        name: str,
        kind: SpanKind | None = None,
        attributes: Attributes = None,
        links: Sequence[Link] | None = None,
        trace_state: TraceState | None = None,
    ) -> SamplingResult:
        turned = (trace_id & _LOW) << _HALF | trace_id >> _HALF
        return self._sampler.should_sample(parent_context, turned, name, kind, attributes, links, trace_state)

    def get_description(self) -> str:
        return self._sampler.get_description()


def _first_span(request_id: UUID) -> int:
    """The id of a request's first span. It is never 0, which is no id, since those bits are not."""
    return request_id.int & _LOW


def _attributes(facts: Mapping[str, object]) -> dict[str, AttributeValue]:
    told = {name: value for name, value in facts.items() if value is not None}
    return {
        NAMES.get(name, f"p2p.{name}"): value if isinstance(value, bool | int | float) else str(value)
        for name, value in told.items()
    }


def _is_unknown(value: AttributeValue) -> bool:
    """Whether the SDK says that nobody has named the service."""
    return isinstance(value, str) and value.startswith("unknown_service")
