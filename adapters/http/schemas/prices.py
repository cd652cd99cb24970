"""Market prices."""

from __future__ import annotations

from marshmallow import Schema

from .base import page_of
from .described import MADE_AT, described
from .shown import PRICE_DECIMALS_SHOWN, Shown, ShownAmount, ShownMoment, shown_part


class PriceSchema(Schema):
    """The market's price of one whole unit of a crypto currency."""

    id = Shown(metadata=described("The pair, by its codes.", "trx-usd"))
    crypto_currency = Shown(metadata=described("The code of the crypto currency.", "trx"))
    fiat_currency = Shown(metadata=described("The code of the currency that it is priced in.", "usd"))
    rate = ShownAmount(PRICE_DECIMALS_SHOWN, metadata=described("The price, exactly as it was told.", "200.00"))
    at = ShownMoment(metadata=described("When the market last said so; after five minutes it is not known.", MADE_AT))


PRICE_PAGE = page_of("PricePage", shown_part(PriceSchema))
