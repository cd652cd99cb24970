"""Wallets."""

from __future__ import annotations

from collections.abc import Iterator

from pyramid.response import Response

from domain.model.money import Money
from domain.ports.readers import EntryQuery, Page
from domain.use_cases.transfer_funds import transfer_funds

from ..answering.spreadsheets import CSV_PAGE, history_csv, wants_csv
from ..operation import Reply
from ..replies.presentation import OwnEntry
from ..requests.request import DeskRequest


def balances(request: DeskRequest) -> Reply:
    """What the caller holds in the main and the p2p wallet and in escrow, by currency."""
    return Reply(request.unit.readers.wallet(request.caller.id))


def transfer(request: DeskRequest) -> Reply:
    """Move coins from the caller's main wallet to the p2p wallet, or back."""
    services, fields = request.services, request.fields
    money = Money(fields["amount"], fields["crypto_currency"])
    transfer_funds(
        request.caller.id,
        money,
        fields["source"],
        fields["target"],
        book=request.unit.book,
        identifiers=services.identifiers,
        catalogue=services.catalogue,
    )
    return Reply()


def history(request: DeskRequest) -> Reply | Response:
    """The movements that touched the caller's wallets, newest first: a page of them, or all in a table."""
    parameters = request.parameters
    named = ("crypto_currency", "purse", "from", "to")
    query = EntryQuery(request.caller.id, *(parameters.get(name) for name in named))
    if wants_csv(request):
        return history_csv(_pages(request, query))
    page = request.unit.readers.entries(query, parameters.get("cursor"), parameters["limit"])
    return Reply(Page([OwnEntry(entry, query.trader_id) for entry in page.items], page.next))


def _pages(request: DeskRequest, query: EntryQuery) -> Iterator[list[OwnEntry]]:
    """All the movements, page by page from the cursor on."""
    cursor: str | None = request.parameters.get("cursor")
    while True:
        page = request.unit.readers.entries(query, cursor, CSV_PAGE)
        yield [OwnEntry(entry, query.trader_id) for entry in page.items]
        cursor = page.next
        if cursor is None:
            return
