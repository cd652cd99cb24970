"""What provokes the refusals about accounts, given a scene of test_refusals.py."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pyotp
from webtest import TestResponse

from domain.model.limits import BLOCKS_LIMIT, KEYS_LIMIT, PAYMENT_METHODS_LIMIT
from domain.model.trader import Trader
from domain.ports.store import Unit
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


def too_many_keys(scene: Any) -> TestResponse:
    answers = [scene.jude.post("/auth/key/", {"name": "Bot", "scopes": ["read"]}) for _ in range(KEYS_LIMIT + 1)]
    return answers[-1]


def too_many_payment_methods(scene: Any) -> TestResponse:
    body = {"label": "Mine", "payment_method": "mobile_money", "payment_details": "0700 000 000"}
    answers = [scene.jude.post("/p2p/payment-method/", body) for _ in range(PAYMENT_METHODS_LIMIT + 1)]
    return answers[-1]


def too_many_blocks(scene: Any) -> TestResponse:
    by, at = scene.jude.trader, scene.desk.clock.now()

    def block_as_many(unit: Unit) -> None:
        for number in range(BLOCKS_LIMIT):
            other = Trader(uuid4(), f"{number}@example.net", "Other", at, at)
            unit.traders.add(other, "no hash")
            unit.people.block(by.id, other.id, at)

    scene.desk.store.run(block_as_many, writes=True)
    return scene.jude.post(f"/p2p/block/{scene.amara.id}/")


def leaving_with_coins(scene: Any) -> TestResponse:
    return scene.amara.post("/auth/delete/", {"password": PASSWORD})


def _turned_on(scene: Any) -> TestResponse:
    secret = scene.jude.post("/auth/totp/").json["entity"]["secret"]
    otp = pyotp.TOTP(secret).at(scene.desk.clock.now())
    return scene.jude.post("/auth/totp/confirm/", {"otp": otp})


def _log_in(scene: Any, **fields: str) -> TestResponse:
    body = {"email": "jude@example.com", "password": PASSWORD, **fields}
    return scene.desk.app.post_json("/auth/token/", body, expect_errors=True)


def without_otp(scene: Any) -> TestResponse:
    _turned_on(scene)
    return _log_in(scene)


def wrong_otp(scene: Any) -> TestResponse:
    _turned_on(scene)
    return _log_in(scene, otp="none")


def otp_on_again(scene: Any) -> TestResponse:
    _turned_on(scene)
    return scene.jude.post("/auth/totp/")


def otp_off_again(scene: Any) -> TestResponse:
    return scene.jude.post("/auth/totp/disable/", {"password": PASSWORD})


def suspended(scene: Any) -> TestResponse:
    scene.desk.suspend(scene.amara)
    return scene.amara.get("/auth/me/")


def reused_refresh(scene: Any) -> TestResponse:
    return scene.desk.app.post_json("/auth/token/refresh/", {"refresh": "x"}, expect_errors=True)


def wrong_password(scene: Any) -> TestResponse:
    body = {"email": "jude@example.com", "password": "wrong"}
    return scene.desk.app.post_json("/auth/token/", body, expect_errors=True)


def unknown_trader(scene: Any) -> TestResponse:
    nobody = "00000000-0000-4000-8000-00000000ffff"
    return scene.staff.post(f"/admin/suspension/{nobody}/", {"note": "Why."})
