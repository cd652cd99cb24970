"""``p2p freeze`` and ``p2p unfreeze``."""

import json

from tests.integration.running import Cli


def test_the_desk_is_frozen_and_goes_on(cli: Cli) -> None:
    assert cli.done("freeze", "--reason", "Counting.") == "The desk is frozen"
    assert json.loads(cli.done("freeze", "--json")) == {"frozen": True}
    assert cli.done("unfreeze") == "The desk goes on"
    assert cli.done("ledger", "verify") == "Every invariant holds"
