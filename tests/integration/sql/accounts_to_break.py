"""Statements that break what is kept of accounts, for test_verify.py."""

BROKEN_ACCOUNTS = {
    "one-time passwords are asked of those who have confirmed an authenticator, and of nobody else": [
        "UPDATE traders SET has_totp = {yes} WHERE id = '{jude}'",
        "INSERT INTO second_factors VALUES ('{jude}', {nothing}, {yesterday}, {yesterday}, 0, {nothing}, 0, NULL)",
        (
            "UPDATE traders SET has_totp = {yes} WHERE id = '{jude}';"
            "INSERT INTO second_factors VALUES ('{jude}', {nothing}, {yesterday}, NULL, 0, {nothing}, 0, NULL)"
        ),
    ],
    "only of suspended traders are trades to be ended": ["INSERT INTO trades_to_end VALUES ('{jude}', {yesterday})"],
    "when staff were mailed about disputes is when their last letter about them was written": [
        "INSERT INTO staff_mails VALUES ('{jude}', NULL, {yesterday})"
    ],
    "the desk is frozen where the last act of staff about it says so": [
        "INSERT INTO desk_freeze VALUES (1, {yesterday})"
    ],
}
