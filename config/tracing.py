"""Whether traces are collected, and by whom: OpenTelemetry's own variables of the environment say so.

Its library is an extra, and is neither needed nor imported where nothing is asked of it. Source:
docs/contract/command-line-and-settings.md, "Traces".
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING

from .wrong_setting import WrongSetting

if TYPE_CHECKING:
    from domain.ports.tracing import Tracing

_EXPORTER = "OTEL_TRACES_EXPORTER"
_PROTOCOLS = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
_ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_PROTOCOL = "http/protobuf"
_LIBRARIES = ("opentelemetry.sdk", "opentelemetry.exporter.otlp.proto.http")


def exporter_named(environment: Mapping[str, str]) -> str | None:
    """``otlp`` or ``console``; None where nothing is collected. Raises ``WrongSetting``."""
    asked = {name: environment.get(name, "").strip() for name in (_EXPORTER, *_PROTOCOLS, *_ENDPOINTS)}
    by = next((name for name in (_EXPORTER, *_ENDPOINTS) if asked[name]), None)
    exporter = asked[_EXPORTER] or "otlp"
    if by is None or exporter == "none" or environment.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return None
    if exporter not in ("otlp", "console"):
        raise WrongSetting(_EXPORTER, f"is {exporter}, and has to be otlp, console or none")
    for name in _PROTOCOLS:
        if exporter == "otlp" and asked[name] not in ("", _PROTOCOL):
            raise WrongSetting(name, f"is {asked[name]}, and the desk speaks {_PROTOCOL} only")
    if not _is_installed():
        raise WrongSetting(by, "asks for traces, and OpenTelemetry is not installed: install p2p-desk[otel]")
    return exporter


def tracing_of(environment: Mapping[str, str]) -> Tracing | None:
    """Where it is told what is done; None where nothing is collected. Raises ``WrongSetting``."""
    exporter = exporter_named(environment)
    if exporter is None:
        return None
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.trace.export import ConsoleSpanExporter

    from adapters.http.version import version
    from adapters.tracing.spans import OpenTelemetryTracing

    chosen = OTLPSpanExporter() if exporter == "otlp" else ConsoleSpanExporter()
    return OpenTelemetryTracing(chosen, service_name="p2p-desk", version=version())


def _is_installed() -> bool:
    try:
        return all(find_spec(name) is not None for name in _LIBRARIES)
    except ModuleNotFoundError:
        return False
