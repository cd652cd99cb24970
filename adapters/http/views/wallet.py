"""Wallets."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from domain.model.ledger import Entry
from domain.model.money import Money
from domain.ports.readers import Page
from domain.use_cases.transfer_funds import transfer_funds

from ..operation import Reply
from ..requests.request import DeskRequest


def balances(request: DeskRequest) -> Reply:
    """What the caller holds, by currency."""
    return Reply(request.unit.readers.wallet(request.caller.id))


def transfer(request: DeskRequest) -> Reply:
    """Move coins between the caller's own wallets."""
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


def history(request: DeskRequest) -> Reply:
    """The movements that touched the caller's wallets, newest first."""
    caller, parameters = request.caller, request.parameters
    page = request.unit.readers.entries(caller.id, parameters.get("cursor"), parameters["limit"])
    return Reply(Page([_own_part(entry, caller.id) for entry in page.items], page.next))


def _own_part(entry: Entry, owner: UUID) -> dict[str, Any]:
    """An entry without the accounts of others."""
    own = [posting for posting in entry.postings if posting.account.owner == owner]
    facts = {"kind": entry.kind, "reference": entry.reference, "at": entry.at}
    return {**facts, "crypto_currency": own[0].account.currency, "postings": own}
