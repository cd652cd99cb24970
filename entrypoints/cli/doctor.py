"""``p2p doctor``: whether a desk could run from here."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from config.wrong_setting import WrongSetting

from .context import Commands, add_command, environment_of, settings_of, show


def add_commands(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    meaning = "look at all that a desk needs, a line each, and change nothing; exit 1 if there is trouble"
    add_command(commands, "doctor", meaning, examine, common, has_data=True)


def examine(arguments: argparse.Namespace) -> int:
    """Look at everything; where settings are wrong, there is nothing else to look at."""
    from config.container import build
    from config.doctor import Finding
    from config.doctor import examine as findings_of

    try:
        container = build(settings_of(arguments))
    except WrongSetting as error:
        findings = [Finding("settings", False, str(error))]
    else:
        findings = list(findings_of(container, environment_of(arguments)))
    show(arguments, [asdict(finding) for finding in findings], "\n".join(map(str, findings)))
    return 0 if all(finding.is_ok for finding in findings) else 1
