"""Wallets and notices."""

from __future__ import annotations

from marshmallow import Schema

from domain.use_cases.transfer_funds import OWN_PURSES

from .base import InputSchema, ListQuery, page_of
from .fields import Amount, Choice, Code, Whole
from .shown import (
    CRYPTO_DECIMALS_SHOWN,
    Shown,
    ShownAmount,
    ShownMoment,
    ShownNotice,
    ShownNumber,
    shown_list,
    shown_part,
)

_NOTICE_NUMBER_LIMIT = 10**18 - 1


class TransferSchema(InputSchema):
    """A move between one's own wallets. What can be moved depends on what is held, so the domain judges all of it."""

    crypto_currency = Code(required=True)
    amount = Amount(required=True)
    source = Choice(OWN_PURSES, required=True)
    target = Choice(OWN_PURSES, required=True)


class PursesSchema(Schema):
    """What a trader holds in one currency."""

    crypto_currency = Shown("currency")
    main = ShownAmount(CRYPTO_DECIMALS_SHOWN)
    p2p = ShownAmount(CRYPTO_DECIMALS_SHOWN)
    escrow = ShownAmount(CRYPTO_DECIMALS_SHOWN)


class PostingSchema(Schema):
    """What a movement did to one of the trader's wallets: a credit raises what it holds, a debit lowers it."""

    wallet = Shown("account.purse")
    side = Shown()
    amount = ShownAmount(CRYPTO_DECIMALS_SHOWN)


class EntrySchema(Schema):
    """A movement, as far as it touches the trader."""

    kind = Shown()
    reference = Shown()
    created_at = ShownMoment("at")
    crypto_currency = Shown()
    postings = shown_list(shown_part(PostingSchema))


class NoticeQuerySchema(ListQuery):
    """Which notices to show: those after number ``since``."""

    since = Whole(least=0, most=_NOTICE_NUMBER_LIMIT, from_text=True, load_default=0)


class ReadSchema(InputSchema):
    """Up to which notice everything was read."""

    up_to = Whole(least=0, most=_NOTICE_NUMBER_LIMIT, required=True)


class ReadUpToSchema(Schema):
    """Up to which notice everything is read; the numbers of notices begin with 1."""

    read_up_to = ShownNumber()


class NoticePageSchema(ReadUpToSchema):
    """One part of the notices, and up to which of them all was read."""

    items = shown_list(ShownNotice())
    next = Shown(nullable=True)


PURSES = PursesSchema(many=True)
ENTRY_PAGE = page_of("EntryPage", shown_part(EntrySchema))
NOTICE_PAGE = NoticePageSchema()
