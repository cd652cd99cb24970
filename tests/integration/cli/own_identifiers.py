"""A container as an operator would bring it: what it makes can be told from what the desk makes."""

from functools import cached_property
from uuid import UUID

from adapters.system.identifiers import RandomIdentifiers
from config.container import Container
from domain.ports.identifiers import Identifiers

MARK = "0b5e55ed"


class MarkedIdentifiers(RandomIdentifiers):
    """Ids that begin with the mark."""

    def new(self) -> UUID:
        return UUID(MARK + super().new().hex[len(MARK) :])


class MarkedContainer(Container):
    """The desk's own parts, but for what makes ids."""

    @cached_property
    def identifiers(self) -> Identifiers:
        return MarkedIdentifiers()


class NeedsMore(Container):
    """One that cannot be made from the settings alone."""

    def __init__(self, settings: object, colour: str) -> None:
        self.settings, self.colour = settings, colour
