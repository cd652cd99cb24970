"""``p2p demo``: the whole story, played before one's eyes."""

from __future__ import annotations

import argparse

from .context import Commands, add_command


def add_commands(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    meaning = "play a sell ad, a buy ad and a quarrel against a desk of its own, check each step; exit 1 if one differs"
    add_command(commands, "demo", meaning, play, common)


def play(arguments: argparse.Namespace) -> int:  # noqa: ARG001 (every command takes them)
    """Play it."""
    from .demo.play import play_story

    return play_story()
