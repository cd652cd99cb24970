"""Rows to domain objects and back, by hand: the domain's classes are frozen, and no mapper may change them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, RowMapping, and_, func, literal, select

from domain.model.ad import Ad, AdStatus
from domain.model.bank import BankDetails, PayTo
from domain.model.changes import DISPUTE_TERMS
from domain.model.chat import Chat, Member
from domain.model.dispute import Dispute
from domain.model.facts import columns_of, fact_of
from domain.model.feedback import Feedback
from domain.model.lifecycle import AdType, OfferState
from domain.model.money import Currency, worth
from domain.model.offer import NO_FEE, Offer
from domain.model.prices import Quote
from domain.model.requirements import Requirements
from domain.model.slowing import WrongTries
from domain.model.trader import Profile, Ratings, Trader

from .one_of import is_there
from .tables import DESK_OWNER_ID, accounts, disputes, market_rates

Row = RowMapping | Mapping[str, Any]

_BANK_COLUMNS = ("bank_account_name", "bank_account_number", "bank_name")


def labelled(table: FromClause, prefix: str) -> list[ColumnElement[Any]]:
    """All columns of a table under names that cannot collide with another table's."""
    return [column.label(prefix + column.name) for column in table.c]


_TRADER_COLUMNS = (
    "id", "email", "fullname", "country", "email_verified", "phone_number_verified", "country_verified",
    "has_kyc", "is_staff", "is_suspended", "has_totp", "created_at", "updated_at",
)  # fmt: skip
_RATING_COLUMNS = ("positive_feedback_count", "negative_feedback_count", "stars_total", "stars_count")


def trader_columns(table: FromClause, prefix: str) -> list[ColumnElement[Any]]:
    """The columns of a trader; the password's hash leaves its table for one purpose only."""
    return [table.c[name].label(prefix + name) for name in _TRADER_COLUMNS]


def profile_columns(table: FromClause, prefix: str) -> list[ColumnElement[Any]]:
    """The columns of a trader with ratings, and whether their p2p purse ever moved, in any currency."""
    moving = (accounts.c.owner == table.c.id, accounts.c.purse == "p2p", accounts.c.version > 0)
    moved = is_there(select(literal(1)).where(*moving))
    ratings = [table.c[name].label(prefix + name) for name in _RATING_COLUMNS]
    return [*trader_columns(table, prefix), *ratings, moved.label(prefix + "has_p2p")]


def trader_from(row: Row, prefix: str) -> Trader:
    """A trader."""
    return Trader(
        id=row[prefix + "id"],
        email=row[prefix + "email"],
        fullname=row[prefix + "fullname"],
        created_at=row[prefix + "created_at"],
        updated_at=row[prefix + "updated_at"],
        country=row[prefix + "country"],
        email_verified=row[prefix + "email_verified"],
        phone_number_verified=row[prefix + "phone_number_verified"],
        country_verified=row[prefix + "country_verified"],
        has_kyc=row[prefix + "has_kyc"],
        is_staff=row[prefix + "is_staff"],
        is_suspended=row[prefix + "is_suspended"],
        has_totp=bool(row[prefix + "has_totp"]),
    )


def profile_from(row: Row, prefix: str) -> Profile:
    """A trader with the other public facts."""
    ratings = Ratings(
        positive_feedback_count=row[prefix + "positive_feedback_count"],
        negative_feedback_count=row[prefix + "negative_feedback_count"],
        stars_total=row[prefix + "stars_total"],
        stars_count=row[prefix + "stars_count"],
    )
    return Profile(trader_from(row, prefix), ratings, bool(row[prefix + "has_p2p"]))


def rating_values(given: Feedback) -> dict[str, Any]:
    """What feedback adds to the ratings of whom it is about."""
    return {
        "whom": given.whom,
        "positive": int(given.positive),
        "negative": int(not given.positive),
        "stars": given.rating,
    }


def bank_from(row: Row, prefix: str) -> BankDetails:
    """A bank account."""
    return BankDetails(*(row[prefix + name] for name in _BANK_COLUMNS))


def bank_values(bank: BankDetails) -> dict[str, str]:
    """A bank account as columns."""
    return dict(bank.fields())


def rate_columns(prefix: str = "ad_") -> list[ColumnElement[Any]]:
    """The columns of the market's last rate, by which an ad that follows it has its price."""
    return [market_rates.c.rate.label(prefix + "rate"), market_rates.c.at.label(prefix + "rated_at")]


def is_rate_of(ad: FromClause) -> ColumnElement[bool]:
    """What the rate of an ad is joined by; one of a fixed price has none."""
    return and_(
        market_rates.c.crypto_currency == ad.c.crypto_currency,
        market_rates.c.fiat_currency == ad.c.fiat_currency,
        ad.c.price_margin.is_not(None),
    )


def quote_from(row: Row, prefix: str = "ad_") -> Quote | None:
    """The market's last rate, or None where the outer join found none or the row was read without."""
    rate = row.get(prefix + "rate")
    return None if rate is None else Quote(rate, row[prefix + "rated_at"])


def ad_from(row: Row, prefix: str = "ad_") -> Ad:
    """An ad, at the market's last rate where it follows that and the row has it."""
    return _kept_ad(row, prefix).at_market(quote_from(row, prefix))


def _kept_ad(row: Row, prefix: str) -> Ad:
    return Ad(
        id=row[prefix + "id"],
        maker_id=row[prefix + "maker_id"],
        ad_type=AdType(row[prefix + "ad_type"]),
        crypto=Currency(row[prefix + "crypto_currency"], row[prefix + "crypto_decimals"]),
        fiat=Currency(row[prefix + "fiat_currency"], row[prefix + "fiat_decimals"]),
        payment_method=row[prefix + "payment_method"],
        price_per_unit=row[prefix + "price_per_unit"],
        crypto_amount=row[prefix + "crypto_amount"],
        min_limit=row[prefix + "min_limit"],
        max_limit=row[prefix + "max_limit"],
        start_date=row[prefix + "start_date"],
        end_date=row[prefix + "end_date"],
        time_to_pay=row[prefix + "time_to_pay"],
        auto_reply_message=row[prefix + "auto_reply_message"],
        terms_of_trade=row[prefix + "terms_of_trade"],
        additional_information=row[prefix + "additional_information"],
        bank=bank_from(row, prefix),
        payment_details=row[prefix + "payment_details"],
        created_at=row[prefix + "created_at"],
        available=row[prefix + "available"],
        status=AdStatus(row[prefix + "status"]),
        reserved=row[prefix + "reserved"],
        sold=row[prefix + "sold"],
        withdrawn=row[prefix + "withdrawn"],
        trade_started_at=row[prefix + "trade_started_at"],
        trade_completed_at=row[prefix + "trade_completed_at"],
        version=row[prefix + "version"],
        client_reference=row[prefix + "client_reference"],
        edition=row[prefix + "edition"],
        max_limit_follows=_max_limit_follows(row, prefix),
        requirements=Requirements(
            row[prefix + "min_completed_offers"],
            row[prefix + "min_completion_rate"],
            bool(row[prefix + "requires_kyc"]),
        ),
        price_margin=row[prefix + "price_margin"],
    )


def _max_limit_follows(row: Row, prefix: str) -> bool:
    """Whether the most was never given. Of an ad from before it is told by what the most is."""
    follows = row[prefix + "max_limit_follows"]
    if follows is not None:
        return bool(follows)
    fiat = Currency(row[prefix + "fiat_currency"], row[prefix + "fiat_decimals"])
    whole = worth(row[prefix + "crypto_amount"], row[prefix + "price_per_unit"], fiat)
    return bool(row[prefix + "max_limit"] == whole)


AD_EDITED_COLUMNS = (
    "price_per_unit", "crypto_amount", "min_limit", "max_limit", "max_limit_follows", "end_date", "time_to_pay",
    "auto_reply_message", "terms_of_trade", "additional_information", "bank_account_name", "bank_account_number",
    "bank_name", "payment_details", "min_completed_offers", "min_completion_rate", "requires_kyc", "price_margin",
)  # fmt: skip
"""What of an ad its maker changes by editing it, beside its progress."""


def requirement_values(asked: Requirements) -> dict[str, Any]:
    """What an ad asks of takers, as columns."""
    return {
        "min_completed_offers": asked.min_completed_offers,
        "min_completion_rate": asked.min_completion_rate,
        "requires_kyc": asked.requires_kyc,
    }


_AD_AS_IT_IS = (
    "id", "maker_id", "payment_method", "price_per_unit", "crypto_amount", "min_limit", "max_limit",
    "start_date", "end_date", "time_to_pay", "auto_reply_message", "terms_of_trade", "additional_information",
    "payment_details", "created_at", "client_reference", "max_limit_follows", "price_margin",
)  # fmt: skip
_AD_PROGRESS = (
    "available", "reserved", "sold", "withdrawn", "trade_started_at", "trade_completed_at", "version", "edition",
)  # fmt: skip


def ad_values(ad: Ad) -> dict[str, Any]:
    """An ad as columns."""
    values: dict[str, Any] = {name: getattr(ad, name) for name in _AD_AS_IT_IS}
    values["ad_type"] = ad.ad_type.value
    values["crypto_currency"], values["crypto_decimals"] = ad.crypto.code, ad.crypto.decimals
    values["fiat_currency"], values["fiat_decimals"] = ad.fiat.code, ad.fiat.decimals
    return values | bank_values(ad.bank) | requirement_values(ad.requirements) | ad_progress(ad)


def ad_edited(ad: Ad) -> dict[str, Any]:
    """Those columns of an ad that an edit changes."""
    values = ad_values(ad)
    return {name: values[name] for name in AD_EDITED_COLUMNS} | ad_progress(ad)


def ad_progress(ad: Ad) -> dict[str, Any]:
    """Those columns of an ad that ever change."""
    return {"status": ad.status.value, **{name: getattr(ad, name) for name in _AD_PROGRESS}}


def _pay_to_from(row: Row, prefix: str) -> PayTo:
    """Where the buyer of an offer is to pay."""
    account = BankDetails(*(row[prefix + name] for name in _PAY_TO_ACCOUNT))
    return PayTo(account, row[prefix + "pay_to_details"])


def _pay_to_values(pay_to: PayTo) -> dict[str, str]:
    """Where the buyer of an offer is to pay, as columns."""
    account = (value for _, value in pay_to.bank.fields())
    return dict(zip(_PAY_TO_ACCOUNT, account, strict=True)) | {"pay_to_details": pay_to.payment_details}


_PAY_TO_ACCOUNT = ("pay_to_account_name", "pay_to_account_number", "pay_to_bank_name")


def _kept_with_ad(row: Row, prefix: str) -> dict[str, Any]:
    """What an offer keeps, of one from before offers kept it: its ad could not be edited then, and says it still."""
    owner = "ad_" if row["ad_ad_type"] == AdType.SELL.value else prefix
    return {
        "price_per_unit": row["ad_price_per_unit"],
        "payment_method": row["ad_payment_method"],
        "pay_to": PayTo(bank_from(row, owner), row[owner + "payment_details"]),
    }


def _kept_from(row: Row, prefix: str) -> dict[str, Any]:
    """What an offer keeps, whatever becomes of its ad."""
    if row[prefix + "price_per_unit"] is None:
        return _kept_with_ad(row, prefix)
    kept = {name: row[prefix + name] for name in ("price_per_unit", "payment_method")}
    return kept | {"pay_to": _pay_to_from(row, prefix)}


def offer_from(row: Row, prefix: str = "offer_") -> Offer:
    """An offer, of a row that has its ad, too."""
    return Offer(
        id=row[prefix + "id"],
        ad_id=row[prefix + "ad_id"],
        taker_id=row[prefix + "taker_id"],
        currency_amount=row[prefix + "currency_amount"],
        fiat_amount=row[prefix + "fiat_amount"],
        bank=bank_from(row, prefix),
        created_at=row[prefix + "created_at"],
        deadline=row[prefix + "deadline"],
        **_kept_from(row, prefix),
        state=OfferState(row[prefix + "state"]),
        paid_at=row[prefix + "paid_at"],
        ended_at=row[prefix + "ended_at"],
        version=row[prefix + "version"],
        payment_details=row[prefix + "payment_details"],
        fee_percent=NO_FEE if row[prefix + "fee_percent"] is None else row[prefix + "fee_percent"],
        client_reference=row[prefix + "client_reference"],
    )


_OFFER_AS_IT_IS = (
    "id", "ad_id", "taker_id", "currency_amount", "fiat_amount", "payment_details", "created_at", "deadline",
    "price_per_unit", "payment_method", "client_reference", "fee_percent",
)  # fmt: skip


def offer_values(offer: Offer) -> dict[str, Any]:
    """An offer as columns."""
    values = {name: getattr(offer, name) for name in _OFFER_AS_IT_IS}
    return values | bank_values(offer.bank) | _pay_to_values(offer.pay_to) | offer_progress(offer)


def offer_progress(offer: Offer) -> dict[str, Any]:
    """Those columns of an offer that ever change."""
    return {
        "state": offer.state.value,
        "paid_at": offer.paid_at,
        "ended_at": offer.ended_at,
        "version": offer.version,
    }


_DISPUTE = columns_of(Dispute)
DISPUTE_PROGRESS = tuple(column.name for column in _DISPUTE if column.name not in DISPUTE_TERMS)
"""Those columns of a dispute that ever change."""


def dispute_from(row: Row, prefix: str = "dispute_") -> Dispute | None:
    """A dispute, or None where the outer join found none."""
    if row[prefix + "offer_id"] is None:
        return None
    return fact_of(Dispute, {column.name: row[prefix + column.name] for column in _DISPUTE}, {})


def is_last_dispute_of(offer_id: ColumnElement[int]) -> ColumnElement[bool]:
    """What the last dispute on an offer is joined by: an offer is disputed again once a dispute was withdrawn."""
    same = disputes.alias("same")
    last = select(func.max(same.c.version)).where(same.c.offer_id == offer_id).correlate_except(same)
    return and_(disputes.c.offer_id == offer_id, disputes.c.version == last.scalar_subquery())


def dispute_progress(dispute: Dispute) -> dict[str, Any]:
    """What of a dispute ever changes, as columns."""
    return {name: getattr(dispute, name) for name in DISPUTE_PROGRESS}


_MEMBER_COLUMNS = (
    "trader_id", "is_staff", "read_up_to", "told_up_to", "mail_due_at", "mailed_at", "attached",
)  # fmt: skip


def chat_from(row: Row, members: Iterable[Row], prefix: str = "chat_") -> Chat | None:
    """A chat and those who are in it, or None where the outer join found none."""
    if row[prefix + "offer_id"] is None:
        return None
    found = tuple(Member(*(member[name] for name in _MEMBER_COLUMNS)) for member in members)
    return Chat(row[prefix + "offer_id"], row[prefix + "last"], found)


def member_of_json(member: Mapping[str, Any]) -> Row:
    """A member's row that came as JSON."""
    moments = {
        name: None if member[name] is None else datetime.fromisoformat(member[name]).astimezone(UTC)
        for name in ("mail_due_at", "mailed_at")
    }
    return {**member, **moments, "trader_id": UUID(member["trader_id"])}


def member_values(member: Member) -> dict[str, Any]:
    """A member of a chat as columns, but for which chat it is."""
    return {name: getattr(member, name) for name in _MEMBER_COLUMNS}


def owner_id(owner: UUID | None) -> UUID:
    """Under which owner an account is kept: the desk's own have the nil UUID."""
    return owner or DESK_OWNER_ID


def owner_from(stored: UUID) -> UUID | None:
    """The owner of a stored account; None for the desk's own."""
    return None if stored == DESK_OWNER_ID else stored


def tries_from(row: Row) -> WrongTries:
    """What was tried, or done, under one digest."""
    moments = tuple(datetime.fromisoformat(text) for text in json.loads(row["moments"]))
    return WrongTries(moments, row["waits"], row["until"])
