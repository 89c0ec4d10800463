"""Scores of subsets of one cell's explanations against its mask, and how they differ.

A difference is that of the scores of two subsets' heatmaps, of all their images, and once more with both
thinned to equal numbers (`comparison.equal_numbers`), as the mean over DRAWS random choices. The second is
the one to believe. How the first changes without each subject, in both subsets at once, gives the intervals
of both (`comparison.over_faces`), with the error of the random choices added: a subject who is left out of a
thinned subset would be replaced by another. In simulated studies without a difference (tests/unit/comparison/
test_subsets.py), with up to six times as many images on one side, these intervals cover 0 in 0.95 to 1.00 of
studies with equal numbers; with all images in as few as 0.35, and in hardly any with five folds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from workflow_scripts.comparison.equal_numbers import common_counts, drawn
from workflow_scripts.comparison.scores import Metric, heatmap_scores
from workflow_scripts.comparison.subject_scores import score_changes
from workflow_scripts.comparison.subjects import by_subject
from workflow_scripts.comparison.thresholds import important_region
from workflow_scripts.standardization.heatmaps import missing_reason

DRAWS = 20

Scores = Mapping[str, float]


@dataclass(frozen=True)
class Subset:
    """Explanations of one cell. maps: float (n, h, w), n >= 1, not negative. subjects: of each of them."""

    maps: np.ndarray
    subjects: Sequence[str]

    @property
    def heatmap(self) -> np.ndarray:
        """Their mean, float32 (h, w)."""
        return mean_map(self.maps)


@dataclass(frozen=True)
class Difference:
    """Scores of a subset and of another, and what their differences rest on, by metric.

    error: variance of the two scores' difference by the random choices. changes: of the difference, by
    subject; none for metrics with a threshold, or if a subset has one subject. n: images of each; fewest:
    subjects of the subset that has fewer.
    """

    first: Scores
    second: Scores
    n: tuple[int, int]
    fewest: int
    error: Scores = field(default_factory=dict)
    changes: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


def mean_map(maps: np.ndarray) -> np.ndarray:
    """The mean of explanations (n, h, w), float32 (h, w)."""
    return np.mean(maps, axis=0, dtype=np.float64).astype(np.float32)


def map_scores(metrics: Sequence[Metric], heatmap: np.ndarray, mask: np.ndarray, face: np.ndarray) -> Scores:
    """The scores of a heatmap, float (h, w), by metric; none if it is constant. mask, face: bool (h, w)."""
    if missing_reason(heatmap, None):
        return {}
    region, _ = important_region(heatmap)
    return heatmap_scores(metrics, heatmap, region, mask, face)


def subset_changes(
    metrics: Sequence[Metric], subset: Subset, mask: np.ndarray, face: np.ndarray
) -> dict[str, dict[str, float]]:
    """How the scores of a subset change without each of its subjects, by metric and subject."""
    maps = by_subject(subset.maps, subset.subjects)
    changes = score_changes(metrics, maps, mask, face)
    return {
        metric: dict(zip(maps.subjects, of_metric.tolist(), strict=False))
        for metric, of_metric in changes.items()
        if len(maps.subjects) > 1
    }


def difference(
    subsets: tuple[Subset, Subset], scores: tuple[Scores, Scores], changes: tuple[Mapping, Mapping]
) -> Difference:
    """The difference of two subsets, which have scores, as they are.

    scores, changes: those of each, from `map_scores` and `subset_changes`.
    """
    return Difference(
        *scores,
        tuple(len(one.subjects) for one in subsets),
        min(len({*one.subjects}) for one in subsets),
        dict.fromkeys(scores[0], 0.0),
        {metric: _apart(changes, metric) for metric in changes[0] if metric in changes[1]},
    )


def equal_difference(
    subsets: tuple[Subset, Subset],
    whole: Difference,
    metrics: Sequence[Metric],
    mask: np.ndarray,
    face: np.ndarray,
    draw: np.random.Generator,
) -> Difference | None:
    """Likewise of the two thinned to equal numbers. whole: their difference as they are.

    None if a thinned heatmap is the same everywhere. Subsets of equal numbers already stay as they are.
    """
    counts = common_counts(*(one.subjects for one in subsets))
    n, fewest = sum(counts), len(counts)
    if whole.n == (n, n):
        return whole
    sides = []
    for subset, own in zip(subsets, (whole.first, whole.second), strict=True):
        if n == len(subset.subjects):
            sides.append([own] * DRAWS)
            continue
        chosen = [drawn(subset.subjects, counts, draw) for _ in range(DRAWS)]
        sides.append([map_scores(metrics, mean_map(subset.maps[places]), mask, face) for places in chosen])
    if not all(one for side in sides for one in side):
        return None
    of = {m.name: np.array([[one[m.name] for one in side] for side in sides]) for m in metrics}
    first, second = ({name: float(values[i].mean()) for name, values in of.items()} for i in (0, 1))
    error = {name: float(np.var(values[0] - values[1], ddof=1) / DRAWS) for name, values in of.items()}
    return Difference(first, second, (n, n), fewest, error, whole.changes)


def _apart(changes: tuple[Mapping, Mapping], metric: str) -> dict[str, float]:
    """Changes of a difference: a subject is left out of both subsets at once."""
    a, b = (of[metric] for of in changes)
    return {name: a.get(name, 0.0) - b.get(name, 0.0) for name in sorted({*a, *b})}
