"""Certificates of receivers, and a desk on each of the three engines."""

import pytest

from domain.ports.store import Store
from tests.integration.desk import Desk
from tests.integration.mail.conftest import certificate, server_tls, trusting_tls

__all__ = ["certificate", "server_tls", "trusting_tls"]


@pytest.fixture
def desk(store: Store) -> Desk:
    """A desk on each of the three engines."""
    return Desk(store)
