"""What must be true of what staff have set: the freeze of the desk, whose trades are to be ended, and mails."""

from __future__ import annotations

from .invariant import Invariant

ABOUT_STAFF = (
    Invariant(
        "V11",
        "only of suspended traders are trades to be ended",
        """SELECT trader_id FROM trades_to_end WHERE trader_id NOT IN (SELECT id FROM traders WHERE is_suspended)""",
    ),
    Invariant(
        "V11",
        "the desk is frozen where the last act of staff about it says so",
        """WITH said AS (
                SELECT count(*) AS is_frozen FROM audit_trail WHERE act = 'desk.freeze'
                    AND id = (SELECT max(id) FROM audit_trail WHERE act IN ('desk.freeze', 'desk.unfreeze'))),
            found AS (SELECT count(*) AS is_frozen FROM desk_freeze)
            SELECT found.is_frozen FROM found, said WHERE found.is_frozen <> said.is_frozen""",
    ),
    Invariant(
        "V11",
        "when staff were mailed about disputes is when their last letter about them was written",
        """SELECT trader_id FROM staff_mails WHERE mailed_at IS DISTINCT FROM (SELECT max(created_at) FROM letters
                WHERE letters.trader_id = staff_mails.trader_id AND kind = 'disputes_waiting')
            AND NOT EXISTS (SELECT 1 FROM forgotten WHERE letters_before > staff_mails.mailed_at)""",
    ),
)
