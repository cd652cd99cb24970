"""Which tests are to reach every branch of the domain: those that are about it. What others reach is not counted.

Counting makes whatever runs take twice as long, and most tests are about what stands around the domain:
docs/decisions/0040-branches-are-counted-where-they-are-held.md.
"""

from collections.abc import Generator
from typing import Any

import pytest

COVERING = ("tests/unit/", "tests/integration/contracts/", "tests/integration/kit/", "tests/integration/worker/")


class Covering:
    """A plugin that has pytest-cov, where it runs, count in these folders only."""

    def __init__(self) -> None:
        self._counts = True

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
