"""Uncovering (Wegrzyn et al., 2017): a network sees a face tile by tile, as the people of that study did."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from workflow_scripts.explanation.uncovering_grid import GRID, TILES

if TYPE_CHECKING:
    import keras

    from workflow_scripts.explanation.uncovered_faces import UncoveringExplainer

BATCHED = True


def passes(settings: Mapping, expressions: int) -> int:
    """Each order shows all numbers of tiles but none and all, which all orders share."""
    return settings["orders"] * (TILES - 1) + 2


def regions(settings: Mapping) -> int:
    """The tiles."""
    return TILES


def files(settings: Mapping) -> list[str]:
    """The landmarks that the grid of tiles hangs on."""
    return [GRID]


def build(model: "keras.Model", settings: Mapping, seed: int) -> "UncoveringExplainer":
    """The explainer of `model`, from its entry under explanation.explainers."""
    from workflow_scripts.common.places import located
    from workflow_scripts.explanation.uncovered_faces import UncoveringExplainer
    from workflow_scripts.explanation.uncovering_grid import read_grid

    return UncoveringExplainer(model, settings, seed, read_grid(located(GRID)))
