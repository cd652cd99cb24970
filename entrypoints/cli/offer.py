"""``p2p offer show``: one trade on one screen."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from .context import Commands, add_command, add_group, container_of, show, whole

if TYPE_CHECKING:
    from domain.model.ledger import Entry
    from domain.ports.readers import OfferView, Told
    from domain.ports.store import Unit

ID_LIMIT = 999_999_999_999_999_999


def add_commands(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the group."""
    group = add_group(commands, "offer", "look at offers", common)
    meaning = "one offer: parties, amounts, history, notices, letters and postings; no account numbers"
    shown = add_command(group, "show", meaning, show_offer, common, has_data=True)
    shown.add_argument("id", metavar="ID", type=whole(1, ID_LIMIT))


def show_offer(arguments: argparse.Namespace) -> int:
    """Show one offer."""

    def look(unit: Unit) -> tuple[OfferView, list[Told], list[Entry]]:
        readers = unit.readers
        view = readers.offer(arguments.id)
        return view, list(readers.told_of_offer(arguments.id)), list(readers.entries_of_offer(arguments.id))

    view, told, entries = container_of(arguments).store.run(look, writes=False)
    people = _people(view)
    data = _data(view, told, entries, people)
    show(arguments, data, "\n".join(_lines(data)))
    return 0


def _people(view: OfferView) -> dict[UUID, str]:
    parties = view.parties
    return {
        profile.id: f"{'maker' if profile is view.maker else 'taker'} ({role})"
        for role, profile in (("buyer", parties.buyer), ("seller", parties.seller))
    }


def _data(view: OfferView, told: list[Told], entries: list[Entry], people: Mapping[UUID, str]) -> dict[str, Any]:
    offer, ad = view.offer, view.ad
    profiles = {people[profile.id]: profile.trader for profile in (view.maker, view.taker)}
    return {
        "id": offer.id,
        "state": offer.state.value,
        "version": offer.version,
        "ad": {"id": ad.id, "type": ad.ad_type.value},
        "parties": {
            who: {"id": str(trader.id), "fullname": trader.fullname, "email": trader.email}
            for who, trader in profiles.items()
        },
        "crypto": f"{offer.currency_amount:f} {ad.crypto.code}",
        "fiat": f"{offer.fiat_amount:f} {ad.fiat.code}",
        "price": f"{offer.price_per_unit:f}",
        "fee_percent": f"{offer.fee_percent:f}",
        "payment_method": offer.payment_method,
        "moments": {
            name: _moment(moment)
            for name, moment in (
                ("created", offer.created_at),
                ("deadline", offer.deadline),
                ("paid", offer.paid_at),
                ("ended", offer.ended_at),
            )
        },
        "history": [
            {"version": item.version, "state": item.state.value, "at": _moment(item.at), "by": _who(item.by, people)}
            for item in view.history
        ],
        "dispute": None if view.dispute is None else view.dispute.kind.value,
        "notices": [_notice(notice, people) for notice in told],
        "entries": [_entry(entry, people) for entry in entries],
    }


def _notice(notice: Told, people: Mapping[UUID, str]) -> dict[str, Any]:
    letter = notice.letter
    return {
        "to": _who(notice.trader_id, people),
        "number": notice.number,
        "kind": notice.kind.value,
        "at": _moment(notice.at),
        "request_id": None if notice.request_id is None else str(notice.request_id),
        "letter": letter
        and {
            "id": letter.id,
            "state": letter.state,
            "attempts": letter.attempts,
            "sent_at": _moment(letter.sent_at),
            "last_error": letter.last_error,
        },
    }


def _entry(entry: Entry, people: Mapping[UUID, str]) -> dict[str, Any]:
    return {
        "kind": entry.kind.value,
        "at": _moment(entry.at),
        "postings": [
            {
                "whose": _who(posting.account.owner, people),
                "purse": posting.account.purse.value,
                "amount": f"{posting.signed:+f} {posting.account.currency}",
            }
            for posting in entry.postings
        ],
    }


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")


def _who(trader_id: UUID | None, people: Mapping[UUID, str]) -> str:
    """A party, the desk itself, or somebody else, such as staff."""
    return "the desk" if trader_id is None else people.get(trader_id, str(trader_id))


def _lines(data: Mapping[str, Any]) -> Iterator[str]:
    ad, moments = data["ad"], data["moments"]
    yield f"Offer {data['id']} is {data['state']}, version {data['version']}, on {ad['type']} ad {ad['id']}"
    for who, trader in data["parties"].items():
        yield f"  {who:<16} {trader['fullname']} <{trader['email']}> {trader['id']}"
    fee = f"fee {data['fee_percent']} %"
    yield f"  {data['crypto']} for {data['fiat']} at {data['price']}, {data['payment_method']}, {fee}"
    yield "  " + ", ".join(f"{name} {moment}" for name, moment in moments.items() if moment is not None)
    if data["dispute"] is not None:
        yield f"  disputed: {data['dispute']}"
    yield "History"
    for item in data["history"]:
        yield f"  {item['version']:>3} {item['at']} {item['state']:<10} by {item['by']}"
    yield "Notices and letters"
    for notice in data["notices"]:
        yield f"  {notice['at']} {notice['kind']:<20} to {notice['to']}, {notice['number']}{_letter(notice['letter'])}"
        if notice["request_id"]:
            yield f"    by request {notice['request_id']}"
    yield "Postings"
    for entry in data["entries"]:
        yield f"  {entry['at']} {entry['kind']}"
        for posting in entry["postings"]:
            yield f"    {posting['amount']:>36}  {posting['purse']:<7} of {posting['whose']}"


def _letter(letter: Mapping[str, Any] | None) -> str:
    if letter is None:
        return ""
    when = f" {letter['sent_at']}" if letter["sent_at"] else ""
    error = f": {letter['last_error']}" if letter["last_error"] else ""
    return f"; letter {letter['id']} {letter['state']}{when}, attempts {letter['attempts']}{error}"
