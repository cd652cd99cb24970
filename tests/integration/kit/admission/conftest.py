"""The desk that the contracts of admission ask for."""

from domain.testing.contracts.admission.conftest import desk

__all__ = ["desk"]
