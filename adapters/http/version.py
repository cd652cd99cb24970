"""The version of the desk, of its API and of its command: the installed package's, which ``setup.cfg`` says."""

from __future__ import annotations

from functools import cache
from importlib import metadata

PACKAGE = "p2p-desk"


@cache
def version() -> str:
    """The version, such as ``1.2.0``."""
    return metadata.version(PACKAGE)
