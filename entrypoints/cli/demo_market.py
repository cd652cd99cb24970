"""The small market of ``p2p serve --demo``: six makers, and enough ads that the board is worth looking at."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from config.container import Container
from domain.model.ad_terms import AdTerms
from domain.model.bank import BANK_TRANSFER, BankDetails
from domain.model.ledger import Purse
from domain.model.lifecycle import AdType
from domain.model.money import Catalogue, Money
from domain.model.prices import Pair, PriceType
from domain.model.trader import Trader
from domain.ports.store import Unit
from domain.use_cases.deposit_funds import deposit_funds
from domain.use_cases.post_ad import post_ad
from domain.use_cases.register_trader import register_trader


@dataclass(frozen=True, slots=True)
class DemoAd:
    """An ad of the market. Amounts, prices and limits are as people write them; ``details`` say where to be paid.

    A ``price`` that ends in ``%`` is so much of the market's, which the ad follows.
    """

    maker: str
    ad_type: AdType
    amount: str
    crypto: str
    price: str
    fiat: str
    method: str
    least: str
    most: str
    terms: str
    details: str = ""

    @property
    def margin(self) -> Decimal | None:
        """How much of the market's price it asks, in percent; None where the price is its own."""
        return Decimal(self.price.removesuffix("%")) if self.price.endswith("%") else None

    def is_of(self, catalogue: Catalogue, rates: Collection[Pair] = ()) -> bool:
        """Whether all that it is about is traded here, and the market's price is known if it follows that."""
        return (
            self.crypto in catalogue.crypto
            and self.fiat in catalogue.fiat
            and self.method in catalogue.payment_methods
            and (self.margin is None or (self.crypto, self.fiat) in rates)
        )


MAKERS: Mapping[str, tuple[str, str]] = {
    "Chidi": ("Chidi Eze", "NG"),
    "Wanjiru": ("Wanjiru Kamau", "KE"),
    "Kofi": ("Kofi Mensah", "GH"),
    "Lena": ("Lena Fischer", "DE"),
    "Priya": ("Priya Nair", "IN"),
    "Rafael": ("Rafael Souza", "BR"),
}
"""Full name and country by first name, which is their address at example.com too."""

_SELL, _BUY = AdType.SELL, AdType.BUY
_OWN = "Pay from an account in your own name only."
_FAST = "I answer within minutes, every day from 8 to 22."

# Prices are those of one day in 2024, a little above it where somebody sells and below it where somebody buys.
# fmt: off
ADS = (
    DemoAd("Chidi", _SELL, "2500", "usdt", "1612", "ngn", "bank_transfer", "20000", "2000000", _OWN),
    DemoAd("Chidi", _BUY, "1500", "usdt", "1575", "ngn", "bank_transfer", "50000", "1000000", _FAST),
    DemoAd("Chidi", _SELL, "0.05", "btc", "104500000", "ngn", "bank_transfer", "100000", "4000000", _OWN),
    DemoAd("Wanjiru", _SELL, "900", "usdt", "131.40", "kes", "mobile_money", "500", "70000", _FAST,
           "M-Pesa, 0711 000 111, Wanjiru Kamau"),
    DemoAd("Wanjiru", _BUY, "1200", "usdt", "127.90", "kes", "mobile_money", "1000", "150000", _FAST),
    DemoAd("Kofi", _SELL, "600", "usdc", "15.65", "ghs", "mobile_money", "100", "8000", _OWN,
           "MTN MoMo, 024 000 1111, Kofi Mensah"),
    DemoAd("Lena", _SELL, "1.5", "eth", "3185.50", "eur", "bank_transfer", "50", "4500", "SEPA instant, please."),
    DemoAd("Lena", _BUY, "0.25", "btc", "60150", "eur", "bank_transfer", "200", "15000", "SEPA. " + _OWN),
    DemoAd("Lena", _SELL, "40", "sol", "139.20", "eur", "revolut", "25", "2500", _FAST, "Revolut, @lena-demo"),
    DemoAd("Priya", _SELL, "1800", "usdt", "89.35", "inr", "bank_transfer", "1000", "150000", "IMPS or UPI. " + _OWN),
    DemoAd("Rafael", _BUY, "3000", "xrp", "3.02", "brl", "wise", "100", "9000", _FAST),
    DemoAd("Rafael", _SELL, "0.4", "btc", "66900", "usd", "wise", "100", "20000", _OWN, "Wise, rafael@example.com"),
    DemoAd("Kofi", _BUY, "12", "ltc", "82.75", "usd", "paypal", "40", "900", "Friends and family only."),
    DemoAd("Chidi", _SELL, "3", "eth", "101.5%", "ngn", "bank_transfer", "50000", "3000000", _OWN),
    DemoAd("Wanjiru", _SELL, "0.03", "btc", "102%", "kes", "mobile_money", "1000", "150000", _FAST,
           "M-Pesa, 0711 000 111, Wanjiru Kamau"),
    DemoAd("Lena", _BUY, "2", "eth", "98.75%", "eur", "revolut", "100", "5000", _FAST),
    DemoAd("Priya", _BUY, "2500", "usdt", "99%", "inr", "bank_transfer", "2000", "200000", "IMPS or UPI."),
    DemoAd("Rafael", _SELL, "25", "sol", "101.25%", "brl", "wise", "150", "12000", _OWN, "Wise, rafael@example.com"),
)
# fmt: on


def add_market(unit: Unit, container: Container, password_hash: str) -> None:
    """Add the makers with what they sell, and their ads, as far as that is traded here."""
    catalogue, makers = container.catalogue, dict[str, Trader]()
    rates = {rate.pair for rate in unit.rates.all()}
    for number, ad in enumerate(ad for ad in ADS if ad.is_of(catalogue, rates)):
        if ad.maker not in makers:
            makers[ad.maker] = _joined(unit, container, ad.maker, password_hash)
        maker = makers[ad.maker]
        if ad.ad_type is _SELL:
            reference = f"demo:{ad.maker.lower()}:{number}"
            money = Money(Decimal(ad.amount), ad.crypto)
            deposit_funds(maker.id, money, Purse.P2P, reference, book=unit.book, catalogue=catalogue)
        minutes = container.settings.time_to_pay
        post_ad(maker.id, _terms(ad), book=unit.book, catalogue=catalogue, default_time_to_pay=minutes)


def _joined(unit: Unit, container: Container, name: str, password_hash: str) -> Trader:
    fullname, country = MAKERS[name]
    return register_trader(
        f"{name.lower()}@example.com",
        fullname,
        password_hash,
        traders=unit.traders,
        at=unit.now(),
        identifiers=container.identifiers,
        country=country,
    )


def _terms(ad: DemoAd) -> AdTerms:
    return AdTerms(
        crypto_currency=ad.crypto,
        price_type=PriceType.FIXED if ad.margin is None else PriceType.MARKET,
        price_per_unit=Decimal(ad.price) if ad.margin is None else None,
        price_margin=ad.margin,
        ad_type=ad.ad_type,
        payment_method=ad.method,
        fiat_currency=ad.fiat,
        crypto_amount=Decimal(ad.amount),
        terms_of_trade=ad.terms,
        auto_reply_message="This is a made-up ad: nobody answers, unless you log in as its maker.",
        min_limit=Decimal(ad.least),
        max_limit=Decimal(ad.most),
        bank=_bank(ad),
        payment_details=ad.details,
    )


def _bank(ad: DemoAd) -> BankDetails:
    """Whoever sells for a transfer says to which account."""
    if ad.ad_type is _BUY or ad.method != BANK_TRANSFER:
        return BankDetails()
    return BankDetails(MAKERS[ad.maker][0], "0001112223", "Demo Bank")
