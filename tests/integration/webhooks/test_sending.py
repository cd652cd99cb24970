"""What is sent to a webhook, and where nothing is sent to, over real sockets."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any
from uuid import UUID

import pytest
from standardwebhooks import Webhook as Signer

from adapters.webhooks.connecting import system_addresses
from adapters.webhooks.sending import HttpWebhookSender
from domain import Delivery
from domain.model.addresses import IPAddress
from tests.integration.webhooks.receiver import Receiver, receiving

SECRET = b"0123456789abcdef0123456789abcdef"
AT = datetime(2026, 3, 2, 12, tzinfo=UTC)


def anywhere(_: IPAddress) -> bool:
    return True


SENDER = HttpWebhookSender(may_connect=anywhere)
IMPATIENT = HttpWebhookSender(may_connect=anywhere, patience_seconds=0.5)


def delivery(url: str, **changed: Any) -> Delivery:
    frame = {"message": "Yes.", "type": "funds_released", "crypto_currency": "trx"}
    whole = Delivery(
        UUID(int=1), UUID(int=2), url, b"", UUID(int=3), AT, "notice_1_7", "funds_released", AT, frame, 7, 0, False
    )
    return replace(whole, **changed)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def test_what_is_sent_verifies_by_the_specifications_own_library(receiver: Receiver) -> None:
    what = delivery(receiver.url("/200/desk?a=b"))
    assert SENDER.send(what, SECRET) == 200
    (taken,) = receiver.taken
    assert taken.path == "/200/desk?a=b"
    assert taken.body.decode() == what.body
    assert taken.headers["webhook-id"] == "notice_1_7"
    assert taken.headers["webhook-timestamp"] == str(int(AT.timestamp()))
    assert taken.headers["webhook-signature"] == Signer(SECRET).sign("notice_1_7", AT, what.body)
    assert taken.headers["content-type"] == "application/json"
    assert taken.headers["host"] == f"127.0.0.1:{receiver.port}"


@pytest.mark.parametrize("status", [204, 404, 500, 503])
def test_the_status_is_told(receiver: Receiver, status: int) -> None:
    assert SENDER.send(delivery(receiver.url(f"/{status}")), SECRET) == status


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(receiver: Receiver, status: int) -> None:
    receiver.location = receiver.url("/200/elsewhere")
    assert SENDER.send(delivery(receiver.url(f"/{status}")), SECRET) == status
    assert [taken.path for taken in receiver.taken] == [f"/{status}"]


@pytest.mark.parametrize("path", ["/hang", "/drip"])
def test_who_does_not_answer_in_time_is_not_waited_for(receiver: Receiver, path: str) -> None:
    began = time.monotonic()
    assert IMPATIENT.send(delivery(receiver.url(path)), SECRET) is None
    assert time.monotonic() - began < 5


def test_the_body_of_an_answer_is_not_waited_for(receiver: Receiver) -> None:
    assert SENDER.send(delivery(receiver.url("/drip/200")), SECRET) == 200


def test_who_takes_no_connection_or_talks_something_else_has_not_answered() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        # It takes connections, and never says anything.
        assert IMPATIENT.send(delivery(f"http://127.0.0.1:{port}/"), SECRET) is None
        assert IMPATIENT.send(delivery(f"https://127.0.0.1:{port}/"), SECRET) is None
    assert SENDER.send(delivery(f"http://127.0.0.1:{port}/"), SECRET) is None
    assert SENDER.send(delivery("https://nobody.invalid/"), SECRET) is None


LOOPBACKS = ["127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "localhost", "[::ffff:127.0.0.1]"]


@pytest.mark.parametrize("host", LOOPBACKS)
def test_nothing_is_sent_to_what_is_not_public_however_it_is_spelled(receiver: Receiver, host: str) -> None:
    assert HttpWebhookSender().send(delivery(receiver.url(host=host)), SECRET) is None
    assert receiver.taken == []


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1", "2130706433", "0x7f000001", "localhost"])
def test_each_of_them_would_have_arrived(receiver: Receiver, host: str) -> None:
    assert SENDER.send(delivery(receiver.url(host=host)), SECRET) == 200


def test_a_name_is_connected_to_where_it_was_judged(receiver: Receiver) -> None:
    """A name server that answers differently each time: first with a public address, then with our own."""
    asked: list[str] = []

    def rebinding(host: str, _: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.2"] if len(asked) == 1 else ["127.0.0.1"]

    def only_the_first(address: IPAddress) -> bool:
        return address == ip_address("127.0.0.2")

    sender = HttpWebhookSender(may_connect=only_the_first, resolve=rebinding)
    # Whoever connected by the name would arrive: the system's own resolver knows it.
    url = receiver.url(host="localhost")
    # Nobody listens where it was judged; and the second answer is not let through.
    assert sender.send(delivery(url), SECRET) is None
    assert sender.send(delivery(url), SECRET) is None
    assert asked == ["localhost", "localhost"]
    assert receiver.taken == []


def test_of_several_addresses_only_those_that_may_be_are_connected_to(receiver: Receiver) -> None:
    def two(_: str, __: int) -> list[str]:
        return ["127.0.0.2", "127.0.0.1"]

    other = HttpWebhookSender(may_connect=lambda address: str(address) == "127.0.0.2", resolve=two)
    assert other.send(delivery(receiver.url(host="bot.example.com")), SECRET) is None
    assert receiver.taken == []
    sender = HttpWebhookSender(may_connect=lambda address: str(address) == "127.0.0.1", resolve=two)
    assert sender.send(delivery(receiver.url(host="bot.example.com")), SECRET) == 200
    assert receiver.taken[0].headers["host"] == f"bot.example.com:{receiver.port}"
    # The next is tried where one takes no connection.
    both = HttpWebhookSender(may_connect=anywhere, resolve=two)
    assert both.send(delivery(receiver.url(host="bot.example.com")), SECRET) == 200


def test_addresses_are_the_systems_each_once() -> None:
    assert "127.0.0.1" in system_addresses("127.0.0.1", 80)
    with pytest.raises(socket.gaierror):
        system_addresses("nobody.invalid", 80)


def test_a_failure_of_ours_is_told_and_nothing_more(receiver: Receiver, caplog: pytest.LogCaptureFixture) -> None:
    def broken(_: str, __: int) -> list[str]:
        raise ZeroDivisionError

    sender = HttpWebhookSender(resolve=broken)
    assert sender.send(delivery(receiver.url(host="bot.example.com")), SECRET) is None
    assert "Nothing could be sent to webhook" in caplog.text
    assert SECRET.decode() not in caplog.text


def test_no_proxy_of_the_environment_is_asked(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1/")
    assert SENDER.send(delivery(receiver.url()), SECRET) == 200


def test_the_certificate_must_be_of_the_name(server_tls: ssl.SSLContext, trusting_tls: ssl.SSLContext) -> None:
    """The name in the address counts, wherever the connection goes."""

    def here(_: str, __: int) -> list[str]:
        return ["127.0.0.1"]

    with receiving(server_tls) as receiver:
        sender = HttpWebhookSender(may_connect=anywhere, resolve=here, tls=trusting_tls, patience_seconds=5)
        assert sender.send(delivery(receiver.url(host="bot.example.com")), SECRET) == 200
        assert sender.send(delivery(receiver.url(host="other.example.com")), SECRET) is None
        distrustful = HttpWebhookSender(may_connect=anywhere, resolve=here, patience_seconds=5)
        assert distrustful.send(delivery(receiver.url(host="bot.example.com")), SECRET) is None
        assert len(receiver.taken) == 1
