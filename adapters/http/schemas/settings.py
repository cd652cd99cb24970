"""What can be traded here, and within which bounds."""

from __future__ import annotations

from marshmallow import Schema, fields

from .shown import Shown, ShownFlag, ShownNumber, shown_list, shown_part


class CurrencySchema(Schema):
    """A currency's code, and how many decimals an amount of it may have."""

    code = Shown()
    decimals = ShownNumber()


class PaymentMethodSchema(Schema):
    """A payment method's code, and the fields by which a seller says where to pay."""

    code = Shown()
    needs = shown_list(Shown())


class LimitsSchema(Schema):
    """The longest texts, in characters, and the largest sizes, in bytes. Null: no files are taken."""

    text = ShownNumber()
    bank_field = ShownNumber()
    reason = ShownNumber()
    fullname = ShownNumber()
    email = ShownNumber()
    password = ShownNumber()
    password_least = ShownNumber()
    body_bytes = ShownNumber()
    file_bytes = ShownNumber(nullable=True)


class DemoTraderSchema(Schema):
    """A trader of a desk that was started to be tried out."""

    fullname = Shown()
    email = Shown()
    password = Shown()


class SettingsSchema(Schema):
    """What a client needs to know of this desk before it asks for anything. Times to pay are in minutes."""

    crypto_currencies = shown_list(shown_part(CurrencySchema))
    fiat_currencies = shown_list(shown_part(CurrencySchema))
    payment_methods = shown_list(shown_part(PaymentMethodSchema))
    default_time_to_pay = ShownNumber()
    max_time_to_pay = ShownNumber()
    fee_percent = Shown()
    market_prices = ShownFlag()
    websocket = Shown()
    limits = shown_part(LimitsSchema)
    demo = fields.List(shown_part(DemoTraderSchema), dump_only=True, required=True, allow_none=True)
    version = Shown()
