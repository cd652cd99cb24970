"""What must be true of what is kept about people: feedback, and what is counted of it."""

from __future__ import annotations

from .invariant import Invariant

ABOUT_PEOPLE = (
    Invariant(
        "V11",
        "feedback is of one party of a completed offer about the other",
        """SELECT feedback.offer_id, feedback.by FROM feedback
                JOIN offers ON offers.id = feedback.offer_id JOIN ads ON ads.id = offers.ad_id
            WHERE state <> 'completed' OR NOT (feedback.by = maker_id AND whom = taker_id
                OR feedback.by = taker_id AND whom = maker_id)""",
    ),
    Invariant(
        "V11",
        "a trader's ratings are the sum of the feedback about them",
        """SELECT traders.id AS trader_id FROM traders LEFT JOIN (
                SELECT whom, sum(CASE WHEN positive THEN 1 ELSE 0 END) AS good,
                    sum(CASE WHEN positive THEN 0 ELSE 1 END) AS bad, sum(rating) AS stars, count(*) AS times
                FROM feedback GROUP BY whom) AS said ON whom = traders.id
            WHERE positive_feedback_count <> coalesce(good, 0) OR negative_feedback_count <> coalesce(bad, 0)
                OR stars_total <> coalesce(stars, 0) OR stars_count <> coalesce(times, 0)""",
    ),
)
