"""What a process without the API tells its operator: whether it is alive, whether it is well, and its figures."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry
from prometheus_client.registry import Collector
from pyramid.response import Response

from domain.ports.store import Store

from .answering.readiness import check_ready
from .metrics import exposition
from .replies.envelope import encoded, failure, json_response
from .replies.rejections import MethodNotAllowed, Rejection, UnknownPath

logger = logging.getLogger(__name__)

METHODS = ("GET", "HEAD")


class StatusApplication:
    """A WSGI application with ``/healthz``, ``/readyz`` and ``/metrics``, as the API has them, and nothing else.

    ``late`` are the names of loops of this process that do not go round any more; ``registries`` have the figures that
    it keeps, and ``collectors`` find theirs anew.
    """

    def __init__(
        self,
        store: Store,
        late: Callable[[], Sequence[str]],
        registries: Sequence[CollectorRegistry],
        collectors: Sequence[Collector] = (),
    ) -> None:
        self._store = store
        self._late = late
        self._registries = registries
        self._collectors = collectors
        self._answers: Mapping[str, Callable[[str], Response]] = {
            "/healthz": self._alive,
            "/readyz": self._ready,
            "/metrics": self._metrics,
        }

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer one request."""
        try:
            response = self._answer(environ)
        except Rejection as no:
            response = failure(no.status, str(no), no.code, headers=no.headers)
        except Exception:
            logger.exception("What this process has to tell of itself could not be told.")
            response = failure(500, "The desk could not answer", "internal")
        answer: Iterable[bytes] = response(environ, start_response)
        return answer

    def _answer(self, environ: Mapping[str, Any]) -> Response:
        path = environ["PATH_INFO"].rstrip("/")
        if path not in self._answers:
            raise UnknownPath()
        if environ["REQUEST_METHOD"] not in METHODS:
            raise MethodNotAllowed(environ["REQUEST_METHOD"], METHODS)
        return self._answers[path](environ.get("QUERY_STRING", ""))

    def _alive(self, _: str) -> Response:
        return json_response(200, encoded({"status": "ok"}))

    def _ready(self, query: str) -> Response:
        check_ready(self._store, self._late, query)
        return json_response(200, encoded({"status": "ready"}))

    def _metrics(self, _: str) -> Response:
        return Response(body=exposition(self._registries, self._collectors), content_type=CONTENT_TYPE_LATEST)
