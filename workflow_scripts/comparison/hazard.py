"""What having seen a tile does for the chance of answering right: the hazard of uncovering trials.

Estimand: how much having seen tile j raises the log odds of answering right now rather than going on, at the
same number of tiles seen. At each step t = 1, 2, ..., with the tiles S seen, an observer answers right,
answers wrong, or goes on:

    log(P(event) / P(go on)) = baseline of the event at t + sum of the event's effects of the tiles in S,

for the events right and wrong, which compete: a discrete-time hazard, fitted as a multinomial logit of steps
(Allison 1982, Sociological Methodology 13, 61-98). Effects of an event sum to 0 over tiles, since the
baseline by number seen takes what they have in common. An observer who needs 40 tiles and one who needs 10
differ in the baseline and may agree in the effects.

Priors, in log odds: an effect is normal with SD EFFECT_SD before they sum to 0; baselines are random walks
over t with steps of SD WALK_SD, from a first value of SD FIRST_SD. They decide where there are few answers,
and hardly change anything where there are many (tests/unit/comparison/test_hazard_agreement.py).

Intervals are about other clusters (`comparison.uncovering_trials`): the change of the effects if a cluster is
left out is the first step of Newton's method from the fit to all, (H - H_c)^-1 g_c, with the gradient g_c
and the information H_c of the cluster. It needs no refit, and it knows the cluster's leverage, which matters
where there are few.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.linalg import cho_factor, cho_solve, helmert

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.intervals import Interval
from workflow_scripts.comparison.uncovering_trials import CENSORED, RIGHT, WRONG, Trials, over_clusters

EFFECT_SD = 1.0
WALK_SD = 1.0
FIRST_SD = 10.0
MOST_STEPS = 50  # of Newton's method
TOLERANCE = 1e-9  # of the expected gain in log posterior
HALVINGS = 30
CHUNK = 1024  # trials; of their steps, 19 MB are float64 at once


@dataclass(frozen=True)
class Hazard:
    """A fit, with C clusters and T tiles; NaN throughout where `reason` says why there is none.

    right, wrong: float64 (T,), the effects, which sum to 0; wrong is NaN if there are fewer wrong answers
    than tiles. baselines: float64 (2, T), of right and wrong after 1 .. T tiles. clusters: C names, sorted.
    changes: float64 (C, T), of the right effects if the cluster is left out. covariance: float64 (T, T), of
    the right effects if trials were independent. converged: False, with a reason, if they are not the
    largest of the posterior. answers: numbers of right and wrong answers. steps: of all trials.
    """

    right: np.ndarray
    wrong: np.ndarray
    baselines: np.ndarray
    clusters: Sequence[str]
    changes: np.ndarray
    covariance: np.ndarray
    converged: bool
    answers: tuple[int, int]
    steps: int
    reason: str = ""

    def intervals(self) -> list[Interval]:
        """The interval of each right effect over clusters."""
        return [over_clusters(*of) for of in zip(self.right.tolist(), self.changes.T, strict=True)]

    def errors(self) -> np.ndarray:
        """Standard errors of the right effects over clusters: float64 (T,); NaN with fewer than two."""
        n = len(self.clusters)
        return np.sqrt((n - 1) / n * (self.changes**2).sum(axis=0)) if n > 1 else self.right * np.nan


@dataclass(frozen=True)
class _Steps:
    """Steps of trials: seen bool (rows, T), number int (rows,) from 0, event, weight."""

    seen: np.ndarray
    number: np.ndarray
    event: np.ndarray
    weight: np.ndarray


def fit_hazard(
    trials: Trials,
    effect_sd: float = EFFECT_SD,
    walk_sd: float = WALK_SD,
    start: Hazard | None = None,
    clusters: bool = True,
) -> Hazard:
    """The hazard of right answers in the trials of one panel: a person's or a network's, one expression.

    effect_sd, walk_sd: of the priors. start: a fit to start from, which saves time. clusters: False leaves
    out the changes. Weights count relative to their mean. A fit needs as many right answers as tiles, or it
    is none, with a reason. Raises StudyError for priors that are none.
    """
    if not (effect_sd > 0 and walk_sd > 0):
        raise StudyError("hazard: standard deviations of priors must be positive; correct them")
    names, place = trials.clusters()
    answers = tuple(int((trials.event == event).sum()) for event in (RIGHT, WRONG))
    if answers[0] < trials.tiles:
        few = f"{answers[0]} right answers, at least as many as tiles ({trials.tiles}) are needed"
        return _no_fit(trials, names, answers, few)
    trials = replace(trials, weight=trials.weight / trials.weight.mean())
    basis = _basis(trials.tiles)
    parts = [_steps(trials.subset(slice(at, at + CHUNK))) for at in range(0, len(trials.seen), CHUNK)]
    found = _newton(parts, basis, _prior(trials.tiles, effect_sd, walk_sd), _first(trials, start, basis))
    if found is None:
        return _no_fit(trials, names, answers, f"no convergence in {MOST_STEPS} steps of Newton's method")
    parameters, information = found
    to_right = basis[: trials.tiles]
    changes = np.full((len(names), trials.tiles), np.nan)
    for row in range(len(names)) if clusters and len(names) > 1 else ():
        own = _steps(trials.subset(np.flatnonzero(place == row)))
        _, gradient, information_of = _derivatives([own], basis, parameters)
        changes[row] = -to_right @ _solve(information - information_of, gradient)
    effects = (basis @ parameters).reshape(2, 2, trials.tiles)
    return Hazard(
        effects[0, 0],
        effects[1, 0] if answers[1] >= trials.tiles else np.full(trials.tiles, np.nan),
        effects[:, 1],
        names.tolist(),
        changes,
        to_right @ _solve(information, to_right.T),
        True,
        answers,
        int(trials.seen.sum()),
    )


def _no_fit(trials: Trials, names: np.ndarray, answers: tuple[int, int], reason: str) -> Hazard:
    tiles = trials.tiles
    nan = (np.full(shape, np.nan) for shape in (tiles, tiles, (2, tiles)))
    changes, covariance = np.full((len(names), tiles), np.nan), np.full((tiles, tiles), np.nan)
    steps = int(trials.seen.sum())
    return Hazard(*nan, names.tolist(), changes, covariance, False, answers, steps, reason)


def _steps(trials: Trials) -> _Steps:
    """The steps of trials, by number of tiles seen."""
    rank = np.full((len(trials.seen), trials.tiles), trials.tiles, np.int16)  # the step that uncovers a tile
    trial, step = np.nonzero(np.arange(trials.tiles) < trials.seen[:, None])
    rank[trial, trials.order[trial, step]] = step
    by_number = np.argsort(step, kind="stable")
    trial, step = trial[by_number], step[by_number]
    event = np.where(step == trials.seen[trial] - 1, trials.event[trial], CENSORED)
    return _Steps(rank[trial] <= step[:, None], step, event, trials.weight[trial])


def _basis(tiles: int) -> np.ndarray:
    """Effects and baselines, (4 T,), right before wrong, from free parameters: float64 (4 T, 4 T - 2)."""
    sum_zero = helmert(tiles).T
    basis = np.zeros((4 * tiles, 4 * tiles - 2))
    for event in range(2):
        row, column = 2 * tiles * event, (2 * tiles - 1) * event
        basis[row : row + tiles, column : column + tiles - 1] = sum_zero
        basis[row + tiles : row + 2 * tiles, column + tiles - 1 : column + 2 * tiles - 1] = np.eye(tiles)
    return basis


def _prior(tiles: int, effect_sd: float, walk_sd: float) -> np.ndarray:
    """The information of the priors: float64 (4 T - 2, 4 T - 2)."""
    walk = np.diff(np.eye(tiles), axis=0, prepend=0) / np.array([FIRST_SD] + (tiles - 1) * [walk_sd])[:, None]
    one = np.zeros((2 * tiles - 1, 2 * tiles - 1))
    one[: tiles - 1, : tiles - 1] = np.eye(tiles - 1) / effect_sd**2
    one[tiles - 1 :, tiles - 1 :] = walk.T @ walk
    return np.kron(np.eye(2), one)


def _first(trials: Trials, start: Hazard | None, basis: np.ndarray) -> np.ndarray:
    """Parameters to start from: no effects and constant hazards, or those of a fit."""
    full = np.zeros((2, 2, trials.tiles))
    if start is not None and start.converged:
        full[:, 0], full[:, 1] = np.nan_to_num([start.right, start.wrong]), start.baselines
    else:
        answers = np.array([(trials.event == event).sum() for event in (RIGHT, WRONG)])
        full[:, 1] = np.log((answers + 0.5) / (trials.seen.sum() + 1))[:, None]
    return basis.T @ full.ravel()


def _newton(
    parts: Sequence[_Steps], basis: np.ndarray, prior: np.ndarray, parameters: np.ndarray
) -> tuple[np.ndarray, np.ndarray] | None:
    """The parameters of the largest posterior and the information there; None if it is not found.

    The log posterior is concave, so that steps, halved where it does not grow, lead there.
    """
    for _ in range(MOST_STEPS):
        value, gradient, information = _derivatives(parts, basis, parameters)
        value -= parameters @ prior @ parameters / 2
        gradient, information = gradient - prior @ parameters, information + prior
        step = _solve(information, gradient)
        if gradient @ step < TOLERANCE:
            return parameters + step, information
        for halving in range(HALVINGS):
            moved = parameters + step / 2**halving
            if _likelihood(parts, basis, moved) - moved @ prior @ moved / 2 > value:
                parameters = moved
                break
        else:
            return None
    return None


def _solve(matrix: np.ndarray, right: np.ndarray) -> np.ndarray:
    return cho_solve(cho_factor(matrix), right)


def _log_p(part: _Steps, full: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What was seen, float64 (rows, T), log P of going on, right, wrong, (rows, 3), and of what happened."""
    seen = part.seen.astype(np.float64)
    log_p = np.zeros((len(seen), 3))
    log_p[:, 1:] = seen @ full[:, 0].T + full[:, 1].T[part.number]
    log_p -= np.logaddexp.reduce(log_p, axis=1)[:, None]
    return seen, log_p, log_p[np.arange(len(seen)), part.event]


def _likelihood(parts: Sequence[_Steps], basis: np.ndarray, parameters: np.ndarray) -> float:
    full = (basis @ parameters).reshape(2, 2, -1)
    return sum(float(part.weight @ _log_p(part, full)[2]) for part in parts)


def _derivatives(
    parts: Sequence[_Steps], basis: np.ndarray, parameters: np.ndarray
) -> tuple[float, np.ndarray, np.ndarray]:
    """The log likelihood of steps, its gradient (4 T - 2,) and its information (4 T - 2, 4 T - 2)."""
    full = (basis @ parameters).reshape(2, 2, -1)
    tiles = full.shape[-1]
    value, gradient = 0.0, np.zeros((2, 2, tiles))
    information = np.zeros((2, 2, tiles, 2, 2, tiles))  # event, effect or baseline, place; twice
    for part in parts:
        seen, log_p, happened = _log_p(part, full)
        value += float(part.weight @ happened)
        numbers, firsts = np.unique(part.number, return_index=True)
        p = np.exp(log_p[:, 1:])
        for a in range(2):
            residual = part.weight * ((part.event == a + 1) - p[:, a])
            gradient[a, 0] += residual @ seen
            gradient[a, 1] += np.bincount(part.number, residual, tiles)
            for b in range(a, 2):
                d = part.weight * p[:, a] * ((a == b) - p[:, b])
                weighted = seen * d[:, None]
                block = np.zeros((2, tiles, 2, tiles))
                block[0, :, 0] = seen.T @ weighted
                block[1, numbers, 0] = np.add.reduceat(weighted, firsts)
                block[0, :, 1] = block[1, :, 0].T
                block[1, range(tiles), 1, range(tiles)] = np.bincount(part.number, d, tiles)
                information[a, :, :, b] += block
                if a != b:
                    information[b, :, :, a] += block
    return value, basis.T @ gradient.ravel(), basis.T @ information.reshape(4 * tiles, -1) @ basis
