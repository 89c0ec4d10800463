"""Scores of a network and of its control networks on the same images, and without each of their subjects."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product

import numpy as np

from workflow_scripts.comparison.control_cells import Cell, rank_correlations, without_each_subject
from workflow_scripts.comparison.control_numbers import RANK_CORRELATION, ControlNumber
from workflow_scripts.comparison.scores import Metric, heatmap_scores
from workflow_scripts.comparison.subject_scores import AMPLITUDE, amplitude_changes, score_changes
from workflow_scripts.comparison.thresholds import important_region
from workflow_scripts.standardization.heatmaps import amplitude


@dataclass(frozen=True)
class Number:
    """A number of one cell, and how it changes without each subject; None if it has no such interval."""

    value: float
    changes: Mapping[str, float] | None = None


Numbers = dict[tuple[str, str], Number]  # by (mask set, metric)
Pair = tuple[Cell, Cell]  # of the trained network and of a control network


def control_numbers(
    about: Mapping[str, object],
    pairs: Mapping[int, Sequence[Pair]],
    masks: Mapping[str, np.ndarray],
    metrics: Sequence[Metric],
    face: np.ndarray,
) -> list[ControlNumber]:
    """The numbers of control networks that stand for the same, for one expression.

    about: the fields of `ControlNumber` that they share. pairs: by fold, the cells of the trained network,
    which are the same in all of a fold, and of each control network. masks, by mask set, and face: bool
    (h, w).
    """
    shared = dict(about) | {
        "n": len({image for of in pairs.values() for cell, _ in of for image in cell.image_ids}),
        "subjects": {str(fold): sorted(set(of[0][0].subjects)) for fold, of in pairs.items()},
    }
    scored = cache(lambda cell: _cell_numbers(cell, masks, metrics, face))
    every = [pair for of in pairs.values() for pair in of]
    sides = [[scored(cell) for cell in side] for side in zip(*every, strict=True)]
    found, reason = [], lacking(every)
    for mask_set, metric in [*product(masks, [metric.name for metric in metrics]), ("", AMPLITUDE)]:
        trained, control = (_mean([numbers.get((mask_set, metric)) for numbers in side]) for side in sides)
        found.append(_joined(shared, mask_set, metric, trained, control, reason))
    correlations = _mean([_rank_correlation(*pair) for pair in every])
    return [*found, _joined(shared, "", RANK_CORRELATION, None, correlations, "")]


def lacking(pairs: Sequence[Pair]) -> str:
    """Which of the networks has no heatmap, and why; empty if all have."""
    for pair in pairs:
        for side, cell in zip(("trained network", "control network"), pair, strict=True):
            if cell.missing:
                return f"{side}: {cell.missing}"
    return ""


def _joined(
    shared: Mapping[str, object],
    mask_set: str,
    metric: str,
    trained: Number | None,
    control: Number | None,
    reason: str,
) -> ControlNumber:
    """One metric's numbers of both."""
    return ControlNumber(
        **shared,
        mask_set=mask_set,
        metric=metric,
        trained=trained and trained.value,
        control_estimate=control and control.value,
        trained_changes=trained and trained.changes,
        control_changes=control and control.changes,
        missing=reason,
    )


def _cell_numbers(
    cell: Cell, masks: Mapping[str, np.ndarray], metrics: Sequence[Metric], face: np.ndarray
) -> Numbers:
    """The scores of a cell against masks, and its amplitude; empty without a heatmap."""
    if cell.missing:
        return {}
    region = important_region(cell.heatmap)[0]
    numbers = {}
    for name, mask in masks.items():
        scores = heatmap_scores(metrics, cell.heatmap, region, mask, face)
        numbers |= {(name, metric): Number(score) for metric, score in scores.items()}
        for metric, changes in score_changes(metrics, cell.maps, mask, face).items():
            by_name = _by_name(cell.maps.subjects, changes)
            numbers[name, metric] = Number(numbers[name, metric].value, by_name)
    changes = _by_name(cell.plain.subjects, amplitude_changes(cell.plain))
    return numbers | {("", AMPLITUDE): Number(amplitude(cell.plain.heatmap()), changes)}


def _by_name(subjects: Sequence[str], changes: np.ndarray) -> dict[str, float] | None:
    """Changes by subject; None where there is only one, who cannot be left out."""
    if len(changes) != len(subjects):
        return None
    return dict(zip(subjects, changes.tolist(), strict=True))


def _rank_correlation(trained: Cell, control: Cell) -> Number | None:
    """The mean rank correlation of two networks' explanations of an image; None without images."""
    if not len(trained.image_ids):
        return None
    values = rank_correlations(trained, control)
    return Number(float(values.mean()), without_each_subject(values, trained.subjects))


def _mean(numbers: Sequence[Number | None]) -> Number | None:
    """The mean over cells; None if one of them has no number. A subject is left out of all at once."""
    if not numbers or None in numbers:
        return None
    value = float(np.mean([one.value for one in numbers]))
    if any(one.changes is None for one in numbers):
        return Number(value)
    names = sorted({name for one in numbers for name in one.changes})
    return Number(
        value, {name: float(np.mean([one.changes.get(name, 0.0) for one in numbers])) for name in names}
    )
