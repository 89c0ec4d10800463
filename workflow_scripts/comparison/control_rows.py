"""Rows of controls.csv: does a trained network differ from its control networks, by how much?

Estimand: a number of the trained network minus that of its control networks, on the same images, for the same
expression, as the mean over folds (and repeats of the controls) of per-fold heatmaps. The interval is over
faces (`comparison.over_faces`): about these trained and these control networks, had they been shown other
people's faces; a subject is left out of both at once. It does not cover other draws of the controls: `lowest`
and `highest` are of the `draws` that there are, the repeats. Metrics that need a threshold have no interval.

A row is for one network, or ``average`` over those that learned and have the number; one expression, or
``average`` over all that the mask set has; one entry of training.controls and number of `randomized` groups
of `groups` in all. trained, estimate: of the trained and of the control network; low, high: interval of the
control's. difference: trained minus control, with its interval and p, and q, the false discovery rate over
all controls of the networks that learned. Without a mask set: ``amplitude``; ``amplitude_ratio``, control to
trained, with an interval on the log scale; ``probability``, that the network gives to the expression; and
``rank_correlation``, of the importances by which the two explain an image, which the trained network alone
does not have. n: images; subjects: the fewest in any fold; folds: whose images are explained; networks: that
an average is over; coverage: how often such intervals hold the truth in simulated studies. kept: of shuffled
labels, the share of the training images that keep theirs, and by chance: where subjects show some expressions
more often than others, shuffled labels still say something about them. missing: why there is no number.
"""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from workflow_scripts.common.averages import mean
from workflow_scripts.common.intervals import Interval, false_discovery_rates
from workflow_scripts.comparison.control_numbers import ControlNumber
from workflow_scripts.comparison.over_faces import coverage_of, over_faces
from workflow_scripts.comparison.subject_scores import AMPLITUDE
from workflow_scripts.training.controls import SHUFFLED_LABELS

AVERAGE, RATIO = "average", "amplitude_ratio"
CONTROLS = (
    "network", "control", "kind", "randomized", "groups", "mask_set", "expression", "metric", "trained",
    "estimate", "low", "high", "draws", "lowest", "highest", "difference", "difference_low",
    "difference_high", "p", "q", "n", "subjects", "folds", "networks", "coverage", "kept", "kept_by_chance",
    "missing",
)  # fmt: skip
ALIKE = ("control", "randomized", "mask_set", "expression", "metric")
FAMILY = ("mask_set", "expression", "metric")

Rows = list[dict[str, object]]
Changes = Mapping[str, float] | None


def control_rows(
    numbers: Mapping[str, Sequence[ControlNumber]],
    learned: Mapping[str, bool],
    folds_each: int,
    kept: Mapping[int, tuple[float, float]] | None = None,
) -> Rows:
    """Rows, keys CONTROLS, of all networks and their average.

    numbers: by network. folds_each: folds of one cross-validation, whose repeats test the same people again.
    kept: by fold, the share of training images that keep their label when labels are shuffled, and that by
    chance (`training.shuffled_labels.kept_labels`).
    """
    whole = {name: [*of, *_over_expressions(of)] for name, of in numbers.items()}
    rows = [row for name, of in whole.items() for one in of for row in _rows(name, one, folds_each)]
    for of in _over_networks([of for name, of in whole.items() if learned.get(name)]):
        rows += [row | {"networks": len(of)} for row in _rows(AVERAGE, _mean(of), folds_each)]
    of_shuffled = (row for row in rows if row["kind"] == SHUFFLED_LABELS and kept)
    for row in of_shuffled:
        row["kept"], row["kept_by_chance"] = (mean(of) for of in zip(*kept.values(), strict=True))
    families = defaultdict(list)
    for row in rows:
        if learned.get(row["network"]) and row["p"] is not None:
            families[tuple(row[key] for key in FAMILY)].append(row)
    for family in families.values():
        for row, q in zip(family, false_discovery_rates([row["p"] for row in family]), strict=True):
            row["q"] = q
    return rows


def _over_expressions(numbers: Sequence[ControlNumber]) -> list[ControlNumber]:
    """The means over expressions; a number that one of them lacks is missing."""
    alike = defaultdict(list)
    for one in numbers:
        alike[one.control, one.randomized, one.mask_set, one.metric].append(one)
    return [replace(_mean(of), expression=AVERAGE) for of in alike.values()]


def _over_networks(numbers: Sequence[Sequence[ControlNumber]]) -> list[list[ControlNumber]]:
    """The numbers that are averaged over networks, of those that have them."""
    alike = defaultdict(list)
    for of in numbers:
        for one in of:
            if one.control_estimate is not None and not one.missing:
                alike[tuple(getattr(one, key) for key in ALIKE)].append(one)
    return list(alike.values())


def _mean(numbers: Sequence[ControlNumber]) -> ControlNumber:
    """The mean of numbers; a subject is left out of all of them at once."""
    subjects = defaultdict(set)
    for one in numbers:
        for fold, names in one.subjects.items():
            subjects[fold].update(names)
    return replace(
        numbers[0],
        n=sum(one.n for one in numbers),
        subjects={fold: sorted(names) for fold, names in subjects.items()},
        trained=_known([one.trained for one in numbers]),
        control_estimate=_known([one.control_estimate for one in numbers]),
        draws=[mean(of) for of in zip(*(one.draws for one in numbers), strict=False)],
        trained_changes=_mean_changes([one.trained_changes for one in numbers]),
        control_changes=_mean_changes([one.control_changes for one in numbers]),
        missing=next((f"{one.expression}: {one.missing}" for one in numbers if one.missing), ""),
    )


def _known(values: Sequence[float | None]) -> float | None:
    """Their mean; None if one is missing."""
    return None if None in values else mean(values)


def _mean_changes(changes: Sequence[Changes]) -> Changes:
    if None in changes:
        return None
    names = sorted({name for one in changes for name in one})
    return {name: math.fsum(one.get(name, 0.0) for one in changes) / len(changes) for name in names}


def _rows(network: str, number: ControlNumber, folds_each: int) -> Rows:
    """The row of a number, and of the ratio if it is an amplitude."""
    trained, control = number.trained, number.control_estimate
    of_trained, of_control = number.trained_changes, number.control_changes
    row = _about(network, number, folds_each) | {"trained": trained, "estimate": control}
    if control is not None:
        row |= {"lowest": min(number.draws), "highest": max(number.draws)}
    found = _over(number, control, of_control, folds_each)
    row |= {"low": found.low, "high": found.high}
    if None not in (trained, control):
        row["difference"] = trained - control
        both = None not in (of_trained, of_control)
        changes = _minus(of_trained, of_control) if both else None
        found = _over(number, row["difference"], changes, folds_each)
        row |= {"difference_low": found.low, "difference_high": found.high, "p": found.p}
    return [row, *(_ratio(network, number, folds_each) if number.metric == AMPLITUDE else ())]


def _minus(a: Mapping[str, float], b: Mapping[str, float]) -> dict[str, float]:
    """How a difference changes without each subject, who may be behind one of the two alone."""
    return {name: a.get(name, 0.0) - b.get(name, 0.0) for name in sorted(a.keys() | b.keys())}


def _ratio(network: str, number: ControlNumber, folds_each: int) -> Rows:
    """The row of the ratio of amplitudes; none if one of them is missing or 0."""
    values = number.trained, number.control_estimate
    if not all(values):
        return []
    logs, changes = math.log(values[1] / values[0]), None
    if None not in (number.trained_changes, number.control_changes):
        left = {
            name: (values[0] + change, values[1] + number.control_changes[name])
            for name, change in number.trained_changes.items()
        }
        if all(min(of) > 0 for of in left.values()):
            changes = {name: math.log(of[1] / of[0]) - logs for name, of in left.items()}
    found = _over(number, logs, changes, folds_each)
    low, high = (None if end is None else math.exp(end) for end in (found.low, found.high))
    row = _about(network, replace(number, metric=RATIO), folds_each)
    return [row | {"estimate": math.exp(logs), "low": low, "high": high}]


def _over(number: ControlNumber, estimate: float | None, changes: Changes, folds_each: int) -> Interval:
    if changes is None:
        return Interval()
    return over_faces(estimate, changes, _fewest(number), min(len(number.subjects), folds_each))


def _fewest(number: ControlNumber) -> int:
    return min(map(len, number.subjects.values()))


def _about(network: str, number: ControlNumber, folds_each: int) -> dict[str, object]:
    """A row without its numbers."""
    fewest, folds = _fewest(number), len(number.subjects)
    shared = {key: getattr(number, key) for key in (*ALIKE, "kind", "groups", "n", "missing")}
    row = dict.fromkeys(CONTROLS) | {"network": network, "networks": 1} | shared
    row |= {"subjects": fewest, "folds": folds, "draws": len(number.draws)}
    return row | {"coverage": coverage_of(fewest, min(folds, folds_each))}
