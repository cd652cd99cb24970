"""The servers of one address, of which one is the primary: who is tried first, and how long that may take in all.

The driver would try them in their order each time. While the first one says nothing, be it frozen or without a network,
every new connection would wait for it before it comes to the one that has taken its place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import psycopg

SILENT_SERVERS = 1
"""So many that say nothing are passed over by one connection. After one more it gives up, for each takes 2 s."""

Connection = TypeVar("Connection", bound=psycopg.Connection[Any])
Server = Mapping[str, Any]


class Servers:
    """Remembers the order for whoever opens connections to one address, from any number of threads."""

    def __init__(self) -> None:
        self._order: tuple[Server, ...] = ()

    def connect(self, connect: Callable[..., Connection], named: Mapping[str, Any]) -> Connection:
        """A connection to the first server that takes it, by the driver's arguments. Raises what the driver raises."""
        failures: list[psycopg.OperationalError] = []
        known = _parted(named)
        order = self._order if set(map(_name, self._order)) == set(map(_name, known)) else known
        for server in order:
            try:
                connection = connect(**{**named, **server})
            except psycopg.OperationalError as error:
                failures.append(error)
                if isinstance(error, psycopg.errors.ConnectionTimeout):
                    order = (*(each for each in order if each is not server), server)
                if sum(isinstance(each, psycopg.errors.ConnectionTimeout) for each in failures) > SILENT_SERVERS:
                    break
            else:
                self._order = (server, *(each for each in order if each is not server))
                return connection
        self._order = order
        raise _all_in_one(failures)

    def try_last(self, host: str, port: int) -> None:
        """This one has stopped to answer a connection that was open: do not wait for it again before others."""
        silent = [each for each in self._order if _is_at(each, host, port)]
        self._order = (*(each for each in self._order if each not in silent), *silent)


def _is_at(server: Server, host: str, port: int) -> bool:
    return server.get("host") == host and str(server.get("port") or port) == str(port)


def _parted(named: Mapping[str, Any]) -> tuple[Server, ...]:
    """Each of the servers in these arguments, as arguments of its own."""
    host, port = named.get("host"), named.get("port")
    if not isinstance(host, str):
        return ({},)
    # Of a host that is named, an address in the environment (PGHOSTADDR) would be that of another server.
    elsewhere = {} if "hostaddr" in named else {"hostaddr": ""}
    if "," not in host:
        return ({"host": host, **elsewhere},)
    hosts, ports = host.split(","), str(port or "").split(",")
    ports = ports if len(ports) == len(hosts) else ports[:1] * len(hosts)
    return tuple({"host": one, "port": of or None, **elsewhere} for one, of in zip(hosts, ports, strict=True))


def _name(server: Server) -> tuple[object, object]:
    return server.get("host"), server.get("port")


def _all_in_one(failures: list[psycopg.OperationalError]) -> psycopg.OperationalError:
    """What each of them said, in one line; silence counts for more than a refusal, since it is waited for."""
    if len(failures) == 1:
        return failures[0]
    kinds = [type(each) for each in failures]
    kind = psycopg.errors.ConnectionTimeout if psycopg.errors.ConnectionTimeout in kinds else kinds[-1]
    return kind("; ".join(str(each).strip().partition("\n")[0] for each in failures))
