"""What a browser takes over the wire, as it counts itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

_SHELL = "text/html"


@dataclass
class Taken:
    """Bytes as they come, compressed; what was in the browser's own memory is none."""

    page_bytes: int = 0
    page_requests: int = 0
    api_bytes: int = 0
    header_bytes: int = 0


class Traffic:
    """Counts from here on."""

    def __init__(self, page: Any) -> None:
        self._page = page
        self._line = page.context.new_cdp_session(page)
        self._begun = dict[str, tuple[bool, int]]()
        self._taken = Taken()

    def __enter__(self) -> Self:
        self._line.on("Network.responseReceived", self._answered)
        self._line.on("Network.loadingFinished", self._finished)
        self._line.send("Network.enable")
        self._line.send("Network.clearBrowserCache")
        return self

    def __exit__(self, *_: object) -> None:
        self._line.detach()

    def taken(self) -> Taken:
        """What came since this was asked last."""
        self._page.wait_for_load_state("networkidle")
        taken, self._taken = self._taken, Taken()
        return taken

    def _answered(self, event: Any) -> None:
        answer = event["response"]
        is_page = "/app/" in answer["url"] or answer["mimeType"] == _SHELL
        if not answer.get("fromDiskCache") and not answer.get("fromPrefetchCache"):
            self._begun[event["requestId"]] = is_page, int(answer["encodedDataLength"])

    def _finished(self, event: Any) -> None:
        is_page, headers = self._begun.pop(event["requestId"], (False, 0))
        # The length is of headers and body; what is in the memory of the browser has none.
        if not event["encodedDataLength"]:
            return
        self._taken.header_bytes += headers
        size = int(event["encodedDataLength"]) - headers
        if is_page:
            self._taken.page_bytes += size
            self._taken.page_requests += 1
        else:
            self._taken.api_bytes += size
