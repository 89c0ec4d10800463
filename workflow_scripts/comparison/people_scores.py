"""How people themselves score on where people look: ceilings, references, and their heatmaps on masks.

All scores come as float64 (scores, 1 + m): by the names of `target_scores.score_names`, of all people and of
m samples of them, by which the intervals are made (`people_intervals`). The ceilings:

- ``other_half``: the mean map of one half of the people on that of the other, both ways, the mean over random
  halves: what another half of these people would score;
- ``other_poser``: the map of each poser on that of every other, by the same people.

Half of the people are noisier than all of them, as a map to score and as one to score on. So what is divided
by the ceiling ``other_half`` was scored on the same halves (`on_halves`).

The samples are random halves of the people, but for what is of halves itself: halves of halves agree so much
less that intervals came out up to three times too wide, and shares of so small a ceiling without bounds
(benchmarks/README.md). There they are the people without a random quarter, in the same halves, whose
deviations from their mean are made as large as those of halves would be if the number were smooth.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import permutations
from pathlib import Path

import numpy as np

from workflow_scripts.common.seeds import generator
from workflow_scripts.comparison.people_intervals import FEWEST
from workflow_scripts.comparison.people_maps import read_people
from workflow_scripts.comparison.people_targets import (
    Maps,
    Targets,
    mean_maps,
    persons_of,
    places_used,
    random_halves,
    targets,
)
from workflow_scripts.comparison.references import own_scores
from workflow_scripts.comparison.scores import Metric
from workflow_scripts.comparison.target_scores import (
    Predictor,
    predictor,
    score_names,
    target_scores,
)

SPLITS = 50  # into random halves
PARTS, PARTITIONS = 4, 10  # one of the parts of each partition is left out of halves
SPLITS_WITHOUT = 5  # of which such a part is left out
DISTINCT = 2  # standard errors
AT_ONCE = 4  # times SPLITS_WITHOUT splits; more need more memory
OTHER_HALF, OTHER_POSER, OTHER_EXPRESSIONS = "other_half", "other_poser", "people_of_other_expressions"
CEILINGS = (OTHER_HALF, OTHER_POSER)  # scored on other maps than networks are, so never subtracted


@dataclass(frozen=True)
class Measured:
    """One set of people on the standard face.

    name: of the set. maps: by expression, what `people_targets` describes. face: bool (h, w). share: of the
    face, that counts as the places people use. people: everybody, sorted. seed: the study's.
    """

    name: str
    maps: Mapping[str, Maps]
    face: np.ndarray
    share: float
    people: Sequence[str]
    seed: int

    @cached_property
    def splits(self) -> np.ndarray:
        """Random halves of everybody, the same for all expressions: bool (m, 2, n); m = 0 if n < FEWEST."""
        everybody = np.ones(len(self.people), bool)
        splits = SPLITS if len(self.people) >= FEWEST else 0
        return random_halves(everybody, splits, generator(self.seed, "halves of people", self.name))

    @cached_property
    def all_and_halves(self) -> np.ndarray:
        """Everybody, then the two halves of each split: bool (1 + m, n)."""
        return np.vstack([np.ones((1, len(self.people)), bool), *self.splits])

    @cached_property
    def without_parts(self) -> np.ndarray:
        """The people without a part of them each time: bool (PARTITIONS * PARTS, n)."""
        draw = generator(self.seed, "parts of people", self.name)
        parts = [draw.permutation(len(self.people)) % PARTS for _ in range(PARTITIONS)]
        return np.array([of != part for of in parts for part in range(PARTS)])

    def mean_maps(self, expression: str, posers: Sequence[str] = ()) -> np.ndarray:
        """The mean maps of everybody and of the halves: float64 (1 + m, pixels). posers: all if empty."""
        maps = self.maps[expression]
        some = {poser: maps[poser] for poser in posers or maps}
        return mean_maps(some, self.people, self.all_and_halves)

    def targets(self, maps: np.ndarray) -> Targets:
        """What mean maps, float64 (m, pixels), are as targets."""
        return targets(maps[:, self.face.ravel()], self.share)

    def targets_of(self, expression: str) -> Targets:
        """What heatmaps of an expression are scored on: everybody, then the halves."""
        return self.targets(self.mean_maps(expression))

    def predictor(self, metrics: Sequence[Metric], values: np.ndarray) -> Predictor:
        """The predictor of a map with the pixels of the canvas, of any shape."""
        return predictor(metrics, values.reshape(self.face.shape), self.face, self.area)

    @property
    def area(self) -> int:
        """Pixels of the places that people use."""
        return places_used(np.count_nonzero(self.face), self.share)

    def persons(self, expression: str) -> int:
        """How many people saw an expression; 0 if there is only a mean, of nobody knows how many."""
        return len([person for person in persons_of(self.maps[expression]) if person])


def read_measured(
    path: Path, name: str, expressions: Sequence[str], face: np.ndarray, seed: int
) -> tuple[Measured, list[str]]:
    """The people of a file of maps, and those of the expressions that they saw."""
    read = read_people(path)
    shown = [one for one in expressions if one in read.expressions]
    maps = {one: read.maps(one, np.ones(face.shape, bool)) for one in shown}
    everybody = sorted({person for of in maps.values() for person in persons_of(of)})
    return Measured(name, maps, face, read.share, everybody, seed), shown


def halves_without_parts(measured: Measured, expression: str) -> Iterator[tuple[np.ndarray, Targets]]:
    """The maps of halves without a part of the people, float64 (m, pixels), and their targets.

    Each of `Measured.without_parts` has 2 SPLITS_WITHOUT of them in a row, of which 2 i and 2 i + 1 are a
    split.
    """
    halves = measured.splits[:SPLITS_WITHOUT]
    for start in range(0, len(measured.without_parts), AT_ONCE):
        kept = measured.without_parts[start : start + AT_ONCE, None, None]
        chosen = (kept & halves).reshape(-1, len(measured.people))
        maps = mean_maps(measured.maps[expression], measured.people, chosen)
        yield maps, measured.targets(maps)


def _as_of_halves(scores: np.ndarray) -> np.ndarray:
    """The means over the halves of each sample, deviating as much as halves would: (scores, samples).

    Means of a sample without d of n people vary about their own mean by d / (n - d) of what they vary over
    people.
    """
    means = scores.reshape(len(scores), -1, 2 * SPLITS_WITHOUT).mean(axis=2)
    centre = means.mean(axis=1, keepdims=True)
    return centre + np.sqrt(PARTS - 1) * (means - centre)


def on_halves(
    metrics: Sequence[Metric], of: Sequence[Predictor], measured: Measured, expression: str
) -> np.ndarray | None:
    """Mean scores on halves of the people, of all and of samples of them: float64 (of, scores, 1 + m).

    None if there are too few people, as for the other functions of halves.
    """
    if not len(measured.splits):
        return None
    on = measured.targets_of(expression)
    of_all = [target_scores(metrics, one, on)[:, 1:].mean(axis=1, keepdims=True) for one in of]
    found = [
        [target_scores(metrics, one, halves) for one in of]
        for _, halves in halves_without_parts(measured, expression)
    ]
    samples = [_as_of_halves(one) for one in np.concatenate(found, axis=2)]
    return np.concatenate([of_all, samples], axis=2)


def other_half(metrics: Sequence[Metric], measured: Measured, expression: str) -> np.ndarray | None:
    """The ceiling by the other half of the people, float64 (scores, 1 + m)."""
    if not len(measured.splits):
        return None
    maps = measured.mean_maps(expression)[1:]
    of_all = _on_partner(metrics, measured, maps, measured.targets(maps)).mean(axis=1, keepdims=True)
    samples = [_on_partner(metrics, measured, *of) for of in halves_without_parts(measured, expression)]
    return np.hstack([of_all, _as_of_halves(np.hstack(samples))])


def _on_partner(metrics: Sequence[Metric], measured: Measured, maps: np.ndarray, on: Targets) -> np.ndarray:
    """Each of pairs of maps on the other of its pair: float64 (scores, maps)."""
    partner = np.arange(len(maps)) ^ 1
    return _each_on_its_own(metrics, measured, maps, Targets(on.graded[partner], on.places[partner]))


def other_poser(metrics: Sequence[Metric], measured: Measured, expression: str) -> np.ndarray | None:
    """The ceiling by the same people on other posers, float64 (scores, 1 + m); None with one poser."""
    of_poser = {poser: measured.mean_maps(expression, [poser]) for poser in measured.maps[expression]}
    found = [
        _each_on_its_own(metrics, measured, of_poser[a], measured.targets(of_poser[b]))
        for a, b in permutations(of_poser, 2)
    ]
    return np.mean(found, axis=0) if found else None


def other_expressions(metrics: Sequence[Metric], measured: Measured, expression: str) -> np.ndarray | None:
    """What the mean map of people's other expressions scores, float64 (scores, 1 + m); None with one."""
    others = [measured.mean_maps(name) for name in measured.maps if name != expression]
    if not others:
        return None
    return _each_on_its_own(metrics, measured, np.mean(others, axis=0), measured.targets_of(expression))


def people_on_mask(
    metrics: Sequence[Metric], measured: Measured, expression: str, mask: np.ndarray
) -> np.ndarray:
    """What people's heatmap scores on a mask, bool (h, w), like a network's: float64 (metrics, 1 + m)."""
    maps = measured.mean_maps(expression).reshape(-1, *measured.face.shape)
    scores = [own_scores(metrics, heatmap, mask, measured.face) for heatmap in maps]
    return np.array([[one[metric.name] for one in scores] for metric in metrics], np.float64)


def spearman_brown(r: np.ndarray) -> np.ndarray:
    """The reliability of all people from that of halves (Spearman 1910; Brown 1910).

    >>> spearman_brown(np.array([0.5])).round(3).tolist()
    [0.667]
    """
    return 2 * r / (1 + r)


def share_of_ceiling(scores: np.ndarray, ceiling: np.ndarray, without: np.ndarray) -> np.ndarray:
    """How much of the way from a map without a pattern to the ceiling a score has come: (..., 1 + m).

    scores, ceiling: (..., 1 + m), of all people and of samples of these. without: (...). For scores that are
    0 without a pattern it is score / ceiling. What samples change is taken as linear in what they change of
    both: a ratio to a small ceiling has no bounds. NaN where the ceiling is less than DISTINCT standard
    errors above a map without a pattern: it would be a share of nothing.

    >>> ceiling = np.array([0.9, 0.9, 0.9])
    >>> share_of_ceiling(np.array([0.7, 0.72, 0.68]), ceiling, np.array(0.5)).round(3).tolist()
    [0.5, 0.55, 0.45]
    """
    possible = (ceiling[..., 0] - without)[..., None]
    distinct = possible > DISTINCT * ceiling[..., 1:].std(axis=-1, keepdims=True)
    changes = [of[..., 1:] - of[..., 1:].mean(axis=-1, keepdims=True) for of in (scores, ceiling)]
    with np.errstate(divide="ignore", invalid="ignore"):
        share = (scores[..., :1] - without[..., None]) / possible
        samples = share + (changes[0] - share * changes[1]) / possible
    return np.where(distinct, np.concatenate([share, samples], axis=-1), np.nan)


def _each_on_its_own(
    metrics: Sequence[Metric], measured: Measured, maps: np.ndarray, on: Targets
) -> np.ndarray:
    """Map i on target i: float64 (scores, m)."""
    found = np.empty((len(score_names(metrics)), len(maps)))
    for place, values in enumerate(maps):
        of, one = measured.predictor(metrics, values), slice(place, place + 1)
        found[:, place] = target_scores(metrics, of, Targets(on.graded[one], on.places[one]))[:, 0]
    return found
