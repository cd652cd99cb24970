"""Strict JSON, as docs/contract/http.md, "Bodies" has it, against those who send anything else."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from webtest import TestApp, TestRequest, TestResponse

from adapters.http.server.bodies import BODY_BYTES_LIMIT, NumberLiteral, parse_object
from adapters.http.server.media import LENGTH_LIMIT, is_json
from tests.integration.http.desk import Caller, Desk, ad_body, success, told

NOT_JSON = (400, "The body is not valid JSON")
NOT_AN_OBJECT = (400, "The body must be a JSON object")
NOT_JSON_TYPE = (415, "The body must be sent as application/json in UTF-8, without a content encoding")
TOO_LARGE = (413, "The body is larger than 64 KiB")

AN_AD = json.dumps(ad_body())
BROKEN: dict[str, str | bytes] = {
    "cut off": "{",
    "cut off in a string": '{"a": "b',
    "cut off behind a backslash": '{"a": "\\',
    "NaN": '{"a": NaN}',
    "Infinity": '{"a": Infinity}',
    "-Infinity": '{"a": [-Infinity]}',
    "repeated name": '{"a": 1, "a": 2}',
    "repeated name, escaped": '{"a": 1, "\\u0061": 2}',
    "repeated name inside": '{"a": [{"b": 1, "b": 1}]}',
    "33 levels": '{"a": ' * 33 + "1" + "}" * 33,
    "very many levels": "[" * 60_000,
    "very many levels of objects": '{"":' * 12_000,
    "single quotes": "{'a': 1}",
    "trailing comma": '{"a": 1,}',
    "comment": '{"a": 1} // one',
    "two values": "{} {}",
    "leading zero": '{"a": 01}',
    "plus sign": '{"a": +1}',
    "control character in a string": '{"a": "\n"}',
    "byte order mark": "\ufeff{}",
    "UTF-16": AN_AD.encode("utf-16"),
    "UTF-16 without a mark": AN_AD.encode("utf-16-le"),
    "invalid UTF-8": b'{"a": "\xff"}',
    "overlong UTF-8": b'{"a": "\xc0\xaf"}',
    "surrogate in UTF-8": b'{"a": "\xed\xa0\x80"}',
    "UTF-7": b"+AHs-",
    "form": "a=1&b=2",
}


@pytest.mark.abuse("F1", "F2", "F3", "F4")
@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN.keys())
def test_what_is_no_strict_json_is_refused(still_jude: Caller, body: str | bytes) -> None:
    assert told(still_jude.post_text("/p2p/ad/", body)) == NOT_JSON


@pytest.mark.abuse("F7")
@pytest.mark.parametrize("body", ["[]", "[{}]", '"text"', "5", "1e400", "null", "true", " [1] "])
def test_what_is_no_object_is_refused(still_jude: Caller, body: str) -> None:
    assert told(still_jude.post_text("/p2p/ad/", body)) == NOT_AN_OBJECT
    assert told(still_jude.post_text("/p2p/offer/paid/1/", body)) == NOT_AN_OBJECT


@pytest.mark.abuse("F3")
def test_32_levels_and_many_names_are_read(still_jude: Caller) -> None:
    deep = '{"a": ' * 32 + "1" + "}" * 32
    wide = json.dumps({f"name {number}": number for number in range(3000)})
    assert told(still_jude.post_text("/p2p/ad/", deep))[1].startswith("(crypto_currency)")
    assert told(still_jude.post_text("/p2p/ad/", wide))[1].startswith("(crypto_currency)")


def test_brackets_in_strings_are_no_levels() -> None:
    assert parse_object(b'{"a": "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\"[[["}') == {"a": "[" * 34 + '"[[['}


@pytest.mark.abuse("C3")
def test_numbers_stay_as_they_were_written() -> None:
    values = parse_object(b'{"a": 1.10, "b": 1E400, "c": "1.10"}')
    assert values == {"a": "1.10", "b": "1E400", "c": "1.10"}
    assert [type(value) for value in values.values()] == [NumberLiteral, NumberLiteral, str]


@pytest.mark.abuse("F3")
def test_64_kib_are_read_and_one_byte_more_is_not(jude: Caller) -> None:
    body = AN_AD[:-1] + " " * (65_536 - len(AN_AD)) + "}"
    assert jude.post_text("/p2p/ad/", body).json == success("Ad created successfully")
    assert told(jude.post_text("/p2p/ad/", " " + body)) == TOO_LARGE


def test_the_size_counts_on_routes_that_need_no_body(still_jude: Caller) -> None:
    assert told(still_jude.post_text("/p2p/offer/paid/1/", b" " * (BODY_BYTES_LIMIT + 1))) == TOO_LARGE


TYPES = [
    "text/plain", "", "application/x-www-form-urlencoded", "application/json; charset=utf-16", "application/jsonp",
    "application/json; charset=latin-1", "multipart/form-data; boundary=x", "application/json, text/plain", "json",
    "application/json; charset=latin1", 'application/json; version=1; charset="iso-8859-1"', "text/json", "+json",
    "application/json; charset=utf-8; charset=latin1", "application/problem+json; charset=us-ascii",
    "application/json5", "application/json; charset*=utf-8''latin1", "application/json;charset*0=lat;charset*1=in1",
    "application/json/x",
    "application/json, application/problem+json", "application/problem+json charset=utf-8", "application/json+x",
    "application/json charset=utf-8", "application/json;" + "x" * (LENGTH_LIMIT - 16),
]  # fmt: skip


@pytest.mark.abuse("F6")
@pytest.mark.parametrize("content_type", TYPES)
def test_another_type_is_refused(still_jude: Caller, content_type: str) -> None:
    assert told(still_jude.post_text("/p2p/ad/", AN_AD, content_type)) == NOT_JSON_TYPE


GOOD_TYPES = [
    "application/json", "application/json; charset=utf-8", 'Application/JSON;charset="UTF-8"', "application/json;",
    "application/json; charset=utf8", "application/json;version=1", "application/problem+json", "application/json ;",
    "application/vnd.desk.v1+JSON; profile=\"a;charset=latin1\"", "application/json;;odata.metadata=none; ;",
    "application/json\t;\tCHARSET = UTF-8 ", " application/json; charset", "application/json; charset=",
    "application/json; charset*=utf-8''utf-8", 'application/json; charset="utf\\-8"', "application/ld+json; q=\"\\\"\"",
    "application/json; boundary=é", "application/json;" + "x" * (LENGTH_LIMIT - 17),
]  # fmt: skip


@pytest.mark.parametrize("content_type", GOOD_TYPES)
def test_json_in_utf_8_is_taken_whatever_else_its_type_says(jude: Caller, content_type: str) -> None:
    assert jude.post_text("/p2p/ad/", AN_AD, content_type).status_int == 200


@given(st.text(st.characters(max_codepoint=255), max_size=60).map("application/json;".__add__) | st.text(max_size=60))
def test_any_type_is_read_without_a_fault(content_type: str) -> None:
    assert is_json(content_type) in (True, False)


@pytest.mark.abuse("F6")
@pytest.mark.parametrize("encoding", ["gzip", "identity", "br"])
def test_an_encoded_body_is_refused(still_jude: Caller, encoding: str) -> None:
    assert told(still_jude.post("/p2p/ad/", ad_body(), content_encoding=encoding)) == NOT_JSON_TYPE


def empty(app: TestApp, headers: dict[str, str], content_type: str | None) -> TestResponse:
    environ = {} if content_type is None else {"CONTENT_TYPE": content_type}
    return app.post("/p2p/offer/paid/1/", b"", headers=headers, extra_environ=environ, expect_errors=True)


@pytest.mark.parametrize("content_type", [None, "application/json", "text/plain", "nonsense"])
def test_an_empty_body_is_good_where_none_is_needed(
    still_desk: Desk, still_jude: Caller, content_type: str | None
) -> None:
    assert told(empty(still_desk.app, still_jude.headers, content_type)) == (400, "Offer not found")


def test_a_body_is_ignored_where_none_is_needed(still_jude: Caller) -> None:
    assert told(still_jude.post("/p2p/offer/paid/1/", {"anything": [1, 2]})) == (400, "Offer not found")


def test_the_token_comes_before_the_body(still_desk: Desk) -> None:
    answer = still_desk.app.post("/p2p/ad/", b"[", content_type="text/plain", expect_errors=True)
    assert answer.status_int == 401


@pytest.mark.parametrize("length", ["9" * 17, "65537"])
def test_a_length_over_the_limit_is_believed(still_desk: Desk, still_jude: Caller, length: str) -> None:
    assert told(with_length(still_desk.app, still_jude.headers, length)) == TOO_LARGE


@pytest.mark.parametrize("length", ["-1", "x", "9" * 19, ""])
def test_a_length_that_is_none_is_an_empty_body(still_desk: Desk, still_jude: Caller, length: str) -> None:
    assert told(with_length(still_desk.app, still_jude.headers, length))[1].startswith("(crypto_currency)")


def with_length(app: TestApp, headers: dict[str, str], length: str) -> TestResponse:
    """An answer to a request that declares this length; straight to the application, since no client would send it."""
    request = TestRequest.blank("/p2p/ad/", method="POST", headers=headers, body=b"{}", content_type="application/json")
    request.environ["CONTENT_LENGTH"] = length
    return request.get_response(app.app)
