"""Rehearsals of what an operator does or suffers, on real parts; `dev.py soak` of this room runs all."""

from __future__ import annotations

import pytest

from tests.integration.operations.figures import Figures
from tests.integration.sql.conftest import open_desk

__all__ = ["figures", "open_desk"]


@pytest.fixture(scope="session")
def figures() -> Figures:
    return Figures()
