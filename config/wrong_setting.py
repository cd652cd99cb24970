"""What is said where a setting is wrong."""

from __future__ import annotations


class WrongSetting(Exception):
    """A setting has a value that the desk cannot work with. Prints as one line that names it.

    ``reason`` is a sentence without its subject, such as "is empty". It never quotes a secret.
    """

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name} {reason}")
        self.name = name
        self.reason = reason

    def __str__(self) -> str:
        """One line whatever the value was: what cannot be printed is escaped."""
        return "".join(
            letter if letter.isprintable() else ascii(letter)[1:-1] for letter in f"{self.name} {self.reason}"
        )


class AddressTaken(Exception):
    """What a setting names cannot be listened on. Prints as one line; unlike a wrong setting, it may pass by itself."""

    def __init__(self, name: str, address: str, reason: object) -> None:
        super().__init__(f"{name}: {address} cannot be listened on: {reason}")
