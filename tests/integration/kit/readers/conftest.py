"""The desk that the contracts of the readers ask for."""

from domain.testing.contracts.readers.conftest import desk

__all__ = ["desk"]
