"""Threads of a process that answers requests take short turns."""

import sys

import pytest

from adapters.system.interpreter import SWITCH_SECONDS, share_in_short_turns


def test_turns_are_short() -> None:
    before = sys.getswitchinterval()
    try:
        share_in_short_turns()
        assert sys.getswitchinterval() == pytest.approx(SWITCH_SECONDS)
    finally:
        sys.setswitchinterval(before)
