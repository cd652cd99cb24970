"""Gives the HTML of letters its styles, once for each template and never again for each letter.

Mail programs heed styles only where they stand in the elements themselves. Putting them there takes as long as all
else that is done for a letter, and what comes of it depends on the templates alone: so it is the templates that are
given their styles, as they are read. What Jinja is to see is kept aside meanwhile, as a comment where it may stand
between any two elements, and as a word where it is text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import css_inline
from jinja2 import Environment, FileSystemLoader

_STATEMENT_OR_EXPRESSION = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
_KEPT_ASIDE = re.compile(r"<!--jinja-([0-9]+)-->|jinja-([0-9]+)-jinja")
_WHOLE_PAGE = "<!DOCTYPE html>"


class StyledLoader(FileSystemLoader):
    """Reads templates from a folder; those of HTML with the styles of ``style.css`` in their elements.

    Each template is styled by itself, so that a selector may not name elements of two of them.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._styles = (folder / "style.css").read_text(encoding="utf-8")
        self._inliner = css_inline.CSSInliner(load_remote_stylesheets=False, extra_css=self._styles)

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        """The template's text, its file, and whether that is still as it was read."""
        source, file, is_up_to_date = super().get_source(environment, template)
        return self._styled(source) if template.endswith(".html") else source, file, is_up_to_date

    def _styled(self, source: str) -> str:
        aside: list[str] = []

        def put_aside(found: re.Match[str]) -> str:
            aside.append(found[0])
            number = len(aside) - 1
            return f"<!--jinja-{number}-->" if found[0].startswith("{%") else f"jinja-{number}-jinja"

        html = _STATEMENT_OR_EXPRESSION.sub(put_aside, source)
        if _WHOLE_PAGE in html:
            styled = self._inliner.inline(html)
        else:
            styled = self._inliner.inline_fragment(html, self._styles)
        return _KEPT_ASIDE.sub(lambda found: aside[int(found[1] or found[2])], styled)
