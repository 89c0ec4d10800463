"""The cell that stands for all in the picture of what is scored, and its numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

IOU = "iou"
MEANINGS = {  # in the order shown
    "precision": ("precision", "of what was found, the part in the mask"),
    "recall": ("recall", "of the mask, the part that was found"),
    "f1": ("F1", "precision and recall in one number"),
    IOU: ("IoU", "both, as a part of all that is coloured"),
}

Row = Mapping[str, str]
Cell = tuple[str, int, str]  # network, fold, expression


@dataclass(frozen=True)
class ScoredCell:
    """A cell with its numbers from scores.csv.

    of: scored cells of the same network and fold. threshold: Otsu's, a grey level. numbers: by name shown,
    the score and what it is.
    """

    cell: Cell
    of: int
    threshold: int
    numbers: Mapping[str, tuple[float, str]]


def median_cell(
    scores: Sequence[Row], networks: Sequence[str], expressions: Sequence[str], learned: Mapping[str, bool]
) -> ScoredCell | None:
    """The cell with the median IoU of the first network that learned, in its first fold with scores.

    Of two in the middle it is the lower one, and of equal ones that of the first expression. None if no
    network that learned has scores.
    """
    known = [row for row in scores if row[IOU] and learned.get(row["network"])]
    for network in networks:
        of_network = [row for row in known if row["network"] == network and row["expression"] in expressions]
        if of_network:
            first = min(int(row["fold"]) for row in of_network)
            of_fold = [row for row in of_network if int(row["fold"]) == first]
            of_fold.sort(key=lambda row: (float(row[IOU]), expressions.index(row["expression"])))
            row = of_fold[(len(of_fold) - 1) // 2]
            numbers = {
                label: (float(row[name]), meaning)
                for name, (label, meaning) in MEANINGS.items()
                if row.get(name)
            }
            cell = network, first, row["expression"]
            return ScoredCell(cell, len(of_fold), round(float(row["threshold"])), numbers)
    return None
