"""A real nginx with the committed configuration, on ports of its own and without encryption."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any

import pytest
from websocket import create_connection

from tests.integration.running import PASSWORD
from tests.integration.waiting import until
from tests.postgres import free_ports

CONFIGURATION = Path(__file__).parents[3] / "docs" / "operations" / "nginx.conf"
PATIENCE_SECONDS = 60
# Debian keeps nginx where only root's PATH leads.
SEARCHED = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin"))


@dataclass
class Ports:
    """Where nginx and what stands behind it are, each on a port that was free a moment ago."""

    origin: int
    first: int
    second: int
    websocket: int


def some_ports() -> Ports:
    found = free_ports(attempts=9)
    return Ports(*(next(found) for _ in range(4)))


@dataclass
class Origin:
    """All that a client knows: one address."""

    port: int

    def answer(
        self, method: str, path: str, payload: bytes = b"", token: str = "", **headers: str
    ) -> tuple[HTTPResponse, Any]:
        """The answer and its body, read as JSON where it is JSON."""
        if method == "POST":
            headers = {"Content-Type": "application/json", **headers}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        try:
            connection.request(method, path, payload, headers)
            answer = connection.getresponse()
            body = answer.read()
            is_json = answer.headers.get_content_type() == "application/json"
            return answer, json.loads(body) if is_json and body else body
        finally:
            connection.close()

    def post(self, path: str, token: str = "", **body: object) -> Any:
        """The entity of an answer that is to be a success."""
        answer, envelope = self.answer("POST", path, json.dumps(body).encode(), token)
        assert answer.status == 200, envelope
        return envelope["entity"]

    def raw(self, request: bytes) -> tuple[int, dict[str, str], Any]:
        """What is answered to just these bytes: status, headers, and the body as JSON."""
        with socket.create_connection(("127.0.0.1", self.port), PATIENCE_SECONDS) as connection:
            connection.sendall(request)
            answer = HTTPResponse(connection)
            answer.begin()
            return answer.status, dict(answer.headers), json.loads(answer.read())

    def listen(self, token: str, since: int = 0) -> Any:
        """An open websocket, with the notices of the trader that come after this one."""
        address = f"ws://127.0.0.1:{self.port}/ws/p2p/?token={token}&since={since}"
        return create_connection(address, timeout=PATIENCE_SECONDS)

    def log_in(self, email: str) -> str:
        return str(self.post("/auth/token/", email=email, password=PASSWORD)["access"])


def nginx_program() -> str:
    found = shutil.which("nginx", path=SEARCHED)
    if found is None:
        reason = "nginx is not installed, so that its configuration is not tested"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found


def adapted(ports: Ports, folder: Path, *more: tuple[str, str]) -> str:
    """The configuration on these ports, without encryption; each change must find what it changes."""
    changes = [
        (r"listen 443 ssl;", f"listen 127.0.0.1:{ports.origin};"),
        (r"ssl_certificate [^;]+;", ""),
        (r"ssl_certificate_key [^;]+;", ""),
        (r"server 127\.0\.0\.1:8080 ", f"server 127.0.0.1:{ports.first} "),
        (r"server 127\.0\.0\.1:8082 ", f"server 127.0.0.1:{ports.second} "),
        (r"server 127\.0\.0\.1:8081 ", f"server 127.0.0.1:{ports.websocket} "),
        (r"/var/log/nginx/", f"{folder}/"),
        *more,
    ]
    configuration = CONFIGURATION.read_text(encoding="utf-8")
    for pattern, replacement in changes:
        configuration, number = re.subn(pattern, replacement, configuration)
        assert number > 0, pattern
    return configuration


def main_block(included: Path, folder: Path) -> str:
    """What stands around the included file."""
    temporary = "".join(
        f"{name}_temp_path {folder}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    # Started by root, its workers would be of a user who may not look into a test's folder.
    user = "user root root;\n" if os.geteuid() == 0 else ""
    return (
        f"{user}daemon off;\npid {folder}/nginx.pid;\nerror_log {folder}/error.log;\n"
        f"events {{ worker_connections 1024; }}\nhttp {{\n{temporary}include {included};\n}}\n"
    )


@contextmanager
def nginx(ports: Ports, folder: Path, *more: tuple[str, str]) -> Iterator[Origin]:
    """A running nginx; ``more`` are changes of its configuration, each a pattern and what takes its place."""
    program = nginx_program()
    included, main = folder / "desk.conf", folder / "nginx.conf"
    included.write_text(adapted(ports, folder, *more))
    main.write_text(main_block(included, folder))
    process = subprocess.Popen([program, "-p", str(folder), "-c", str(main), "-e", str(folder / "error.log")])
    try:
        until(lambda: _takes_connections(ports.origin) or process.poll() is not None)
        assert process.poll() is None, (folder / "error.log").read_text()
        yield Origin(ports.origin)
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


def _takes_connections(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), PATIENCE_SECONDS).close()
    except OSError:
        return False
    return True
