"""Names of the columns of scores, which follow from the metrics; cheap to import to check settings."""

from collections.abc import Sequence

from workflow_scripts.common.registry import entry_label

PAPER = ("iou", "f1", "precision", "recall")  # the metrics of Tables 3 to 5
# those that need no threshold
FREE = ("auc", "nss", "cc", "relevance_mass", "rank_accuracy", "pointing_game", "iou_mask_area")
ALL = (*PAPER, *FREE)
FACE, CHANCE = "face_", "chance_face_"  # prefixes of the baselines' scores
PREFIXES = ("", FACE, CHANCE)
AREAS = ("threshold", "heatmap_area", "mask_area")
# what a cell is based on: images, the share of them recognised correctly, passes, their noise, fits, heatmap
BASIS = ("n", "share_correct", "samples", "noise", "bias_bound", "median_r2", "amplitude", "missing")
CELL = ("network", "fold", "expression")
IDENTITY = ("explainer", "mask_set", "learned")  # what scores.csv has in addition to the columns of cells


def in_order(entries: Sequence[str]) -> list[str]:
    """Metrics in the order of their columns: the paper's four first, in the paper's order.

    >>> in_order(["my_metrics.py:dice", "recall", "iou", "f1", "precision"])
    ['iou', 'f1', 'precision', 'recall', 'my_metrics.py:dice']
    """
    return [name for name in PAPER if name in entries] + [entry for entry in entries if entry not in PAPER]


def metric_names(entries: Sequence[str]) -> list[str]:
    """The names of metrics, as in their columns, `in_order`."""
    return [entry_label(entry) for entry in in_order(entries)]


def cell_columns(metrics: Sequence[str] = PAPER) -> list[str]:
    """Columns of a cell's row. metrics: names. Metrics beyond the paper's four come last.

    >>> cell_columns([*PAPER, "dice"])[-4:]
    ['chance_face_recall', 'dice', 'face_dice', 'chance_face_dice']
    """
    return [*CELL, *BASIS, *AREAS, *score_columns(metrics)]


def score_columns(metrics: Sequence[str]) -> list[str]:
    """The columns of scores alone, in the order of `cell_columns`."""
    of_paper = [name for name in PAPER if name in metrics]
    further = [name for name in metrics if name not in PAPER]
    return [prefix + name for prefix in PREFIXES for name in of_paper] + [
        prefix + name for name in further for prefix in PREFIXES
    ]


def refusal(entries: Sequence[str]) -> str:
    """Why these metrics cannot run together; empty if they can.

    The paper's four must be among them, and no two columns of the tables may have the same name.
    """
    if absent := [name for name in PAPER if name not in entries]:
        return f"lacks {', '.join(absent)}, which the paper's Tables 3 to 5 need; put it back"
    taken = {*IDENTITY, *cell_columns()}
    for name in (entry_label(entry) for entry in entries if entry not in PAPER):
        own = {prefix + name for prefix in PREFIXES}
        if own & taken:
            return f"names {name}, but the tables already have a column of that name; rename the function"
        taken |= own
    return ""
