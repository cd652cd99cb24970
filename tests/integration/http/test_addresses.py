"""Where the desk is, as a client is told who asked by one of many hosts."""

from ipaddress import ip_network

import pytest
from webtest import TestApp

from tests.integration.http.desk import PASSWORD, Desk, ad_body, told


@pytest.fixture
def everywhere(desk: Desk) -> TestApp:
    """A desk on every address of its machine, which was told none by its operator."""
    return desk.with_services(public_url_by_host=True, websocket_port_by_host=8081)


@pytest.mark.parametrize("host", ["192.168.1.5", "desk.lan", "[fd00::5]"])
def test_it_is_told_by_the_host_that_was_asked(desk: Desk, everywhere: TestApp, host: str) -> None:
    answer = everywhere.get("/ws/p2p/", headers={"Host": f"{host}:8080"}, expect_errors=True)
    assert told(answer) == (426, f"The websocket is at ws://{host}:8081/ws/p2p/")
    document = everywhere.get("/asyncapi.json", headers={"Host": host}).json
    assert document["servers"]["desk"]["host"] == f"{host}:8081"
    headers = {**desk.trader("Jude", trx="1000").headers, "Host": f"{host}:8080"}
    placed = everywhere.post_json("/p2p/ad/", ad_body(), headers=headers)
    assert placed.headers["Location"].startswith(f"http://{host}:8080/p2p/ad/detail/")


@pytest.mark.parametrize(
    ("proxies", "said", "begins"),
    [
        ("127.0.0.1", "https", ("https", "wss")),
        ("127.0.0.1", "http, HTTPS", ("https", "wss")),
        ("127.0.0.1", "https, http", ("http", "ws")),
        ("127.0.0.1", "", ("http", "ws")),
        # Whoever is no proxy of ours says nothing that counts.
        ("10.0.0.1", "https", ("http", "ws")),
    ],
)
def test_a_trusted_proxy_says_whether_one_came_encrypted(
    desk: Desk, proxies: str, said: str, begins: tuple[str, str]
) -> None:
    more = {"public_url_by_host": True, "websocket_port_by_host": 8081, "trusted_proxies": [ip_network(proxies)]}
    app = desk.with_services(**more, public_url="http://127.0.0.1:8080")
    asked = {"headers": {"Host": "desk.lan", "X-Forwarded-Proto": said}, "extra_environ": {"REMOTE_ADDR": "127.0.0.1"}}
    assert told(app.get("/ws/p2p/", **asked, expect_errors=True))[1].endswith(f"{begins[1]}://desk.lan:8081/ws/p2p/")
    asked["headers"] |= desk.trader("Jude", trx="1000").headers
    assert app.post_json("/p2p/ad/", ad_body(), **asked).headers["Location"].startswith(f"{begins[0]}://desk.lan/p2p/")
    body = {"email": "jude@example.com", "password": PASSWORD, "cookie": True}
    cookie = app.post_json("/auth/token/", body, **asked).headers["Set-Cookie"]
    assert ("secure" in cookie.lower()) == (begins[0] == "https")


@pytest.mark.parametrize("host", ["desk.lan/evil", "a@b", "desk.lan:port", "<script>", "x" * 300])
def test_a_host_that_is_none_is_not_repeated(everywhere: TestApp, host: str) -> None:
    answer = everywhere.get("/ws/p2p/", headers={"Host": host}, expect_errors=True)
    assert told(answer) == (426, "The websocket is at wss://desk.example/ws/p2p/")


def test_who_was_told_an_address_tells_it_whatever_host_is_asked(desk: Desk) -> None:
    answer = desk.app.get("/ws/p2p/", headers={"Host": "elsewhere.example"}, expect_errors=True)
    assert told(answer) == (426, "The websocket is at wss://desk.example/ws/p2p/")
