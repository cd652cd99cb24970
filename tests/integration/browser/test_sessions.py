"""Who is signed in: after reloading, in several tabs, when a token has ended, and after leaving."""

from __future__ import annotations

from typing import Any

from tests.integration.browser.people import Browsers, Desk, Person

PASSWORD = "correct horse battery staple"


def board(page: Any) -> None:
    page.get_by_role("heading", name="Board").wait_for()


def test_a_reload_keeps_who_is_signed_in_by_a_cookie_no_script_sees(browsers: Browsers, desk: Desk) -> None:
    with browsers.person(desk, "Jude") as jude:
        jude.go("/my-ads")
        jude.page.reload()
        jude.page.get_by_role("heading", name="My ads").wait_for()
        assert "p2p_refresh" not in jude.page.evaluate("document.cookie")
        kept = jude.page.evaluate("JSON.stringify([{ ...localStorage }, { ...sessionStorage }])")
        assert "ey" + "J" not in kept
        (cookie,) = jude.page.context.cookies()
        assert (cookie["name"], cookie["httpOnly"], cookie["sameSite"]) == ("p2p_refresh", True, "Strict")


def test_wrong_words_are_refused_in_the_desk_s_own(browsers: Browsers, desk: Desk) -> None:
    with browsers.person(desk) as visitor:
        page = visitor.page
        page.goto("/sign-in?next=%2Fmy-ads")
        page.get_by_label("Email").fill("jude@example.com")
        page.get_by_label("Password").fill("not this one at all")
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("alert").get_by_text("Email or password is wrong").wait_for()
        page.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="My ads").wait_for()


def test_where_one_is_led_after_signing_in_is_at_this_desk(browsers: Browsers, desk: Desk) -> None:
    for elsewhere in ("https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"):
        with browsers.person(desk) as visitor:
            visitor.page.goto("/sign-in?next=" + elsewhere.replace("/", "%2F").replace("\\", "%5C"))
            visitor.page.get_by_role("button", name="Try as Amara").click()
            board(visitor.page)
            assert visitor.page.url == f"{desk.url}/"


def test_an_account_is_made_and_used_at_once(browsers: Browsers, desk: Desk) -> None:
    with browsers.person(desk) as visitor:
        page = visitor.page
        page.goto("/register")
        page.get_by_label("Full name").fill("Ngozi Ade")
        page.get_by_label("Email").fill("ngozi@example.com")
        page.get_by_label("Password").fill("short")
        page.get_by_role("button", name="Create account").click()
        page.get_by_text("15 characters", exact=False).first.wait_for()
        page.locator("[aria-invalid=true]").wait_for()
        page.get_by_label("Password").fill("twelve green bottles hang")
        page.get_by_role("button", name="Create account").click()
        board(page)


def test_an_access_token_that_ended_is_renewed_unseen(browsers: Browsers, desk: Desk) -> None:
    with browsers.person(desk, "Jude") as jude:
        jude.page.evaluate(
            "async base => { (await import(`${base}/lib/api.js`)).token.access = 'ended' }", _base(jude.page)
        )
        jude.go("/my-ads")
        jude.page.get_by_role("heading", name="My ads").wait_for()
        jude.is_idle()
        assert jude.page.get_by_role("alert").count() == 0


def test_two_tabs_leave_together(browsers: Browsers, desk: Desk) -> None:
    with browsers.person(desk, "Amara") as amara, browsers.seat(amara.page.context) as second:
        second.page.goto("/my-ads")
        second.page.get_by_role("heading", name="My ads").wait_for()
        amara.page.get_by_role("button", name="Sign out").click()
        amara.page.get_by_role("heading", name="Buy and sell crypto").wait_for()
        second.page.get_by_role("heading", name="Sign in").wait_for()
        _is_gone(amara)


def _is_gone(person: Person) -> None:
    """The cookie is gone too: who comes later to the same browser finds nobody's desk."""
    person.page.reload()
    person.page.get_by_role("heading", name="Buy and sell crypto").wait_for()
    assert person.page.context.cookies() == []


def _base(page: Any) -> str:
    return str(page.locator("script[type=module]").get_attribute("src")).removesuffix("/main.js")
