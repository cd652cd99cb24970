"""Writes letters: the text, the HTML and the subject of a notice, from the facts that were fixed when it was made."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined, TemplateError, select_autoescape

from domain.model.account_letters import ACCOUNT_LETTERS, AccountLetter
from domain.model.lifecycle import AdType, OfferState, Role
from domain.model.money import money_text
from domain.model.notices import NOTICE_KINDS, FactValue, LetterKind, NoticeKind
from domain.model.parties import trading_role
from domain.model.texts import given_text
from domain.ports.delivery import Letter, MailRefused

from .styling import StyledLoader
from .texts import is_plain, isolated, isolated_lines, one_line, paragraphs

LETTERS = Path(__file__).with_name("letters")

_BLANK_LINES = re.compile(r"\n{3,}")
# Letters may be written by a process of a newer version than the one that fixed their facts. Where one of these is
# missing, nothing is said of it.
_NEWER_FACTS: Mapping[str, FactValue] = {
    "account_is_given": None,
    "payment_reference": None,
    "reader": None,
    "ad_closure": "unknown",
    "buyer_amount": None,
    "seller_amount": None,
    "received_amount": None,
}
_LONG_TEXTS = frozenset({"auto_reply_message", "dispute_reason", "dispute_note"})


@dataclass(frozen=True, slots=True)
class Written:
    """A letter in words. The subject of one about an offer names it, so that a duplicate is seen to be the same."""

    subject: str
    text: str = field(repr=False)
    html: str = field(repr=False)


class Writer:
    """Renders letters from the templates in ``letters/``."""

    def __init__(self) -> None:
        self.templates = Environment(
            loader=StyledLoader(LETTERS),
            # They are read once, and do not change under a process that runs.
            auto_reload=False,
            cache_size=-1,
            undefined=StrictUndefined,
            autoescape=select_autoescape(("html",)),
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def write(self, letter: Letter) -> Written:
        """The letter in words. Raises ``MailRefused`` where a fact or a template is missing."""
        try:
            if isinstance(letter.kind, AccountLetter):
                context, subject = _account_context(letter), ACCOUNT_LETTERS[letter.kind].subject
            else:
                context = _context(letter)
                offer = f"(offer #{context['offer_id']})"
                subject = f"{_subject(letter.kind).format_map(context)} {offer}"
            # Templates whose parts come and go leave blank lines behind; one is enough everywhere.
            text = _BLANK_LINES.sub("\n\n", self._render(letter.kind, "txt", context)).strip("\n") + "\n"
            return Written(subject, text, self._render(letter.kind, "html", context))
        except (KeyError, ValueError, ArithmeticError, TypeError, AttributeError, TemplateError) as error:
            raise MailRefused(f"the letter cannot be written: {type(error).__name__}: {error}") from error

    def _render(self, kind: LetterKind, ending: str, context: Mapping[str, Any]) -> str:
        return self.templates.get_template(f"{kind.value}.{ending}").render(context)


def _account_context(letter: Letter) -> dict[str, Any]:
    """What the templates of letters about an account may say."""
    facts = {name: _clean(name, fact) for name, fact in letter.facts.items()}
    told_at = {"at": _moment(str(letter.facts["at"]))} if "at" in letter.facts else {}
    return {**facts, **told_at, "fullname": isolated(one_line(letter.fullname))}


def _subject(kind: NoticeKind) -> str:
    subject = NOTICE_KINDS[kind].subject
    if subject is None:
        raise ValueError(f"{kind} is never mailed")
    return subject


def _context(letter: Letter) -> dict[str, Any]:
    """What the templates may say: the facts, cleaned, and a few sentences' parts made of them."""
    facts = {name: _clean(name, fact) for name, fact in {**_NEWER_FACTS, **letter.facts}.items()}
    ad_type = AdType(str(facts["ad_type"]))
    is_sell = ad_type is AdType.SELL
    code = str(facts["crypto_currency"])
    context: dict[str, Any] = {
        **facts,
        "fullname": isolated(one_line(letter.fullname)),
        "is_sell": is_sell,
        "counterparty": trading_role(ad_type, Role.TAKER).value,
        "code": code,
        "crypto": _money(facts, "currency_amount", "crypto_currency"),
        "fiat": _money(facts, "fiat_amount", "fiat_currency"),
        "price": f"{_money(facts, 'price_per_unit', 'fiat_currency')} per {code}",
        "method": str(facts["payment_method"]).replace("_", " "),
        "pay_by": _moment(str(facts["deadline"])),
        "is_open": facts["ad_closure"] is None,
        "is_live": OfferState(str(facts["state"])).is_live,
        "returns": _returns(facts, is_sell=is_sell),
    }
    for whose in ("buyer", "seller"):
        if facts[f"{whose}_amount"] is not None:
            context[f"{whose}s_part"] = _money(facts, f"{whose}_amount", "crypto_currency")
    if facts["received_amount"] is None:
        facts["received_amount"] = facts["currency_amount"]
    context["received"] = _money(facts, "received_amount", "crypto_currency")
    context["offer_rows"] = _offer_rows(context)
    bank = (("Account name", "account_name"), ("Account number", "account_number"), ("Bank", "name"))
    bank_rows = ((label, facts[f"bank_{name}"]) for label, name in bank)
    context["bank_rows"] = tuple((label, value) for label, value in bank_rows if value)
    return context


def _money(facts: Mapping[str, FactValue], amount: str, currency: str) -> str:
    """An amount among the facts, written as all money is, with at least the decimals that it was noted down with."""
    noted = str(facts[amount])
    return money_text(Decimal(noted), str(facts[currency]), len(noted.partition(".")[2]))


def _returns(facts: Mapping[str, FactValue], *, is_sell: bool) -> str:
    """Where the crypto of an offer that came to nothing goes, in the words of the reader."""
    is_sellers = facts["reader"] == "seller"
    if is_sell and facts["ad_is_live"]:
        return "returns to your ad" if is_sellers else "returns to the ad"
    return "returns to your p2p wallet" if is_sellers else "returns to the seller's p2p wallet"


def _offer_rows(context: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    """The offer in a table. By when and how it is to be paid is told only while it is to be paid, or may have been."""
    rows: tuple[tuple[str, Any], ...] = (
        ("Offer", f"#{context['offer_id']} on ad #{context['ad_id']}"),
        ("Amount", context["crypto"]),
        ("Total", context["fiat"]),
        ("Price", context["price"]),
        ("Payment method", context["method"]),
        ("Buyer", context["buyer"]),
        ("Seller", context["seller"]),
    )
    state = OfferState(context["state"])
    if state.is_live and context["payment_reference"]:
        rows = (*rows, ("Reference", f"{context['payment_reference']} (to write on the payment)"))
    return (*rows, ("Pay by", context["pay_by"])) if state is OfferState.PENDING else rows


def _clean(name: str, fact: FactValue) -> FactValue:
    if not isinstance(fact, str) or is_plain(fact):
        return fact
    if name in _LONG_TEXTS:
        return isolated_lines(given_text(paragraphs(fact)))
    return isolated(given_text(one_line(fact)))


def _moment(text: str) -> str:
    """A moment for people: ``7 October 2024, 09:37 UTC``."""
    moment = datetime.fromisoformat(text).astimezone(UTC)
    return f"{moment.day} {moment:%B %Y, %H:%M} UTC"
