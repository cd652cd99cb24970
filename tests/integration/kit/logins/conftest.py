"""The desk that the contracts of logins ask for."""

from domain.testing.contracts.logins.conftest import desk

__all__ = ["desk"]
