"""What a client can have of the server, and that one who takes too much disturbs no other."""

import socket
import struct
import time

import pytest
import websocket

from tests.integration.waiting import until
from tests.integration.websocket.client import raw_socket
from tests.integration.websocket.conftest import Serve, Service

ABNF = websocket.ABNF


@pytest.mark.abuse("G3")
def test_whatever_a_client_sends_ends_its_socket(service: Service) -> None:
    trader = service.desk.trader()
    for opcode in (ABNF.OPCODE_TEXT, ABNF.OPCODE_BINARY):
        client = service.listen(trader)
        client.send_frame(ABNF.create_frame("hello", opcode))
        assert client.expect_code() == 1008


@pytest.mark.abuse("G4")
def test_the_first_piece_of_a_message_is_enough(service: Service) -> None:
    client = service.listen(service.desk.trader())
    client.send_frame(ABNF.create_frame("h", ABNF.OPCODE_TEXT, fin=0))
    assert client.expect_code() == 1008


@pytest.mark.abuse("G4")
def test_a_message_may_have_so_many_bytes_and_no_more(service: Service) -> None:
    largest, larger = service.listen(service.desk.trader()), service.listen(service.desk.trader())
    largest.send("x" * 4096)
    larger.send("x" * 4097)
    assert (largest.expect_code(), larger.expect_code()) == (1008, 1009)


@pytest.mark.abuse("G4")
def test_what_is_no_websocket_frame_ends_the_socket(service: Service) -> None:
    cases = {
        bytes([0x81, 0x01, 0x41]): 1002,  # not masked
        bytes([0xF1, 0x80]) + bytes(4): 1002,  # reserved bits
        bytes([0x83, 0x80]) + bytes(4): 1002,  # a reserved opcode
        bytes([0x09, 0x80]) + bytes(4): 1002,  # a ping in pieces
        bytes([0x81, 0x81]) + bytes(4) + b"\xff": 1007,  # no UTF-8
    }
    for data, code in cases.items():
        client = service.listen(service.desk.trader())
        client.send_raw(data)
        assert client.expect_code() == code, data


@pytest.mark.abuse("G4")
def test_compression_is_not_agreed_on(service: Service) -> None:
    token = service.log_in(service.desk.trader()).access
    client = service.client(
        f"?token={token}", header={"Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits"}
    )
    assert client.status is None
    assert "sec-websocket-extensions" not in client.handshake_headers


def test_a_ping_is_answered(service: Service) -> None:
    client = service.listen(service.desk.trader(), reads=False)
    client.send_frame(ABNF.create_frame("are you there", ABNF.OPCODE_PING))
    assert client.receive() == (ABNF.OPCODE_PONG, b"are you there")


def test_who_does_not_answer_pings_is_cut(serve: Serve) -> None:
    # The healthy one has so long to answer, however busy the machine is.
    service = serve(ping_every_seconds=0.5, ping_timeout_seconds=5.0)
    silent = service.listen(service.desk.trader(), reads=False)
    healthy = service.listen(service.desk.trader())
    until(lambda: service.server.listeners == 1)
    assert healthy.code is None
    assert silent.code is None


@pytest.mark.abuse("G5")
def test_a_traders_oldest_socket_makes_room_for_the_newest(serve: Serve) -> None:
    service = serve(sockets_per_trader=3)
    trader, other = service.desk.trader(), service.listen(service.desk.trader())
    clients = [service.listen(trader) for _ in range(5)]
    assert [client.expect_code() for client in clients[:2]] == [4408, 4408]
    assert [client.code for client in [*clients[2:], other]] == [None] * 4


@pytest.mark.abuse("G5")
def test_there_are_so_many_sockets_and_no_more(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    service = serve(sockets=3)
    clients = [service.listen(service.desk.trader()) for _ in range(3)]
    refused = service.listen(service.desk.trader())
    assert refused.status == 503
    assert refused.headers["retry-after"] == "2"
    assert service.listen(service.desk.trader()).status == 503
    assert [record.getMessage() for record in caplog.records] == ["3 sockets are open, and no more are let in."]
    clients[0].close()
    until(lambda: service.listen(service.desk.trader()).status is None)


@pytest.mark.abuse("G6")
def test_who_reads_too_slowly_is_dropped_and_others_are_not_disturbed(serve: Serve) -> None:
    # On a busy machine the healthy one may not come to reading for a while.
    service = serve(stall_seconds=4.0, send_buffer_bytes=4096)
    ad = service.desk.sell_ad(1000, auto_reply_message="😀" * 2000)
    taker = service.desk.trader()
    narrow = ((socket.SOL_SOCKET, socket.SO_RCVBUF, 4096),)
    slow = service.listen(taker, since=0, reads=False, sockopt=narrow)
    healthy = service.listen(taker, since=0)
    made = 25
    for _ in range(made):
        service.desk.offer(ad, taker, 1)
    healthy.expect(made)
    assert healthy.numbers == list(range(1, made + 1))
    until(lambda: service.server.listeners == 1)
    slow.read()
    assert slow.expect_code() == 4408
    assert slow.numbers == list(range(1, len(slow.frames) + 1))
    assert len(slow.frames) < made
    rest = service.listen(taker, since=len(slow.frames))
    rest.expect(made - len(slow.frames))
    assert [*slow.numbers, *rest.numbers] == list(range(1, made + 1))


@pytest.mark.abuse("G6")
def test_who_never_reads_is_cut_even_though_the_close_cannot_be_written(serve: Serve) -> None:
    service = serve(stall_seconds=0.5, close_seconds=1.0, send_buffer_bytes=4096)
    ad = service.desk.sell_ad(1000, auto_reply_message="😀" * 2000)
    taker = service.desk.trader()
    narrow = ((socket.SOL_SOCKET, socket.SO_RCVBUF, 4096),)
    service.listen(taker, reads=False, sockopt=narrow)
    for _ in range(25):
        service.desk.offer(ad, taker, 1)
    until(lambda: service.on_reactor(lambda: len(service.server._sockets)) == 0)


def test_who_pauses_for_a_moment_gets_everything(serve: Serve) -> None:
    service = serve(send_buffer_bytes=4096)
    ad = service.desk.sell_ad(1000, auto_reply_message="😀" * 2000)
    taker = service.desk.trader()
    narrow = ((socket.SOL_SOCKET, socket.SO_RCVBUF, 4096),)
    pausing = service.listen(taker, since=0, reads=False, sockopt=narrow)
    for _ in range(25):
        service.desk.offer(ad, taker, 1)
    time.sleep(0.5)
    pausing.read()
    pausing.expect(25)
    assert pausing.numbers == list(range(1, 26))


def test_pongs_for_who_does_not_read_do_not_pile_up(serve: Serve) -> None:
    service = serve(stall_seconds=2.0, send_buffer_bytes=4096)
    trader = service.desk.trader()
    narrow = ((socket.SOL_SOCKET, socket.SO_RCVBUF, 4096),)
    flooding = service.listen(trader, reads=False, sockopt=narrow)
    ping = ABNF.create_frame("p" * 125, ABNF.OPCODE_PING).format()
    for _ in range(100):
        flooding.send_raw(ping * 100)
    until(lambda: service.server.listeners == 0)


def test_frames_before_the_handshakes_answer_are_no_second_handshake(service: Service) -> None:
    token = service.log_in(service.desk.trader()).access
    ask = (
        f"GET /ws/p2p/?token={token} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    ).encode()
    with raw_socket(service.server.port) as connection:
        connection.settimeout(10)
        connection.sendall(ask + ask)
        received = b""
        try:
            while chunk := connection.recv(4096):
                received += chunk
        except ConnectionResetError:
            pass
        assert received.count(b"HTTP/1.1 101") <= 1
    until(lambda: service.server.listeners == 0)


def test_stopping_closes_all_sockets_with_1001(service: Service) -> None:
    clients = [service.listen(service.desk.trader()) for _ in range(5)]
    silent = service.listen(service.desk.trader(), reads=False)
    with raw_socket(service.server.port) as half:
        half.sendall(b"GET /ws/p2p/ HTTP/1.1\r\n")
        service.stop()
        assert [client.expect_code() for client in clients] == [1001] * 5
        assert silent.receive() == (ABNF.OPCODE_CLOSE, struct.pack("!H", 1001) + b"The server is going away")
        service.stop()
