"""Places of small pictures that are alike, one for each network, row after row."""

from collections.abc import Iterator
from dataclasses import dataclass

from workflow_scripts.common.figures import WIDTH
from workflow_scripts.report.figures.face_grid import LETTER, LINE, MARGIN

BETWEEN = 0.2  # inches
BOLD = 1.25 * LETTER


@dataclass(frozen=True)
class Multiples:
    """Pictures of `width` x `height` inches, `columns` side by side, below their names.

    left: inches before them, for what their rows are called. below: under each, for its axis. foot: under
    all.
    """

    number: int
    columns: int
    width: float
    height: float
    left: float
    below: float
    foot: float

    @property
    def total_height(self) -> float:
        """Of the figure, in inches."""
        rows = -(-self.number // self.columns)
        return MARGIN + rows * (1.4 * LINE + self.height + self.below) + self.foot + MARGIN

    def places(self) -> Iterator[tuple[float, float, bool, bool]]:
        """Left and upper end of each, whether it is the first of its row, and whether none is below it."""
        for place in range(self.number):
            row, column = divmod(place, self.columns)
            y = MARGIN + 1.4 * LINE + row * (1.4 * LINE + self.height + self.below)
            x = self.left + column * (self.width + BETWEEN)
            yield x, y, column == 0, place + self.columns >= self.number


def filling(number: int, columns: int, left: float, widest: float) -> tuple[int, float]:
    """How many pictures stand side by side, at most `columns`, and their width in inches, at most `widest`.

    >>> filling(2, 3, left=1.0, widest=2.5)
    (2, 2.5)
    """
    columns = max(1, min(columns, number))
    return columns, min(widest, (WIDTH - left - MARGIN) / columns - BETWEEN)


def shortened(name: str, width: float) -> str:
    """A name that fits, in bold, over a picture of some width in inches.

    >>> shortened("MobileNetV3", 2.0), shortened("AVeryLongNameOfANetwork", 1.0)
    ('MobileNetV3', 'AVeryLon…')
    """
    most = int(width / BOLD)
    return name if len(name) <= most else name[: most - 1] + "…"
