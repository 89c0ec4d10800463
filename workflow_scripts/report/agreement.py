"""The short answer: what the scores say about the agreement of networks with masks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

Row = Mapping[str, str]


@dataclass(frozen=True)
class Cell:
    """Mean IoU over the folds of one network and expression, with its two baselines.

    `images`: explained images in all `folds`.
    """

    network: str
    expression: str
    folds: int
    images: int
    iou: float
    all_face: float
    chance: float


def mean_cells(scores: Iterable[Row]) -> list[Cell]:
    """Cells that have scores, from rows per network, fold and expression; folds without scores count not.

    >>> fear = {"network": "A", "expression": "fear", "n": "5", "all_face_iou": ".2", "chance_iou": ".1"}
    >>> mean_cells([fear | {"iou": ".3"}, fear | {"iou": ".5"}, fear | {"iou": ""}])[0].iou
    0.4
    """
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in scores:
        if row["iou"]:
            groups.setdefault((row["network"], row["expression"]), []).append(row)
    return [
        Cell(
            *key,
            len(rows),
            sum(int(row["n"]) for row in rows),
            *(_mean(rows, column) for column in ("iou", "all_face_iou", "chance_iou")),
        )
        for key, rows in groups.items()
    ]


def missing_cells(scores: Iterable[Row]) -> list[Row]:
    """Rows without scores."""
    return [row for row in scores if not row["iou"]]


def short_answer(cells: Sequence[Cell]) -> list[str]:
    """Sentences on `cells` of one explainer and mask set: the best cell, the baselines, the means."""
    if not cells:
        return ["No heatmap could be compared with these masks."]
    best = max(cells, key=lambda cell: cell.iou)
    above_all = sum(cell.iou > cell.all_face for cell in cells)
    above_chance = sum(cell.iou > cell.chance for cell in cells)
    means = [fmean(getattr(cell, name) for cell in cells) for name in ("iou", "all_face", "chance")]
    return [
        f"Best agreement: {best.network}, {best.expression}, IoU {best.iou:.3f} "
        f"({_folds(best.folds)}, {best.images} explained images; the all-face mask reaches "
        f"{best.all_face:.3f} there).",
        f"{above_all} of {len(cells)} cells (network × expression) beat the all-face mask; "
        f"{above_chance} of {len(cells)} beat chance.",
        f"Mean IoU of all cells: {means[0]:.3f}; all-face mask {means[1]:.3f}; chance {means[2]:.3f}. "
        f"{verdict(*means)}",
    ]


def verdict(iou: float, all_face: float, chance: float) -> str:
    """One sentence that places the mean IoU among its baselines, compared as printed (3 digits)."""
    iou, all_face, chance = round(iou, 3), round(all_face, 3), round(chance, 3)
    better = "On average these networks agree with the masks better than"
    if iou > max(all_face, chance):
        return f"{better} both baselines."
    if iou > chance:
        return f"{better} chance, but not better than marking everything."
    if iou > all_face:
        return f"{better} marking everything, but not better than chance."
    return "On average these networks agree with the masks no better than either baseline."


def _mean(rows: Sequence[Row], column: str) -> float:
    return fmean(float(row[column]) for row in rows)


def _folds(n: int) -> str:
    return "one fold only" if n == 1 else f"mean of {n} folds"
