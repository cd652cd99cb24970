"""Who was told what of one offer, and what became of the letters, over dicts."""

from __future__ import annotations

from domain.ports.readers import Told, ToldLetter

from .tables import Tables


def told_of_offer(tables: Tables, offer_id: int) -> list[Told]:
    """In the order of the offer's versions."""
    letters = {
        (row.trader_id, row.number): ToldLetter(row.id, row.state, row.attempts, row.sent_at, row.last_error)
        for row in (*tables.letters.values(), *tables.sent_letters.values())
    }
    found = [
        (notice.about.version, notice)
        for notice in tables.notices.values()
        if notice.about is not None and notice.about.offer_id == offer_id
    ]
    found.sort(key=lambda pair: (pair[0], pair[1].trader_id, pair[1].number))
    return [
        Told(
            notice.trader_id,
            notice.number,
            notice.kind,
            notice.created_at,
            letters.get((notice.trader_id, notice.number)),
            notice.request_id,
        )
        for _, notice in found
    ]
