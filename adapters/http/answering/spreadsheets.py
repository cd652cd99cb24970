"""Lists as tables for a spreadsheet: CSV as RFC 4180 has it, exact, and with nothing in it that would be executed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from pyramid.response import Response

from ..replies.envelope import VARIES, file_response
from ..replies.presentation import OwnEntry
from ..requests.request import DeskRequest
from ..schemas.wallet import ENTRY

CSV = "text/csv"
CSV_PAGE = 500
"""So many entries are read at a time: only their text is kept."""

_COLUMNS = ("created_at", "kind", "reference", "crypto_currency", "wallet", "side", "amount")
# A spreadsheet takes a cell for a formula that begins with one of these, also in their wide forms.
_BEGINS_A_FORMULA = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


def wants_csv(request: DeskRequest) -> bool:
    """Whether the client prefers a table; who takes either is given JSON."""
    offers = request.accept.acceptable_offers(["application/json", CSV])
    return bool(offers) and offers[0][0] == CSV


def history_csv(pages: Iterable[Iterable[OwnEntry]]) -> Response:
    """The movements of a trader's wallets, a row for each wallet that one touched."""
    table = io.StringIO(newline="")
    writer = csv.writer(table)
    writer.writerow(_COLUMNS)
    for page in pages:
        for entry in ENTRY.dump(page, many=True):
            shared = [entry[name] for name in _COLUMNS[:4]]
            for posting in entry["postings"]:
                writer.writerow([defused(cell) for cell in (*shared, *(posting[name] for name in _COLUMNS[4:]))])
    return file_response(table.getvalue().encode(), CSV, "wallet-history.csv", [VARIES])


def defused(cell: str) -> str:
    """The cell as text, whatever it begins with. Source: OWASP, "CSV Injection"."""
    return f"'{cell}" if cell.startswith(_BEGINS_A_FORMULA) else cell
