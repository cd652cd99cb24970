"""The chat on the page: whatever is written is text, and pictures are shown to those who may see them."""

from __future__ import annotations

import io

from PIL import Image

from tests.integration.browser.market import Market
from tests.integration.browser.people import Browsers, Desk, sideways
from tests.integration.browser.test_trade import SECONDS, writes

MARKUP = "<img src=x onerror=alert(1)><script>alert(2)</script> {{7*7}}"
FROM_RIGHT = "مرحبا، لقد دفعت المبلغ 2,000 الآن"
LONG = "w" * 2_000


def test_what_is_written_is_text_and_breaks_nothing(browsers: Browsers, desk: Desk) -> None:
    market = Market(desk)
    offer = market.offer("amara", market.ad("jude", "sell"))
    with browsers.person(desk, "Amara") as amara, browsers.person(desk, "Jude") as jude:
        for person in (amara, jude):
            person.go(f"/offers/{offer}")
            person.page.get_by_role("log").wait_for()
        for text in (MARKUP, FROM_RIGHT, LONG):
            writes(amara, text)
        log = jude.page.get_by_role("log")
        for text in (MARKUP, FROM_RIGHT, LONG):
            log.get_by_text(text).wait_for(timeout=SECONDS)
        assert log.locator("img, script").count() == 0
        assert log.get_by_text(FROM_RIGHT).evaluate("it => getComputedStyle(it).direction") == "rtl"
        for width in (1280, 390, 320):
            jude.page.set_viewport_size({"width": width, "height": 800})
            assert sideways(jude.page) <= 0
        # It was said to the other in the inbox, too.
        jude.go("/inbox")
        jude.page.get_by_text(MARKUP).wait_for()
        assert sideways(jude.page) <= 0


def test_a_picture_is_sent_and_shown(browsers: Browsers, desk: Desk) -> None:
    market = Market(desk)
    offer = market.offer("amara", market.ad("jude", "sell"))
    drawn = io.BytesIO()
    Image.new("RGB", (320, 200), "teal").save(drawn, "PNG")
    with browsers.person(desk, "Amara") as amara, browsers.person(desk, "Jude") as jude:
        for person in (amara, jude):
            person.go(f"/offers/{offer}")
            person.page.get_by_role("log").wait_for()
        receipt = {"name": "receipt.png", "mimeType": "image/png", "buffer": drawn.getvalue()}
        amara.page.get_by_label("Picture or PDF").set_input_files(receipt)
        for person in (amara, jude):
            picture = person.page.get_by_role("img", name="receipt.png")
            picture.wait_for(timeout=SECONDS)
            assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 320
