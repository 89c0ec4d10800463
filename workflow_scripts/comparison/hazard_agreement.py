"""Do two observers use the same tiles: the agreement of their hazards, and the most that it could be.

Agreement: the correlation over tiles of the effects on right answers, weighted by each tile's area inside the
face. Its ceiling is what two observers with equal effects would reach with the errors of both: the square
root of the product of their reliabilities (Spearman 1904, American Journal of Psychology 15, 72-101). For
people against as many other people that is people's reliability. Agreement / ceiling estimates the
correlation of the effects without error.

Intervals are about other clusters (other people, other subjects) for THESE tiles. So an agreement whose
interval leaves out 0 says that the two maps are alike on these tiles, more than errors make them; it does not
say that maps of a face that have nothing to do with each other would agree less, since both may be large in
the middle. What chance gives is a question for maps that are drawn by chance (benchmarks/README.md).
"""

from dataclasses import dataclass

import numpy as np

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.intervals import Interval
from workflow_scripts.comparison.hazard import Hazard, fit_hazard
from workflow_scripts.comparison.uncovering_trials import Trials, over_clusters

SPLITS = 10
MOST = 1 - 1e-12  # of a correlation, before Fisher's z


@dataclass(frozen=True)
class Reliability:
    """half: the correlation of two halves, the mean over splits. full: of all clusters with as many others.

    splits: those in which both halves could be fitted. reason: why there is none; half and full are None.
    """

    half: float | None
    full: float | None
    splits: int
    reason: str = ""


@dataclass(frozen=True)
class Agreement:
    """correlation, its interval; ceiling; ratio: correlation / ceiling, its interval. None where unknown."""

    correlation: float | None
    interval: Interval
    ceiling: float | None
    ratio: float | None
    ratio_interval: Interval
    reason: str = ""


def correlation(a: np.ndarray, b: np.ndarray, tile_weights: np.ndarray) -> np.ndarray:
    """The weighted correlation over the last axis, float (..., T) of both; NaN without variance.

    Raises StudyError for weights that are negative or of fewer than three tiles.

    >>> one = np.array([1.0, 2.0, 3.0, 9.0])
    >>> round(float(correlation(one, -one, np.array([1, 1, 1, 0]))), 6)
    -1.0
    """
    weights = np.asarray(tile_weights, float)
    if not (weights >= 0).all() or (weights > 0).sum() < 3:
        raise StudyError("tiles: areas inside the face must not be negative, and three tiles must have one")
    a, b = _centred(a, weights), _centred(b, weights)
    with np.errstate(invalid="ignore", divide="ignore"):
        return (weights * a * b).sum(-1) / np.sqrt((weights * a**2).sum(-1) * (weights * b**2).sum(-1))


def _centred(of: np.ndarray, weights: np.ndarray) -> np.ndarray:
    return of - (of @ weights / weights.sum())[..., None]


def reliability(
    trials: Trials, tile_weights: np.ndarray, draw: np.random.Generator, splits: int = SPLITS, start=None
) -> Reliability:
    """How well the effects of two random halves of the clusters agree, each half fitted anew.

    draw: of `common.seeds.generator`, named by the study's seed and the panel. start: the fit to all, if
    there is one. full is half by the formula of Spearman and Brown (1910, British Journal of Psychology 3,
    271-322).
    """
    names, place = trials.clusters()
    if len(names) < 4:
        return Reliability(None, None, 0, f"{len(names)} clusters, 4 are needed for two halves")
    found = []
    for _ in range(splits):
        first = np.isin(place, draw.permutation(len(names))[: len(names) // 2])
        of = [fit_hazard(trials.subset(half), start=start, clusters=False) for half in (first, ~first)]
        if all(one.converged for one in of):
            found.append(float(correlation(of[0].right, of[1].right, tile_weights)))
    if not found:
        return Reliability(None, None, 0, f"halves have no fit: {of[0].reason or of[1].reason}")
    half = float(np.mean(found))
    return Reliability(half, 2 * half / (1 + half), len(found))


def agreement(
    a: Hazard,
    b: Hazard,
    tile_weights: np.ndarray,
    of_a: Reliability | None = None,
    of_b: Reliability | None = None,
    paired: bool = False,
) -> Agreement:
    """The agreement of two panels, over the same tiles; of_a, of_b: their reliabilities, for the ceiling.

    paired: both have the same clusters, each of which is left out of both sides at once; otherwise they are
    independent. The interval is on the scale of Fisher's z; that of the ratio takes in how much the ceiling
    varies with clusters (`_ceiling_changes`). Raises StudyError for paired panels of different clusters.
    """
    if paired and list(a.clusters) != list(b.clusters):
        raise StudyError("agreement: paired panels must have the same clusters; leave out the others first")
    if without := a.reason or b.reason:
        return Agreement(None, Interval(), None, None, Interval(), without)
    own = float(correlation(a.right, b.right, tile_weights))
    without_a, without_b = a.right + a.changes, b.right + b.changes
    if paired:
        changed = [correlation(without_a, without_b, tile_weights)]
    else:
        changed = [
            correlation(without_a, b.right, tile_weights),
            correlation(a.right, without_b, tile_weights),
        ]
    z = over_clusters(_z(own), *(_z(of) - _z(own) for of in changed))
    interval = z if z.low is None else Interval(float(np.tanh(z.low)), float(np.tanh(z.high)), z.p)
    reliabilities = (of_a, of_b)
    if not all(one and one.full is not None and one.full > 0 for one in reliabilities):
        reason = "no ceiling: the effects of halves do not agree" if of_a and of_b else "no ceiling"
        said = [one.reason for one in reliabilities if one and one.reason]
        return Agreement(own, interval, None, None, Interval(), said[0] if said else reason)
    ceiling = float(np.sqrt(of_a.full * of_b.full))
    factors = [_ceiling_changes(side, tile_weights) for side in (a, b)]
    factors = [factors[0] * factors[1]] if paired else factors
    ratio = own / ceiling
    changes = [of / (ceiling * factor) - ratio for of, factor in zip(changed, factors, strict=True)]
    return Agreement(own, interval, ceiling, ratio, over_clusters(ratio, *changes))


def _z(of: np.ndarray) -> np.ndarray:
    return np.arctanh(np.clip(of, -MOST, MOST))


def _ceiling_changes(of: Hazard, tile_weights: np.ndarray) -> np.ndarray:
    """The factor by which the root of the reliability changes without each cluster: float64 (C,).

    The reliability is taken as 1 less the share of the error in the variance of the effects, with the error
    of the clusters' changes; refits of halves without each cluster would take a hundred times as long. NaN,
    and so no interval, where the error is all of the variance.
    """
    weights = np.asarray(tile_weights, float)
    n = len(of.clusters)

    def variance(values: np.ndarray) -> np.ndarray:
        return (weights * _centred(values, weights) ** 2).sum(-1)

    noise = variance(of.changes)
    all_noise = noise.sum() * (n - 1) / n
    own = 1 - all_noise / variance(of.right)
    without = 1 - (noise.sum() - noise) / variance(of.right + of.changes)
    if n < 2 or own <= 0:
        return np.full(n, np.nan)
    return np.sqrt(np.where(without > 0, without, np.nan) / own)
