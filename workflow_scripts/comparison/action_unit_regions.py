"""The regions of single action units on the standard face, and how much of a heatmap lies in each."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from itertools import product
from pathlib import Path

import numpy as np

from workflow_scripts.common.averages import over_folds
from workflow_scripts.common.intervals import over_trainings
from workflow_scripts.common.tables import read_table
from workflow_scripts.comparison.cells import AVERAGE
from workflow_scripts.comparison.named_points import fill_outlines
from workflow_scripts.comparison.references import CENTRE, centre_map
from workflow_scripts.comparison.scores import Metric, heatmap_scores
from workflow_scripts.comparison.thresholds import important_region

DENSITY = "density"
UNITS = (
    "network", "expression", "action_unit", "metric", "estimate", "sd", "low", "high", "folds"
)  # fmt: skip


def region_outlines(source: Path) -> dict[int, list[list[str]]]:
    """The outlines of each action unit, as names of points (`named_points`).

    source: table with the columns action_unit and polygons, which are separated by semicolons, their points
    by spaces.
    """
    return {
        int(row["action_unit"]): [polygon.split() for polygon in row["polygons"].split(";")]
        for row in read_table(source, ["action_unit", "polygons"])
    }


def unit_regions(source: Path, landmarks: np.ndarray, face: np.ndarray) -> dict[int, np.ndarray]:
    """The region of each action unit inside the face, bool (HEIGHT, WIDTH)."""
    outlines = region_outlines(source)
    return {unit: fill_outlines(outlines[unit], landmarks, convex=True) & face for unit in outlines}


def unit_scores(
    metrics: Sequence[Metric], heatmap: np.ndarray, region: np.ndarray, face: np.ndarray
) -> dict[str, float]:
    """Scores of a heatmap against the region of one action unit, by metrics of maps; and its density.

    Density is the share of positive importance inside the face that lies in the region, divided by the
    region's share of the face: 1 where importance is spread evenly, more where the region is favoured.
    """
    scores = heatmap_scores(
        [metric for metric in metrics if metric.takes == "map"],
        heatmap,
        important_region(heatmap)[0],
        region,
        face,
    )
    positive = np.maximum(heatmap, 0)
    total, share = positive[face].sum(), region.sum() / face.sum()
    return {DENSITY: float(positive[region].sum() / total / share) if total and share else 0.0} | scores


def units_table(
    metrics: Sequence[Metric],
    heatmaps: Mapping[tuple[str, object, str], np.ndarray],
    regions: Mapping[int, np.ndarray],
    face: np.ndarray,
    folds_each: int,
    learned: Collection[str],
    one_model: Collection[str] = (),
    beside: Mapping[str, int] | None = None,
) -> list[dict[str, object]]:
    """Mean scores over folds with their intervals over trainings, keys UNITS.

    Of each panel; of each network and the ``average`` over its expressions; and of the ``average`` of the
    networks that `learned` and have every expression; and of the ``centre``, a spot at the centre of the face
    (`comparison.references`). heatmaps: float (h, w), by (network, fold, expression),
    none of them missing or constant. folds_each: folds of one cross-validation. one_model: networks that are
    one model for all folds, and have no interval. beside: what is put beside, with its folds.
    """
    folds_of = defaultdict(lambda: folds_each, beside or {})
    scores = {
        (cell, unit): unit_scores(metrics, heatmap, region, face)
        for cell, heatmap in heatmaps.items()
        for unit, region in regions.items()
    }
    networks, expressions = (list(dict.fromkeys(cell[i] for cell in heatmaps)) for i in (0, 2))
    there = {(network, expression) for network, _, expression in heatmaps}
    every = [one for one in networks if one in learned and all((one, e) in there for e in expressions)]
    rows = []
    for name in (*networks, AVERAGE):
        for expression in (*expressions, AVERAGE):
            of_networks = every if name == AVERAGE else [name]
            shown = expressions if expression == AVERAGE else [expression]
            panels = [(network, one) for network in of_networks for one in shown]
            cells = [cell for cell in heatmaps if (cell[0], cell[2]) in panels]
            for unit, metric in product(regions, next(iter(scores.values()))):
                values = [((cell[0], cell[2]), cell[1], scores[cell, unit][metric]) for cell in cells]
                found = over_folds(values, panels)
                sd = None if set(of_networks) & set(one_model) else found.sd
                interval = over_trainings(found.estimate, sd, found.folds, folds_of[name])
                numbers = found.estimate, found.sd, interval.low, interval.high, found.folds
                rows.append(dict(zip(UNITS, (name, expression, unit, metric, *numbers), strict=True)))
    spot = centre_map(face)
    for unit, region in regions.items():
        for metric, score in unit_scores(metrics, spot, region, face).items():
            row = dict.fromkeys(UNITS) | {"network": CENTRE, "expression": AVERAGE, "action_unit": unit}
            rows.append(row | {"metric": metric, "estimate": score})
    return rows
