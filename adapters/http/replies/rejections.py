"""What HTTP itself turns a request away for, before any rule of the desk is asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .wording import field_message

PROTECTED_BY_BEARER = ("WWW-Authenticate", "Bearer")
COME_BACK_SOON = ("Retry-After", "2")
"""Seconds. A store that was away serves again within two seconds of its return."""
COME_BACK_LATER = ("Retry-After", "60")
"""Seconds. What people have stopped goes on when people say so."""

UNAVAILABLE_CODE = "unavailable"
INTERNAL_CODE = "internal"
UNAVAILABLE = "The desk cannot answer right now, please try again in a moment"


class Rejection(Exception):
    """The request is not taken. Nothing has changed.

    ``headers`` go onto the answer. A subclass fixes the status and the ``code``, by which programs know it
    (docs/contract/http.md, "Codes"); the message may be given or be the class's own. ``fields`` are those that the
    message is about, in its order.
    """

    status = 400
    code = "bad_request"
    message = "The request cannot be read"
    fields: tuple[str, ...] = ()

    def __init__(self, message: str | None = None, headers: Iterable[tuple[str, str]] = ()) -> None:
        super().__init__(message or self.message)
        self.message = message or self.message
        self.headers = tuple(headers)


class RateLimited(Rejection):
    """There were too many requests."""

    status = 429
    code = "rate_limited"
    message = "Too many requests, please try again in a moment"

    def __init__(self, seconds: int = 2) -> None:
        super().__init__(headers=(("Retry-After", str(seconds)),))


class NotJson(Rejection):
    """The body is no strict JSON."""

    code = "bad_json"
    message = "The body is not valid JSON"


class NotAnObject(Rejection):
    """The body is JSON, but no object."""

    code = "bad_json"
    message = "The body must be a JSON object"


class NotUtf8Query(Rejection):
    """The query has bytes that are no text."""

    code = "bad_query"
    message = "The query is not valid UTF-8"


class InvalidInput(Rejection):
    """Fields of the body or parameters of the query are wrong; the message names each of them.

    ``problems`` are pairs of a field and what is wrong with it, in the order in which they are told.
    """

    code = "invalid_fields"

    def __init__(self, problems: Sequence[tuple[str, str]]) -> None:
        super().__init__(" ".join(field_message(name, text) for name, text in problems))
        self.problems = tuple(problems)
        self.fields = tuple(dict.fromkeys(name for name, _ in problems))


class UnknownParameter(InvalidInput):
    """The query has a parameter that the operation does not know."""

    def __init__(self, name: str = "page", known: Iterable[str] = ()) -> None:
        names = ", ".join(known)
        super().__init__([(name, f"There is no such parameter here{f', only {names}' if names else ''}.")])


class InvalidCondition(Rejection):
    """``If-Match`` is neither ``*`` nor a list of entity tags."""

    code = "bad_if_match"
    message = "The If-Match header is not valid"


class InvalidKey(Rejection):
    """The idempotency key is empty, too long, or has characters that a header should not."""

    code = "key_invalid"
    message = "The Idempotency-Key must be 1 to 255 printable ASCII characters"


class Unauthenticated(Rejection):
    """There is a token, and it is not good."""

    status = 401
    code = "bad_token"
    message = "A valid access token is needed"

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message, [PROTECTED_BY_BEARER])


class NoToken(Unauthenticated):
    """There is no token at all."""

    code = "no_token"


class ScopeMissing(Rejection):
    """The key of a program was not given what this needs."""

    status = 403
    code = "scope_missing"
    message = "This key may not do that"


class NothingToLeaveBy(Unauthenticated):
    """Neither token that a logout may come with is good."""

    message = "A valid access token or refresh token is needed"


class NoTokenToLeaveBy(NothingToLeaveBy):
    """A logout came with no token at all."""

    code = "no_token"


class UnknownPath(Rejection):
    """Nothing lives at this path."""

    status = 404
    code = "not_found"
    message = "There is nothing at this address"


class Hidden(Rejection):
    """What was asked for does not exist, or is none of the caller's business; which of the two is not told."""

    status = 404
    code = "not_found"
    message = "Not found"


class HiddenOffer(Hidden):
    """There is no such offer, or it is none of the caller's business."""

    code = "offer_not_found"
    message = "Offer not found"


class MethodNotAllowed(Rejection):
    """The path is known, but not with this method."""

    status = 405
    code = "method_not_allowed"

    def __init__(self, method: str, allowed: Iterable[str]) -> None:
        known = method if method.isascii() and method.isalpha() and len(method) <= 10 else "This method"
        super().__init__(f"{known} is not allowed here", [("Allow", ", ".join(allowed))])


class KeyInFlight(Rejection):
    """The first request with this key is still being worked on."""

    status = 409
    code = "idempotency_conflict"
    message = "The first request with this Idempotency-Key is still running"


class BodyTooLarge(Rejection):
    """The body is over the limit."""

    status = 413
    code = "too_large"
    message = "The body is larger than 64 KiB"


class FileTooLarge(Rejection):
    """The file is over the limit."""

    status = 413
    code = "too_large"

    def __init__(self, limit: int = 5 * 1024 * 1024) -> None:
        size = f"{limit // 1024**2} MiB" if limit % 1024**2 == 0 else f"{limit} bytes"
        super().__init__(f"The file is larger than {size}")


class NotAFile(Rejection):
    """The body's label is that of no file that is taken."""

    status = 415
    code = "not_an_attachment"
    message = "Send a JPEG, PNG or WebP picture, or a PDF"


class NotJsonType(Rejection):
    """The body's headers say that it is no plain JSON in UTF-8; see ``media``."""

    status = 415
    code = "not_json"
    message = "The body must be sent as application/json in UTF-8, without a content encoding"


class KeyReused(Rejection):
    """The key was sent before, with another path or body."""

    status = 422
    code = "idempotency_mismatch"
    message = "This Idempotency-Key was used for another request"


class Unready(Rejection):
    """The store does not answer, so that nothing else can be answered."""

    status = 503
    code = UNAVAILABLE_CODE
    message = "The desk is not ready"

    def __init__(self) -> None:
        super().__init__(None, [COME_BACK_SOON])


class WaitedTooLong(Rejection):
    """The store lets others down, and this request has waited too long to find that out for itself."""

    status = 503
    code = UNAVAILABLE_CODE
    message = UNAVAILABLE

    def __init__(self) -> None:
        super().__init__(None, [COME_BACK_SOON])


class UpgradeNeeded(Rejection):
    """The websocket does not live on the HTTP port."""

    status = 426
    code = "upgrade_needed"
