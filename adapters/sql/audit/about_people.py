"""What must be true of what is kept about people: feedback, and what is counted of it."""

from __future__ import annotations

from .invariant import Invariant

# Whoever cancelled was the taker; a buyer let it expire or gave it up; a dispute that was resolved has a loser, but for
# a split; and a seller who releases has done what was agreed. Source: docs/contract/accounts.md, "What a trader has
# done", written once more.
_ENDED = """
    SELECT offer_id, trader_id, role, is_completed,
        CASE happened WHEN 'cancelled' THEN is_taker WHEN 'expired' THEN role = 'buyer'
            WHEN 'returned' THEN role = 'buyer'
            WHEN 'resolved' THEN settled <> 'split' AND role = CASE WHEN is_completed THEN 'seller' ELSE 'buyer' END
            ELSE role = '' END AS at_fault,
        was_paid AND (role = 'buyer' OR happened = 'released') AS is_timed,
        1 AS due, CAST(NULL AS INTEGER) AS kept
    FROM (SELECT offers.id AS offer_id, offers.state = 'completed' AS is_completed,
            EXISTS (SELECT 1 FROM offer_history AS earlier
                WHERE earlier.offer_id = offers.id AND earlier.kind = 'paid') AS was_paid,
            offer_history.kind AS happened, coalesce(settlements.kind, '') AS settled, part.role,
            (part.role = 'buyer') = (ads.ad_type = 'sell') AS is_taker,
            CASE WHEN (part.role = 'buyer') = (ads.ad_type = 'sell') THEN taker_id ELSE maker_id END AS trader_id
        FROM offers JOIN ads ON ads.id = ad_id LEFT JOIN settlements ON settlements.offer_id = offers.id
        JOIN offer_history ON offer_history.offer_id = offers.id AND offer_history.version = offers.version
        CROSS JOIN (SELECT 'buyer' AS role UNION ALL SELECT 'seller') AS part
        WHERE offers.state NOT IN ('pending', 'paid', 'disputed')) AS ended"""

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
    Invariant(
        "V11",
        "one-time passwords are asked of those who have confirmed an authenticator, and of nobody else",
        """SELECT traders.id AS trader_id FROM traders LEFT JOIN second_factors ON trader_id = traders.id
            WHERE has_totp <> (confirmed_at IS NOT NULL)""",
    ),
    Invariant(
        "V11",
        "the end of an offer counts for both its parties, once, and against whoever caused it",
        f"""SELECT offer_id, trader_id FROM ({_ENDED}
                UNION ALL
                SELECT offer_id, trader_id, role, is_completed, at_fault, is_timed, NULL, 1
                FROM endings) AS due_and_kept
            GROUP BY offer_id, trader_id, role, is_completed, at_fault, is_timed HAVING count(due) <> count(kept)""",
    ),
    Invariant(
        "V11",
        "no webhook is ahead of its trader's notices, and of those that failed each is due again",
        """SELECT webhooks.id AS webhook_id FROM webhooks JOIN notice_counters USING (trader_id)
            WHERE position > last OR position < 0 OR (is_on AND (tries > 0) <> (retry_at IS NOT NULL))""",
    ),
    Invariant(
        "V11",
        "a trader has five webhooks at most",
        "SELECT trader_id FROM webhooks GROUP BY trader_id HAVING count(*) > 5",
    ),
    Invariant(
        "V11",
        "whoever has gone is shut out, with no login and nothing verified",
        """SELECT id AS trader_id FROM traders WHERE deleted_at IS NOT NULL AND (NOT is_suspended OR is_staff
                OR email_verified OR phone_number_verified OR country_verified OR has_kyc OR password_hash <> ''
                OR EXISTS (SELECT 1 FROM logins WHERE logins.trader_id = traders.id AND ended_at IS NULL))""",
    ),
)
