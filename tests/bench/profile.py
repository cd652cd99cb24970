"""Where the time of a request goes: ``python -m tests.bench.profile``.

The application is called in this process, without sockets, on a database of its own. First it is timed as it is, and
then profiled; a profiler makes calls dear, so that its shares show where to look, and the first figure what came of it.
Where pyinstrument is installed, which samples instead, its tree is printed too.
"""

from __future__ import annotations

import argparse
import cProfile
import importlib
import importlib.util
import pstats
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from .asking import bare_reads, make_offers, reads, releases
from .in_process import WsgiApplication, ask, count_statements, open_application, open_container
from .lists import fill_lists, pages
from .plan import FLOOR_PATH
from .stages import PostgresStage, SqliteStage

LISTS = ("ads of the board", "own ads", "own offers", "notices", "movements", "of feedback", "messages")
REQUESTS = ("offer", "release", "floor", "healthz", *LISTS)
WARM_UP = 50
ROOT = Path(__file__).resolve().parents[2]


def main(arguments: Sequence[str] | None = None) -> int:
    """Profile one kind of request."""
    options = _options(arguments)
    with ExitStack() as stack:
        url, requests = _prepared(stack, options)
        application = stack.enter_context(open_application(url))
        statements = count_statements(application, requests)
        _ask_all(application, requests, WARM_UP)
        wall, processor = _ask_all(application, requests, options.number)
        print(
            f"{options.request} on {options.engine}: {wall:.3f} ms a request, {processor:.3f} ms of it in this process"
        )
        print(f"{statements} statements besides BEGIN and COMMIT")
        profile = cProfile.Profile(time.process_time if options.cpu else time.perf_counter)
        profile.enable()
        _ask_all(application, requests, options.number)
        profile.disable()
        print(_by_part(pstats.Stats(profile), options.number))
        for order in ("tottime", "cumulative"):
            pstats.Stats(profile, stream=sys.stdout).sort_stats(order).print_stats(options.lines)
        if importlib.util.find_spec("pyinstrument") is not None:
            _sample(application, requests, options.number)
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.profile", description="Profile one kind of request.")
    parser.add_argument("request", nargs="?", choices=REQUESTS, default="offer")
    parser.add_argument("--engine", choices=("postgres", "sqlite"), default="postgres")
    parser.add_argument("--number", type=int, default=1000, help="how many requests (1000)")
    parser.add_argument("--lines", type=int, default=45, help="how many functions are shown (45)")
    parser.add_argument("--cpu", action="store_true", help="count processor time only, and no waiting")
    options = parser.parse_args(arguments)
    if options.request in ("release", *LISTS) and options.engine == "sqlite":
        parser.error("offers to be released and lists are made on PostgreSQL only")
    return options


def _prepared(stack: ExitStack, options: argparse.Namespace) -> tuple[str, Iterator[bytes]]:
    """A database with a market, and the requests."""
    if options.engine == "sqlite":
        embedded = SqliteStage(stack)
        market, url = embedded.market, embedded.urls[0]
    else:
        stage = PostgresStage(stack)
        database = stage.database()
        market, url = stage.market, database.url
        if options.request in LISTS:
            with open_container(url) as container:
                return url, pages(fill_lists(container)[options.request], market)
        if options.request == "release":
            pool = database.pools[False]
            pool.fill_up(3 * options.number + 2 * WARM_UP)
            return url, releases(market, pool)
    if options.request == "offer":
        return url, make_offers(market, hot=False)
    return url, reads(FLOOR_PATH, market) if options.request == "floor" else bare_reads("/healthz")


def _ask_all(application: WsgiApplication, requests: Iterator[bytes], number: int) -> tuple[float, float]:
    """Milliseconds a request, by the clock and of the processor."""
    started, used = time.perf_counter(), time.process_time()
    for _ in range(number):
        ask(application, next(requests))
    return (time.perf_counter() - started) * 1000 / number, (time.process_time() - used) * 1000 / number


def _by_part(stats: pstats.Stats, number: int) -> str:
    """How much of the time is whose: of each library, and of each package of the desk."""
    spent: Counter[str] = Counter()
    functions: dict[tuple[str, int, str], tuple[Any, ...]] = vars(stats)["stats"]
    for (file, _, _), (_, _, own, _, callers) in functions.items():
        if file == "~":
            # What is written in C is counted for whoever called it.
            for (caller_file, _, _), (_, _, time_of_call, _) in callers.items():
                spent[_part(caller_file)] += time_of_call
        else:
            spent[_part(file)] += own
    whole = sum(spent.values())
    lines = [
        f"{part:28} {spent[part] / whole:6.1%} {spent[part] / number * 1000:8.3f} ms" for part, _ in spent.most_common()
    ]
    return "\n".join(["", "share of the profiled time, and a request:", *lines, ""])


def _part(file: str) -> str:
    """The library, or the package of the desk, that a file belongs to."""
    _, found, name = file.rpartition("/site-packages/")
    if found:
        parts = name.split("/")
        return "/".join(parts[:2]) if parts[0] == "zope" else parts[0]
    name = str(Path(file).relative_to(ROOT)) if Path(file).is_relative_to(ROOT) else ""
    return "/".join(Path(name).parts[:2]) if name else "standard library"


def _sample(application: WsgiApplication, requests: Iterator[bytes], number: int) -> None:
    with importlib.import_module("pyinstrument").Profiler(interval=0.0005) as profiler:
        _ask_all(application, requests, number)
    print(profiler.output_text(unicode=True, show_all=True, timeline=False))


if __name__ == "__main__":
    sys.exit(main())
