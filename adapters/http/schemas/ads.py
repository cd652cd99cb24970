"""Ads: what a maker asks for, and what others see."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from copy import deepcopy
from datetime import date
from typing import Any

from marshmallow import Schema

from domain.errors import FieldProblem, Problem
from domain.model.ad import AdStatus
from domain.model.ad_edit import AdEdit
from domain.model.ad_terms import TEXT_LENGTH_LIMIT, TIME_TO_PAY_LIMIT_MINUTES, AdTerms, ad_problems
from domain.model.bank import BANK_FIELD_LENGTH_LIMIT, BankDetails
from domain.model.lifecycle import AdType
from domain.model.money import FIAT_DECIMALS_LIMIT, Catalogue, amount_problem
from domain.model.prices import PriceType
from domain.model.requirements import MIN_COMPLETED_OFFERS_LIMIT, MIN_COMPLETION_RATE_LIMIT, Requirements
from domain.model.texts import CLIENT_REFERENCE_LENGTH_LIMIT

from .base import InputSchema, ListQuery, page_of
from .described import described
from .fields import Amount, Choice, Code, Day, DayOrNone, Flag, Id, Text, Truth, Whole
from .shown import (
    CRYPTO_DECIMALS_SHOWN,
    LIMIT_DECIMALS_SHOWN,
    PRICE_DECIMALS_SHOWN,
    RememberedPart,
    Shown,
    ShownAmount,
    ShownChoice,
    ShownDay,
    ShownFlag,
    ShownId,
    ShownMoment,
    ShownNothing,
    ShownNumber,
    itself,
)
from .traders import ProfileSchema


def reference_field(description: str) -> Text:
    """By what a program knows an ad or an offer of its own."""
    return Text(
        length_limit=CLIENT_REFERENCE_LENGTH_LIMIT, is_bounded=True, metadata=described(description, "monday-1")
    )


def bank_field(description: str, example: str) -> Text:
    """A part of an account at a bank."""
    return Text(length_limit=BANK_FIELD_LENGTH_LIMIT, metadata=described(description, example))


class AdBodySchema(InputSchema):
    """What a maker asks for. Of what is optional, the desk fills in what is missing."""

    # Dates come to pass, and payment details are for other methods than the example's.
    without_in_example = frozenset(
        {"start_date", "end_date", "payment_details", "saved_payment_method", "price_margin"}
    )

    crypto_currency = Code(
        required=True, metadata=described("The code of the crypto currency that is traded, in any case.", "trx")
    )
    price_per_unit = Amount(
        metadata=described(
            "The price of one whole unit of crypto, in fiat, with at most 10 decimals. Required, unless the ad follows "
            "the market.",
            "200.00",
        ),
    )
    price_type = Choice(
        PriceType,
        metadata=described(
            "Whether the price is the maker's own or follows the market; `fixed` unless given.", "fixed"
        ),
    )
    price_margin = Amount(
        metadata=described(
            "The price of an ad that follows the market, in percent of the market's rate: above 0, at most 1000, with "
            "at most 2 decimals. Required there, and refused elsewhere.",
            "102.5",
        ),
    )
    ad_type = Choice(
        AdType, required=True, metadata=described("What the maker wants to do: sell crypto or buy it.", "sell")
    )
    payment_method = Code(
        metadata=described(
            "The code of the way to pay, in any case. Required, unless a saved payment method says it.", "bank_transfer"
        )
    )
    fiat_currency = Code(
        required=True, metadata=described("The code of the currency that is paid in, in any case.", "usd")
    )
    crypto_amount = Amount(required=True, metadata=described("How much crypto is for sale, or wanted, in all.", "100"))
    start_date = Day(
        metadata=described(
            "The first day on which the ad takes offers, in UTC; today where it is left out.", "2099-12-01"
        )
    )
    end_date = Day(
        metadata=described(
            "The last day on which the ad takes offers, in UTC; none where it is left out.", "2099-12-31"
        )
    )
    auto_reply_message = Text(
        lines=True,
        length_limit=TEXT_LENGTH_LIMIT,
        metadata=described("What every taker is told at once.", "Hello, please pay within the window."),
    )
    terms_of_trade = Text(
        lines=True,
        length_limit=TEXT_LENGTH_LIMIT,
        metadata=described("The conditions of the maker.", "No third-party payments."),
    )
    additional_information = Text(
        lines=True, length_limit=TEXT_LENGTH_LIMIT, metadata=described("What else there is to know.", "Weekdays only.")
    )
    time_to_pay = Whole(
        least=0,
        most=TIME_TO_PAY_LIMIT_MINUTES,
        is_bounded=False,
        metadata=described("How many minutes a buyer has to pay; 0 means the desk's own.", 30),
    )
    min_limit = Amount(metadata=described("The least fiat that one offer may be for.", "100.00"))
    max_limit = Amount(metadata=described("The most fiat that one offer may be for.", "20000.00"))
    bank_account_name = bank_field("The name on the maker's bank account.", "Jude Okafor")
    bank_account_number = bank_field("The number of that account.", "0987654321")
    bank_name = bank_field("The bank that keeps that account.", "Second Bank")
    payment_details = Text(
        lines=True,
        length_limit=TEXT_LENGTH_LIMIT,
        metadata=described("Where to pay, for methods that are no bank transfer.", "M-Pesa, 0700 000 000"),
    )
    min_completed_offers = Whole(
        least=0,
        most=MIN_COMPLETED_OFFERS_LIMIT,
        is_bounded=False,
        metadata=described("How many completed offers a taker must have at least; 0 asks for none.", 0),
    )
    min_completion_rate = Whole(
        least=0,
        most=MIN_COMPLETION_RATE_LIMIT,
        is_bounded=False,
        metadata=described("Which completion rate, in percent, a taker must have at least; 0 asks for none.", 0),
    )
    requires_kyc = Truth(metadata=described("Whether a taker must have proved their identity.", False))
    saved_payment_method = Id(
        metadata=described("The id of a saved payment method, to be copied in place of the method and the account.", 1)
    )
    client_reference = reference_field("What a program of the maker's knows the ad by; nobody else sees it.")

    def further_problems(
        self, valid: Mapping[str, Any], *, catalogue: Catalogue, today: Callable[[], date]
    ) -> Iterable[FieldProblem]:
        """The domain's rules, on what could be read; what could not is missing to them, and was told already."""
        return ad_problems(terms_of(valid), catalogue, today())


_CLEARED_BY_NOTHING = frozenset(
    {
        "auto_reply_message", "terms_of_trade", "additional_information", "bank_account_name", "bank_account_number",
        "bank_name", "payment_details", "end_date",
    }
)  # fmt: skip


def _left(name: str) -> Any:
    """A field of a new ad, where it is left as it is unless it is given."""
    field = deepcopy(AdBodySchema._declared_fields[name])
    field.required = False
    return field


class AdEditSchema(InputSchema):
    """What a maker changes. What is left out stays, and an empty text clears an end date, a text or an account."""

    without_in_example = frozenset({"end_date", "payment_details", "price_margin"})

    price_per_unit = _left("price_per_unit")
    price_margin = _left("price_margin")
    crypto_amount = _left("crypto_amount")
    end_date = DayOrNone(
        metadata=described("The last day on which the ad takes offers, in UTC; an empty text for none.", "2099-12-31")
    )
    auto_reply_message = _left("auto_reply_message")
    terms_of_trade = _left("terms_of_trade")
    additional_information = _left("additional_information")
    time_to_pay = _left("time_to_pay")
    min_limit = _left("min_limit")
    max_limit = _left("max_limit")
    bank_account_name = _left("bank_account_name")
    bank_account_number = _left("bank_account_number")
    bank_name = _left("bank_name")
    payment_details = _left("payment_details")
    min_completed_offers = _left("min_completed_offers")
    min_completion_rate = _left("min_completion_rate")
    requires_kyc = _left("requires_kyc")

    def _is_missing(self, name: str, value: Any) -> bool:
        """A text without anything to see is given here: it clears."""
        return value is None if name in _CLEARED_BY_NOTHING else super()._is_missing(name, value)


def edit_of(loaded: Mapping[str, Any]) -> AdEdit:
    """The edit that a loaded body is."""
    return AdEdit(**loaded, clears_end_date="end_date" in loaded and loaded["end_date"] is None)


def terms_of(loaded: Mapping[str, Any]) -> AdTerms:
    """The terms that a loaded body is."""
    required = ("crypto_currency", "price_per_unit", "ad_type", "payment_method", "fiat_currency", "crypto_amount")
    bank_names = {"bank_account_name", "bank_account_number", "bank_name"}
    parts = {*required, *bank_names, *_REQUIREMENTS}
    others: dict[str, Any] = {name: value for name, value in loaded.items() if name not in parts}
    needed: dict[str, Any] = {name: loaded.get(name) for name in required}
    return AdTerms(**needed, **others, bank=bank_of(loaded), requirements=requirements_of(loaded))


_REQUIREMENTS = ("min_completed_offers", "min_completion_rate", "requires_kyc")


def requirements_of(loaded: Mapping[str, Any]) -> Requirements:
    """What a loaded body asks of takers; nothing where it says nothing."""
    return Requirements(**{name: loaded[name] for name in _REQUIREMENTS if name in loaded})


def bank_of(loaded: Mapping[str, Any]) -> BankDetails:
    """The account that a loaded body names."""
    names = ("bank_account_name", "bank_account_number", "bank_name")
    return BankDetails(*(loaded.get(name, "") for name in names))


class BoardQuerySchema(ListQuery):
    """Which ads to show. ``amount`` is fiat that one offer must be able to be for.

    The board has open ads only; another ``status`` than ``pending`` is for one's own, with ``mine``.
    """

    # A reference is for one's own ads, and the example is of the board.
    without_in_example = frozenset({"client_reference"})

    ad_type = Choice(AdType, metadata=described("Only ads of makers who sell, or who buy.", "sell"))
    crypto_currency = Code(metadata=described("Only ads for this crypto currency.", "trx"))
    fiat_currency = Code(metadata=described("Only ads paid in this currency.", "usd"))
    payment_method = Code(metadata=described("Only ads paid in this way.", "bank_transfer"))
    amount = Amount(metadata=described("Only ads that take one offer for this much fiat.", "500"))
    sort = Choice(
        ("newest", "price", "-price"),
        load_default="newest",
        metadata=described("The order: the newest first, the cheapest first, or the dearest first.", "price"),
    )
    mine = Flag(metadata=described("1 for one's own ads, ended ones too.", 0))
    takeable = Flag(
        metadata=described("1 for ads of others only that the caller could take from, as far as they ask for it.", 0)
    )
    status = Choice(
        AdStatus, metadata=described("Only ads that stand so; all but `pending` are for one's own.", "pending")
    )
    client_reference = reference_field("Only ads that were given this by oneself, with `mine`.")

    def further_problems(self, valid: Mapping[str, Any], *, catalogue: Catalogue, **_: Any) -> Iterable[FieldProblem]:
        """An amount is one of the fiat currency that is asked for, or of any; a reference is of one's own ad."""
        if "amount" in valid:
            fiat = catalogue.fiat.get(valid.get("fiat_currency", ""))
            problem = amount_problem("amount", valid["amount"], fiat.decimals if fiat else FIAT_DECIMALS_LIMIT)
            yield from () if problem is None else (problem,)
        if "client_reference" in valid and not valid.get("mine"):
            yield FieldProblem("client_reference", Problem.OWN_ONLY, "mine=1")


class AdSchema(Schema):
    """An ad as everybody sees it, with the keys of the customer's document, and behind them those of the desk."""

    id = ShownId("ad.id", metadata=described("The ad's id.", 1))
    user = RememberedPart(ProfileSchema, itself, attribute="maker", metadata=described("The maker: who placed the ad."))
    crypto_currency = Shown(
        "ad.crypto.code", metadata=described("The code of the crypto currency that is traded.", "trx")
    )
    price_per_unit = ShownAmount(
        PRICE_DECIMALS_SHOWN,
        "ad.price_per_unit",
        metadata=described(
            "The price of one whole unit of crypto, in fiat; of an ad that follows the market, by its last rate.",
            "200.00",
        ),
    )
    ad_type = ShownChoice(
        AdType, "ad.ad_type", metadata=described("What the maker does: sells crypto or buys it.", "sell")
    )
    payment_method = Shown("ad.payment_method", metadata=described("The code of the way to pay.", "bank_transfer"))
    fiat_currency = Shown("ad.fiat.code", metadata=described("The code of the currency that is paid in.", "usd"))
    crypto_amount = ShownAmount(
        CRYPTO_DECIMALS_SHOWN,
        "ad.crypto_amount",
        metadata=described("How much crypto the ad is for in all.", "100.00000000000000000000"),
    )
    start_date = ShownDay(
        "ad.start_date", metadata=described("The first day on which the ad takes offers, in UTC.", "2026-03-02")
    )
    end_date = ShownDay(
        "ad.end_date",
        nullable=True,
        metadata=described("The last day on which the ad takes offers, in UTC; null where it has none.", None),
    )
    auto_reply_message = Shown(
        "ad.auto_reply_message",
        metadata=described(
            "What every taker is told at once; empty where the maker wrote none.",
            "Hello, please pay within the window.",
        ),
    )
    terms_of_trade = Shown(
        "ad.terms_of_trade",
        metadata=described("The conditions of the maker; empty where there are none.", "No third-party payments."),
    )
    additional_information = Shown(
        "ad.additional_information",
        metadata=described("What else there is to know; empty where there is nothing.", "Weekdays only."),
    )
    status = ShownChoice(
        AdStatus,
        "ad.status",
        metadata=described("Where the ad stands: live is `pending`, and the last three are ends.", "pending"),
    )
    max_limit = ShownAmount(
        LIMIT_DECIMALS_SHOWN,
        "ad.max_limit",
        metadata=described("The most fiat that one offer may be for.", "20000.0000000000"),
    )
    min_limit = ShownAmount(
        LIMIT_DECIMALS_SHOWN,
        "ad.min_limit",
        metadata=described("The least fiat that one offer may be for.", "100.0000000000"),
    )
    total_available = ShownAmount(
        LIMIT_DECIMALS_SHOWN,
        "ad.available",
        metadata=described("How much crypto is still open to new offers.", "100.0000000000"),
    )
    trade_started_at = ShownMoment(
        "ad.trade_started_at", nullable=True, metadata=described("When the first offer was made; null before.", None)
    )
    trade_completed_at = ShownMoment(
        "ad.trade_completed_at", nullable=True, metadata=described("When all was sold; null before.", None)
    )
    asset_id = ShownNothing(metadata=described("Always null.", None))
    time_to_pay = ShownNumber("ad.time_to_pay", metadata=described("How many minutes a buyer has to pay.", 30))
    version = ShownNumber(
        "ad.edition",
        metadata=described("How often the ad was edited, paused, resumed or ended, from 1; offers do not count.", 1),
    )
    price_type = ShownChoice(
        PriceType, "ad.price_type", metadata=described("Whether the price is the maker's own or the market's.", "fixed")
    )
    price_margin = ShownAmount(
        0,
        "ad.price_margin",
        nullable=True,
        metadata=described("How many percent of the market's rate the price is; null where it is fixed.", None),
    )
    price_known = ShownFlag(
        metadata=described("Whether the price counts now; false where the market's is older than 5 minutes.", True)
    )
    min_completed_offers = ShownNumber(
        "ad.requirements.min_completed_offers",
        metadata=described("How many completed offers a taker must have at least.", 0),
    )
    min_completion_rate = ShownNumber(
        "ad.requirements.min_completion_rate",
        metadata=described("Which completion rate, in percent, a taker must have at least.", 0),
    )
    requires_kyc = ShownFlag(
        "ad.requirements.requires_kyc", metadata=described("Whether a taker must have proved their identity.", False)
    )
    fee_percent = Shown(metadata=described("What the desk takes of what reaches a buyer, in percent.", "0"))
    gives_account = ShownFlag(
        "ad.gives_account",
        metadata=described("Whether the maker has said where to pay; the parties of an offer see it there.", True),
    )
    client_reference = Shown(
        nullable=True,
        metadata=described("What the maker's program knows it by; null to others, and where none was given.", None),
    )


def _same_ad(shown: Any) -> Hashable:
    return id(shown.ad), id(shown.maker), shown.fee_percent, shown.price_known, shown.client_reference


AD_PAGE = page_of("AdPage", RememberedPart(AdSchema, _same_ad))
