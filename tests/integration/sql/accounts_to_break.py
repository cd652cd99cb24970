"""Statements that break what is kept of accounts, for test_verify.py."""

GONE = (
    "UPDATE traders SET deleted_at = {when}, password_hash = '', is_suspended = {{yes}}, is_staff = {{no}},"
    " email_verified = {{no}}, phone_number_verified = {{no}}, country_verified = {{no}}, has_kyc = {{no}}"
    " WHERE id = '{{jude}}'"
)
"""Jude has gone, at a moment that is filled in first."""
_THOUGH_GONE = GONE.format(when="{yesterday}") + ";"

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
    "whoever has gone is shut out, with no login and nothing verified": [
        _THOUGH_GONE + "UPDATE traders SET is_suspended = {no} WHERE id = '{jude}'",
        _THOUGH_GONE + "UPDATE traders SET password_hash = 'a hash' WHERE id = '{jude}'",
        _THOUGH_GONE + "INSERT INTO logins (id, trader_id, refresh_id, created_at, expires_at)"
        " VALUES ('{jude}', '{jude}', '{jude}', {yesterday}, {tomorrow})",
        *(
            f"{_THOUGH_GONE}UPDATE traders SET {column} = {{yes}} WHERE id = '{{jude}}'"
            for column in ("is_staff", "email_verified", "phone_number_verified", "country_verified", "has_kyc")
        ),
    ],
}
