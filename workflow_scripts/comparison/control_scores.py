"""Scores of a network and of its control networks on the same images, and without each of their subjects."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product

import numpy as np

from workflow_scripts.comparison.control_cells import (
    Cell,
    comparable,
    rank_correlations,
    without_each_subject,
)
from workflow_scripts.comparison.control_numbers import PROBABILITY, RANK_CORRELATION, ControlNumber
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
    scored = cache(lambda cell: _cell_numbers(cell, masks, metrics, face))
    kept = {fold: [comparable(*pair) for pair in of] for fold, of in pairs.items()}
    shared = dict(about) | {
        "n": len({image for of in kept.values() for cell, _ in of for image in cell.image_ids}),
        "subjects": {
            str(fold): sorted(set.intersection(*(set(cell.subjects) for cell, _ in of)))
            for fold, of in kept.items()
        },
    }
    reason = lacking([pair for of in kept.values() for pair in of])
    found = []
    for mask_set, metric in [*product(masks, [metric.name for metric in metrics]), ("", AMPLITUDE)]:
        numbers = {
            fold: [[scored(cell).get((mask_set, metric)) for cell in pair] for pair in of]
            for fold, of in kept.items()
        }
        found.append(_joined(shared, mask_set, metric, numbers, reason))
    chances = {
        fold: [[_of_images(_probabilities(cell), cell.subjects) for cell in pair] for pair in of]
        for fold, of in pairs.items()
    }
    found.append(_joined(shared, "", PROBABILITY, chances, ""))
    correlations = {
        fold: [[None, _of_images(rank_correlations(*pair), pair[0].subjects)] for pair in of]
        for fold, of in pairs.items()
    }
    return [*found, _joined(shared, "", RANK_CORRELATION, correlations, "")]


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
    numbers: Mapping[int, Sequence[Sequence[Number | None]]],
    reason: str,
) -> ControlNumber:
    """One metric's numbers of both.

    numbers: by fold and repeat, that of the trained and of the control network.
    """
    every = [pair for of in numbers.values() for pair in of]
    trained, control = (_mean([pair[side] for pair in every]) for side in range(2))
    by_repeat = [_mean([pair[1] for pair in repeat]) for repeat in zip(*numbers.values(), strict=True)]
    return ControlNumber(
        **shared,
        mask_set=mask_set,
        metric=metric,
        trained=trained and trained.value,
        control_estimate=control and control.value,
        draws=[one.value for one in by_repeat if one],
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


def _probabilities(cell: Cell) -> np.ndarray:
    """What a network says of each image: the probability of the expression, float64 (n,)."""
    return np.array([explanation.probability[cell.column] for explanation in cell.explanations])


def _of_images(values: np.ndarray, subjects: Sequence[str]) -> Number | None:
    """The mean of a number per image, float64 (n,), over those that have it; None if none has."""
    known = np.isfinite(values)
    if not known.any():
        return None
    whose = [subject for subject, one in zip(subjects, known, strict=True) if one]
    return Number(float(values[known].mean()), without_each_subject(values[known], whose))


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
