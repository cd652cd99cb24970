"""Codes by mail, and new passwords."""

from __future__ import annotations

from domain.use_cases.mail_codes import CODE_DIGITS
from domain.use_cases.register_trader import PASSWORD_LENGTH_LEAST, PASSWORD_LENGTH_LIMIT, password_problem

from .base import InputSchema
from .described import described
from .fields import AnyEmail, Password, Text

CODE_LENGTH_LIMIT = 4 * CODE_DIGITS
"""More than a code has: blanks around one that was copied do no harm."""


class CodeSchema(InputSchema):
    """A code that was mailed."""

    code = Text(
        required=True,
        length_limit=CODE_LENGTH_LIMIT,
        metadata=described("The eight digits of the last letter.", "02718281"),
    )


class AddressSchema(InputSchema):
    """An address that may have an account."""

    email = AnyEmail(required=True, metadata=described("The address that was registered.", "jude@example.com"))


class NewPasswordSchema(InputSchema):
    """The password there is, and the next one."""

    password = Password(
        required=True, metadata=described("The password that there is.", "correct horse battery staple")
    )
    new_password = Password(
        required=True,
        problem=password_problem,
        length_limit=PASSWORD_LENGTH_LIMIT,
        metadata=described("The next one.", "a staple of batteries and a horse", minLength=PASSWORD_LENGTH_LEAST),
    )


class ResetSchema(AddressSchema):
    """A code that was mailed, and the next password."""

    code = Text(
        required=True,
        length_limit=CODE_LENGTH_LIMIT,
        metadata=described("The eight digits of the last letter.", "02718281"),
    )
    password = Password(
        required=True,
        problem=password_problem,
        length_limit=PASSWORD_LENGTH_LIMIT,
        metadata=described("The new one.", "a staple of batteries and a horse", minLength=PASSWORD_LENGTH_LEAST),
    )
