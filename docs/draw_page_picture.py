"""Draws docs/board.png, the picture at the head of the README: python docs/draw_page_picture.py

It starts a desk of its own with the made-up market, and takes the board as Jude sees it. It needs the packages of
``browser`` and a chromium.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "docs" / "board.png"
PATIENCE_SECONDS = 60


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        http, websocket = free_port(), free_port()
        listening = {"P2P_HTTP_LISTEN": f"127.0.0.1:{http}", "P2P_WS_LISTEN": f"127.0.0.1:{websocket}"}
        command = [sys.executable, "-m", "entrypoints.cli.main", "serve", "--demo"]
        environment = {**os.environ, **listening, "PYTHONPATH": str(ROOT)}
        unheard = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        desk = subprocess.Popen(command, cwd=folder, env=environment, **unheard)  # noqa: S603 (it is the desk)
        try:
            wait_for(http)
            draw(f"http://127.0.0.1:{http}/")
        finally:
            desk.terminate()
            desk.wait()


def draw(address: str) -> None:
    with sync_playwright() as playwright:
        chromium = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1160, "height": 760}, locale="en-GB", color_scheme="light")
        page.goto(address)
        page.get_by_role("button", name="Try as Jude").click()
        page.get_by_role("link", name="Buy BTC").first.wait_for()
        page.screenshot(path=PICTURE)
        browser.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int) -> None:
    ends = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port)):
                return
        except OSError:
            if time.monotonic() > ends:
                raise
            time.sleep(0.2)


if __name__ == "__main__":
    main()
