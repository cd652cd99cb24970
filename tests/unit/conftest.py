"""The domain's tests run in a hostile decimal context, because the process's own is none of the domain's business."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Context, DefaultContext, getcontext, localcontext
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# How fast a machine is must not decide whether a test passes.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


@pytest.fixture(autouse=True)
def hostile_decimal_context(request: pytest.FixtureRequest) -> Iterator[None]:
    """Three digits, and every signal is an error: whoever computes in this context is found out.

    Afterwards no flag is up and nothing was set, so nobody has used or changed it either. The folders beside these
    files test other things than the domain, which may use any context they like.
    """
    if request.path.parent != Path(__file__).parent:
        yield
        return
    every_signal = list(DefaultContext.traps)
    with localcontext(Context(prec=3, Emin=-3, Emax=3, traps=every_signal)) as context:
        yield
        assert getcontext() is context
        assert (context.prec, context.Emin, context.Emax) == (3, -3, 3)
        assert all(context.traps.values())
        assert not any(context.flags.values())
