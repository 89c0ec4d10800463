"""Does a network's answer follow its explanations? Deletion, insertion and infidelity of single images."""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import numpy as np

from workflow_scripts.common.seeds import generator
from workflow_scripts.explanation.quality import (
    DELETION,
    INFIDELITY,
    INSERTION,
    LEAST_FALL,
    LEAST_SPREAD,
    curve_area,
    infidelity,
    removal_masks,
)

ORDERS = 5  # random ones, which deletion and insertion are compared with
SHUFFLES = 20  # of the weights among the regions, likewise for infidelity
SMALL_FALL = "small fall"


class Measured(NamedTuple):
    """A measure of one explanation, what chance would give, or why it was left out."""

    measure: str
    value: float | None
    baseline: float | None = None
    left_out: str = ""


def passes(n_regions: int, asked: Mapping) -> int:
    """Network passes per image."""
    return (2 + ORDERS) * (n_regions + 1) + asked["masks"]


def measured(
    ask: Callable[[np.ndarray], np.ndarray],
    weights: np.ndarray,
    sizes: np.ndarray,
    masks: int,
    seed: int,
    image_id: str,
) -> Iterator[Measured]:
    """Measure one explanation.

    ask: answers (n,), probabilities of the explained expression, to masks int (n, R), 1 = shown. weights
    (R,). sizes (R,): pixels of each region. masks: how many are drawn for infidelity, anew, not those that
    the explainer drew; each shows a region with even chance. Draws are the same for all explainers and
    networks that cut the image alike. Left out are areas if the answer to nothing is not lower by LEAST_FALL
    than that to the image, and infidelity if the root of the mean squared fall is below LEAST_SPREAD.
    """
    draw = generator(seed, "quality", image_id)
    orders = [draw.permutation(len(weights)) for _ in range(ORDERS)]
    hidden = draw.integers(0, 2, (masks, len(weights)))
    shuffled = [draw.permutation(weights) for _ in range(SHUFFLES)]
    order = np.argsort(-weights, kind="stable")
    curves = [removal_masks(order), 1 - removal_masks(order), *map(removal_masks, orders)]
    blocks = [*curves, 1 - hidden]
    answers = np.split(
        ask(np.concatenate(blocks)).astype(np.float64), np.cumsum([len(one) for one in blocks])[:-1]
    )
    whole, empty = answers[0][0], answers[0][-1]
    if whole - empty < LEAST_FALL:
        yield from (Measured(name, None, None, SMALL_FALL) for name in (DELETION, INSERTION))
    else:
        # a random order's deletion is the insertion by the reverse order: both have the same expectation
        by_chance = float(np.mean([curve_area(answers[2 + n], one, sizes) for n, one in enumerate(orders)]))
        yield Measured(DELETION, curve_area(answers[0], order, sizes), by_chance)
        yield Measured(INSERTION, curve_area(answers[1], order, sizes), by_chance)
    falls = whole - answers[-1]
    if np.sqrt((falls**2).mean()) < LEAST_SPREAD:
        yield Measured(INFIDELITY, None, None, SMALL_FALL)
    else:
        by_chance = float(np.mean([infidelity(one, hidden, falls) for one in shuffled]))
        yield Measured(INFIDELITY, infidelity(weights, hidden, falls), by_chance)
