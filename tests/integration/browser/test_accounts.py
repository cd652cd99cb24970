"""Letters of the desk and the page: a password that was forgotten, and an address that is one's own."""

from __future__ import annotations

import email
import re
from email.policy import default
from pathlib import Path

from tests.integration.browser.market import Market
from tests.integration.browser.people import Browsers, Desk, look_at
from tests.integration.browser.test_trade import SECONDS
from tests.integration.waiting import within

NEXT = "green bottles on a wall"
UNVERIFIED = "Your email address is not verified."


def test_whoever_forgot_a_password_chooses_another_by_a_letter(browsers: Browsers, desk: Desk) -> None:
    with browsers.person(desk) as visitor:
        page = visitor.page
        page.goto("/sign-in")
        page.get_by_role("link", name="I have forgotten my password").click()
        page.get_by_role("heading", name="Choose a new password").wait_for()
        look_at(visitor)
        page.get_by_label("Email").fill("amara@example.com")
        page.get_by_role("button", name="Mail me a code").click()
        page.get_by_label("Code", exact=True).fill("00000000")
        page.get_by_label("New password").fill("short")
        page.get_by_role("button", name="Change password").click()
        page.locator("[aria-invalid=true]").wait_for()
        look_at(visitor)
        page.get_by_label("New password").fill(NEXT)
        page.get_by_role("button", name="Change password").click()
        page.get_by_text("code is wrong").wait_for(timeout=SECONDS)
        page.get_by_label("Code", exact=True).fill(mailed_code(desk, "amara@example.com"))
        page.get_by_role("button", name="Change password").click()
        page.get_by_role("heading", name="Your password is changed").wait_for(timeout=SECONDS)
        page.get_by_role("link", name="Sign in").last.click()
        for word, told in ((Market.PASSWORD, "Email or password is wrong"), (NEXT, None)):
            page.get_by_label("Email").fill("amara@example.com")
            page.get_by_label("Password").fill(word)
            page.get_by_role("button", name="Sign in", exact=True).click()
            if told:
                page.get_by_text(told).wait_for(timeout=SECONDS)
        page.get_by_role("heading", name="Board").wait_for(timeout=SECONDS)


def test_nobody_learns_there_who_has_an_account(browsers: Browsers, desk: Desk) -> None:
    with browsers.person(desk) as visitor:
        visitor.page.goto("/new-password")
        visitor.page.get_by_label("Email").fill("nobody@example.com")
        visitor.page.get_by_role("button", name="Mail me a code").click()
        visitor.page.get_by_text("If nobody@example.com has an account here, a code is on its way").wait_for()
        visitor.page.get_by_role("button", name="Mail another").click()
        visitor.page.get_by_text("You have asked again: one a minute is mailed at most").wait_for()


def test_an_address_is_verified_by_a_letter(browsers: Browsers, desk: Desk) -> None:
    """Until it is, every screen says so and leads to where it is done."""
    address = "ngozi@example.com"
    with browsers.person(desk) as ngozi:
        page = ngozi.page
        page.goto("/register")
        for label, text in {"Full name": "Ngozi Ade", "Email": address, "Password": Market.PASSWORD}.items():
            page.get_by_label(label).fill(text)
        page.get_by_role("button", name="Create account").click()
        page.get_by_text(UNVERIFIED).wait_for()
        look_at(ngozi)
        page.get_by_role("link", name="Verify it").click()
        page.get_by_role("button", name="Mail me a code").click()
        page.get_by_text("A letter with a code was sent already").wait_for(timeout=SECONDS)
        code = mailed_code(desk, address)
        page.get_by_label("Code", exact=True).fill("00000000" if code != "00000000" else "00000001")
        page.get_by_role("button", name="Verify address").click()
        page.get_by_text("code is wrong").wait_for(timeout=SECONDS)
        look_at(ngozi)
        # As it is read, and with what a mouse took along.
        page.get_by_label("Code", exact=True).fill(f" {code[:4]} {code[4:]} ")
        page.get_by_role("button", name="Verify address").click()
        page.get_by_text(UNVERIFIED).wait_for(state="detached")
        page.get_by_role("definition").filter(has_text=address).get_by_text("verified", exact=True).wait_for()
        page.reload()
        page.get_by_role("heading", name="Settings").wait_for()
        assert page.get_by_text("not verified").count() == 0


def mailed_code(desk: Desk, address: str) -> str:
    """The code of the newest letter to somebody that has one."""
    found = list[str]()

    def look() -> bool:
        letters = sorted((desk.cli.folder / "var" / "mail").glob("*"), key=lambda one: one.stat().st_mtime_ns)
        found[:] = [code for letter in letters if letter.is_file() for code in _codes(letter, address)]
        return bool(found)

    within(look, seconds=SECONDS / 1000)
    assert found
    return found[-1]


def _codes(letter: Path, address: str) -> list[str]:
    message = email.message_from_bytes(letter.read_bytes(), policy=default)
    body = message.get_body(("plain",))
    if body is None or address not in str(message["To"]):
        return []
    return re.findall(r"^ +([0-9]{8})\s*$", body.get_content(), re.MULTILINE)
