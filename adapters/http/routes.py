"""From a path and a method to what answers them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from pyramid.config import Configurator
from pyramid.response import Response

from .replies.rejections import MethodNotAllowed, UnknownPath
from .requests.request import DeskRequest

View = Callable[[DeskRequest], Response]


@dataclass(frozen=True, slots=True)
class Route:
    """A path, in the spelling of Pyramid's routes, and what answers it, by method. Where GET does, HEAD does too."""

    name: str
    pattern: str
    views: Mapping[str, View]


def add_routes(config: Configurator, routes: Iterable[Route]) -> None:
    """Add them with one view for all.

    Pyramid could choose the view, too, by a predicate of the method. It would call a method that the path does not have
    not found; and an application with a view a method takes four times as long to put together, which each process
    of a desk does at its start and each of some thousands of tests. As long again would it take with what the
    configurator does for each route beside telling the mapper of it: none has a predicate or a view of its own.
    """
    views: dict[str, Mapping[str, View]] = {}
    mapper = config.get_routes_mapper()
    for route in routes:
        views[route.name] = {**route.views, **({"HEAD": route.views["GET"]} if "GET" in route.views else {})}
        mapper.connect(route.name, route.pattern)

    def answer(request: DeskRequest) -> Response:
        if request.matched_route is None:
            raise UnknownPath()
        by_method = views[request.matched_route.name]
        view = by_method.get(request.method)
        if view is None:
            raise MethodNotAllowed(request.method, sorted(by_method))
        return view(request)

    config.add_view(answer)
