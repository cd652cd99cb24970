"""The bookkeeping alone: who is read for, from where, and what that comes to."""

from dataclasses import dataclass, field
from uuid import UUID

from adapters.websocket.listeners import Listener, ListenerRegistry, PendingRead
from domain import NoticeKind, NumberedNotice
from tests.factories import NOW

TRADER, OTHER = UUID(int=1), UUID(int=2)
PAGE = 3


@dataclass
class Wire:
    """The end of a line: what went over it. It is full after so many frames."""

    capacity: int = 1000
    texts: list[str] = field(default_factory=list)
    listener: Listener | None = None

    def send(self, text: str) -> None:
        self.texts.append(text)
        if self.listener is not None and len(self.texts) >= self.capacity:
            self.listener.is_full = True

    def end(self, code: int, reason: str) -> None:
        self.texts.append(f"{code} {reason}")


def listener(position: int = 0, trader_id: UUID = TRADER, *, numbered: bool = True, capacity: int = 1000) -> Listener:
    wire = Wire(capacity)
    wire.listener = Listener(wire, trader_id, UUID(int=9), NOW, position, numbered)
    return wire.listener


def notices(*numbers: int) -> list[NumberedNotice]:
    return [NumberedNotice(TRADER, each, NoticeKind.AD_INTEREST, {"type": "x"}, NOW) for each in numbers]


def sent(to: Listener) -> list[str]:
    assert isinstance(to.connection, Wire)
    return to.connection.texts


def idle(registry: ListenerRegistry, *listeners: Listener) -> None:
    """Add listeners, and answer their first reads with nothing."""
    for each in listeners:
        for read in registry.add(each):
            registry.deliver(read, [])


def test_a_new_listener_is_read_for_from_its_position() -> None:
    registry, one = ListenerRegistry(PAGE), listener(5)
    assert registry.add(one) == [PendingRead(TRADER, 5, (one,))]


def test_listeners_at_one_position_share_a_read() -> None:
    registry, one, two, behind = ListenerRegistry(PAGE), listener(5), listener(5, numbered=False), listener(2)
    idle(registry, one, two, behind)
    reads = registry.woken([TRADER])
    assert reads == [PendingRead(TRADER, 5, (one, two)), PendingRead(TRADER, 2, (behind,))]
    registry.deliver(reads[0], notices(6))
    assert sent(one) == ['{"type": "x", "notice": 6}']
    assert sent(two) == ['{"type": "x"}']


def test_what_is_heard_during_a_read_is_read_after_it() -> None:
    registry, one = ListenerRegistry(PAGE), listener()
    (first,) = registry.add(one)
    assert registry.woken([TRADER]) == []
    assert registry.deliver(first, notices(1, 2)) == [PendingRead(TRADER, 2, (one,))]


def test_a_full_page_is_followed_by_another() -> None:
    registry, one = ListenerRegistry(PAGE), listener()
    (first,) = registry.add(one)
    (second,) = registry.deliver(first, notices(1, 2, 3))
    assert second == PendingRead(TRADER, 3, (one,))
    assert registry.deliver(second, notices(4)) == []


def test_a_full_line_is_sent_the_rest_once_it_is_drained() -> None:
    registry, one = ListenerRegistry(PAGE), listener(capacity=2)
    (first,) = registry.add(one)
    assert registry.deliver(first, notices(1, 2, 3)) == []
    assert registry.woken([TRADER]) == []
    assert registry.drained(one) == [PendingRead(TRADER, 2, (one,))]


def test_only_who_lacks_a_notice_is_read_for_after_a_poll() -> None:
    registry, one, other = ListenerRegistry(PAGE), listener(5), listener(1, OTHER)
    idle(registry, one, other)
    assert registry.heard({TRADER: 5, OTHER: 2}) == [PendingRead(OTHER, 1, (other,))]


def test_a_read_that_failed_is_done_again_at_the_next_poll() -> None:
    registry, one = ListenerRegistry(PAGE), listener(5)
    (first,) = registry.add(one)
    registry.put_back(first)
    assert registry.heard({TRADER: 5}) == [PendingRead(TRADER, 5, (one,))]


def test_who_has_left_is_read_for_no_more() -> None:
    registry, one = ListenerRegistry(PAGE), listener()
    (first,) = registry.add(one)
    registry.remove(one)
    registry.remove(one)
    assert registry.deliver(first, notices(1, 2, 3)) == []
    assert (len(registry), registry.trader_ids, registry.woken([TRADER])) == (0, (), [])


def test_the_oldest_are_the_surplus() -> None:
    registry, listeners = ListenerRegistry(PAGE), [listener() for _ in range(4)]
    idle(registry, *listeners)
    assert registry.surplus(TRADER, 3) == listeners[:1]
    assert registry.surplus(OTHER, 3) == []
