"""How well heatmaps and masks agree by the metrics of a study, with baselines to judge the agreement by."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.registry import entry_function, entry_label, load_entry

METRICS = "workflow_scripts.comparison.metrics"


@dataclass(frozen=True)
class Metric:
    """An entry of the registry `metrics`, whose package describes the fields. name: as in its columns."""

    name: str
    label: str
    better: str
    takes: str
    score: Callable[..., float]
    weights: Callable[..., np.ndarray] | None = None


def load_metrics(entries: Sequence[str]) -> list[Metric]:
    """The metrics that `entries` name; no other module of the registry is imported.

    Raises StudyError if one does not exist or lacks a field, or if two have the same label.
    """
    metrics = [_load(entry) for entry in entries]
    labels = [metric.label for metric in metrics]
    if repeated := sorted({label for label in labels if labels.count(label) > 1}):
        raise StudyError(
            f"comparison.metrics: several have the LABEL {', '.join(repeated)}; give each its own file "
            "and its own LABEL, so that readers can tell them apart"
        )
    return metrics


def _load(entry: str) -> Metric:
    module = load_entry(METRICS, entry)
    allowed = {"LABEL": None, "BETTER": ("higher", "lower"), "TAKES": ("mask", "map")}
    parts = {name: getattr(module, name, None) for name in allowed}
    for name, values in allowed.items():
        if not isinstance(parts[name], str) or (values and parts[name] not in values):
            wanted = f"one of {', '.join(values)}" if values else "a text"
            raise StudyError(
                f"the metric '{entry}' needs {name}, {wanted}, in its file; found {parts[name]!r}"
            )
    weights = getattr(module, "weights", None) if parts["TAKES"] == "map" else None
    if weights and not hasattr(module, "score") and ":" not in entry:
        return Metric(entry_label(entry), *parts.values(), _weighted(weights), weights)
    return Metric(entry_label(entry), *parts.values(), entry_function(METRICS, entry, "score"), weights)


def _weighted(weights: Callable[..., np.ndarray]) -> Callable[..., float]:
    """The score that is a sum over the mask's places inside the face."""

    def score(heatmap: np.ndarray, mask: np.ndarray, face: np.ndarray) -> float:
        inside = mask & face
        return float(weights(heatmap, face, int(np.count_nonzero(inside)))[inside].sum())

    return score


def heatmap_scores(
    metrics: Sequence[Metric], heatmap: np.ndarray, region: np.ndarray, mask: np.ndarray, face: np.ndarray
) -> dict[str, float]:
    """The scores of a heatmap, by the names of metrics.

    heatmap: float (h, w). region: what it marks as important; mask, face: all bool (h, w).
    """
    return {
        metric.name: finite_score(metric, heatmap.astype(np.float64), mask, face)
        if metric.takes == "map"
        else finite_score(metric, *_areas(region, mask))
        for metric in metrics
    }


def face_scores(metrics: Sequence[Metric], mask: np.ndarray, face: np.ndarray) -> dict[str, float]:
    """The scores of the whole face, as a region or, for metrics of maps, as a map; both bool (h, w)."""
    return heatmap_scores(metrics, face, face, mask, face)


def chance_face_scores(
    metrics: Sequence[Metric], region: np.ndarray, mask: np.ndarray, face: np.ndarray
) -> dict[str, float | None]:
    """Expected scores of a region as large as `region` whose pixels are drawn at random from the face.

    region, mask, face: bool (h, w). A region larger than the face becomes the face. The expected overlap
    is the region's area times the mask's share of the face. F1, precision and recall are linear in the
    overlap, so theirs are exact; IoU is not, but the overlap of tens of thousands of pixels hardly varies:
    it is exact to three digits on the standard canvas. None for metrics of maps.
    """
    area = min(float(region.sum()), float(face.sum()))
    overlap = area * np.count_nonzero(mask & face) / face.sum()
    return {
        metric.name: None if metric.takes == "map" else finite_score(metric, overlap, area, mask.sum())
        for metric in metrics
    }


def _areas(region: np.ndarray, mask: np.ndarray) -> tuple[int, int, int]:
    return np.count_nonzero(region & mask), region.sum(), mask.sum()


def finite_score(metric: Metric, *arguments) -> float:
    """A score that can be averaged."""
    score = float(metric.score(*arguments))
    if not isfinite(score):
        raise StudyError(
            f"the metric {metric.name} returned {score}; scores must be finite, so its function must define "
            "what 0 / 0 counts as"
        )
    return score
