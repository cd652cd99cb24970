"""The parts of a container that know its secret keys, or make secrets."""

from __future__ import annotations

from functools import cached_property

from domain.ports.passwords import Passwords
from domain.ports.sealing import Sealer
from domain.ports.second_factors import Authenticator
from domain.ports.tokens import Tokens

from .secret_key import secret_keys_of
from .settings import Settings


class SecretParts:
    """Ports with their adapters, each made when it is asked for the first time."""

    settings: Settings

    @cached_property
    def secret_keys(self) -> tuple[str, ...]:
        """What tokens are signed by, and kept secrets sealed: the first does, and all are known."""
        return secret_keys_of(self.settings)

    @cached_property
    def tokens(self) -> Tokens:
        """What signs and reads tokens."""
        from adapters.tokens.jwt_tokens import JwtTokens

        return JwtTokens(*self.secret_keys)

    @cached_property
    def sealer(self) -> Sealer:
        """What seals secrets that the store keeps and the desk has to read again."""
        from adapters.tokens.sealing import AesSealer

        return AesSealer(self.secret_keys)

    @cached_property
    def authenticator(self) -> Authenticator:
        """What reckons with one-time passwords."""
        from adapters.tokens.authenticator import TotpAuthenticator

        return TotpAuthenticator(self.sealer, self.settings.desk_name)

    @cached_property
    def passwords(self) -> Passwords:
        """What hashes passwords."""
        from adapters.tokens.argon2_passwords import Argon2Passwords

        return Argon2Passwords()
