"""The desk that the contracts of delivery ask for."""

from domain.testing.contracts.delivery.conftest import desk

__all__ = ["desk"]
