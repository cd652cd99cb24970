"""The waker of the domain's test kit, under the name that the tests here know."""

from domain.testing.wakers import RecordingWaker

__all__ = ["RecordingWaker"]
