"""Files of tests begin in the order of how long they take."""

from tests.support.durations import ROOT, place, recorded


def test_the_longest_file_comes_first_and_each_stays_together_in_its_order() -> None:
    tests = ["a.py::one", "a.py::two[x::y]", "b.py::one", "new.py::one", "b.py::two", "c.py::one"]
    seconds = {"a.py": 1.0, "b.py": 30.5, "c.py": 2.0, "gone.py": 99.0}
    assert sorted(tests, key=lambda test: place(test, seconds)) == [
        "new.py::one", "b.py::one", "b.py::two", "c.py::one", "a.py::one", "a.py::two[x::y]",
    ]  # fmt: skip


def test_what_is_recorded_is_there() -> None:
    """A file that was renamed loses its figure, and begins first until there is another."""
    assert [name for name in recorded() if not (ROOT / name).is_file()] == []
