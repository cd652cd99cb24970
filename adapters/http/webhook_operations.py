"""The part of the table of operations that is about webhooks."""

from __future__ import annotations

from domain import errors

from .operation import Operation, Tag
from .schemas.base import ListQuery
from .schemas.webhooks import WEBHOOK_PAGE, MadeWebhookSchema, WebhookBodySchema
from .views import webhooks

# Laid out by hand, as the rest of the table is.
# fmt: off
WEBHOOKS = (
    Operation(
        "add_webhook", Tag.WEBHOOKS, "POST", "/webhook/", webhooks.add, "Have notices sent to an address",
        takes_key=True, body=WebhookBodySchema(), entity=MadeWebhookSchema(), seals_answer=True,
        message="Webhook added successfully", refusals=(errors.InvalidFields, errors.TooManyWebhooks),
    ),
    Operation(
        "webhooks", Tag.WEBHOOKS, "GET", "/webhook/", webhooks.listed, "Where one's notices are sent",
        query=ListQuery(), entity=WEBHOOK_PAGE,
    ),
    Operation(
        "remove_webhook", Tag.WEBHOOKS, "DELETE", "/webhook/{webhook_id}/", webhooks.remove,
        "Send nothing there any more", message="Webhook removed successfully", refusals=(errors.WebhookNotFound,),
    ),
    Operation(
        "test_webhook", Tag.WEBHOOKS, "POST", "/webhook/test/{webhook_id}/", webhooks.test, "Have a test sent",
        takes_key=True, message="A test is on its way", refusals=(errors.WebhookNotFound,),
    ),
    Operation(
        "turn_on_webhook", Tag.WEBHOOKS, "POST", "/webhook/on/{webhook_id}/", webhooks.turn_on,
        "Send to a webhook again", takes_key=True, message="Webhook turned on successfully",
        refusals=(errors.WebhookNotFound,),
    ),
)
# fmt: on
