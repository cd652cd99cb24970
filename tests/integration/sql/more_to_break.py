"""Statements that break what must be true of people and of market prices, for test_verify.py."""

from __future__ import annotations

_RATE = "INSERT INTO market_rates VALUES ('usdt', 'usd', <1>, {yesterday}, {yesterday}, '[]');"

MORE_BREAKS: dict[str, list[str]] = {
    "feedback is of one party of a completed offer about the other": [
        ("UPDATE feedback SET offer_id = {pending};"
        "UPDATE notices SET offer_id = {pending}, offer_version = 1 WHERE kind = 'feedback_given'"),
        "UPDATE feedback SET by = whom",
    ],
    "a trader's ratings are the sum of the feedback about them": [
        "UPDATE traders SET stars_total = stars_total + 1 WHERE id = '{jude}'",
        "UPDATE traders SET stars_count = 1 WHERE id = '{amara}'",
        "UPDATE traders SET positive_feedback_count = 0, negative_feedback_count = 1 WHERE id = '{jude}'",
    ],
    "the end of an offer counts for both its parties, once, and against whoever caused it": [
        "DELETE FROM endings WHERE offer_id = {released} AND role = 'buyer'",
        ("INSERT INTO endings SELECT {pending}, trader_id, role, is_completed, at_fault, is_timed FROM endings"
        " WHERE offer_id = {released}"),
        "UPDATE endings SET at_fault = {no} WHERE at_fault",
        "UPDATE endings SET is_timed = {no} WHERE is_timed AND role = 'seller'",
        "UPDATE endings SET is_completed = {no} WHERE is_completed",
    ],
    "an ad that follows the market asks for a part of its rate, of at most 2 decimals": [
        _RATE + "UPDATE ads SET price_margin = <0> WHERE id = {sell_ad}",
        _RATE + "UPDATE ads SET price_margin = <1000.01> WHERE id = {sell_ad}",
        _RATE + "UPDATE ads SET price_margin = <99.999> WHERE id = {sell_ad}",
    ],
    "there is a rate of whatever ads follow": ["UPDATE ads SET price_margin = <100> WHERE id = {sell_ad}"],
}  # fmt: skip
