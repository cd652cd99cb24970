"""The contracts of the first tier. Their tests are imported, so that pytest finds them beside the desk's fixtures."""

from domain.testing.contracts.book.test_chats import *  # noqa: F403
from domain.testing.contracts.book.test_edits import *  # noqa: F403
from domain.testing.contracts.book.test_fees import *  # noqa: F403
from domain.testing.contracts.book.test_guards import *  # noqa: F403
from domain.testing.contracts.book.test_limits import *  # noqa: F403
from domain.testing.contracts.book.test_lives import *  # noqa: F403
from domain.testing.contracts.book.test_locked_reads import *  # noqa: F403
from domain.testing.contracts.book.test_market_ads import *  # noqa: F403
from domain.testing.contracts.book.test_races import *  # noqa: F403
from domain.testing.contracts.book.test_units import *  # noqa: F403
