"""What provokes the refusals about accounts, given a scene of test_refusals.py."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from webtest import TestResponse

from tests.integration.http.desk import PASSWORD


def wrong_code(scene: Any) -> TestResponse:
    return scene.jude.post("/auth/verify/confirm/", {"code": "00000000"})


def verified_again(scene: Any) -> TestResponse:
    scene.desk.store.run(
        lambda unit: unit.traders.set_email_verified(scene.jude.trader.id, scene.desk.clock.now()), writes=True
    )
    return scene.jude.post("/auth/verify/")


def two_codes_at_once(scene: Any) -> TestResponse:
    scene.jude.post("/auth/verify/")
    return scene.jude.post("/auth/verify/")


def unknown_key(scene: Any) -> TestResponse:
    return scene.jude.delete(f"/auth/key/{UUID(int=9, version=4)}/")


def unknown_login(scene: Any) -> TestResponse:
    return scene.jude.delete(f"/auth/login/{UUID(int=9, version=4)}/")


def unknown_webhook(scene: Any) -> TestResponse:
    return scene.jude.post(f"/webhook/test/{UUID(int=9, version=4)}/")


def too_many_webhooks(scene: Any) -> TestResponse:
    answers = [scene.jude.post("/webhook/", {"url": "https://bot.example.com/"}) for _ in range(6)]
    return answers[-1]


def leaving_with_coins(scene: Any) -> TestResponse:
    return scene.amara.post("/auth/delete/", {"password": PASSWORD})
