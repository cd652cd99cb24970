"""Who may listen: looks up what stands behind a token. It waits for the store, so it runs in a thread."""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from uuid import UUID

from domain.ports.keys import ApiKey, Scope
from domain.ports.logins import Login, Standing
from domain.ports.store import Store, Unit
from domain.ports.tokens import Tokens, TokenType
from domain.use_cases.api_keys import ReadKey, read_key
from domain.use_cases.tickets import redeem_ticket

from .handshake import Asked, Refused

# A ticket is a URL-safe secret of at least 256 bits. What cannot be one is not looked for in the store.
_TICKET = re.compile(r"[A-Za-z0-9_-]{43,128}", re.ASCII)

_REFUSALS = {Standing.ENDED: HTTPStatus.UNAUTHORIZED, Standing.SUSPENDED: HTTPStatus.FORBIDDEN}


@dataclass(frozen=True, slots=True)
class Authenticated:
    """Who listens, by which login and until when, and after which of their notices."""

    trader_id: UUID
    login_id: UUID
    expires_at: datetime
    position: int


@dataclass(frozen=True, slots=True)
class Standings:
    """How logins stood at a moment by the store's clock, by which tokens expire as well."""

    at: datetime
    by_login: Mapping[UUID, Standing]


class Authenticator:
    """Lets traders in, and tells later whether they may stay."""

    def __init__(self, store: Store, tokens: Tokens) -> None:
        self._store = store
        self._tokens = tokens

    def admit(self, asked: Asked) -> Authenticated:
        """Let a client in. Raises ``Refused``: 401 or 403; and ``StoreUnavailable``.

        The newest number is read before the handshake is answered, so that every notice after the answer is sent.
        """
        trader_id, login_id, expires_at = self._login(asked.token)
        last = self._store.tail.last_numbers((trader_id,))[trader_id]
        # A number that is yet to come would keep its client from all notices up to it.
        position = last if asked.since is None else min(asked.since, last)
        return Authenticated(trader_id, login_id, expires_at, position)

    def standings(self, login_ids: Iterable[UUID]) -> Standings:
        """How these logins stand now. Raises ``StoreUnavailable``."""
        wanted = tuple(login_ids)

        def look(unit: Unit) -> Standings:
            at = unit.now()
            return Standings(at, unit.logins.standing(wanted, at))

        return self._store.run(look, writes=False)

    def _program(self, program: ReadKey) -> tuple[UUID, UUID, datetime]:
        """The login behind the key of a program that may read."""

        def look(unit: Unit) -> tuple[ApiKey | None, Login | None, Standing]:
            at = unit.now()
            standing = unit.logins.standing((program.key_id,), at)[program.key_id]
            return unit.keys.by_id(program.key_id), unit.logins.by_id(program.key_id), standing

        key, login, standing = self._store.run(look, writes=False)
        if key is None or login is None or not hmac.compare_digest(key.digest, program.digest):
            raise Refused(HTTPStatus.UNAUTHORIZED)
        self._check(standing)
        if Scope.READ not in key.scopes:
            raise Refused(HTTPStatus.FORBIDDEN)
        return key.trader_id, key.id, login.expires_at

    def _login(self, token: str) -> tuple[UUID, UUID, datetime]:
        program = read_key(token)
        if program is not None:
            return self._program(program)
        signed = self._tokens.read(token, TokenType.ACCESS)
        if signed is not None:
            login_id = signed.unjudged.login_id
            found = self.standings((login_id,))
            claims = signed.claims_at(found.at)
            if claims is None:
                raise Refused(HTTPStatus.UNAUTHORIZED)
            self._check(found.by_login[login_id])
            return claims.trader_id, login_id, claims.expires_at
        if not _TICKET.fullmatch(token):
            raise Refused(HTTPStatus.UNAUTHORIZED)
        login = self._store.run(lambda unit: redeem_ticket(token, logins=unit.logins, at=unit.now()), writes=True)
        if login is None:
            raise Refused(HTTPStatus.UNAUTHORIZED)
        self._check(self.standings((login.id,)).by_login[login.id])
        return login.trader_id, login.id, login.expires_at

    @staticmethod
    def _check(standing: Standing) -> None:
        if standing is not Standing.GOOD:
            raise Refused(_REFUSALS[standing])
