"""The agreement of networks' heatmaps with people's maps, as numbers by network, fold and expression."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from workflow_scripts.common.averages import over_folds
from workflow_scripts.comparison.agreement_rows import Numbers
from workflow_scripts.comparison.people_intervals import Error, over_trainings
from workflow_scripts.comparison.people_scores import Measured, on_halves, share_of_ceiling
from workflow_scripts.comparison.scores import Metric
from workflow_scripts.comparison.target_scores import predictor, target_scores

Cell = tuple[str, int, str]
Values = Mapping[tuple[str, int, int], np.ndarray]  # (network, fold, place of the expression) -> scores


@dataclass(frozen=True)
class Agreements:
    """Scores of cells, each float64 (scores, 1 + m), by (network, fold, place of the expression).

    own: on people's maps of the same expression. others: mean on those of the other expressions; empty with
    one expression. halves: like own, on halves of the people; empty with too few people.
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
    own, others, halves = {}, {}, {}
    for place, expression in enumerate(expressions):
        cells = [cell for cell in heatmaps if cell[2] == expression]
        of = [predictor(metrics, heatmaps[cell], measured.face, measured.area) for cell in cells]
        of_halves = on_halves(metrics, of, measured, expression) if of else None
        for number, ((network, fold, _), one) in enumerate(zip(cells, of, strict=True)):
            scores = [target_scores(metrics, one, each) for each in on]
            key = network, fold, place
            own[key] = scores[place]
            if len(on) > 1:
                others[key] = np.mean([*scores[:place], *scores[place + 1 :]], axis=0)
            if of_halves is not None:
                halves[key] = of_halves[number]
    return Agreements(own, others, halves)


def numbers_of(
    values: Values, networks: Sequence[str], expressions: int, folds_each: int, trained: bool = True
) -> Numbers:
    """The mean over networks of the means over their folds; NaN where a network lacks an expression.

    folds_each: folds of one cross-validation. trained: whether each fold is a training of its own.
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
    trainings = _errors(by_place, networks, shape[0], folds_each) if trained else None
    folds = min((len({key[1] for key in of}) for of in by_place), default=0)
    return Numbers(np.moveaxis(scores, 0, 1), trainings, folds=folds or None)


def _errors(
    by_place: Sequence[Values], networks: Sequence[str], scores: int, folds_each: int
) -> dict[tuple[int, int | None], Error | None]:
    """The error over trainings of every score, of each expression and of their mean (place None)."""
    found = {}
    for place in (*range(len(by_place)), None):
        some = by_place if place is None else [by_place[place]]
        panels = [(name, key) for key in range(len(some)) for name in networks]
        for number in range(scores):
            values = [
                ((network, key), fold, float(one[number, 0]))
                for key, of in enumerate(some)
                for (network, fold, _), one in of.items()
            ]
            mean = over_folds(values, panels)
            found[number, place] = over_trainings(mean.sd, mean.folds, folds_each)
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
    return replace(numbers, scores=numbers.scores - reference, shares=None, mean_share=None)


def with_shares(numbers: Numbers, halves: Numbers, ceiling: np.ndarray, without: np.ndarray) -> Numbers:
    """The numbers with their shares of a ceiling.

    halves: the scores on halves of the people. ceiling: float64 (scores, expressions, 1 + m). without: what
    a map without a pattern scores, float64 (scores, expressions).
    """
    floor = without[:, :, None]
    return replace(
        numbers,
        shares=share_of_ceiling(halves.scores, ceiling, floor),
        mean_share=share_of_ceiling(halves.scores.mean(axis=1), ceiling.mean(axis=1), floor.mean(axis=1)),
    )
