"""What is left of a trader who has gone."""

from domain.model.erasure import GONE, Holdings, erased, facts_without, frame_without, is_nowhere
from tests.factories import NOW, TraderFactory


def test_nothing_of_a_person_is_left() -> None:
    trader = TraderFactory(country="NG", email_verified=True, has_kyc=True)
    left = erased(trader, NOW)
    assert (left.id, left.created_at, left.updated_at) == (trader.id, trader.created_at, NOW)
    assert (left.fullname, left.country, left.is_suspended, left.is_staff) == (GONE, None, True, False)
    assert not (left.email_verified or left.has_kyc or left.country_verified or left.phone_number_verified)
    assert is_nowhere(left.email)
    assert not is_nowhere(trader.email)


def test_a_sentence_that_begins_with_the_name_loses_it_and_no_other_does() -> None:
    frame = {"message": "Jude has written to you.", "text": "Jude has it."}
    assert frame_without(frame, "Jude") == {"message": f"{GONE} has written to you.", "text": "Jude has it."}
    for message in ("Judea has written to you.", "Funds have been released"):
        assert frame_without({"message": message}, "Jude") == {"message": message}
    assert frame_without({}, "Jude") == {}


def test_facts_lose_the_name_where_it_is_all_there_is() -> None:
    assert facts_without({"buyer": "Jude", "text": "Jude!", "amount": 1}, "Jude") == {
        "buyer": GONE,
        "text": "Jude!",
        "amount": 1,
    }


def test_what_is_in_the_way_is_told() -> None:
    assert Holdings(False, 0, 0).in_the_way == ()
    assert Holdings(True, 1, 2).in_the_way == ("coins", "live ads", "live offers")
