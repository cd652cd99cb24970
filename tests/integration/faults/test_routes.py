"""Every way to write has a row in the tests that kill it, but for those that are listed here with a reason."""

import re

from adapters.http.operation import Operation
from adapters.http.operations import OPERATIONS
from tests.integration.faults.rig.books import Books
from tests.integration.faults.rig.client import Request
from tests.integration.faults.rig.keyless_routes import KEYLESS
from tests.integration.faults.rig.population import Population
from tests.integration.faults.rig.routes import KEYED

SPARED = {
    "freeze": "it would stop whoever else is at the desk; its other half has a row, and is the same write",
    "register": "one write of one row, and the address tells whoever asks again",
    "log_in": "a second login is as good as the first, and the first can be seen and ended",
    "refresh": "tests/integration/kit/logins/test_logins.py asks it again in every way there is",
    "log_out": "it can be asked again",
    "ticket": "a second ticket is as good as the first, which ends by itself",
    "ask_for_reset": "the same write as that of send_verification",
    "reset_password": "the same write as that of verify, beside which the password is another",
    "change_password": "it is known by the password that is good from then on",
    "begin_totp": "nothing holds of it before it is confirmed",
    "confirm_totp": "one write, and whoever asks again is told that it is done",
    "disable_totp": "one write, and whoever asks again is told that it is done",
    "end_key": "the same write as that of end_login",
    "delete_account": "one write; whoever asks again has no account any more",
    "remove_webhook": "one row that goes; whoever asks again is told so",
    "turn_on_webhook": "it is on, however often it is asked",
    "test_webhook": "it is sent by the worker, and a second test is as good as the first",
}
WRITING = [operation for operation in OPERATIONS if operation.method in ("POST", "DELETE")]


def operation_of(request: Request) -> str:
    """The operation that a request reaches."""
    path = request.path.partition("?")[0]
    (found,) = [each.name for each in WRITING if each.method == request.method and _is_at(each, path)]
    return found


def _is_at(operation: Operation, path: str) -> bool:
    # What stands for an id has a digit, so that no word of a path is taken for one.
    return re.fullmatch(re.sub(r"\{\w+\}", r"(?:[^/]*[0-9][^/]*|usdt)", operation.path), path) is not None


def test_every_way_to_write_is_killed_or_spared_for_a_reason(population: Population, books: Books) -> None:
    covered = set()
    for name, prepare in (KEYED | KEYLESS).items():
        prepared = prepare(population)
        assert prepared.effects(books) == 0, name
        assert (prepared.request.key is None) == (name in KEYLESS), name
        covered.add(operation_of(prepared.request))
    assert {operation.name for operation in WRITING} - covered - SPARED.keys() == set()
    assert covered & SPARED.keys() == set()
