"""What traders do by themselves: move coins, save payment methods, place, edit and end ads. And the market's rates."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

import domain
from domain import Actor, Ad, AdType, Answer, BankDetails, PriceType, Purse, Requirements, Unit
from tests.integration.faults.play.stage import (
    Stage,
    amounts,
    deposits,
    indexes,
    method_of,
    purses,
    references,
    traders,
)
from tests.integration.faults.played import Played

METHODS = ("bank_transfer", "mobile_money")
prices = st.sampled_from([Decimal(each) for each in ("2.00", "0.33", "1234.5678901234", "0.0000000001")])
margins = st.sampled_from([None, None, *(Decimal(each) for each in ("100", "102.5", "0.01", "1000", "1000.01"))])
rates = st.sampled_from(
    [Decimal(each) for each in ("2", "2.3", "2.00000000000000000001", "1.5", "12345.6789", "5e-11")]
)
limits = st.sampled_from([(None, None), (Decimal(2), None), (None, Decimal(4)), (Decimal(2), Decimal(3))])
asked = st.sampled_from(
    [Requirements(), Requirements(), Requirements(1), Requirements(0, 50), Requirements(requires_kyc=True)]
)


class Market(Stage):
    """The moves that need nobody else."""

    # Money -----------------------------------------------------------------------------------------------------

    @rule(
        who=traders,
        code=st.integers(0, 1),
        amount=deposits | amounts,
        purse=st.none() | purses,
        reference=indexes,
    )
    def coins_come_or_go(self, who: int, code: int, amount: Decimal, purse: Purse | None, reference: int) -> None:
        """A deposit into a purse, or without one a withdrawal."""
        name = f"{self.codes[0]} {reference}"
        given = self.people[who], amount, self.codes[code]
        if purse is None:
            self.act("withdraw", lambda played: played.desk.withdraw(*given, reference=name))
        else:
            self.act("deposit", lambda played: played.desk.deposit(*given, purse=purse, reference=name))

    @rule(who=traders, code=st.integers(0, 1), amount=amounts, ends=st.tuples(purses, purses))
    def transfer(self, who: int, code: int, amount: Decimal, ends: tuple[Purse, Purse]) -> None:
        self.act(
            "transfer",
            lambda played: played.desk.transfer(self.people[who], amount, *ends, self.codes[code]),
        )

    # Ads -------------------------------------------------------------------------------------------------------

    @rule(
        who=traders,
        code=st.integers(0, 1),
        ad_type=st.sampled_from(AdType),
        amount=amounts,
        price=prices,
        fiat=st.sampled_from(["usd", "jpy"]),
        days=st.sampled_from([(0, None), (0, 0), (0, 1), (1, 2), (0, -1)]),
        minutes=st.sampled_from([0, 1, 1440]),
        limits=limits,
        margin=margins,
        text=st.sampled_from(["", "Hello 漢字"]),
        asked=asked,
        reference=references,
        saved=st.sampled_from([None, None, None, 0, 1, 2]),
    )
    def post_ad(self, who: int, code: int, price: Decimal, days: Any, minutes: int, limits: Any, **given: Any) -> None:
        today = self.worlds.clock.now().date()
        start, end = (None if day is None else today + (today.resolution * day) for day in days)
        terms = {
            "crypto_currency": self.codes[code],
            "crypto_amount": given["amount"],
            "ad_type": given["ad_type"],
            "price_per_unit": price if given["margin"] is None else None,
            "price_type": PriceType.FIXED if given["margin"] is None else PriceType.MARKET,
            "price_margin": given["margin"],
            "fiat_currency": given["fiat"],
            "start_date": start,
            "end_date": end,
            "time_to_pay": minutes,
            "min_limit": limits[0],
            "max_limit": limits[1],
            "auto_reply_message": given["text"],
            "requirements": given["asked"],
            "client_reference": given["reference"],
        }
        maker = self.people[who].id

        def call(played: Played) -> Ad:
            desk = played.desk
            named = desk.terms(**terms, saved_payment_method=method_of(played, given["saved"]))
            ports: dict[str, Any] = {"catalogue": desk.catalogue, "default_time_to_pay": 30, "limits": desk.limits}
            return desk.write(
                lambda unit: domain.post_ad(maker, named, book=unit.book, payment_methods=unit.payment_methods, **ports)
            )

        self.act("post ad", call)

    @rule(who=traders, ad_type=st.sampled_from(AdType), amount=st.integers(1, 5), minutes=st.sampled_from([1, 30]))
    def post_ad_rightly(self, who: int, ad_type: AdType, amount: int, minutes: int) -> None:
        self.post(who, ad_type, Decimal(amount), minutes)

    @rule(code=st.integers(0, 1), fiat=st.sampled_from(["usd", "usd", "usd", "jpy"]), rate=rates)
    def market_says(self, code: int, fiat: str, rate: Decimal) -> None:
        """Of one of the pairs: at once, as a jump, or as one that says the same as others before."""
        self.tell_rate(self.codes[code], fiat, rate)

    @rule(code=st.integers(0, 1), rate=rates)
    def market_jumps(self, code: int, rate: Decimal) -> None:
        """Three answers in a row make a rate of whatever they say."""
        for _ in range(3):
            self.worlds.clock.advance(seconds=1)
            self.tell_rate(self.codes[code], "usd", rate)

    def tell_rate(self, code: str, fiat: str, rate: Decimal) -> None:
        told = Answer({(code, fiat): rate})

        def call(played: Played) -> Any:
            ports: dict[str, Any] = {"catalogue": played.desk.catalogue, "at": self.worlds.clock.now()}
            return played.desk.write(
                lambda unit: domain.take_prices(told, apart=timedelta(0), rates=unit.rates, **ports)
            )

        self.act("market says", call)

    @rule(
        index=indexes,
        who=traders,
        amount=st.none() | amounts,
        price=st.sampled_from([None, Decimal("1.5"), Decimal(3)]),
        margin=margins,
        limits=limits,
        days=st.sampled_from([None, None, 0, 3]),
        wanted=st.none() | asked,
        account=st.sampled_from([None, "", "999"]),
        version=st.sampled_from([None, None, 1, 2]),
    )
    def edit_ad(self, index: int, who: int, wanted: Requirements | None, version: int | None, **given: Any) -> None:
        """What it asks of takers and where it is to be paid, too: no offer that was made is changed by it.

        On an ad that follows the market the margin is edited, and on another the price.
        """
        is_on_market = index < len(self.worlds.first.ads) and self.worlds.first.ads[index].price_margin is not None
        today, days = self.worlds.clock.now().date(), given["days"]
        edit = domain.AdEdit(
            crypto_amount=given["amount"],
            price_per_unit=None if is_on_market else given["price"],
            price_margin=given["margin"] if is_on_market else None,
            min_limit=given["limits"][0],
            max_limit=given["limits"][1],
            end_date=None if days is None else today + timedelta(days=days),
            bank_account_number=given["account"],
            min_completed_offers=None if wanted is None else wanted.min_completed_offers,
            min_completion_rate=None if wanted is None else wanted.min_completion_rate,
            requires_kyc=None if wanted is None else wanted.requires_kyc,
        )
        by = self.people[who].id
        ports: dict[str, Any] = {"default_time_to_pay": 30, "expected_version": version}

        def call(played: Played) -> None:
            ad_id = played.ad_id(index)
            played.desk.write(lambda unit: domain.edit_ad(ad_id, by, edit, book=unit.book, **ports))

        self.act("edit ad", call)

    @rule(what=st.sampled_from(["pause_ad", "resume_ad", "close_ad"]), index=indexes, who=traders)
    def move_ad(self, what: str, index: int, who: int) -> None:
        use_case = getattr(domain, what)

        def call(played: Played) -> None:
            book_call = played.ad_id(index), self.people[who].id
            desk = played.desk
            given: dict[str, Any] = {"catalogue": desk.catalogue, "limits": desk.limits}
            ports = given if what == "resume_ad" else {}
            desk.write(lambda unit: use_case(*book_call, book=unit.book, **ports))

        self.act(what, call)

    # Saved payment methods -------------------------------------------------------------------------------------

    @rule(
        who=traders, index=st.none() | indexes, method=st.sampled_from(METHODS), number=st.sampled_from(["1", "2", ""])
    )
    def save_payment_method(self, who: int, index: int | None, method: str, number: str) -> None:
        """A new one, or in place of another, which may be somebody else's; what was copied stays as it was."""
        by, bank = Actor(self.people[who].id), BankDetails("Jude", number, "First Bank")
        terms = domain.PaymentMethodTerms("Mine", method, bank)

        def call(played: Played) -> Any:
            at, catalogue = played.desk.clock.now(), played.desk.catalogue

            def work(unit: Unit) -> Any:
                ports: dict[str, Any] = {"payment_methods": unit.payment_methods, "catalogue": catalogue}
                if index is None:
                    return domain.save_payment_method(by, terms, at=at, **ports)
                domain.edit_payment_method(by, played.method_id(index), terms, **ports)
                return None

            return played.desk.write(work)

        self.act("save method" if index is None else "edit method", call)

    @rule(who=traders, index=indexes)
    def delete_payment_method(self, who: int, index: int) -> None:
        by = Actor(self.people[who].id)

        def call(played: Played) -> None:
            method_id = played.method_id(index)
            played.desk.write(
                lambda unit: domain.delete_payment_method(by, method_id, payment_methods=unit.payment_methods)
            )

        self.act("delete method", call)
