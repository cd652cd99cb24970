"""A class that the operator names, in a module of their own."""

from __future__ import annotations

import importlib
import inspect
from operator import attrgetter
from pathlib import Path
from traceback import extract_tb
from typing import TypeVar

from .wrong_setting import WrongSetting

Base = TypeVar("Base")


def class_named(setting: str, text: str, base: type[Base], *arguments: object) -> type[Base]:
    """The class that the setting names as ``module:Name``; it is the base or a subclass, made from the arguments.

    The module is looked for where Python looks for any. Raises ``WrongSetting`` with one line that says what is wrong
    with it, be it in the operator's module itself.
    """
    module_name, _, name = text.partition(":")
    try:
        module = importlib.import_module(module_name)
    except Exception as error:  # noqa: BLE001 (whatever is wrong in the operator's module is said in one line)
        raise WrongSetting(setting, f"names {text}, {_why_not_imported(module_name, error)}") from None
    try:
        found = attrgetter(name)(module)
    except AttributeError:
        raise WrongSetting(setting, f"names {text}, and the module has no {name}") from None
    if not isinstance(found, type) or not issubclass(found, base):
        raise WrongSetting(setting, f"names {text}, which is no subclass of {base.__module__}.{base.__name__}")
    try:
        inspect.signature(found).bind(*arguments)
    except TypeError as error:
        raise WrongSetting(setting, f"names {text}, which is not made from the settings alone: {error}") from None
    return found


def _why_not_imported(module_name: str, error: Exception) -> str:
    if isinstance(error, ModuleNotFoundError) and f"{module_name}.".startswith(f"{error.name}."):
        return f"and there is no module {error.name}; it has to be installed, or its folder be in PYTHONPATH"
    # The last place is the operator's own line, or what it called; what imports stands before it. There is none for a
    # syntax error, which says by itself where it is.
    importing = ("<frozen ", importlib.__file__, __file__)
    places = [frame for frame in extract_tb(error.__traceback__) if not frame.filename.startswith(importing)]
    where = f" ({Path(places[-1].filename).name}, line {places[-1].lineno})" if places else ""
    return f"which does not import: {type(error).__name__}: {error}{where}"
