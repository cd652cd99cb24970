"""Webhooks."""

from __future__ import annotations

from uuid import UUID

from domain.model.parties import Actor
from domain.ports.readers import Page
from domain.use_cases.webhooks import add_webhook, remove_webhook, send_test, turn_on_webhook

from ..operation import Reply
from ..replies.presentation import ShownWebhook
from ..requests.by_age import part_of_few
from ..requests.request import DeskRequest


def add(request: DeskRequest) -> Reply:
    """Have notices sent to an address as they come. This answer alone has the secret that signs them.

    What is sent, and how it is signed, is told at the webhooks of this document.
    """
    services, fields = request.services, request.fields
    webhook, secret = add_webhook(
        Actor.of(request.caller),
        fields["url"],
        fields.get("types", ()),
        webhooks=request.unit.webhooks,
        sealer=services.sealer,
        identifiers=services.identifiers,
        at=request.now,
        anywhere=services.webhook_anywhere,
    )
    return Reply(ShownWebhook(webhook, secret))


def listed(request: DeskRequest) -> Reply:
    """The caller's webhooks, the last one first, each with what came of the last try."""
    own = request.unit.webhooks.of(request.caller.id)
    page = part_of_few(request, own, lambda webhook: (webhook.created_at, webhook.id))
    return Reply(Page([ShownWebhook(webhook) for webhook in page.items], page.next))


def remove(request: DeskRequest) -> Reply:
    """Send nothing to it any more."""
    remove_webhook(Actor.of(request.caller), _id(request), webhooks=request.unit.webhooks)
    return Reply()


def test(request: DeskRequest) -> Reply:
    """Have one test sent, whether the webhook is on or off, and once, whatever comes of it: see `last_status` then."""
    by, webhooks, identifiers = Actor.of(request.caller), request.unit.webhooks, request.services.identifiers
    send_test(by, _id(request), webhooks=webhooks, identifiers=identifiers, at=request.now)
    return Reply()


def turn_on(request: DeskRequest) -> Reply:
    """Send to a webhook again that had failed too often, from the next notice on. Those of meanwhile are listed."""
    turn_on_webhook(Actor.of(request.caller), _id(request), webhooks=request.unit.webhooks)
    return Reply()


def _id(request: DeskRequest) -> UUID:
    return UUID(request.matchdict["webhook_id"])
