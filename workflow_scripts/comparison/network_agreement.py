"""The agreement of networks' heatmaps with people's maps, as numbers by network, fold and expression."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from workflow_scripts.common.averages import Average, over_folds
from workflow_scripts.common.intervals import Error, training_error
from workflow_scripts.comparison.agreement_rows import Numbers
from workflow_scripts.comparison.people_scores import Measured, on_halves, share_of_ceiling
from workflow_scripts.comparison.scores import Metric
from workflow_scripts.comparison.target_scores import predictor, target_scores

Cell = tuple[str, int, str]
Values = Mapping[tuple[str, int, int], np.ndarray]  # (network, fold, place of the expression) -> scores


@dataclass(frozen=True)
class Agreements:
    """Scores of cells, each float64 (scores, 1 + m), by (network, fold, place of the expression).

    own: of the heatmap of an expression on people's maps of it. others: on the same maps, the mean scores of
    the network's heatmaps of other expressions in the same fold; empty where there are none. So `own` minus
    `others` does not depend on how easily the places of an expression are found. halves: like own, on halves
    of the people; empty with too few people.
    """

    own: Values
    others: Values
    halves: Values


def agreements(
    metrics: Sequence[Metric],
    heatmaps: Mapping[Cell, np.ndarray],
    measured: Measured,
    expressions: Sequence[str],
) -> Agreements:
    """Score the heatmaps, each float (h, w), that are not missing. expressions: those that people saw."""
    on = [measured.targets_of(name) for name in expressions]
    scores, halves = {}, {}
    for place, expression in enumerate(expressions):
        cells = [cell for cell in heatmaps if cell[2] == expression]
        of = [predictor(metrics, heatmaps[cell], measured.face, measured.area) for cell in cells]
        of_halves = on_halves(metrics, of, measured, expression) if of else None
        for number, ((network, fold, _), one) in enumerate(zip(cells, of, strict=True)):
            scores[network, fold, place] = [target_scores(metrics, one, each) for each in on]
            if of_halves is not None:
                halves[network, fold, place] = of_halves[number]
    others = {}
    for network, fold, place in scores:
        beside = [key for key in range(len(on)) if key != place and (network, fold, key) in scores]
        if beside:
            of_others = [scores[network, fold, key][place] for key in beside]
            others[network, fold, place] = np.mean(of_others, axis=0)
    return Agreements({key: of[key[2]] for key, of in scores.items()}, others, halves)


def numbers_of(
    values: Values, networks: Sequence[str], expressions: int, folds_each: int, trained: bool = True
) -> Numbers:
    """The mean over networks of the means over their folds; NaN where a network lacks an expression.

    folds_each: folds of one cross-validation. trained: whether each fold is a training of its own. The folds
    are those that all networks, and all expressions of a mean over these, have.
    """
    shape = next(iter(values.values())).shape
    scores = np.full((expressions, *shape), np.nan)
    by_place = [
        {key: one for key, one in values.items() if key[2] == place and key[0] in networks}
        for place in range(expressions)
    ]
    for place, of in enumerate(by_place):
        of_networks = [[one for key, one in of.items() if key[0] == name] for name in networks]
        if networks and all(of_networks):
            scores[place] = np.mean([np.mean(one, axis=0) for one in of_networks], axis=0)
    means = {place: _over_folds(by_place, networks, shape[0], place) for place in (*range(expressions), None)}
    errors = {
        (number, place): training_error(mean.sd, mean.folds, folds_each)
        for place, of in means.items()
        for number, mean in enumerate(of)
    }
    folds = {place: of[0].folds for place, of in means.items()}
    return Numbers(np.moveaxis(scores, 0, 1), trainings=errors if trained else None, folds=folds)


def _over_folds(
    by_place: Sequence[Values], networks: Sequence[str], scores: int, place: int | None
) -> list[Average]:
    """The average over folds of each score, of one expression or, with None, of their mean."""
    some = by_place if place is None else [by_place[place]]
    panels = [(name, key) for key in range(len(some)) for name in networks]
    found = []
    for number in range(scores):
        values = [
            ((network, key), fold, float(one[number, 0]))
            for key, of in enumerate(some)
            for (network, fold, _), one in of.items()
        ]
        found.append(over_folds(values, panels))
    return found


def difference(a: Values, b: Values) -> dict[tuple[str, int, int], np.ndarray]:
    """a minus b, of the cells that both have."""
    return {key: one - b[key] for key, one in a.items() if key in b}


def group_difference(values: Values, a: Sequence[str], b: Sequence[str], name: str) -> Values:
    """The mean over one group of networks minus that over another, as if of one network.

    Only folds and expressions that all networks of both have.
    """
    found = {}
    for _, fold, place in sorted(values):
        keys = [[(network, fold, place) for network in group] for group in (a, b)]
        if all(key in values for group in keys for key in group):
            first, second = (np.mean([values[key] for key in group], axis=0) for group in keys)
            found[name, fold, place] = first - second
    return found


def minus(numbers: Numbers, reference: np.ndarray) -> Numbers:
    """The difference to a reference, float64 (scores, expressions, 1 + m), that is the same in all folds."""
    return replace(numbers, values=numbers.values - reference, shares=None)


def with_shares(numbers: Numbers, halves: Numbers, ceiling: np.ndarray, without: np.ndarray) -> Numbers:
    """The numbers with their shares of a ceiling, of means the share of means.

    halves: the scores on halves of the people. ceiling: float64 (scores, expressions, 1 + m). without: what
    a map without a pattern scores, float64 (scores, expressions). Ceilings have no trainings, so that the
    error over trainings is that of the scores, in parts of the way.
    """
    possible = ceiling[:, :, 0] - without
    errors = None if halves.trainings is None else {}
    for (number, place), error in (halves.trainings or {}).items():
        way = possible[number].mean() if place is None else possible[number, place]
        errors[number, place] = Error(error.size / way, error.degrees) if error and way > 0 else None
    of_means = halves.values.mean(axis=1), ceiling.mean(axis=1), without.mean(axis=1)
    shares = share_of_ceiling(halves.values, ceiling, without)
    return replace(numbers, shares=Numbers(shares, share_of_ceiling(*of_means), errors))
