"""Letters to an address that was shown to be its owner's meanwhile."""

from domain.ports.delivery import UNVERIFIED_LETTERS_A_DAY
from tests.integration.desk import Desk
from tests.integration.kit.delivery.test_letter_order import OTHER, sent, write


def test_whoever_shows_it_to_be_theirs_gets_what_comes_then(desk: Desk) -> None:
    stranger = desk.trader()
    write(desk, stranger, UNVERIFIED_LETTERS_A_DAY + 1)
    assert len(sent(desk)) == UNVERIFIED_LETTERS_A_DAY
    desk.write(lambda unit: unit.traders.set_email_verified(stranger.id, desk.clock.now()))
    write(desk, stranger)
    assert sent(desk) == [OTHER]
