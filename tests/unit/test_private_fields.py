"""What is secret or somebody's own is not shown with what holds it: in a log, a traceback or a debugger.

Every dataclass of the house is looked at, so that a new one is judged as the others are.
"""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
from collections.abc import Iterator

import pytest

import adapters
import config
import domain
import entrypoints

# fmt: off
PRIVATE = {
    "password", "password_hash", "secret", "secret_keys", "otp", "access", "refresh", "token",
    "account_name", "account_number", "bank_name", "payment_details", "bank_account_name", "bank_account_number",
    "email", "recipient", "client_reference", "reason", "facts", "frame", "text", "html", "content",
}
# fmt: on
"""Names of fields that hold it, wherever they are."""
HARMLESS = {
    # One word of the desk's own, why an ad is not open.
    ("AdNotOpen", "reason"),
    # What a desk answers that is made for a demo, and gone with it.
    ("Answer", "content"),
}


def dataclasses_of_the_house() -> Iterator[type]:
    for package in (domain, adapters, config, entrypoints):
        for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            if ".migrations." in found.name or found.name.endswith("__main__"):
                continue
            module = importlib.import_module(found.name)
            for each in vars(module).values():
                if isinstance(each, type) and dataclasses.is_dataclass(each) and each.__module__ == module.__name__:
                    yield each


def is_of_text(annotation: object) -> bool:
    """Whether it can hold what somebody wrote: a text, bytes, or a mapping of them."""
    return str(annotation).startswith(("str", "bytes", "Mapping[str"))


@pytest.mark.abuse("J1")
def test_no_dataclass_prints_what_is_secret_or_somebody_s_own() -> None:
    found = list(dataclasses_of_the_house())
    assert len(found) > 100
    shown = [
        f"{each.__module__}.{each.__qualname__}.{field.name}"
        for each in found
        for field in dataclasses.fields(each)
        if field.name in PRIVATE and field.repr and is_of_text(field.type)
        if (each.__qualname__, field.name) not in HARMLESS
    ]
    assert not shown, "\n".join(shown)
