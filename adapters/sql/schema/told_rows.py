"""What is told, as columns: a notice, and a letter that no notice is behind."""

from __future__ import annotations

import json
from typing import Any

from domain.model.frames import frame_text
from domain.model.message_ids import of_letter_alone
from domain.model.notices import LetterAlone, Notice, urgency_of
from domain.ports.causes import current_cause


def notice_values(notice: Notice) -> dict[str, Any]:
    """A notice as columns, but for whose it is and its number."""
    return {
        "kind": notice.kind.value,
        "offer_id": notice.about and notice.about.offer_id,
        "offer_version": notice.about and notice.about.version,
        "frame": frame_text(notice.frame),
        "facts": json.dumps(dict(notice.facts)),
        "is_mailed": notice.is_mailed,
        "created_at": notice.at,
        "request_id": current_cause(),
    }


def letter_alone_values(letter: LetterAlone, message_id_domain: str) -> dict[str, Any]:
    """A letter that no notice is behind, as columns."""
    return {
        "trader_id": letter.trader_id,
        "message_id": of_letter_alone(letter.id, message_id_domain),
        "state": "queued",
        "attempts": 0,
        "next_attempt_at": letter.at,
        "kind": letter.kind.value,
        "facts": json.dumps(dict(letter.facts)),
        "created_at": letter.at,
        "urgency": urgency_of(letter.kind).value,
        "request_id": current_cause(),
    }
