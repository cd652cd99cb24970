"""Keys of programs."""

from __future__ import annotations

from uuid import UUID

from domain.model.limits import KEYS_LIMIT
from domain.ports.readers import Page
from domain.use_cases.api_keys import end_key, make_key

from ..operation import Reply
from ..replies.presentation import ShownKey
from ..requests.by_age import part_of_few
from ..requests.one_time import given_otp, otp_as_field
from ..requests.request import DeskRequest


def make(request: DeskRequest) -> Reply:
    """Make a key for a program. This answer alone has its text; what is kept is a digest.

    Whoever has turned one-time passwords on gives one.
    """
    unit, fields = request.unit, request.fields
    with otp_as_field(request):
        key, text = make_key(
            request.caller,
            fields["name"],
            fields["scopes"],
            fields.get("expires_at"),
            keys=unit.keys,
            logins=unit.logins,
            book=unit.book,
            identifiers=request.services.identifiers,
            at=request.now,
            given_otp=given_otp(request),
        )
    return Reply(ShownKey(key, text))


def listed(request: DeskRequest) -> Reply:
    """The caller's keys that are good, newest first; their texts are nowhere kept."""
    live = request.unit.keys.live(request.caller.id, request.now, KEYS_LIMIT)
    page = part_of_few(request, live, lambda key: (key.created_at, key.id))
    return Reply(Page([ShownKey(key) for key in page.items], page.next))


def end(request: DeskRequest) -> Reply:
    """End one of the caller's keys; a websocket that it opened is closed within seconds."""
    unit = request.unit
    end_key(UUID(request.matchdict["key_id"]), request.caller, keys=unit.keys, logins=unit.logins, at=request.now)
    return Reply()
