"""Whether traces are collected is what OpenTelemetry's own variables say."""

import pytest

from config.tracing import exporter_named, tracing_of
from config.wrong_setting import WrongSetting

ENDPOINT = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"}
OTLP = {"OTEL_TRACES_EXPORTER": "otlp"}


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"OTEL_SERVICE_NAME": "desk"},
        {"OTEL_EXPORTER_OTLP_ENDPOINT": " "},
        {**ENDPOINT, "OTEL_TRACES_EXPORTER": "none"},
        {**ENDPOINT, "OTEL_SDK_DISABLED": "true"},
        {"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"},
    ],
)
def test_nothing_is_collected_unless_it_is_asked_for(environment: dict[str, str]) -> None:
    assert exporter_named(environment) is None
    assert tracing_of(environment) is None


@pytest.mark.parametrize(
    ("environment", "exporter"),
    [
        (ENDPOINT, "otlp"),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:4318/v1/traces"}, "otlp"),
        (OTLP, "otlp"),
        ({**OTLP, "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf"}, "otlp"),
        ({**ENDPOINT, "OTEL_TRACES_EXPORTER": "console"}, "console"),
        ({"OTEL_TRACES_EXPORTER": "console", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, "console"),
    ],
)
def test_what_asks_for_it(environment: dict[str, str], exporter: str) -> None:
    assert exporter_named(environment) == exporter


@pytest.mark.parametrize(
    ("environment", "line"),
    [
        ({"OTEL_TRACES_EXPORTER": "zipkin"}, "OTEL_TRACES_EXPORTER is zipkin, and has to be otlp, console or none"),
        (
            {**ENDPOINT, "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"},
            "OTEL_EXPORTER_OTLP_PROTOCOL is grpc, and the desk speaks http/protobuf only",
        ),
    ],
)
def test_what_the_desk_cannot_do_stops_the_start_with_one_line(environment: dict[str, str], line: str) -> None:
    with pytest.raises(WrongSetting) as wrong:
        exporter_named(environment)
    assert str(wrong.value) == line
