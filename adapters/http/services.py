"""What the HTTP adapter is given to work with."""

from __future__ import annotations

from dataclasses import dataclass

from domain.model.money import Catalogue
from domain.ports.clock import Clock
from domain.ports.identifiers import Identifiers
from domain.ports.passwords import Passwords
from domain.ports.store import Store
from domain.ports.tokens import Tokens
from domain.use_cases.open_login import TokenLifetimes


@dataclass(frozen=True, slots=True)
class Services:
    """The collaborators and settings of one HTTP application.

    ``default_time_to_pay`` is in minutes. ``public_url`` is the address that clients reach this desk by, without a
    slash at its end; ``websocket_url`` is the address of the websocket.
    """

    store: Store
    clock: Clock
    identifiers: Identifiers
    passwords: Passwords
    tokens: Tokens
    catalogue: Catalogue
    lifetimes: TokenLifetimes
    default_time_to_pay: int
    public_url: str
    websocket_url: str
