"""Pictures that authenticators scan."""

from __future__ import annotations

import io

import segno


def qr_code(text: str) -> str:
    """A text as a picture in SVG, to be shown at any size."""
    drawn = io.BytesIO()
    segno.make_qr(text, error="m").save(drawn, kind="svg", xmldecl=False, omitsize=True, light="#fff")
    return drawn.getvalue().decode()
