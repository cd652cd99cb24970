"""Whatever is raised becomes an answer here, and nowhere else."""

from __future__ import annotations

import logging

from pyramid.exceptions import URLDecodeError
from pyramid.httpexceptions import HTTPNotFound
from pyramid.response import Response
from pyramid_retry import IRetryableError, is_last_attempt, mark_error_retryable
from pyramid_tm import is_tm_active

from domain.errors import CommitUnknown, ConcurrentChange, Refusal, StoreUnavailable, VersionMismatch
from domain.ports.readers import BadCursor

from ..replies.envelope import failure
from ..replies.refusals import ANSWERS
from ..replies.rejections import (
    COME_BACK_SOON,
    INTERNAL_CODE,
    UNAVAILABLE,
    UNAVAILABLE_CODE,
    InvalidInput,
    Rejection,
    UnknownPath,
)
from ..requests.request import DeskRequest
from ..schemas.fields import NOT_A_CURSOR

logger = logging.getLogger(__name__)

UNKNOWN_OUTCOME_CODE = "outcome_unknown"
"""Not ``unavailable``: of this alone nobody knows whether it happened, and a program must not just try again."""
UNKNOWN_OUTCOME = (
    "The connection to the database broke at the last moment, so that this may or may not have happened; "
    "send the request again with the same Idempotency-Key, or look before you send it again"
)


def answer_failure(error: Exception, request: DeskRequest) -> Response:
    """The answer to an error. Anything that is not expected is logged whole, and told as our own fault."""
    if isinstance(error, HTTPNotFound | URLDecodeError):
        error = UnknownPath()
    if isinstance(error, BadCursor):
        error = InvalidInput([("cursor", NOT_A_CURSOR)])
    if isinstance(error, Rejection):
        return failure(error.status, error.message, error.code, error.fields, error.headers)
    if isinstance(error, Refusal):
        answer = ANSWERS[type(error)]
        message = answer.message(error) + _why_not(error, request)
        return failure(answer.status, message, error.code, answer.fields(error), answer.headers(error))
    if isinstance(error, StoreUnavailable) or _may_be_tried_again(error, request):
        return _come_back(error, request)
    logger.error("request %s failed", request.id, exc_info=error)
    return failure(500, f"Something went wrong on our side (request {request.id})", INTERNAL_CODE)


def _why_not(refusal: Refusal, request: DeskRequest) -> str:
    """What is to be said beside a refusal's own words, which know nothing of how the request was spelled."""
    if isinstance(refusal, VersionMismatch) and request.condition.has_weak:
        return f'. A weak tag, such as W/"{refusal.version}", matches no version; "{refusal.version}" does'
    return ""


def _may_be_tried_again(error: Exception, request: DeskRequest) -> bool:
    """Whether the whole unit of work may be tried again; the store says so of its own errors."""
    if isinstance(error, ConcurrentChange):
        mark_error_retryable(error)
    if IRetryableError.providedBy(error):
        return True
    return is_tm_active(request) and bool(request.tm.get().isRetryableError(error))


def _come_back(error: Exception, request: DeskRequest) -> Response:
    """The answer where nothing is wrong with the request, but the store could not do it now.

    Where another try follows, this answer is thrown away and nobody needs to know.
    """
    if isinstance(error, StoreUnavailable) and request.began is not None:
        request.registry.waiting_requests.let_down(request.began)
    if isinstance(error, StoreUnavailable) or is_last_attempt(request):
        logger.warning("request %s was not served: %s: %s", request.id, type(error).__name__, error)
    if isinstance(error, CommitUnknown):
        return failure(503, UNKNOWN_OUTCOME, UNKNOWN_OUTCOME_CODE, headers=[COME_BACK_SOON])
    return failure(503, UNAVAILABLE, UNAVAILABLE_CODE, headers=[COME_BACK_SOON])
