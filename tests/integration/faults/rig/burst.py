"""Many requests at the same moment: all but the last byte of each is on its way before the last bytes go."""

from __future__ import annotations

import http.client
import socket
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from .client import REQUEST_SECONDS, Answer, Request, unclassified
from .run import Run

READERS = 16


def burst(port: int, requests: Sequence[Request], run: Run) -> list[Answer]:
    """The answer to each request, in their order. That one has none, or an undocumented one, is a violation."""
    lines = [socket.create_connection(("127.0.0.1", port), REQUEST_SECONDS) for _ in requests]
    try:
        wires = [request.wire() for request in requests]
        for line, wire in zip(lines, wires, strict=True):
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            line.sendall(wire[:-1])
        began = time.monotonic()
        for line, wire in zip(lines, wires, strict=True):
            line.sendall(wire[-1:])
        with ThreadPoolExecutor(READERS) as readers:
            answers = list(readers.map(lambda line: _read(line, began), lines))
    finally:
        for line in lines:
            line.close()
    for request, answer in zip(requests, answers, strict=True):
        run.count(str(answer.status))
        run.count("acknowledged", answer.status == 200)
        problem = unclassified(answer, request)
        if problem is not None:
            run.violated(problem)
    return answers


def _read(line: socket.socket, began: float) -> Answer:
    answer = http.client.HTTPResponse(line)
    answer.begin()
    body = answer.read()
    headers = {name.lower(): value for name, value in answer.getheaders()}
    return Answer(answer.status, body, headers, time.monotonic() - began)
