"""Wallets and notices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from marshmallow import Schema

from domain.errors import FieldProblem, Problem
from domain.model.ledger import Purse
from domain.use_cases.transfer_funds import OWN_PURSES

from .base import InputSchema, ListQuery, page_of
from .fields import Amount, Choice, Code, Day, Whole
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

PURSES_OF_TRADERS = (Purse.MAIN, Purse.P2P, Purse.ESCROW)
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


class _HistoryQuery(ListQuery):
    """Which movements of one's wallets to show; ``from`` and ``to`` are days in UTC, both of them belong to it."""

    crypto_currency = Code()
    purse = Choice(PURSES_OF_TRADERS)

    def further_problems(self, valid: Mapping[str, Any], **_: Any) -> Iterable[FieldProblem]:
        """The days are in their order."""
        first, last = valid.get("from"), valid.get("to")
        if first is not None and last is not None and last < first:
            yield FieldProblem("to", Problem.END_BEFORE_START)


# Python keeps the word "from" to itself, so that no class can be written with a field of this name.
_with_days = _HistoryQuery.from_dict({"from": Day(), "to": Day()}, name="HistoryQuerySchema")
HistoryQuerySchema = cast("type[InputSchema]", _with_days)


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
ENTRY = EntrySchema()
ENTRY_PAGE = page_of("EntryPage", shown_part(EntrySchema))
NOTICE_PAGE = NoticePageSchema()
