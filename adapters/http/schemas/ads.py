"""Ads: what a maker asks for, and what others see."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from marshmallow import Schema

from domain.errors import FieldProblem
from domain.model.ad import TEXT_LENGTH_LIMIT, TIME_TO_PAY_LIMIT_MINUTES, AdStatus, AdTerms, ad_problems
from domain.model.lifecycle import AdType
from domain.model.money import FIAT_DECIMALS_LIMIT, Catalogue, amount_problem
from domain.model.offer import BANK_FIELD_LENGTH_LIMIT, BankDetails

from .base import InputSchema, ListQuery, page_of
from .fields import Amount, Choice, Code, Day, Flag, Text, Whole
from .shown import (
    CRYPTO_DECIMALS_SHOWN,
    LIMIT_DECIMALS_SHOWN,
    PRICE_DECIMALS_SHOWN,
    Shown,
    ShownAmount,
    ShownDay,
    ShownFlag,
    ShownMoment,
    ShownNothing,
    ShownNumber,
    shown_part,
)
from .traders import ProfileSchema


class AdBodySchema(InputSchema):
    """What a maker asks for. What of it must agree with what is the domain's to judge."""

    crypto_currency = Code(required=True)
    price_per_unit = Amount(required=True)
    ad_type = Choice(AdType, required=True)
    payment_method = Code(required=True)
    fiat_currency = Code(required=True)
    crypto_amount = Amount(required=True)
    start_date = Day()
    end_date = Day()
    auto_reply_message = Text(lines=True, length_limit=TEXT_LENGTH_LIMIT)
    terms_of_trade = Text(lines=True, length_limit=TEXT_LENGTH_LIMIT)
    additional_information = Text(lines=True, length_limit=TEXT_LENGTH_LIMIT)
    time_to_pay = Whole(least=0, most=TIME_TO_PAY_LIMIT_MINUTES, is_bounded=False)
    min_limit = Amount()
    max_limit = Amount()
    bank_account_name = Text(length_limit=BANK_FIELD_LENGTH_LIMIT)
    bank_account_number = Text(length_limit=BANK_FIELD_LENGTH_LIMIT)
    bank_name = Text(length_limit=BANK_FIELD_LENGTH_LIMIT)
    payment_details = Text(lines=True, length_limit=TEXT_LENGTH_LIMIT)

    def further_problems(
        self, valid: Mapping[str, Any], *, catalogue: Catalogue, today: Callable[[], date]
    ) -> Iterable[FieldProblem]:
        """The domain's rules, on what could be read; what could not is missing to them, and was told already."""
        return ad_problems(terms_of(valid), catalogue, today())


def terms_of(loaded: Mapping[str, Any]) -> AdTerms:
    """The terms that a loaded body is."""
    required = ("crypto_currency", "price_per_unit", "ad_type", "payment_method", "fiat_currency", "crypto_amount")
    bank_names = {"bank_account_name", "bank_account_number", "bank_name"}
    others: dict[str, Any] = {
        name: value for name, value in loaded.items() if name not in required and name not in bank_names
    }
    needed: dict[str, Any] = {name: loaded.get(name) for name in required}
    return AdTerms(**needed, **others, bank=bank_of(loaded))


def bank_of(loaded: Mapping[str, Any]) -> BankDetails:
    """The account that a loaded body names."""
    names = ("bank_account_name", "bank_account_number", "bank_name")
    return BankDetails(*(loaded.get(name, "") for name in names))


class BoardQuerySchema(ListQuery):
    """Which ads to show. ``amount`` is fiat that one offer must be able to be for.

    The board has open ads only; another ``status`` than ``pending`` is for one's own, with ``mine``.
    """

    ad_type = Choice(AdType)
    crypto_currency = Code()
    fiat_currency = Code()
    payment_method = Code()
    amount = Amount()
    sort = Choice(("newest", "price", "-price"), load_default="newest")
    mine = Flag()
    status = Choice(AdStatus)

    def further_problems(self, valid: Mapping[str, Any], *, catalogue: Catalogue, **_: Any) -> Iterable[FieldProblem]:
        """An amount is one of the fiat currency that is asked for, or of any."""
        if "amount" not in valid:
            return ()
        fiat = catalogue.fiat.get(valid.get("fiat_currency", ""))
        problem = amount_problem("amount", valid["amount"], fiat.decimals if fiat else FIAT_DECIMALS_LIMIT)
        return () if problem is None else (problem,)


class AdSchema(Schema):
    """An ad as everybody sees it, with the keys of the customer's document, and behind them those of the desk."""

    id = ShownNumber("ad.id")
    user = shown_part(ProfileSchema, attribute="maker")
    crypto_currency = Shown("ad.crypto.code")
    price_per_unit = ShownAmount(PRICE_DECIMALS_SHOWN, "ad.price_per_unit")
    ad_type = Shown("ad.ad_type")
    payment_method = Shown("ad.payment_method")
    fiat_currency = Shown("ad.fiat.code")
    crypto_amount = ShownAmount(CRYPTO_DECIMALS_SHOWN, "ad.crypto_amount")
    start_date = ShownDay("ad.start_date")
    end_date = ShownDay("ad.end_date", nullable=True)
    auto_reply_message = Shown("ad.auto_reply_message")
    terms_of_trade = Shown("ad.terms_of_trade")
    additional_information = Shown("ad.additional_information")
    status = Shown("ad.status")
    max_limit = ShownAmount(LIMIT_DECIMALS_SHOWN, "ad.max_limit")
    min_limit = ShownAmount(LIMIT_DECIMALS_SHOWN, "ad.min_limit")
    total_available = ShownAmount(LIMIT_DECIMALS_SHOWN, "ad.available")
    trade_started_at = ShownMoment("ad.trade_started_at", nullable=True)
    trade_completed_at = ShownMoment("ad.trade_completed_at", nullable=True)
    asset_id = ShownNothing()
    time_to_pay = ShownNumber("ad.time_to_pay")
    gives_account = ShownFlag("ad.gives_account")


AD_PAGE = page_of("AdPage", shown_part(AdSchema))
