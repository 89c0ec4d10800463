"""RISE: the answers to images behind random soft masks, averaged with the masks as weights.

Petsiuk, Das & Saenko (2018), "RISE: randomized input sampling for explanation of black-box models", BMVC.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import keras

    from workflow_scripts.explanation.soft_masks import RiseExplainer

BATCHED = True


def passes(settings: Mapping, expressions: int) -> int:
    """The masks of an explanation, shared by all expressions, and the whole image."""
    return settings["samples"] + 1


def build(model: "keras.Model", settings: Mapping, seed: int) -> "RiseExplainer":
    """The explainer of `model`, from its entry under explanation.explainers."""
    from workflow_scripts.explanation.soft_masks import RiseExplainer

    return RiseExplainer(model, settings, seed)
