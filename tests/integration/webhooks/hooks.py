"""Webhooks at a desk without a face: added, looked at, and given something to be told."""

from __future__ import annotations

from decimal import Decimal

from adapters.tokens.sealing import AesSealer
from domain import Actor, NoticeKind, Trader, Webhook
from domain.use_cases.webhooks import add_webhook
from tests.integration.desk import Desk

URL = "https://bot.example.com/desk"
SEALER = AesSealer(["a secret of these tests of more than thirty-two bytes"])


def added(
    desk: Desk, trader: Trader, *types: NoticeKind, url: str = URL, anywhere: bool = False
) -> tuple[Webhook, str]:
    """A webhook of the trader's, and its secret."""
    return desk.write(
        lambda unit: add_webhook(
            Actor.of(trader),
            url,
            types,
            webhooks=unit.webhooks,
            sealer=SEALER,
            identifiers=desk.identifiers,
            at=unit.now(),
            anywhere=anywhere,
        )
    )


def find(desk: Desk, webhook: Webhook) -> Webhook:
    """The webhook as it is by now."""
    found = desk.read(lambda unit: unit.webhooks.find(webhook.trader_id, webhook.id))
    assert found is not None
    return found


def told(desk: Desk, maker: Trader, times: int = 1) -> None:
    """The maker is told of so many offers."""
    ad = desk.ad(maker, crypto_amount=Decimal(times))
    for _ in range(times):
        desk.offer(ad, desk.trader(), Decimal(1))
