"""Queries: what is not known is named, what is empty is absent, and a cursor goes on with its own list only."""

from __future__ import annotations

import pytest

from adapters.http.operation import Operation
from adapters.http.operations import OPERATIONS
from adapters.http.requests.queries import NAMED_LIMIT
from adapters.http.requests.security import Caller as Callers
from tests.integration.http.desk import Caller, Desk, told
from tests.integration.http.test_authorisation import IDS, call, name_of

CURSOR = "(cursor) This is not the next of an earlier answer with the same filters."
STRICT = [operation for operation in OPERATIONS if not operation.media]
OPEN_TO_ALL = [operation for operation in OPERATIONS if operation.media]


@pytest.fixture(scope="module")
def staff() -> Caller:
    return Desk().trader("Ada", is_staff=True)


@pytest.mark.parametrize("operation", STRICT, ids=name_of)
def test_an_unknown_parameter_is_named_whatever_is_asked_for(staff: Caller, operation: Operation) -> None:
    """On deeds, too: whoever asks for a trial that there is not must not find it done."""
    headers = {} if operation.caller is Callers.ANYONE else staff.headers
    path = operation.path.format(**IDS) + "?statsu=paid&dryrun=1"
    file = {} if operation.prepare is None else {"body": b"%PDF-1.7", "content_type": "application/pdf"}
    answer = staff.app.request(path, method=operation.method, headers=headers, expect_errors=True, **file)
    status, message = told(answer)
    assert status == 400
    if operation.body is None or not any(field.required for field in operation.body.fields.values()):
        known = "" if operation.asked is None else f", only {', '.join(operation.asked.fields)}"
        names = ("statsu", "dryrun")
        assert message == " ".join(f"({name}) There is no such parameter here{known}." for name in names)


@pytest.mark.parametrize("operation", OPEN_TO_ALL, ids=name_of)
def test_pages_and_probes_are_called_with_anything(staff: Caller, operation: Operation) -> None:
    path = operation.path.format(**IDS)
    plain = call(Desk(), operation, {})
    answer = staff.app.request(f"{path}?utm_source=mail&_=1&x=%ff", method=operation.method, expect_errors=True)
    assert answer.status_int == plain.status_int != 400


def test_a_deed_with_an_unknown_parameter_is_not_done(jude: Caller, amara: Caller) -> None:
    offer = amara.offer(jude.ad())
    for action, caller in (("release", jude), ("cancel", amara), ("paid", amara)):
        assert told(caller.post(f"/p2p/offer/{action}/{offer}/?dryrun=1"))[0] == 400
    assert jude.get(f"/p2p/offer/detail/{offer}").json["entity"]["version"] == 1


def test_what_is_wrong_is_all_told_at_once(still_jude: Caller) -> None:
    message = (
        "(limit) Ensure that this value is between 1 and 100. (role) This is not a valid choice. "
        "(ad) This parameter is given more than once. "
        "(statsu) There is no such parameter here, only cursor, limit, role, status, ad, client_reference."
    )
    assert told(still_jude.get("/p2p/offer/?statsu=paid&role=judge&ad=1&ad=2&limit=0")) == (400, message)


@pytest.mark.parametrize(
    "query", ["Status=paid", "status%20=paid", "status[]=paid", "=1", "statsu=", "statsu", "a%00=1"]
)
def test_a_name_is_known_or_not(still_jude: Caller, query: str) -> None:
    status, message = told(still_jude.get(f"/p2p/offer/?{query}"))
    name = query.partition("=")[0] if "%" not in query and query[0] != "=" else "query"
    assert (status, message.partition(",")[0]) == (400, f"({name}) There is no such parameter here")


def test_few_of_many_unknown_parameters_are_named(still_jude: Caller) -> None:
    names = [f"name{number}" for number in range(NAMED_LIMIT + 1)]
    message = told(still_jude.get("/wallet/?" + "&".join(f"{name}=1" for name in names)))[1]
    assert message == " ".join(f"({name}) There is no such parameter here." for name in names[:-1])


def test_a_parameter_is_given_once_and_an_empty_one_is_none(still_jude: Caller) -> None:
    message = "(limit) This parameter is given more than once."
    for query in ("limit=5&limit=6", "limit=5&limit=5", "limit=&limit=5&limit=6"):
        assert told(still_jude.get(f"/p2p/ad/?{query}")) == (400, message)
    assert still_jude.get("/p2p/ad/?limit=&limit=5&cursor=&cursor=").status_int == 200


def test_a_query_is_utf_8(still_jude: Caller) -> None:
    for path in ("/p2p/ad/?sort=%ff", "/p2p/ad/?%ff=1", "/auth/me/?x=%ff"):
        assert told(still_jude.get(path)) == (400, "The query is not valid UTF-8")


# Cursors -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def busy(jude: Caller, amara: Caller) -> Caller:
    """Jude, with three of everything."""
    for _ in range(3):
        amara.offer(jude.ad(), "1")
    for each in (1, 2):
        amara.post(f"/p2p/offer/paid/{each}/")
    return jude


QUESTIONS = [
    "/p2p/ad/?", "/p2p/ad/?sort=price&", "/p2p/ad/?sort=-price&", "/p2p/ad/?ad_type=sell&", "/p2p/ad/?mine=1&",
    "/p2p/ad/?mine=1&status=pending&", "/p2p/ad/?amount=50&", "/p2p/ad/?crypto_currency=trx&", "/p2p/offer/?",
    "/p2p/ad/?fiat_currency=usd&", "/p2p/offer/?role=maker&", "/p2p/offer/?role=seller&", "/p2p/offer/?status=paid&",
    "/wallet/history/?", "/notifications/?", "/notifications/?since=1&",
]  # fmt: skip


def test_a_cursor_belongs_to_its_list_its_sort_and_its_filters(busy: Caller) -> None:
    cursors = {question: busy.get(f"{question}limit=1").json["entity"]["next"] for question in QUESTIONS}
    assert None not in cursors.values()
    for of_question, cursor in cursors.items():
        for question in QUESTIONS:
            answer = busy.get(f"{question}limit=2&cursor={cursor}")
            if question == of_question:
                assert answer.status_int == 200, question
            else:
                assert told(answer) == (400, CURSOR), (of_question, question)


SAME = [
    ("ad_type=sell", "ad_type=SELL"), ("amount=50", "amount=50.00"), ("", "sort=newest"), ("", "mine=0&ad_type="),
    ("fiat_currency=usd&ad_type=sell", "ad_type=sell&fiat_currency=USD"), ("limit=1", "limit=2"),
]  # fmt: skip


@pytest.mark.parametrize(("first", "second"), SAME)
def test_one_question_in_two_spellings_has_one_cursor(busy: Caller, first: str, second: str) -> None:
    cursor = busy.get(f"/p2p/ad/?{first or 'sort='}&{'' if 'limit' in first else 'limit=1'}").json["entity"]["next"]
    assert busy.get(f"/p2p/ad/?{second}&cursor={cursor}").status_int == 200


def test_a_cursor_is_its_caller_s(busy: Caller, amara: Caller) -> None:
    for path in ("/p2p/offer/", "/wallet/history/", "/p2p/ad/"):
        cursor = busy.get(f"{path}?limit=1").json["entity"]["next"]
        assert told(amara.get(f"{path}?cursor={cursor}")) == (400, CURSOR)


def test_a_cursor_that_is_cut_or_lengthened_is_refused(busy: Caller) -> None:
    for path in ("/p2p/ad/", "/p2p/offer/", "/wallet/history/", "/notifications/"):
        cursor = busy.get(f"{path}?limit=1").json["entity"]["next"]
        for wrong in (cursor[:-1], cursor[:12], cursor[12:], cursor + "x", cursor[::-1], cursor.swapcase()):
            assert told(busy.get(f"{path}?cursor={wrong}")) == (400, CURSOR), (path, wrong)
