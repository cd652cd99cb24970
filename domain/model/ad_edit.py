"""What a maker changes of a live ad. Offers that are under way keep what they were made on."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal

from ..errors import FieldProblem, InvalidFields, Named, Problem
from .ad import Ad, AdStatus
from .ad_terms import FIELD_ORDER, AdTerms, ad_problems, effective_limits, price_of
from .bank import BankDetails
from .days import day_of
from .money import EXACT, Catalogue, worth
from .requirements import Requirements


@dataclass(frozen=True, slots=True)
class AdEdit:
    """What is to be changed; ``None`` leaves a field as it is, and an empty text clears it.

    Whether an ad follows the market stays: one that does has its ``price_margin`` changed, and another its price.

    ``clears_end_date`` is the same for the end date. ``time_to_pay`` is in minutes, 0 for the desk's own.
    """

    price_per_unit: Decimal | None = None
    crypto_amount: Decimal | None = None
    end_date: date | None = None
    clears_end_date: bool = False
    auto_reply_message: str | None = None
    terms_of_trade: str | None = None
    additional_information: str | None = None
    time_to_pay: int | None = None
    min_limit: Decimal | None = None
    max_limit: Decimal | None = None
    bank_account_name: str | None = field(default=None, repr=False)
    bank_account_number: str | None = field(default=None, repr=False)
    bank_name: str | None = field(default=None, repr=False)
    payment_details: str | None = field(default=None, repr=False)
    min_completed_offers: int | None = None
    min_completion_rate: int | None = None
    requires_kyc: bool | None = None
    price_margin: Decimal | None = None

    def terms_for(self, ad: Ad) -> AdTerms:
        """The terms that the ad would be placed on as it is to be. A most that was never given is still none."""
        kept_most = None if ad.max_limit_follows else ad.max_limit
        end_date = ad.end_date if self.end_date is None else self.end_date
        return AdTerms(
            crypto_currency=ad.crypto.code,
            price_per_unit=self._price_per_unit(ad),
            price_type=ad.price_type,
            price_margin=ad.price_margin if self.price_margin is None else self.price_margin,
            ad_type=ad.ad_type,
            payment_method=ad.payment_method,
            fiat_currency=ad.fiat.code,
            crypto_amount=ad.crypto_amount if self.crypto_amount is None else self.crypto_amount,
            start_date=ad.start_date,
            end_date=None if self.clears_end_date else end_date,
            auto_reply_message=_kept(self.auto_reply_message, ad.auto_reply_message),
            terms_of_trade=_kept(self.terms_of_trade, ad.terms_of_trade),
            additional_information=_kept(self.additional_information, ad.additional_information),
            time_to_pay=ad.time_to_pay if self.time_to_pay is None else self.time_to_pay,
            min_limit=ad.min_limit if self.min_limit is None else self.min_limit,
            max_limit=kept_most if self.max_limit is None else self.max_limit,
            bank=BankDetails(
                _kept(self.bank_account_name, ad.bank.account_name),
                _kept(self.bank_account_number, ad.bank.account_number),
                _kept(self.bank_name, ad.bank.bank_name),
            ),
            payment_details=_kept(self.payment_details, ad.payment_details),
            requirements=self._requirements(ad.requirements),
        )

    def _price_per_unit(self, ad: Ad) -> Decimal | None:
        return (
            self.price_per_unit if self.price_per_unit is not None or ad.price_margin is not None else ad.price_per_unit
        )

    def _requirements(self, before: Requirements) -> Requirements:
        given = {name: getattr(self, name) for name in ("min_completed_offers", "min_completion_rate", "requires_kyc")}
        return replace(before, **{name: value for name, value in given.items() if value is not None})


def _kept(given: str | None, before: str) -> str:
    return before if given is None else given


def edited(ad: Ad, edit: AdEdit, at: datetime, default_time_to_pay: int) -> Ad:
    """The ad as it is to be; completed where that leaves no live offer and nothing that can be paid for.

    It is judged as a new ad is, by the currencies that it was placed in and the market's last rate. Raises
    ``InvalidFields`` with all that is wrong, among it an amount below what is sold and in live offers.
    """
    terms = edit.terms_for(ad).tidied()
    of_the_ad = Catalogue.of((ad.crypto,), (ad.fiat,), (ad.payment_method,), has_market_prices=True)
    found = ad_problems(terms, of_the_ad, day_of(at), lambda *_: ad.market)
    problems = {problem.field: problem for problem in found}
    assert terms.crypto_amount is not None
    committed = EXACT.add(ad.sold, ad.reserved)
    if terms.crypto_amount < committed:
        bound = Named(committed, ad.crypto.code)
        problems["crypto_amount"] = FieldProblem("crypto_amount", Problem.BELOW_COMMITTED, bound)
    if problems:
        raise InvalidFields(tuple(sorted(problems.values(), key=lambda problem: FIELD_ORDER.index(problem.field))))
    price = price_of(terms, ad.market)
    whole = worth(terms.crypto_amount, price, ad.fiat)
    least, most = effective_limits(terms, whole, ad.fiat)
    after = replace(
        ad,
        price_per_unit=price,
        price_margin=terms.price_margin,
        crypto_amount=terms.crypto_amount,
        available=EXACT.subtract(terms.crypto_amount, committed),
        min_limit=least,
        max_limit=most,
        max_limit_follows=terms.max_limit is None,
        end_date=terms.end_date,
        time_to_pay=terms.time_to_pay or default_time_to_pay,
        auto_reply_message=terms.auto_reply_message,
        terms_of_trade=terms.terms_of_trade,
        additional_information=terms.additional_information,
        bank=terms.bank,
        payment_details=terms.payment_details,
        requirements=terms.requirements,
        version=ad.version + 1,
        edition=ad.edition + 1,
    )
    if after.reserved or after.rest_worth:
        return after
    return replace(after.end(AdStatus.COMPLETED), trade_completed_at=at, version=after.version, edition=after.edition)
