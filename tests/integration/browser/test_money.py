"""The page's arithmetic is the domain's, to the last digit; and what people type is read as they meant it, or asked."""

from __future__ import annotations

import json
import os
import random
import secrets
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from domain import Currency
from domain.model.money import EXACT, buys, worth
from tests.integration.browser.people import Browsers, Desk, Person, base

CASES = 3_000
_COMPUTE = """async ([base, cases]) => {
  const money = await import(`${base}/lib/money.js`);
  return cases.map(({ amount, fiat, price, crypto_decimals, fiat_decimals }) => [
    money.worth(amount, price, fiat_decimals),
    money.buys(fiat, price, crypto_decimals),
    Math.sign(money.compare(amount, fiat)),
    money.plain(amount),
    money.sum(amount, fiat),
  ]);
}"""
_READ = """async ([base, locale, code, texts]) => {
  const { readAmount } = await import(`${base}/lib/money.js`);
  return texts.map((text) => {
    const read = readAmount(text, code, locale);
    return read.amount ?? read.readings ?? (read.empty ? "" : read.problem);
  });
}"""
_SHOW = """async ([base, locale, amounts]) => {
  const { digits, readAmount, typed } = await import(`${base}/lib/money.js`);
  return amounts.map((amount) => {
    const back = readAmount(typed(amount, locale), "btc", locale);
    return [digits(amount, "btc", locale), back.amount];
  });
}"""


@pytest.fixture(scope="module")
def page(browsers: Browsers, desk: Desk) -> Iterator[Any]:
    with browsers.person(desk) as visitor:
        visitor.page.get_by_role("heading", level=1).wait_for()
        yield visitor.page


def text_of(random_: random.Random, whole: int, decimals: int, *, least: int = 0) -> str:
    """An amount as the wire could spell it."""
    digits, places = random_.randint(1, whole), random_.randint(0, decimals)
    units = random_.choice([random_.randint(0, 10 ** (digits + places)), 10**places, 1, 5 * 10**places // 10])
    return f"{Decimal(max(units, least)).scaleb(-places):f}"


def test_the_page_computes_as_the_domain_does(page: Any, tmp_path: Path) -> None:
    seed = int(os.environ.get("P2P_TEST_SEED") or secrets.randbelow(10**9))
    print(f"P2P_TEST_SEED={seed} replays")
    random_ = random.Random(seed)
    cases = [
        {
            "amount": text_of(random_, 12, crypto),
            "fiat": text_of(random_, 12, fiat),
            "price": text_of(random_, 10, 10, least=1),
            "crypto_decimals": crypto,
            "fiat_decimals": fiat,
        }
        for crypto, fiat in ((random_.randint(0, 20), random_.randint(0, 2)) for _ in range(CASES))
    ]
    # What disagrees can be looked at afterwards.
    (tmp_path / "cases.json").write_text(json.dumps(cases, indent=1))
    answers = page.evaluate(_COMPUTE, [base(page), cases])
    for case, (worth_, buys_, order, plain, sum_) in zip(cases, answers, strict=True):
        amount, fiat, price = (Decimal(case[name]) for name in ("amount", "fiat", "price"))
        crypto, of = Currency("c", case["crypto_decimals"]), Currency("f", case["fiat_decimals"])
        assert Decimal(worth_) == worth(amount, price, of), case
        assert Decimal(buys_) == buys(fiat, price, crypto), case
        assert order == (amount > fiat) - (amount < fiat), case
        assert Decimal(plain) == amount
        assert not (("." in plain) and plain.endswith("0"))
        assert Decimal(sum_) == EXACT.add(amount, fiat)


READ = {
    "en-GB": {
        "": "", "12": "12", "12.5": "12.5", "12,5": "12.5", "12.001": "12.001", "12,001": ["12001", "12.001"],
        "1,234,567.89": "1234567.89", "1.234.567,89": "1234567.89", "12,34,567": "1234567", "1 234 567": "1234567",
        "0,001": "0.001", "1234,567": "1234.567", "1,23,4": "This is not an amount.", "12,0012": "12.0012",
        "-5": "This is not an amount.", "1e3": "This is not an amount.", ".5": "0.5", "1,,2": "This is not an amount.",
        "٣": "This is not an amount.", "$5": "This is not an amount.", "007": "7", ".": "This is not an amount.",
        "1.234,567": "1234.567", "5.": "This is not an amount.", "1234567890123456789": "This is too much.",
        "0.123456789": "BTC has 8 decimal places at most.", "0.1234567800": "0.1234567800",
    },
    "de-DE": {"12,001": "12.001", "12.001": ["12001", "12.001"], "1.234,5": "1234.5", "1.5": "1.5"},
    "fr-FR": {"12,001": "12.001", "1\u202f234,5": "1234.5", "12.001": ["12001", "12.001"]},
    "de-CH": {"1\u2019234.5": "1234.5", "12.001": "12.001"},
    "hi-IN": {"1,23,456.5": "123456.5", "12,001": ["12001", "12.001"]},
    "ar-EG": {"12.5": "12.5"},
}  # fmt: skip


@pytest.mark.parametrize("locale", READ)
def test_what_is_typed_is_read_as_it_was_meant_or_asked_about(page: Any, locale: str) -> None:
    texts = READ[locale]
    answers = page.evaluate(_READ, [base(page), locale, "btc", list(texts)])
    assert dict(zip(texts, answers, strict=True)) == texts


@pytest.mark.parametrize("locale", [*READ, "sv-SE", "fa-IR", "bn-BD"])
def test_an_amount_is_shown_exactly_and_read_back_as_itself(page: Any, locale: str) -> None:
    amounts = ["0.00000001", "123456789012345678.12345678", "12001", "12.001", "1234567.5"]
    for amount, (shown, back) in zip(amounts, page.evaluate(_SHOW, [base(page), locale, amounts]), strict=True):
        assert "".join(filter(str.isdigit, shown)) == amount.replace(".", "")
        assert back == amount


def test_an_amount_that_can_be_read_in_two_ways_is_asked_about(browsers: Browsers, desk: Desk) -> None:
    with browsers.person(desk, "Amara") as amara:
        amara.go("/ads/1")
        _two_readings(amara)


def _two_readings(person: Person) -> None:
    page = person.page
    page.get_by_label("Crypto amount").fill("12,001")
    page.get_by_text("This can be read as 12,001 or 12.001. Which is it?").wait_for()
    page.get_by_role("button", name="12.001 USDT").click()
    assert page.get_by_label("Crypto amount").input_value() == "12.001"
    page.get_by_text("= 12.001 USDT").wait_for()
    # 12.001 at 1612 each.
    page.get_by_text("= 19,345.61 NGN").wait_for()
