"""The WSGI application, put together from the table of operations."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from functools import cache
from itertools import groupby
from random import SystemRandom
from typing import Any

import pyramid_tm
from pyramid.config import Configurator
from pyramid.httpexceptions import HTTPException, HTTPNotFound
from pyramid.response import Response
from pyramid.tweens import EXCVIEW
from pyramid_retry import IBeforeRetry, RetryableExecutionPolicy

from domain.ports.causes import caused_by

from .answering.cross_origin import CrossOrigin
from .answering.failures import answer_failure
from .answering.handling import handler
from .answering.sent_files import discard
from .collaborators import Services
from .documents import asyncapi, openapi
from .metrics import Observation
from .operation import Operation
from .operations import OPERATIONS
from .pages import nowhere, page_routes
from .replies.envelope import failure
from .replies.origins import Origins
from .replies.rejections import RateLimited
from .requests.rate_limits import RateLimits
from .requests.request import REQUEST_ID, DeskRequest
from .requests.security import VerifiedTokens
from .routes import Route, add_routes
from .server.waiting_requests import WaitingRequests

TRIES = 3
"""How often a unit of work is tried where the store says that trying again is safe."""
RETRY_DELAY_SECONDS = 0.05
"""The longest wait before the second try; before the third it is twice that."""


ExecutionPolicy = Callable[[dict[str, Any], Any], Response]


def make_app(services: Services) -> Callable[..., Iterable[bytes]]:
    """The desk's HTTP side as a WSGI application. Two of them share nothing that a request could change."""
    settings = {
        "tm.manager_hook": pyramid_tm.explicit_manager,
        "tm.commit_veto": rolls_back,
        "tm.annotate_user": False,
    }
    config = Configurator(
        settings=settings, request_factory=DeskRequest, exceptionresponse_view=None, introspection=False
    )
    config.registry.services = services
    config.registry.verified_tokens = tokens = VerifiedTokens(services.tokens)
    rate_limits = RateLimits(services.rate_limits, tokens, services.trusted_proxies)
    # The documents are drawn from what also names the views that serve them, so these views are given them here.
    config.registry.api_document = openapi.document
    config.registry.websocket_document = asyncapi.document
    config.registry.observation = observation = Observation(services.tracing)
    config.registry.waiting_requests = WaitingRequests()
    # Of pyramid_tm's own set-up only this is wanted: the rest would make Pyramid build a class for every request.
    config.add_tween("pyramid_tm.tm_tween_factory", over=EXCVIEW)
    cross_origin = CrossOrigin(Origins(services.origins))
    config.set_execution_policy(
        _observed(_limited(RetryableExecutionPolicy(TRIES), rate_limits), services, observation, cross_origin)
    )
    config.add_subscriber(_wait_before_retry, IBeforeRetry)
    # Pyramid finds the view of the nearest class, and has its own for HTTP's errors.
    for kind in (Exception, HTTPException):
        config.add_exception_view(answer_failure, context=kind)
    config.add_exception_view(nowhere(services.pages), context=HTTPNotFound)
    add_routes(config, [*_routes(), *page_routes(services.pages)])
    app: Callable[..., Iterable[bytes]] = config.make_wsgi_app()
    return app


def rolls_back(request: DeskRequest, response: Response) -> bool:
    """Whether what was written is forgotten: for every failure, unless the failure itself had to be written down.

    And for what was only asked about, whatever was noted down while it was judged.
    """
    is_failure = response.status_int >= 400
    return (is_failure and not request.commits_failure) or (request.is_dry_run and not is_failure)


def _path(operation: Operation) -> str:
    return operation.path


@cache
def _routes() -> tuple[Route, ...]:
    """One a path of the table. What answers them goes by the table alone, so that all applications share it."""
    by_path = {path: list(operations) for path, operations in groupby(sorted(OPERATIONS, key=_path), key=_path)}
    return tuple(
        Route(path, operations[0].route_pattern, {operation.method: handler(operation) for operation in operations})
        for path, operations in by_path.items()
    )


def _limited(policy: ExecutionPolicy, rate_limits: RateLimits) -> ExecutionPolicy:
    """The execution policy for those who do not ask too often. It is outside the retries, too."""

    def limit(environ: dict[str, Any], router: Any) -> Response:
        verdict = rate_limits.judge(environ)
        if verdict is None:
            return policy(environ, router)
        if verdict.is_let_in:
            response = policy(environ, router)
            rate_limits.learn(environ)
        else:
            refusal = RateLimited(verdict.seconds)
            response = failure(refusal.status, refusal.message, refusal.code, headers=refusal.headers)
        response.headers.extend(verdict.headers)
        return response

    return limit


def _observed(
    policy: ExecutionPolicy,
    services: Services,
    observation: Observation,
    cross_origin: CrossOrigin,
) -> Callable[[dict[str, Any], Any], Response]:
    """The execution policy with an id on every answer. It is outside the retries, so that each request counts once."""

    def observe(environ: dict[str, Any], router: Any) -> Response:
        started = time.perf_counter()
        request_id = services.identifiers.new()
        environ[REQUEST_ID] = str(request_id)
        with caused_by(request_id):
            response = cross_origin.preflight(environ) or policy(environ, router)
            discard(environ, services, response)
            response.headers["X-Request-Id"] = environ[REQUEST_ID]
            cross_origin.mark(environ, response)
            code = response.headers.get("Error-Code")
            observation.observe(environ, response.status_int, time.perf_counter() - started, code)
        return response

    return observe


def _wait_before_retry(event: Any) -> None:
    """Wait a random moment: whoever collided once must not do so again in step."""
    longest = RETRY_DELAY_SECONDS * (event.environ["retry.attempt"] + 1)
    time.sleep(SystemRandom().uniform(0, longest))
