"""The amounts that an ad takes, all its bounds taken together, so that none is judged or named without the others.

An offer is taken for crypto of the currency's decimals whose rounded worth lies between the ad's least and most, and
that is no more than what is available; all that is available may be worth less than the least. What a refusal names
is always such an amount, in the unit that was asked in: sent back, it is taken.
"""

from __future__ import annotations

from decimal import Decimal

from .. import errors
from ..errors import Named
from .ad import Ad
from .money import EXACT, least_worth, most_worth, worth


def nearest_taken(ad: Ad, amount: Decimal) -> Decimal | None:
    """The crypto that is nearest to an amount among all that one offer may be for; None where nothing may be."""
    price, crypto, fiat = ad.price_per_unit, ad.crypto, ad.fiat
    least = least_worth(ad.min_limit, price, crypto, fiat)
    most = min(most_worth(ad.max_limit, price, crypto, fiat), ad.available)
    if least <= most:
        return min(max(amount, least), most)
    return ad.available if 0 < ad.rest_worth <= ad.max_limit else None


def takes_something(ad: Ad) -> bool:
    """Whether there is any amount that one offer may be for."""
    return nearest_taken(ad, ad.available) is not None


def takes_fiat(ad: Ad, fiat_amount: Decimal) -> bool:
    """Whether one offer may be for this fiat, exactly; one for all that is left may be under the ad's least."""
    if not 0 < fiat_amount <= ad.max_limit:
        return False
    if fiat_amount == ad.rest_worth:
        return True
    least = least_worth(fiat_amount, ad.price_per_unit, ad.crypto, ad.fiat)
    is_payable = worth(least, ad.price_per_unit, ad.fiat) == fiat_amount
    return fiat_amount >= ad.min_limit and is_payable and least <= ad.available


def nearest_payable(ad: Ad, amounts: tuple[Decimal, ...], fiat_amount: Decimal) -> Decimal:
    """The worth that is nearest to a fiat amount among those of some amounts of crypto, moved to what the ad takes.

    Where it takes nothing at all, the nearest that could be paid at its price.
    """
    taken = [found for amount in amounts if (found := nearest_taken(ad, amount)) is not None]
    worths = [worth(amount, ad.price_per_unit, ad.fiat) for amount in taken or amounts]
    return min((due for due in worths if due), key=lambda due: EXACT.subtract(due, fiat_amount).copy_abs())


def in_fiat(ad: Ad, amount: Decimal) -> Named:
    """An amount of the ad's fiat, as a refusal names it."""
    return Named(amount, ad.fiat.code, ad.fiat.decimals)


def in_crypto(ad: Ad, amount: Decimal) -> Named:
    """An amount of the ad's crypto, as a refusal names it."""
    return Named(amount, ad.crypto.code)


def check_bounds(ad: Ad, currency_amount: Decimal, fiat_amount: Decimal, *, is_asked_in_fiat: bool) -> None:
    """Return if the ad takes an offer of this crypto, which is worth this fiat.

    Raises ``BelowMinimum``, ``AboveMaximum`` or ``NotEnoughAvailable``, in this order
    (docs/contract/trading.md, "Offers").
    """
    is_under_least = fiat_amount < ad.min_limit and currency_amount != ad.available
    if not is_under_least and fiat_amount <= ad.max_limit and currency_amount <= ad.available:
        return
    amount = nearest_taken(ad, currency_amount)
    nearest = None
    if amount is not None:
        due = worth(amount, ad.price_per_unit, ad.fiat)
        nearest = in_fiat(ad, due) if is_asked_in_fiat else in_crypto(ad, amount)
    if is_under_least:
        is_rest = amount is not None and worth(amount, ad.price_per_unit, ad.fiat) < ad.min_limit
        raise errors.BelowMinimum(in_fiat(ad, ad.min_limit), nearest, is_rest)
    if fiat_amount > ad.max_limit:
        raise errors.AboveMaximum(in_fiat(ad, ad.max_limit), nearest)
    raise errors.NotEnoughAvailable(in_crypto(ad, ad.available), nearest)
