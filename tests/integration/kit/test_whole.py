"""Every contract of the kit is run over a store of ours, under the name that it has there."""

import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType

from domain.testing import contracts
from tests.integration import kit


def modules(package: ModuleType) -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        yield importlib.import_module(found.name)


def contracts_in(module: ModuleType) -> dict[str, object]:
    return {name: value for name, value in vars(module).items() if name.startswith("test_") and callable(value)}


def test_no_contract_is_left_out_or_hidden_by_another_of_its_name() -> None:
    run = {id(contract) for module in modules(kit) for contract in contracts_in(module).values()}
    written = {
        f"{module.__name__}.{name}": contract
        for module in modules(contracts)
        for name, contract in contracts_in(module).items()
    }
    assert len(written) > 300
    assert [name for name, contract in written.items() if id(contract) not in run] == []
