"""What can be traded here, and within which bounds."""

from __future__ import annotations

from marshmallow import Schema, fields

from domain.model.ad_terms import TEXT_LENGTH_LIMIT, TIME_TO_PAY_LIMIT_MINUTES
from domain.model.bank import BANK_FIELD_LENGTH_LIMIT
from domain.model.feedback import COMMENT_LENGTH_LIMIT
from domain.model.offer import REASON_LENGTH_LIMIT
from domain.model.texts import CLIENT_REFERENCE_LENGTH_LIMIT
from domain.use_cases.register_trader import (
    EMAIL_LENGTH_LIMIT,
    FULLNAME_LENGTH_LIMIT,
    PASSWORD_LENGTH_LEAST,
    PASSWORD_LENGTH_LIMIT,
)

from ..server.bodies import BODY_BYTES_LIMIT, FILE_BYTES_LIMIT
from .described import described
from .shown import Shown, ShownFlag, ShownNumber, shown_list, shown_part


class CurrencySchema(Schema):
    """A currency's code, and how many decimals an amount of it may have."""

    code = Shown(metadata=described("The code of the currency.", "trx"))
    decimals = ShownNumber(metadata=described("How many decimals an amount of it may have.", 6))


class PaymentMethodSchema(Schema):
    """A payment method's code, and the fields by which a seller says where to pay."""

    code = Shown(metadata=described("The code of the way to pay.", "bank_transfer"))
    needs = shown_list(
        Shown(metadata=described("The name of a field of an ad or an offer.", "bank_account_number")),
        metadata=described("The fields by which a seller says where to pay."),
    )


class LimitsSchema(Schema):
    """The longest texts, in characters, and the largest sizes, in bytes."""

    text = ShownNumber(metadata=described("The longest text of an ad, in characters.", TEXT_LENGTH_LIMIT))
    bank_field = ShownNumber(
        metadata=described("The longest part of a bank account, in characters.", BANK_FIELD_LENGTH_LIMIT)
    )
    client_reference = ShownNumber(
        metadata=described("The longest reference of a program's own, in characters.", CLIENT_REFERENCE_LENGTH_LIMIT)
    )
    reason = ShownNumber(metadata=described("The longest reason or note, in characters.", REASON_LENGTH_LIMIT))
    comment = ShownNumber(metadata=described("The longest words of feedback, in characters.", COMMENT_LENGTH_LIMIT))
    fullname = ShownNumber(metadata=described("The longest name, in characters.", FULLNAME_LENGTH_LIMIT))
    email = ShownNumber(metadata=described("The longest email address, in characters.", EMAIL_LENGTH_LIMIT))
    password = ShownNumber(metadata=described("The longest password, in characters.", PASSWORD_LENGTH_LIMIT))
    password_least = ShownNumber(metadata=described("The shortest password, in characters.", PASSWORD_LENGTH_LEAST))
    body_bytes = ShownNumber(metadata=described("The largest body, in bytes.", BODY_BYTES_LIMIT))
    file_bytes = ShownNumber(metadata=described("The largest file of a chat, in bytes.", FILE_BYTES_LIMIT))


class DemoTraderSchema(Schema):
    """A trader of a desk that was started to be tried out."""

    fullname = Shown(metadata=described("The trader's name.", "Jude Okafor"))
    email = Shown(metadata=described("What logs in, with the password.", "jude@example.com"))
    password = Shown(metadata=described("The password, which is no secret here.", "correct horse battery staple"))


class SettingsSchema(Schema):
    """What a client needs to know of this desk before it asks for anything. Times to pay are in minutes."""

    crypto_currencies = shown_list(
        shown_part(CurrencySchema), metadata=described("The crypto currencies that can be traded.")
    )
    fiat_currencies = shown_list(
        shown_part(CurrencySchema),
        metadata=described("The currencies that can be paid in.", [{"code": "usd", "decimals": 2}]),
    )
    payment_methods = shown_list(shown_part(PaymentMethodSchema), metadata=described("The ways to pay."))
    default_time_to_pay = ShownNumber(
        metadata=described("How many minutes a buyer has to pay where the ad does not say.", 30)
    )
    max_time_to_pay = ShownNumber(
        metadata=described("The most minutes that an ad may give a buyer to pay.", TIME_TO_PAY_LIMIT_MINUTES)
    )
    fee_percent = Shown(metadata=described("What the desk takes of a trade, in percent.", "0"))
    market_prices = ShownFlag(metadata=described("Whether ads may follow the market's price.", False))
    frozen = ShownFlag(
        metadata=described("Whether staff have frozen the desk, so that nothing new begins at the moment.", False)
    )
    websocket = Shown(metadata=described("Where the websocket is.", "wss://desk.example/ws/p2p/"))
    limits = shown_part(LimitsSchema, metadata=described("The longest texts and the largest sizes."))
    demo = fields.List(
        shown_part(DemoTraderSchema),
        dump_only=True,
        required=True,
        allow_none=True,
        metadata=described("Traders that anybody may trade as, to try the desk out; null where it has none.", None),
    )
    version = Shown(metadata=described("The version of the desk.", "1.0.0"))
