"""Webhooks."""

from __future__ import annotations

from marshmallow import Schema, fields

from domain.model.notices import NoticeKind
from domain.model.webhooks import URL_LENGTH_LIMIT

from .base import InputSchema, page_of
from .described import MADE_AT, described
from .fields import Choices, Text
from .shown import Shown, ShownChoice, ShownFlag, ShownMoment, ShownNumber, ShownUuid, shown_list

_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="  # noqa: S105 (an example)
_TYPES = [NoticeKind.PAYMENT_INDICATION.value, NoticeKind.FUNDS_RELEASED.value]


class WebhookBodySchema(InputSchema):
    """Where to send what."""

    url = Text(
        required=True,
        length_limit=URL_LENGTH_LIMIT,
        metadata=described("An `https` address that is reachable from everywhere.", "https://bot.example.com/desk"),
    )
    types = Choices(
        NoticeKind,
        metadata=described("Which notices to send, by `type`; all unless given.", _TYPES),
    )


class WebhookSchema(Schema):
    """A webhook, without its secret."""

    id = ShownUuid("webhook.id", metadata=described("Its id.", "5d8f1f0e-9a41-4a39-a9a5-2f0b1f6c7e11"))
    url = Shown("webhook.url", metadata=described("Where notices are sent.", "https://bot.example.com/desk"))
    types = shown_list(
        ShownChoice(NoticeKind, metadata=described("One kind of notices.", _TYPES[0])),
        metadata=described("Which notices are sent; empty where all are."),
    )
    is_on = ShownFlag(
        "webhook.is_on", metadata=described("Whether notices are sent: false once it has failed too often.", True)
    )
    last_status = ShownNumber(
        "webhook.last_status",
        nullable=True,
        metadata=described("The status of the last answer; null where nothing was sent yet, or no answer came.", 200),
    )
    last_at = ShownMoment(
        "webhook.last_at", nullable=True, metadata=described("When that was; null before the first try.", MADE_AT)
    )


class MadeWebhookSchema(WebhookSchema):
    """A webhook that was just made, with its secret."""

    secret = Shown(metadata=described("The secret that signs what is sent, for this answer alone.", _SECRET))


WEBHOOK_PAGE = page_of("WebhookPage", fields.Nested(WebhookSchema))
