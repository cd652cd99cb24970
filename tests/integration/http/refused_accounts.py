"""What provokes the refusals about accounts, given a scene of test_refusals.py."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pyotp
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
