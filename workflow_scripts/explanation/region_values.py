"""Values of players in cooperative games: of an image's regions, by a network's answers to coalitions.

A coalition is a set of regions that are shown; all others are hidden. The first coalition is that of all.
"""

from typing import NamedTuple

import numpy as np

from workflow_scripts.explanation.explanation_contract import Explanation


class Coalitions(NamedTuple):
    """masks: int (n, R), 1 = shown. weights: float64 (n,), how much each counts; None: all the same.

    The last `drawn` coalitions were drawn by chance, in pairs of complements if `paired`.
    """

    masks: np.ndarray
    weights: np.ndarray | None = None
    drawn: int = 0
    paired: bool = False


class RegionValues(NamedTuple):
    """Values of R regions for E expressions, and their standard errors over draws, both float64 (R, E)."""

    values: np.ndarray
    errors: np.ndarray | None


def leave_one_out(n_regions: int) -> Coalitions:
    """All regions, then all but one of each: (1 + R, R).

    >>> leave_one_out(2).masks.tolist()
    [[1, 1], [0, 1], [1, 0]]
    """
    return Coalitions(np.concatenate([np.ones((1, n_regions), int), 1 - np.eye(n_regions, dtype=int)]))


def occlusion_values(coalitions: Coalitions, answers: np.ndarray) -> RegionValues:
    """How much the answer (1 + R, E) to all regions falls when one is hidden; nothing is drawn.

    >>> occlusion_values(leave_one_out(2), np.array([[0.9], [0.2], [1.0]])).values.round(1).tolist()
    [[0.7], [-0.1]]
    """
    return RegionValues(answers[0] - answers[1:], None)


def coin_flips(masks: np.ndarray, paired: bool) -> Coalitions:
    """Masks as `sampling.drawn_masks` gives them. The first is not drawn, nor its complement, if paired."""
    return Coalitions(masks, drawn=len(masks) - 1 - paired, paired=paired)


def banzhaf_values(coalitions: Coalitions, answers: np.ndarray) -> RegionValues:
    """The mean answer with a region shown minus that with it hidden, over coalitions drawn by coin flips.

    It estimates the value of Banzhaf (1965): what a region adds to a coalition of others, on average over all
    of these. All answers serve all regions (Wang & Jia, 2023, "Data Banzhaf"). answers: (n, E).
    """
    shown = coalitions.masks[-coalitions.drawn :].astype(np.float64)
    answers = answers[-coalitions.drawn :]
    groups = [_group_mean(mask, answers) for mask in (shown, 1 - shown)]
    values = groups[0][0] - groups[1][0]
    if not coalitions.paired:
        return RegionValues(values, np.sqrt(groups[0][1] + groups[1][1]))
    whole = len(shown) // 2 * 2  # the last coalition may lack its complement
    differences = answers[:whole:2] - answers[1:whole:2]
    signs = 2 * shown[:whole:2] - 1
    mean = signs.T @ differences / len(signs)
    square = (differences**2).mean(axis=0)
    return RegionValues(values, np.sqrt(np.maximum(square - mean**2, 0) / (len(signs) - 1)))


def _group_mean(members: np.ndarray, answers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Per region, the mean answer of the coalitions in its group (n, R), and that mean's variance: (R, E)."""
    n = members.sum(axis=0)[:, None]
    mean = members.T @ answers / n
    variance = members.T @ answers**2 / n - mean**2
    return mean, np.maximum(variance, 0) / (n - 1)


def by_regions(regions: np.ndarray, found: RegionValues, answers: np.ndarray) -> Explanation:
    """An explanation by the values of regions (s, s), from answers (n, E), the first of them to the image."""
    return Explanation(
        regions=regions,
        weights=found.values,
        standard_errors=found.errors,
        probability=answers[0].astype(np.float64),
        probability_range=np.ptp(answers, axis=0).astype(np.float64),
        samples=len(answers),
    )
