"""Scores of a network and of its control networks on the same images, redrawn over the same subjects."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from workflow_scripts.comparison.control_cells import Cell, rank_correlations, redrawn_means
from workflow_scripts.comparison.control_numbers import RANK_CORRELATION, ControlNumbers, ControlRow
from workflow_scripts.comparison.scores import Metric, heatmap_scores
from workflow_scripts.comparison.subject_scores import AMPLITUDE, redrawn_amplitudes, redrawn_scores
from workflow_scripts.comparison.subjects import subject_weights
from workflow_scripts.comparison.thresholds import important_region

Numbers = dict[tuple[str, str], np.ndarray]  # by (mask set, metric): float64 (1 + draws,)


@dataclass(frozen=True)
class Scoring:
    """How heatmaps are scored. face: bool (h, w). step: pixels of the grid on which they are redrawn."""

    metrics: Sequence[Metric]
    face: np.ndarray
    step: int
    seed: int
    draws: int


def control_numbers(
    about: Mapping[str, object],
    pairs: Sequence[tuple[Cell, Cell]],
    masks: Mapping[str, np.ndarray],
    scoring: Scoring,
) -> list[ControlNumbers]:
    """The numbers of control networks that stand for the same, for one expression.

    about: the fields of `ControlRow` that they share. pairs: the cells of the trained network, which may be
    the same for several, and of each control, of every fold and repeat. masks: of the expression, by mask
    set.
    """
    reason = lacking(pairs)
    scored = cache(lambda cell: _cell_numbers(cell, masks, scoring))
    sides = [[scored(cell) for cell in side] for side in zip(*pairs, strict=True)]
    correlations = [_rank_correlations(*pair, scoring) for pair in pairs]
    shared = dict(about) | {
        "n": len({image for cell, _ in pairs for image in cell.image_ids}),
        "subjects": min(len(set(cell.subjects)) for cell, _ in pairs),
    }
    found = []
    for mask_set, metric in dict.fromkeys(key for side in sides for numbers in side for key in numbers):
        means = [_mean([numbers.get((mask_set, metric)) for numbers in side], scoring) for side in sides]
        row = ControlRow(**shared, mask_set=mask_set, metric=metric, missing=reason)
        found.append(ControlNumbers(row, *means))
    row = ControlRow(**shared, mask_set="", metric=RANK_CORRELATION)
    none = np.full(1 + scoring.draws, np.nan, np.float32)
    return [*found, ControlNumbers(row, none, _mean(correlations, scoring))]


def lacking(pairs: Sequence[tuple[Cell, Cell]]) -> str:
    """Which of the networks has no heatmap, and why; empty if all have."""
    for pair in pairs:
        for side, cell in zip(("trained network", "control network"), pair, strict=True):
            if cell.missing:
                return f"{side}: {cell.missing}"
    return ""


def _cell_numbers(cell: Cell, masks: Mapping[str, np.ndarray], scoring: Scoring) -> Numbers:
    """The scores of a cell against masks, and its amplitude; empty without a heatmap.

    Draws are NaN for metrics that cannot be redrawn.
    """
    if cell.missing:
        return {}
    region = important_region(cell.heatmap)[0]
    unknown = np.full(scoring.draws, np.nan)
    numbers: Numbers = {}
    for name, mask in masks.items():
        scores = heatmap_scores(scoring.metrics, cell.heatmap, region, mask, scoring.face)
        numbers |= {(name, metric): np.array([score, *unknown]) for metric, score in scores.items()}
    weights = subject_weights(scoring.seed, cell.maps.subjects, scoring.draws)
    coarse = cell.maps.on_grid(scoring.step)
    numbers |= redrawn_scores(
        scoring.metrics, cell.heatmap, coarse, weights, masks, scoring.face, scoring.step
    )
    if cell.plain.subjects != cell.maps.subjects:
        weights = subject_weights(scoring.seed, cell.plain.subjects, scoring.draws)
    return numbers | {("", AMPLITUDE): redrawn_amplitudes(cell.plain, weights)}


def _rank_correlations(trained: Cell, control: Cell, scoring: Scoring) -> np.ndarray | None:
    """The mean rank correlation of two networks' explanations of an image, with its draws; None without."""
    if not len(trained.image_ids):
        return None
    names = sorted(set(trained.subjects))
    weights = dict(zip(names, subject_weights(scoring.seed, names, scoring.draws).T, strict=True))
    return redrawn_means(rank_correlations(trained, control), trained.subjects, weights)


def _mean(numbers: Sequence[np.ndarray | None], scoring: Scoring) -> np.ndarray:
    """The mean over folds and repeats; NaN if one of them has no number."""
    if any(one is None for one in numbers):
        return np.full(1 + scoring.draws, np.nan, np.float32)
    return np.mean(numbers, axis=0).astype(np.float32)
