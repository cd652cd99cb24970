"""Passwords."""

from __future__ import annotations

from typing import Protocol


class Passwords(Protocol):
    """Slow hashing. Call it between two units of work and never inside one: it takes a tenth of a second.

    Passwords are hashed and compared in the one form that ``model.texts.password_form`` gives, so that a keyboard
    that sends an accented letter as two characters lets in whoever registered with one, and the other way round.
    """

    def hash(self, password: str) -> str:
        """The hash of a password, salted, with its own parameters in it."""
        ...

    def is_common(self, text: str) -> bool:
        """Whether many people have this, in lower case, as their password, so that it is tried first."""
        ...

    def verify(self, password_hash: str | None, password: str) -> bool:
        """Whether this is the password. With no hash the answer is False, after the same time as for a wrong one.

        A hash that was made of another form, as it was typed, goes on to fit just what was typed.
        """
        ...
