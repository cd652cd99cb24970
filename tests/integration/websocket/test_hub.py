"""The bookkeeping alone: who is read for, from where, and what that comes to."""

from dataclasses import dataclass, field
from uuid import UUID

from adapters.websocket.hub import Hub, Listener, Reading
from domain import NoticeKind, NumberedNotice
from tests.factories.traders import NOW

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
    assert isinstance(to.line, Wire)
    return to.line.texts


def idle(hub: Hub, *listeners: Listener) -> None:
    """Add listeners, and answer their first readings with nothing."""
    for each in listeners:
        for reading in hub.add(each):
            hub.deliver(reading, [])


def test_a_new_listener_is_read_for_from_its_position() -> None:
    hub, one = Hub(PAGE), listener(5)
    assert hub.add(one) == [Reading(TRADER, 5, (one,))]


def test_listeners_at_one_position_share_a_reading() -> None:
    hub, one, two, behind = Hub(PAGE), listener(5), listener(5, numbered=False), listener(2)
    idle(hub, one, two, behind)
    readings = hub.woken([TRADER])
    assert readings == [Reading(TRADER, 5, (one, two)), Reading(TRADER, 2, (behind,))]
    hub.deliver(readings[0], notices(6))
    assert sent(one) == ['{"type": "x", "notice": 6}']
    assert sent(two) == ['{"type": "x"}']


def test_what_is_heard_during_a_reading_is_read_after_it() -> None:
    hub, one = Hub(PAGE), listener()
    (first,) = hub.add(one)
    assert hub.woken([TRADER]) == []
    assert hub.deliver(first, notices(1, 2)) == [Reading(TRADER, 2, (one,))]


def test_a_full_page_is_followed_by_another() -> None:
    hub, one = Hub(PAGE), listener()
    (first,) = hub.add(one)
    (second,) = hub.deliver(first, notices(1, 2, 3))
    assert second == Reading(TRADER, 3, (one,))
    assert hub.deliver(second, notices(4)) == []


def test_a_full_line_is_sent_the_rest_once_it_is_drained() -> None:
    hub, one = Hub(PAGE), listener(capacity=2)
    (first,) = hub.add(one)
    assert hub.deliver(first, notices(1, 2, 3)) == []
    assert hub.woken([TRADER]) == []
    assert hub.drained(one) == [Reading(TRADER, 2, (one,))]


def test_only_who_lacks_a_notice_is_read_for_after_a_poll() -> None:
    hub, one, other = Hub(PAGE), listener(5), listener(1, OTHER)
    idle(hub, one, other)
    assert hub.heard({TRADER: 5, OTHER: 2}) == [Reading(OTHER, 1, (other,))]


def test_a_reading_that_failed_is_done_again_at_the_next_poll() -> None:
    hub, one = Hub(PAGE), listener(5)
    (first,) = hub.add(one)
    hub.put_back(first)
    assert hub.heard({TRADER: 5}) == [Reading(TRADER, 5, (one,))]


def test_who_has_left_is_read_for_no_more() -> None:
    hub, one = Hub(PAGE), listener()
    (first,) = hub.add(one)
    hub.remove(one)
    hub.remove(one)
    assert hub.deliver(first, notices(1, 2, 3)) == []
    assert (len(hub), hub.trader_ids, hub.woken([TRADER])) == (0, (), [])


def test_the_oldest_are_the_surplus() -> None:
    hub, listeners = Hub(PAGE), [listener() for _ in range(4)]
    idle(hub, *listeners)
    assert hub.surplus(TRADER, 3) == listeners[:1]
    assert hub.surplus(OTHER, 3) == []
