"""Sends to webhooks by HTTP, signed as the Standard Webhooks specification has it."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Callable

import httpcore
import httpx
from standardwebhooks import Webhook as Signer

from domain.model.addresses import IPAddress, is_public
from domain.model.webhooks import Delivery

from .connecting import CheckedBackend, Deadline, NoSuchAddress, OutOfTime, Resolve, system_addresses

logger = logging.getLogger(__name__)

PATIENCE_SECONDS = 10.0
"""For all of it: name, connection, TLS, request and the head of the answer. Source: docs/contract/webhooks.md, "When it
is taken"."""
PROGRAM = "p2p-desk"
_FAILURES = (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, httpx.TransportError)


class HttpWebhookSender:
    """The port ``WebhookSender``.

    Nothing is believed of whoever answers: no redirect is followed, no body is read, no proxy of the environment is
    asked, and no connection is used twice. ``may_connect`` says of an address whether it may be connected to.
    """

    def __init__(
        self,
        *,
        may_connect: Callable[[IPAddress], bool] = is_public,
        resolve: Resolve = system_addresses,
        tls: ssl.SSLContext | None = None,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        self._may_connect = may_connect
        self._resolve = resolve
        self._tls = tls or ssl.create_default_context()
        self._patience_seconds = patience_seconds

    def send(self, delivery: Delivery, secret: bytes) -> int | None:
        """Sign and send one; the status of the answer, or None where none came in time. Never raises."""
        body = delivery.body
        signature = Signer(secret).sign(delivery.message_id, delivery.at, body)
        headers = {
            "Content-Type": "application/json",
            "User-Agent": PROGRAM,
            "webhook-id": delivery.message_id,
            "webhook-timestamp": str(int(delivery.at.timestamp())),
            "webhook-signature": signature,
        }
        try:
            return self._post(httpx.Request("POST", delivery.url, headers=headers, content=body.encode()))
        except (NoSuchAddress, OutOfTime, OSError, httpx.InvalidURL, *_FAILURES) as error:
            logger.info("Webhook %s did not answer: %s", delivery.webhook_id, type(error).__name__)
        except Exception:
            # Whatever it was, the others are sent to all the same.
            logger.exception("Nothing could be sent to webhook %s.", delivery.webhook_id)
        return None

    def _post(self, request: httpx.Request) -> int:
        backend = CheckedBackend(self._resolve, self._may_connect, Deadline(self._patience_seconds))
        with _Transport(self._tls, backend) as transport:
            response = transport.handle_request(request)
            # What stands in the body is nobody's business here, however long it is.
            return response.status_code


class _Transport(httpx.BaseTransport):
    """One connection, for one request, by a network of one's own."""

    def __init__(self, tls: ssl.SSLContext, backend: httpcore.NetworkBackend) -> None:
        self._tls = tls
        self._backend = backend
        self._connection: httpcore.HTTPConnection | None = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send it, and read the head of the answer."""
        url = httpcore.URL(
            scheme=request.url.raw_scheme, host=request.url.raw_host, port=request.url.port, target=request.url.raw_path
        )
        self._connection = httpcore.HTTPConnection(
            url.origin, ssl_context=self._tls, network_backend=self._backend, http2=False
        )
        content = request.read()
        answer = self._connection.handle_request(
            httpcore.Request(request.method, url, headers=request.headers.raw, content=content)
        )
        return httpx.Response(answer.status, headers=answer.headers)

    def close(self) -> None:
        """Break the connection off."""
        if self._connection is not None:
            self._connection.close()
