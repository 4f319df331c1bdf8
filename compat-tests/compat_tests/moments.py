"""Times that two servers told, compared however long either of them took."""

from dataclasses import dataclass

#: Whole seconds on one side, parts of them on the other.
ROUNDED = 1.5


@dataclass(frozen=True, eq=False)
class Moment:
    """A time between `earliest` and `latest`, told between `begun` and `now`; all are Unix times.

    Either a test fixed it, and two servers tell the same time; or a server took it from its clock when it wrote it, and
    two servers tell the same distance from a moment between `begun` and `now`. Two moments that can be the same in one of
    these ways are equal.
    """

    earliest: float
    latest: float
    begun: float
    now: float

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Moment):
            return NotImplemented
        return _meet(self._fixed(), other._fixed()) or _meet(self._distance(), other._distance())

    def __repr__(self) -> str:
        return f"<{self.latest - self.now:.0f} s from now>"

    def _fixed(self) -> tuple[float, float]:
        return self.earliest, self.latest

    def _distance(self) -> tuple[float, float]:
        return self.earliest - self.now, self.latest - self.begun


def _meet(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return one[0] <= other[1] + ROUNDED and other[0] <= one[1] + ROUNDED
