"""What must be true of chats."""

from __future__ import annotations

from .invariant import Invariant

PAST_MOMENTS_OF_CHATS = ("chat_messages.at", "chat_members.mailed_at")

CHATS = (
    Invariant(
        "V11",
        "every chat's messages are numbered from 1 without a gap",
        """SELECT chats.offer_id FROM chats LEFT JOIN (
                SELECT offer_id, count(*) AS count, max(number) AS last, min(number) AS first
                FROM chat_messages GROUP BY offer_id) AS kept ON kept.offer_id = chats.offer_id
            WHERE chats.last <> coalesce(kept.last, 0) OR kept.count <> kept.last OR kept.first <> 1
            UNION ALL
            SELECT offer_id FROM chat_messages
            WHERE NOT EXISTS (SELECT 1 FROM chats WHERE chats.offer_id = chat_messages.offer_id)""",
    ),
    Invariant(
        "V11",
        "both parties are in a chat, and whoever wrote in it",
        """SELECT chats.offer_id FROM chats
                JOIN offers ON offers.id = chats.offer_id JOIN ads ON ads.id = offers.ad_id
            WHERE headcount <> (SELECT count(*) FROM chat_members WHERE chat_members.offer_id = chats.offer_id)
                OR 2 <> (SELECT count(*) FROM chat_members
                    WHERE chat_members.offer_id = chats.offer_id AND trader_id IN (ads.maker_id, offers.taker_id)
                        AND NOT is_staff)
            UNION ALL
            SELECT chat_messages.offer_id FROM chat_messages LEFT JOIN chat_members
                ON chat_members.offer_id = chat_messages.offer_id AND trader_id = "by"
            WHERE chat_members.offer_id IS NULL OR chat_members.is_staff <> chat_messages.is_staff""",
    ),
    Invariant(
        "V11",
        "nobody in a chat has read or was told more than there is, and each has sent so many files",
        """SELECT chat_members.offer_id, trader_id FROM chat_members
                JOIN chats ON chats.offer_id = chat_members.offer_id
            WHERE read_up_to > last
                OR told_up_to <> coalesce((SELECT max(number) FROM chat_messages
                    WHERE chat_messages.offer_id = chats.offer_id AND "by" <> trader_id
                        AND (NOT chat_members.is_staff OR number > coalesce((SELECT min(number) FROM chat_messages
                            WHERE chat_messages.offer_id = chats.offer_id AND "by" = trader_id), 0))), 0)
                OR attached <> (SELECT count(file) FROM chat_messages
                    WHERE chat_messages.offer_id = chats.offer_id AND "by" = trader_id)""",
    ),
    Invariant(
        "V11",
        "every message has told the other party",
        """SELECT chat_members.offer_id, trader_id FROM chat_members WHERE NOT is_staff
                AND (SELECT count(*) FROM chat_messages
                    WHERE chat_messages.offer_id = chat_members.offer_id AND "by" <> trader_id)
                <> (SELECT count(*) FROM notices
                    WHERE notices.offer_id = chat_members.offer_id AND notices.trader_id = chat_members.trader_id
                        AND kind = 'chat_message')""",
    ),
    Invariant(
        "V11",
        "a message is a text or a file, and messages are in the order of their numbers",
        """SELECT offer_id, number FROM chat_messages
            WHERE (file IS NULL) <> (file_name IS NULL) OR (file IS NULL) <> (content_type IS NULL)
                OR (file IS NULL) <> (size IS NULL) OR (file IS NULL) = (text = '')
            UNION ALL
            SELECT offer_id, number FROM (
                SELECT offer_id, number, at, lag(at) OVER (PARTITION BY offer_id ORDER BY number) AS at_before
                FROM chat_messages) AS said
            WHERE WRITTEN(at) < at_before""",
    ),
)
