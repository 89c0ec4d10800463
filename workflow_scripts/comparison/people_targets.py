"""Where people look, as something that heatmaps are scored on: all people, or some of them.

The unit is the person: one person's maps of all faces are alike, and are chosen together. Posers, the people
shown, weigh the same, however many persons saw each; so do the persons who saw a poser.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from workflow_scripts.comparison.ranks import top_places

Maps = Mapping[str, tuple[Sequence[str], np.ndarray]]  # poser -> persons, float32 (n, pixels of the canvas)


@dataclass(frozen=True)
class Targets:
    """Maps of people to score heatmaps on, NaN everywhere where there is no map.

    They have the px places of the face, in reading order.

    graded: float64 (m, px), each with mean 0 and standard deviation 1, or 0 everywhere if it is constant.
    places: float64 (m, px), 1 in the places of the highest values, 0 elsewhere; all have the same sum, as
    those that tie for the last rank share what is left (`ranks.top_places`). A tile is many places with one
    value, so that taking some of them would favour one side of the face.
    """

    graded: np.ndarray
    places: np.ndarray


def targets(maps: np.ndarray, share: float) -> Targets:
    """Targets of mean maps inside the face, float (m, px). share: of the face: the places people use.

    >>> targets(np.array([[0.0, 2.0, 1.0, 1.0]]), 0.5).places.tolist()
    [[0.0, 1.0, 0.5, 0.5]]
    """
    known = np.isfinite(maps).all(axis=1)
    graded, places = np.full((2, *maps.shape), np.nan)
    centred = maps[known] - maps[known].mean(axis=1, keepdims=True)
    spread = centred.std(axis=1, keepdims=True)
    varied = np.ptp(maps[known], axis=1, keepdims=True) > 0
    graded[known] = np.divide(centred, spread, out=np.zeros(centred.shape), where=varied)
    everywhere, area = np.ones(maps.shape[1], bool), places_used(maps.shape[1], share)
    for row in np.flatnonzero(known):
        places[row] = top_places(maps[row], everywhere, area)
    return Targets(graded, places)


def places_used(places: int, share: float) -> int:
    """How many of the places of the face count as those that people use."""
    return max(1, round(share * places))


def persons_of(maps: Maps) -> list[str]:
    """Everybody who has a map, sorted.

    >>> persons_of({"f": (["bob"], np.zeros((1, 2))), "m": (["ann", "bob"], np.zeros((2, 2)))})
    ['ann', 'bob']
    """
    return sorted({person for persons, _ in maps.values() for person in persons})


def mean_maps(maps: Maps, people: Sequence[str], chosen: np.ndarray) -> np.ndarray:
    """The mean map of each of m choices of people: float64 (m, pixels of the canvas).

    chosen: bool (m, people). First the mean over the chosen persons who saw a poser, then over posers; posers
    whom none of the chosen saw are left out, and without any the map is NaN.

    >>> both = {"f": (["ann", "bob"], np.array([[0.0], [2.0]])), "m": (["ann"], np.array([[3.0]]))}
    >>> mean_maps(both, ["ann", "bob"], np.array([[True, True], [False, True]])).tolist()
    [[2.0], [2.0]]
    """
    place = {person: column for column, person in enumerate(people)}
    total, posers = 0.0, np.zeros((len(chosen), 1))
    for persons, values in maps.values():
        weights = chosen[:, [place[person] for person in persons]].astype(np.float32)
        seen = weights.sum(axis=1, keepdims=True)
        total = total + ((weights / np.maximum(seen, 1)) @ values).astype(np.float64)
        posers += seen > 0
    return np.divide(total, posers, out=np.full(np.shape(total), np.nan), where=posers > 0)


def random_halves(chosen: np.ndarray, splits: int, draw: np.random.Generator) -> np.ndarray:
    """Random halves of the people chosen, bool (n,): bool (splits, 2, n); an odd one is in the second."""
    members = np.flatnonzero(chosen)
    found = np.zeros((splits, 2, len(chosen)), bool)
    for split in range(splits):
        order = draw.permutation(members)
        found[split, 0, order[: len(members) // 2]] = True
        found[split, 1, order[len(members) // 2 :]] = True
    return found
