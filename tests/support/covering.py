"""Which tests are to reach every branch of the domain: those that are about it. What others reach is not counted.

Counting makes whatever runs take twice as long, and most tests are about what stands around the domain:
docs/decisions/0040-branches-are-counted-where-they-are-held.md.
"""

from collections.abc import Generator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

COVERING = ("tests/unit/", "tests/integration/contracts/", "tests/integration/kit/", "tests/integration/worker/")


ROOT = Path(__file__).resolve().parents[2]


def modules() -> list[str]:
    """What is counted: the domain without its test kit."""
    files = [path.relative_to(ROOT) for path in sorted((ROOT / "domain").rglob("*.py"))]
    return [".".join(path.with_suffix("").parts) for path in files if path.parts[1] != "testing"]


class Covering:
    """A plugin that has pytest-cov, where it runs, count in these folders only."""

    def __init__(self) -> None:
        self._counts = True

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Import all: what a test first imports while nothing is counted would look as if it had never been run."""
        if "domain" in (session.config.getoption("cov_source", None) or ()):
            for module in modules():
                import_module(module.removesuffix(".__init__"))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Set-up and clean-up belong to their test. Tests come file by file, so that this turns seldom."""
        counts = item.nodeid.startswith(COVERING)
        controller: Any = getattr(item.config.pluginmanager.get_plugin("_cov"), "cov_controller", None)
        if controller is not None and counts != self._counts:
            self._counts = counts
            if counts:
                controller.resume()
            else:
                controller.pause()
        return (yield)
