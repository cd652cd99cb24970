"""The invariants of the domain's test kit, under the name that the tests here know."""

from domain.testing.contracts.lists_are_right import ads_of, check_invariants, entries_of, every, offers_of

__all__ = ["ads_of", "check_invariants", "entries_of", "every", "offers_of"]
