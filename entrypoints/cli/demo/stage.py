"""What the audience sees, and what did not go as the desk promises."""

from __future__ import annotations

import json
import os
import sys
import textwrap
from typing import TextIO

WIDTH = 100
MAIL_LINES = 7

_COLOURS = {
    "bold": "1",
    "dim": "2",
    "red": "31",
    "green": "32",
    "yellow": "33",
    "blue": "34",
    "magenta": "35",
    "cyan": "36",
}


class Stage:
    """Prints the play and keeps count. Colours only where somebody looks at a terminal and has not set NO_COLOR."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout
        self._has_colours = self._stream.isatty() and not os.environ.get("NO_COLOR")
        self._scene = ""
        self.scenes = 0
        self.checks = 0
        self.failures: list[str] = []

    def act(self, title: str) -> None:
        """A new act."""
        self._print("", self._in(f"── {title} ".ljust(WIDTH, "─"), "bold"))

    def scene(self, title: str) -> None:
        """A new step of the story."""
        self.scenes += 1
        self._scene = f"{self.scenes}. {title}"
        self._print("", self._in(self._scene, "bold"))

    def request(self, who: str, method: str, path: str, body: str | None) -> None:
        """What a trader asks."""
        self._say("→", "cyan", f"{who}: {method} {path}", body)

    def answer(self, status: int, body: str, note: str) -> None:
        """What the desk answers."""
        self._say("←", "green" if status < 400 else "yellow", f"{status}{note}", body)

    def frame(self, who: str, text: str) -> None:
        """What a trader's websocket says."""
        self._say("⇠", "magenta", f"websocket of {who}:", text)

    def mail(self, who: str, subject: str, text: str) -> None:
        """What a trader finds in the mailbox."""
        self._say("✉", "blue", f"mail to {who}: {subject}", None)
        lines = [line for line in text.splitlines() if line.strip()]
        shown = lines[:MAIL_LINES] + (["…"] if len(lines) > MAIL_LINES else [])
        self._print(*(self._in(f"      | {line[: WIDTH - 8]}", "dim") for line in shown))

    def command(self, command: str, output: str) -> None:
        """What the operator does."""
        self._say("$", "cyan", command, None)
        self._print(*(self._in(f"      {line}", "dim") for line in output.splitlines()))

    def check(self, what: str, holds: bool, seen: object = "") -> None:
        """One promise of the desk: whether it held, and what was seen instead where it did not."""
        self.checks += 1
        if holds:
            self._print(f"    {self._in('✓', 'green')} {self._in(what, 'dim')}")
            return
        self.failures.append(f"{self._scene}: {what}")
        self._print(f"    {self._in('✗', 'red')} {self._in(what, 'bold')}")
        self._print(*textwrap.wrap(f"seen: {seen}", WIDTH, initial_indent="      ", subsequent_indent="      "))

    def summary(self) -> None:
        """How it went."""
        self.act("Summary")
        for failure in self.failures:
            self._print(self._in(f"✗ {failure}", "red"))
        held = f"{self.checks - len(self.failures)} of {self.checks} promises held in {self.scenes} scenes."
        self._print(self._in(held, "red" if self.failures else "green"))

    def _say(self, mark: str, colour: str, head: str, body: str | None) -> None:
        lines = textwrap.wrap(f"{head} {body or ''}".rstrip(), WIDTH - 4, break_on_hyphens=False)
        first, *rest = lines or [""]
        self._print(f"  {self._in(mark, colour)} {first}", *(f"      {line}" for line in rest))

    def _in(self, text: str, colour: str) -> str:
        return f"\x1b[{_COLOURS[colour]}m{text}\x1b[0m" if self._has_colours else text

    def _print(self, *lines: str) -> None:
        for line in lines:
            print(line, file=self._stream, flush=True)


def compact(value: object) -> str:
    """JSON on one line."""
    return json.dumps(value, ensure_ascii=False)
