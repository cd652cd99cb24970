"""A trader has their notices sent to a program of theirs."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from ..errors import InvalidFields, TooManyWebhooks, WebhookNotFound
from ..model.account_letters import AccountLetter
from ..model.changes import Changes
from ..model.notices import LetterAlone, NoticeKind
from ..model.parties import Actor
from ..model.rights import check_standing
from ..model.webhooks import WEBHOOKS_LIMIT, Delivery, Webhook, purpose_of, url_problem
from ..ports.book import Book
from ..ports.identifiers import Identifiers, random_bytes
from ..ports.sealing import Sealer
from ..ports.webhooks import Webhooks

SECRET_PREFIX = "whsec_"  # noqa: S105 (what every secret begins with)


def add_webhook(
    by: Actor,
    url: str,
    types: Iterable[NoticeKind] = (),
    *,
    webhooks: Webhooks,
    sealer: Sealer,
    identifiers: Identifiers,
    at: datetime,
    anywhere: bool = False,
) -> tuple[Webhook, str]:
    """Have notices of these kinds, or of all, sent to an address. Returns the webhook with its secret, told once.

    ``at`` is the moment by the store's clock, ``anywhere`` as in ``url_problem``. Raises, in this order:
    ``TraderSuspended``, ``InvalidFields``, ``TooManyWebhooks``.
    """
    trader_id = _owner(by)
    problem = url_problem(url, anywhere=anywhere)
    if problem is not None:
        raise InvalidFields((problem,))
    if webhooks.count_locked(trader_id) >= WEBHOOKS_LIMIT:
        raise TooManyWebhooks(WEBHOOKS_LIMIT)
    secret = random_bytes(identifiers)
    webhook_id = identifiers.new()
    sealed = sealer.seal(secret, purpose_of(webhook_id))
    webhook = Webhook(webhook_id, trader_id, url, frozenset(types), sealed, at)
    webhooks.add(webhook)
    return webhook, SECRET_PREFIX + base64.b64encode(secret).decode()


def remove_webhook(by: Actor, webhook_id: UUID, *, webhooks: Webhooks) -> None:
    """Send nothing to it any more. Raises, in this order: ``TraderSuspended``, ``WebhookNotFound``."""
    webhooks.remove(_owner(by), webhook_id)


def turn_on_webhook(by: Actor, webhook_id: UUID, *, webhooks: Webhooks) -> None:
    """Send to it again what its trader is told from now on; what was told meanwhile is in the list of notices.

    Raises, in this order: ``TraderSuspended``, ``WebhookNotFound``.
    """
    webhooks.turn_on(_owner(by), webhook_id)


def send_test(by: Actor, webhook_id: UUID, *, webhooks: Webhooks, identifiers: Identifiers, at: datetime) -> None:
    """Have one test sent to it, whether it is on or off. Raises, in this order: ``TraderSuspended``,
    ``WebhookNotFound``."""
    webhooks.ask_for_test(_owner(by), webhook_id, identifiers.new(), at)


def give_up_webhook(
    delivery: Delivery,
    status: int | None,
    *,
    webhooks: Webhooks,
    book: Book,
    identifiers: Identifiers,
    at: datetime,
) -> bool:
    """Turn off a webhook that has failed for the last time, and mail its owner; whether that was done here."""
    if not webhooks.turn_off(delivery, status, at):
        return False
    facts = {"at": at.isoformat(timespec="minutes"), "webhook": str(delivery.webhook_id)}
    letter = LetterAlone(identifiers.new(), delivery.trader_id, AccountLetter.WEBHOOK_OFF, facts, at)
    book.apply(Changes(letters=(letter,)))
    return True


def _owner(by: Actor) -> UUID:
    check_standing(by)
    if by.id is None:
        raise WebhookNotFound()
    return by.id
