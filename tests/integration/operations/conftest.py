"""Rehearsals of what an operator does or suffers, on real parts; `dev.py soak` of it plays all in a long form."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.integration.faults.rig.run import IS_SOAK
from tests.integration.operations.figures import Figures
from tests.integration.sql.conftest import open_desk
from tests.postgres import Cluster

__all__ = ["durable", "figures", "open_desk"]


@pytest.fixture(scope="session")
def durable() -> Iterator[Cluster]:
    """A PostgreSQL of this room's own, whose commits reach the disk where figures are taken."""
    with Cluster(max_connections=60, fsync=IS_SOAK) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def figures(durable: Cluster) -> Iterator[Figures]:
    """What the rehearsals of this run measured."""
    figures = Figures()
    with closing(durable.connect()) as connection:
        figures.postgresql = str(connection.info.parameter_status("server_version")).partition(" ")[0]
    yield figures
    if IS_SOAK and figures.is_whole:
        figures.write()
