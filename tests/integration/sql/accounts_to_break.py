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
}
