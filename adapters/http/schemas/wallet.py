"""Wallets and notices."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Any, cast

from marshmallow import Schema, fields

from domain.errors import FieldProblem, Problem
from domain.model.ledger import EntryKind, Purse, Side
from domain.model.notices import NoticeKind
from domain.use_cases.transfer_funds import OWN_PURSES

from .base import InputSchema, ListQuery, page_of
from .described import CURSOR, MADE_AT, described
from .fields import Amount, Choice, Code, Day, Whole
from .shown import (
    CRYPTO_DECIMALS_SHOWN,
    RememberedPart,
    Shown,
    ShownAmount,
    ShownChoice,
    ShownMoment,
    ShownNotice,
    ShownNumber,
    shown_list,
    shown_part,
)

_NOTICE_NUMBER_LIMIT = 10**18 - 1
_NOTICE = {
    "message": "You have an interested buyer on your p2p ad",
    "type": NoticeKind.AD_INTEREST.value,
    "ad_id": 1,
    "offer_id": 1,
    "notice": 2,
    "created_at": MADE_AT,
}
OWN_WALLETS = (*OWN_PURSES, Purse.ESCROW)
"""Where a trader's coins can lie."""


class TransferSchema(InputSchema):
    """A move between one's own wallets. What can be moved depends on what is held, so the domain judges all of it."""

    crypto_currency = Code(required=True, metadata=described("The code of the crypto currency, in any case.", "trx"))
    amount = Amount(required=True, metadata=described("How much to move.", "500"))
    source = Choice(OWN_PURSES, required=True, metadata=described("The wallet that the coins leave.", "main"))
    target = Choice(OWN_PURSES, required=True, metadata=described("The wallet that they come to.", "p2p"))


class PursesSchema(Schema):
    """What a trader holds in one currency."""

    crypto_currency = Shown("currency", metadata=described("The code of the crypto currency.", "trx"))
    main = ShownAmount(
        CRYPTO_DECIMALS_SHOWN,
        metadata=described("What lies in the main wallet, where coins come in and go out.", "500.00000000000000000000"),
    )
    p2p = ShownAmount(
        CRYPTO_DECIMALS_SHOWN,
        metadata=described("What lies in the p2p wallet, which trades.", "400.00000000000000000000"),
    )
    escrow = ShownAmount(
        CRYPTO_DECIMALS_SHOWN, metadata=described("What is locked for ads and offers.", "100.00000000000000000000")
    )


class PostingSchema(Schema):
    """What a movement did to one of the trader's wallets: a credit raises what it holds, a debit lowers it."""

    wallet = ShownChoice(OWN_WALLETS, "account.purse", metadata=described("The wallet that was touched.", "escrow"))
    side = ShownChoice(Side, metadata=described("A credit raises what it holds, a debit lowers it.", "debit"))
    amount = ShownAmount(CRYPTO_DECIMALS_SHOWN, metadata=described("By how much.", "10.00000000000000000000"))


class EntrySchema(Schema):
    """A movement, as far as it touches the trader."""

    kind = ShownChoice(EntryKind, "entry.kind", metadata=described("Why coins moved.", "release"))
    reference = Shown(
        "entry.reference", metadata=described("What they moved for; with the kind, it names the movement.", "offer:1")
    )
    created_at = ShownMoment("entry.at", metadata=described("When they moved.", MADE_AT))
    crypto_currency = Shown(metadata=described("The code of the crypto currency.", "trx"))
    postings = shown_list(
        shown_part(PostingSchema), metadata=described("What happened to each of the trader's wallets.")
    )


class _HistoryQuery(ListQuery):
    """Which movements of one's wallets to show; ``from`` and ``to`` are days in UTC, both of them belong to it."""

    crypto_currency = Code(metadata=described("Only movements of this crypto currency, in any case.", "trx"))
    purse = Choice(OWN_WALLETS, metadata=described("Only movements that touch this wallet.", "p2p"))

    def further_problems(self, valid: Mapping[str, Any], **_: Any) -> Iterable[FieldProblem]:
        """The days are in their order."""
        first, last = valid.get("from"), valid.get("to")
        if first is not None and last is not None and last < first:
            yield FieldProblem("to", Problem.END_BEFORE_START)


# Python keeps the word "from" to itself, so that no class can be written with a field of this name.
_DAYS: dict[str, fields.Field[Any]] = {
    "from": Day(metadata=described("Only movements of this day and later ones, in UTC.", "2024-10-01")),
    "to": Day(metadata=described("Only movements of this day and earlier ones, in UTC.", "2024-10-31")),
}
_with_days = _HistoryQuery.from_dict(_DAYS, name="HistoryQuerySchema")
HistoryQuerySchema = cast("type[InputSchema]", _with_days)


class NoticeQuerySchema(ListQuery):
    """Which notices to show: those after number ``since``."""

    since = Whole(
        least=0,
        most=_NOTICE_NUMBER_LIMIT,
        from_text=True,
        load_default=0,
        metadata=described("Only notices after this number.", 1),
    )


class ReadSchema(InputSchema):
    """Up to which notice everything was read."""

    up_to = Whole(
        least=0,
        most=_NOTICE_NUMBER_LIMIT,
        required=True,
        metadata=described("The number of the last notice that was read.", 2),
    )


class ReadUpToSchema(Schema):
    """Up to which notice everything is read; the numbers of notices begin with 1."""

    read_up_to = ShownNumber(metadata=described("The number up to which all was read; 0 before any was.", 2))


class NoticePageSchema(ReadUpToSchema):
    """One part of the notices, and up to which of them all was read."""

    items = shown_list(
        ShownNotice(metadata={"examples": [_NOTICE]}), metadata=described("The notices, the oldest first.")
    )
    next = Shown(
        nullable=True, metadata=described("The cursor of the next part; null where this was the last.", CURSOR)
    )


PURSES = PursesSchema(many=True)
ENTRY = EntrySchema()


def _same_entry(shown: Any) -> Hashable:
    return id(shown.entry), shown.owner


ENTRY_PAGE = page_of("EntryPage", RememberedPart(EntrySchema, _same_entry))
NOTICE_PAGE = NoticePageSchema()
