"""Settings from a file of ``NAME=value`` lines."""

from __future__ import annotations

import re
from pathlib import Path

from .wrong_setting import WrongSetting

OPTION = "--env-file"

_LINE = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)", re.ASCII)
_QUOTED = re.compile(r"""'(?P<plain>[^']*)'|"(?P<escaped>(?:[^"\\]|\\.)*)\"""")
_LINE_END = re.compile(r"\r\n|\n|\r")
_COMMENT = re.compile(r"(?:^|\s+)#.*$")
_ESCAPES = {"n": "\n", "t": "\t"}


def read_env_file(path: Path) -> dict[str, str]:
    """The variables that a file sets.

    A line is empty, a comment after ``#``, or ``NAME=value`` with or without ``export`` before it. A value may stand
    in single quotes, where everything is itself, or in double quotes, where a backslash escapes. Without quotes it
    ends before a ``#`` that follows a space. Lines end as they do on any system, and only so: a password may hold what
    else Python takes for a line's end. Raises ``WrongSetting`` for any other line, and for a name that is set twice.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise WrongSetting(OPTION, f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise WrongSetting(OPTION, f"{path} is not UTF-8") from None
    found: dict[str, str] = {}
    for number, line in enumerate(_LINE_END.split(text), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, value = _assignment(line.strip(), f"{path}, line {number},")
        if name in found:
            raise WrongSetting(OPTION, f"{path}, line {number}, sets {name} once more")
        found[name] = value
    return found


def _assignment(line: str, where: str) -> tuple[str, str]:
    spelled = _LINE.fullmatch(line)
    if spelled is None:
        raise WrongSetting(OPTION, f"{where} is no NAME=value")
    name, value = spelled[1], spelled[2]
    if value[:1] not in ("'", '"'):
        return name, _COMMENT.sub("", value).strip()
    quoted = _QUOTED.match(value)
    if quoted is None or _COMMENT.sub("", value[quoted.end() :]).strip():
        raise WrongSetting(OPTION, f"{where} has a quote that does not end, or something behind it")
    if quoted["plain"] is not None:
        return name, quoted["plain"]
    return name, re.sub(r"\\(.)", lambda escape: _ESCAPES.get(escape[1], escape[1]), quoted["escaped"])
