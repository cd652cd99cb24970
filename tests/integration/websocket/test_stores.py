"""The same on every engine, under commits that race, and through a restart of PostgreSQL."""

import random
import threading
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from domain import OfferProposal, make_offer
from domain.ports.store import Store
from tests.clock import SettableClock
from tests.factories import BankDetailsFactory
from tests.integration.waiting import until, within
from tests.integration.wakers import RecordingWaker
from tests.integration.websocket.conftest import Serve, Service
from tests.postgres import Cluster


def test_a_story_on_every_engine(serve: Serve, store: Store) -> None:
    service = serve(store)
    seller, buyer = service.desk.trader(usdt=10), service.desk.trader()
    selling, buying = service.listen(seller), service.client(f"?token={service.ticket(buyer)}&since=0")
    ad = service.desk.ad(seller, auto_reply_message="Pay within the window.")
    offer = service.desk.offer(ad, buyer)
    service.desk.pay(offer)
    service.desk.release(offer)
    assert [frame["type"] for frame in selling.expect(2)] == ["ad_interest", "payment_indication"]
    assert [frame["type"] for frame in buying.expect(2)] == ["auto_reply", "funds_released"]
    assert (buying.messages[1]["amount"], buying.numbers) == (Decimal("2.0"), [1, 2])
    service.desk.suspend(seller)
    assert selling.expect_code() == 4403
    assert buying.code is None


class Reader:
    """A trader's program that is dropped again and again, and asks each time for what it has not seen."""

    def __init__(self, service: Service, token: str, chance: random.Random) -> None:
        self.service, self.token, self._chance = service, token, chance
        self.seen: list[int] = []
        self.drops = 0

    def run(self, total: int) -> None:
        while len(self.seen) < total:
            client = self.service.client(f"?token={self.token}&since={self.seen[-1] if self.seen else 0}")
            wanted = min(self._chance.randint(1, 5), total - len(self.seen))
            until(lambda client=client, wanted=wanted: len(client.frames) >= wanted)
            client.cut()
            self.seen += client.numbers
            self.drops += 1


def test_commits_that_race_are_seen_once_and_in_order(serve: Serve, new_store: Callable[[str], Store]) -> None:
    """Four makers of offers on four ads of one maker, so that their commits contend for its one counter."""
    service = serve(new_store("postgres"), page=7)
    maker = service.desk.trader(usdt=4000)
    ads = [service.desk.ad(maker, crypto_amount=Decimal(1000)) for _ in range(4)]
    takers = [service.desk.trader() for _ in ads]
    each = 40
    readers = [Reader(service, service.log_in(maker).access, random.Random(seed)) for seed in range(2)]

    def trade(number: int) -> None:
        for _ in range(each):
            service.desk.offer(ads[number], takers[number], 1)

    work = [threading.Thread(target=trade, args=(number,)) for number in range(len(ads))]
    work += [threading.Thread(target=reader.run, args=(each * len(ads),)) for reader in readers]
    for thread in work:
        thread.start()
    for thread in work:
        thread.join(120)
    for reader in readers:
        assert reader.seen == list(range(1, each * len(ads) + 1))
        assert reader.drops > 10


def test_a_commit_that_is_held_open_is_waited_for(serve: Serve, new_store: Callable[[str], Store]) -> None:
    """The later of two commits is numbered later, though its transaction may have begun first."""
    service = serve(new_store("postgres"))
    maker = service.desk.trader(usdt=20)
    held_ad, other_ad = (service.desk.ad(maker) for _ in range(2))
    listening = service.listen(maker, since=0)
    manager, unit = service.desk.open_unit()
    proposal = OfferProposal(Decimal(1), None, BankDetailsFactory())
    ports = {"book": unit.book, "catalogue": service.desk.catalogue}
    held = make_offer(held_ad.id, service.desk.trader().id, proposal, **ports)
    made: list[Any] = []
    taker = service.desk.trader()
    other = threading.Thread(target=lambda: made.append(service.desk.offer(other_ad, taker, 1)))
    other.start()
    assert not within(lambda: listening.frames, seconds=0.5)
    manager.commit()
    other.join(20)
    frames = listening.expect(2)
    assert [frame["offer_id"] for frame in frames] == [held.id, made[0].id]
    assert listening.numbers == [1, 2]


def test_sockets_outlive_a_restart_of_postgresql(
    serve: Serve, migrate: Callable[[str], None], waker: RecordingWaker, caplog: pytest.LogCaptureFixture
) -> None:
    from adapters.sql.store import SqlStore

    with Cluster(max_connections=40) as cluster:
        url = cluster.url(cluster.new_database())
        migrate(url)
        store = SqlStore(url, waker=waker, message_id_domain="desk.example", clock=SettableClock())
        service = serve(store)
        maker = service.desk.trader(usdt=10)
        ad, taker = service.desk.ad(maker), service.desk.trader()
        listening = service.listen(maker, since=0)
        service.desk.offer(ad, taker, 1)
        listening.expect(1)
        token = service.log_in(maker).access
        cluster.stop("immediate")
        until(lambda: "The store is away" in caplog.text)
        assert service.client(f"?token={token}").status == 503
        cluster.start()
        until(lambda: service.client(f"?token={token}").status is None)
        service.desk.offer(ad, taker, 1)
        listening.expect(2)
        assert listening.numbers == [1, 2]
        assert listening.code is None
        service.stop()
        store.close()
    assert caplog.text.count("The store is away") <= 2
