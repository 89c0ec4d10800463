"""Shapley values of an image's regions by KernelSHAP (Lundberg & Lee, 2017, arXiv 1705.07874).

Shapley values are the coefficients of a linear fit of the answers on the regions shown, over all coalitions,
weighted by a kernel and held to the answers to all regions and to none. Small and large coalitions have most
of the kernel's weight and are few: as in the shap package, those of a size are all asked about once there are
as many draws as coalitions of it. The rest is drawn, each with its complement (Covert & Lee, 2021).
"""

from itertools import combinations
from math import comb

import numpy as np

from workflow_scripts.common.errors import StudyError
from workflow_scripts.explanation.region_values import Coalitions, RegionValues


def kernel_coalitions(n_regions: int, passes: int, draw: np.random.Generator) -> Coalitions:
    """All regions, none, then coalitions with their kernel's weight, at most `passes` in total.

    Raises StudyError if the passes do not suffice for every region alone and all but every region.
    """
    if passes < least_passes(n_regions):
        raise StudyError(
            f"an image has {n_regions} regions, whose Shapley values need at least {least_passes(n_regions)} "
            f"passes, not {passes}: raise samples, or lower regions, in the explainer's entry under "
            "explanation.explainers"
        )
    sizes = np.arange(1, n_regions)
    shares = (n_regions - 1) / (sizes * (n_regions - sizes))  # of all coalitions of a size
    shares = dict(zip(sizes.tolist(), shares / shares.sum(), strict=True))
    both = [np.ones((1, n_regions), int), np.zeros((1, n_regions), int)]
    masks, weights, left = both, [np.zeros(2)], passes - 2
    for size in range(1, n_regions // 2 + 1):
        pair = {size, n_regions - size}
        count, rest = sum(comb(n_regions, each) for each in pair), sum(shares.values())
        if left * sum(shares[each] for each in pair) / rest < count and size > 1:
            break
        for each in sorted(pair):
            masks.append(_all_of_size(each, n_regions))
            weights.append(np.full(len(masks[-1]), shares.pop(each) / len(masks[-1])))
        left -= count
    drawn = _drawn_pairs(shares, n_regions, left // 2, draw)
    masks.append(drawn)
    weights.append(np.full(len(drawn), sum(shares.values()) / max(len(drawn), 1)))
    return Coalitions(np.concatenate(masks), np.concatenate(weights), drawn=len(drawn), paired=True)


def least_passes(n_regions: int) -> int:
    """Of all regions, of none, of each alone and of all but each.

    >>> least_passes(1), least_passes(2), least_passes(30)
    (2, 4, 62)
    """
    return 2 + 2 * n_regions if n_regions > 2 else 2**n_regions


def shapley_values(coalitions: Coalitions, answers: np.ndarray) -> RegionValues:
    """Shapley values from answers (n, E) to coalitions from `kernel_coalitions`.

    They add up to the answer to all regions minus that to none. Standard errors are those of the coalitions
    that were drawn, by the sandwich estimator over pairs; 0 if all were asked about.
    """
    (all_shown, nothing), masks = answers[:2], coalitions.masks[2:]
    others = masks[:, :-1] - masks[:, -1:]  # the last region has what the others leave
    target = answers[2:] - nothing - masks[:, -1:] * (all_shown - nothing)
    weighted = others * coalitions.weights[2:, None]
    inverse = np.linalg.pinv(weighted.T @ others, hermitian=True)
    values = inverse @ (weighted.T @ target)
    scores = weighted[:, :, None] * (target - others @ values)[:, None]
    drawn = scores[len(scores) - coalitions.drawn :]
    pairs = drawn[::2] + drawn[1::2]
    influence = np.tensordot(inverse, pairs - pairs.mean(axis=0), axes=(1, 1)) if len(pairs) > 1 else None
    return RegionValues(_with_last(values, all_shown - nothing), _errors(influence, values.shape))


def _errors(influence: np.ndarray | None, shape: tuple[int, int]) -> np.ndarray:
    """Standard errors (R, E) from influences (R - 1, pairs, E) on values of that shape, (R - 1, E)."""
    if influence is None:
        return np.zeros((shape[0] + 1, shape[1]))
    whole = np.concatenate([influence, -influence.sum(axis=0, keepdims=True)])
    n = whole.shape[1]
    return np.sqrt(n / (n - 1) * (whole**2).sum(axis=1))


def _with_last(values: np.ndarray, total: np.ndarray) -> np.ndarray:
    return np.concatenate([values, (total - values.sum(axis=0))[None]])


def _all_of_size(size: int, n_regions: int) -> np.ndarray:
    """All coalitions of that many regions, int (n, R)."""
    members = np.array(list(combinations(range(n_regions), size)))
    masks = np.zeros((len(members), n_regions), int)
    np.put_along_axis(masks, members, 1, axis=1)
    return masks


def _drawn_pairs(shares: dict[int, float], n_regions: int, n: int, draw: np.random.Generator) -> np.ndarray:
    """n coalitions, each before its complement: int (2 n, R), of sizes in proportion to their shares.

    The sizes are drawn systematically, at even steps of their cumulated shares, so that they vary little.
    """
    if not shares or n < 1:
        return np.zeros((0, n_regions), int)
    smaller = sorted(size for size in shares if 2 * size <= n_regions)
    cumulated = np.cumsum([shares[size] * (2 if 2 * size < n_regions else 1) for size in smaller])
    places = np.searchsorted(cumulated, (draw.random() + np.arange(n)) / n * cumulated[-1])
    sizes = np.array(smaller)[places.clip(max=len(smaller) - 1)]
    ranks = draw.permuted(np.tile(np.arange(n_regions), (n, 1)), axis=1)
    shown = (ranks < sizes[:, None]).astype(int)
    return np.stack([shown, 1 - shown], axis=1).reshape(-1, n_regions)
