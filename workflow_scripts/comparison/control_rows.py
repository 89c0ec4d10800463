"""Rows of controls.csv: does a trained network differ from its control networks, by how much?

Estimand: a number of the trained network minus that of its control networks, on the same images, for the same
expression, as the mean over folds (and repeats of the controls) of per-fold heatmaps. Unit: the subject. All
draws are paired (`comparison.subjects`), and the interval is that of `comparison.over_faces`: about these
trained and these control networks, had they been shown other people's faces. Metrics that cannot be redrawn
have no interval.

A row is for one network, or ``average`` over those that learned and have every number; one expression, or
``average`` over all that the mask set has; one entry of training.controls and number of `randomized` groups
of `groups` in all. trained, estimate: of the trained and of the control network; low, high: interval of the
control's. difference: trained minus control, with its interval and p, and q, the false discovery rate over
the networks that learned. Without a mask set: ``amplitude``, whose ``amplitude_ratio`` is control to trained,
with an interval on the log scale; and ``rank_correlation``, of the importances by which the two explain an
image, which has no value for the trained network alone. n: images; subjects: the fewest behind a heatmap;
coverage: how often such intervals hold the truth in simulated studies. missing: why there is no number.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace

import numpy as np

from workflow_scripts.common.intervals import false_discovery_rates
from workflow_scripts.comparison.control_numbers import ControlNumbers, ControlRow
from workflow_scripts.comparison.over_faces import coverage_of, over_faces
from workflow_scripts.comparison.subject_scores import AMPLITUDE

AVERAGE, RATIO = "average", "amplitude_ratio"
CONTROLS = (
    "network", "control", "kind", "randomized", "groups", "mask_set", "expression", "metric", "trained",
    "estimate", "low", "high", "difference", "difference_low", "difference_high", "p", "q", "n", "subjects",
    "folds", "coverage", "missing",
)  # fmt: skip

Rows = list[dict[str, object]]


def control_rows(numbers: Mapping[str, Sequence[ControlNumbers]], learned: Mapping[str, bool]) -> Rows:
    """Rows, keys CONTROLS, of all networks and their average. numbers: by network."""
    whole = {name: [*of, *_over_expressions(of)] for name, of in numbers.items()}
    whole[AVERAGE] = _over_networks({name: of for name, of in whole.items() if learned.get(name)})
    rows = [row for name, of in whole.items() for one in of for row in (_row(name, one), *_ratio(name, one))]
    families = defaultdict(list)
    for row in rows:
        if learned.get(row["network"]) and row["p"] is not None:
            families[tuple(row[key] for key in CONTROLS[1:8])].append(row)
    for family in families.values():
        for row, q in zip(family, false_discovery_rates([row["p"] for row in family]), strict=True):
            row["q"] = q
    return rows


def _over_expressions(numbers: Sequence[ControlNumbers]) -> Iterator[ControlNumbers]:
    """The means over expressions; a number that one of them lacks is missing."""
    alike = defaultdict(list)
    for one in numbers:
        row = one.row
        alike[row.control, row.randomized, row.mask_set, row.metric].append(one)
    for of in alike.values():
        yield _mean(of, expression=AVERAGE, n=sum(one.row.n for one in of))


def _over_networks(numbers: Mapping[str, Sequence[ControlNumbers]]) -> list[ControlNumbers]:
    """The means over networks, of those that have all of a control's numbers."""
    alike = defaultdict(list)
    for of in numbers.values():
        for one in of:
            row = one.row
            alike[row.control, row.randomized, row.mask_set, row.expression, row.metric].append(one)
    present = {key: [one for one in of if not one.row.missing] for key, of in alike.items()}
    return [_mean(of, n=sum(one.row.n for one in of)) for of in present.values() if of]


def _mean(numbers: Sequence[ControlNumbers], **changes: object) -> ControlNumbers:
    """The mean of numbers, draw by draw."""
    rows = [one.row for one in numbers]
    reason = next((f"{row.expression}: {row.missing}" for row in rows if row.missing), "")
    row: ControlRow = replace(rows[0], subjects=min(row.subjects for row in rows), missing=reason, **changes)
    means = [
        np.mean([getattr(one, side) for one in numbers], axis=0, dtype=np.float64)
        for side in ("trained", "control")
    ]
    return ControlNumbers(row, *means)


def _row(network: str, numbers: ControlNumbers) -> dict[str, object]:
    """The row of a number."""
    row = _about(network, numbers.row)
    subjects = [numbers.row.subjects] * numbers.row.folds
    of_control = over_faces(_known(numbers.control[0]), numbers.control[1:], subjects)
    row |= {"trained": _known(numbers.trained[0]), "estimate": _known(numbers.control[0])}
    row |= {"low": of_control.low, "high": of_control.high}
    difference = numbers.trained.astype(np.float64) - numbers.control
    found = over_faces(_known(difference[0]), difference[1:], subjects)
    row |= {"difference": _known(difference[0]), "difference_low": found.low, "difference_high": found.high}
    return row | {"p": found.p}


def _ratio(network: str, numbers: ControlNumbers) -> Rows:
    """The row of the ratio of amplitudes; none for other metrics, or without both."""
    trained, control = (side.astype(np.float64) for side in (numbers.trained, numbers.control))
    if numbers.row.metric != AMPLITUDE or not (trained[0] > 0 and control[0] > 0):
        return []
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(control / trained)
    found = over_faces(float(logs[0]), logs[1:], [numbers.row.subjects] * numbers.row.folds)
    low, high = (None if end is None else float(np.exp(end)) for end in (found.low, found.high))
    row = _about(network, replace(numbers.row, metric=RATIO))
    return [row | {"estimate": float(np.exp(logs[0])), "low": low, "high": high}]


def _about(network: str, about: ControlRow) -> dict[str, object]:
    """A row without its numbers."""
    row = dict.fromkeys(CONTROLS) | {"network": network} | asdict(about)
    return row | {"coverage": coverage_of(about.subjects, about.folds)}


def _known(number: np.floating) -> float | None:
    return float(number) if np.isfinite(number) else None
