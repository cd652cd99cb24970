"""Draws adapters/browser/app/lib/wire.d.ts, the types of what the desk answers, from its API document.

A test draws them once more and compares, so that the page is always checked against what is really answered.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from adapters.http.documents.openapi import document

TARGET = Path(__file__).resolve().parents[1] / "adapters" / "browser" / "app" / "lib" / "wire.d.ts"
_SCALARS = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}
# An envelope is opened before anything else looks at its entity.
_NOT_DRAWN = ("Answer", "Failure")


def drawn() -> str:
    """The file's text."""
    schemas: Mapping[str, Any] = document()["components"]["schemas"]
    lines = ["// Drawn by docs/draw_wire_types.py from the API document. Amounts and times are strings.", ""]
    for name, schema in schemas.items():
        if not name.endswith(_NOT_DRAWN) and "properties" in schema:
            lines += [f"export interface {name} {_object(schema)}", ""]
    return "\n".join(lines)


def _type(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return " | ".join(_type(one) for one in schema[several])
    if "enum" in schema:
        return " | ".join(json.dumps(value) for value in schema["enum"])
    if "const" in schema:
        return json.dumps(schema["const"])
    kinds = schema.get("type", [])
    return " | ".join(_of_kind(kind, schema) for kind in ([kinds] if isinstance(kinds, str) else kinds)) or "unknown"


def _of_kind(kind: str, schema: Mapping[str, Any]) -> str:
    if kind == "array":
        return f"Array<{_type(schema.get('items', {}))}>"
    if kind == "object":
        return _object(schema)
    return _SCALARS[kind]


def _object(schema: Mapping[str, Any]) -> str:
    if "properties" not in schema:
        return "Record<string, unknown>"
    required = schema.get("required", ())
    fields = (f"{name}{'' if name in required else '?'}: {_type(part)};" for name, part in schema["properties"].items())
    return "{ " + " ".join(fields) + " }"


if __name__ == "__main__":
    TARGET.write_text(drawn(), encoding="utf-8")
