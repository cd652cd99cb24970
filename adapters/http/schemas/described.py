"""What the API document says of a field, and the one example it gives: kept with the field, as its metadata.

The examples tell one story, so that they fit together wherever they are put: Jude sells 100 trx at 200.00 usd each,
and Amara makes an offer for 10 of them. They hold on any day: none has a date that will have passed in this century.
"""

from __future__ import annotations

from typing import Any

JUDE = "6f1c2a52-7d0e-4b8f-9a44-0c5d1f3e2b71"
AMARA = "c3a9e0b4-18f6-4d27-8e51-92b7d6405fa8"
MADE_AT = "2026-03-02T12:00:00.123456+00:00"
DEADLINE = "2026-03-02T12:30:00.123456+00:00"
TOKEN = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI2ZjFjMmE1MiJ9.bm90IGEgcmVhbCBzaWduYXR1cmU"  # noqa: S105 (an example)

CURSOR = "kQ3fT9_xLw0aMw"
REFERENCE = "P2P-1"


def described(description: str, *example: Any, **more: Any) -> dict[str, Any]:
    """A field's metadata: a sentence, its example, and further keywords of JSON Schema.

    Parts and lists need no example of their own: theirs is made of those of their fields.
    """
    return {"description": description, **({"examples": list(example)} if example else {}), **more}
