"""Places of small pictures that are alike, one for each network, row after row.

Each has its own labels at its left, so that it can be read where a window shows no other.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from workflow_scripts.common.figures import WIDTH
from workflow_scripts.report.figures.face_grid import LETTER, LINE, MARGIN

BETWEEN = 0.2  # inches
BOLD = 1.25 * LETTER


@dataclass(frozen=True)
class Multiples:
    """Pictures of `width` x `height` inches, `columns` side by side, below their names.

    left: inches before each, for its labels. below: under each, for its axis. foot: under all.
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

    def places(self) -> Iterator[tuple[float, float, bool]]:
        """Left and upper end of each, without its labels, and whether none is below it."""
        for place in range(self.number):
            row, column = divmod(place, self.columns)
            y = MARGIN + 1.4 * LINE + row * (1.4 * LINE + self.height + self.below)
            x = MARGIN + self.left + column * (self.left + self.width + BETWEEN)
            yield x, y, place + self.columns >= self.number


def filling(number: int, columns: int, left: float, widest: float) -> tuple[int, float]:
    """How many pictures stand side by side, at most `columns`, and their width in inches, at most `widest`.

    >>> filling(2, 3, left=1.0, widest=2.5)
    (2, 2.5)
    """
    columns = max(1, min(columns, number))
    return columns, min(widest, (WIDTH - 2 * MARGIN + BETWEEN) / columns - BETWEEN - left)


def shortened(name: str, width: float) -> str:
    """A name that fits, in bold, over a picture of some width in inches.

    >>> shortened("MobileNetV3", 2.0), shortened("AVeryLongNameOfANetwork", 1.0)
    ('MobileNetV3', 'AVeryLon…')
    """
    most = int(width / BOLD)
    return name if len(name) <= most else name[: most - 1] + "…"
