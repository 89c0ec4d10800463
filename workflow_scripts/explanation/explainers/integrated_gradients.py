"""Integrated gradients: the gradient of the answer, averaged over a path from a baseline to the image.

Sundararajan, Taly & Yan (2017), "Axiomatic attribution for deep networks", ICML.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import keras

    from workflow_scripts.explanation.path_gradients import PathExplainer

BATCHED = True


def passes(settings: Mapping, expressions: int) -> int:
    """A gradient for each step, for the expression of the cell alone, and both ends of the path."""
    return 3 * settings["steps"] + 2


def build(model: "keras.Model", settings: Mapping, seed: int) -> "PathExplainer":
    """The explainer of `model`, from its entry under explanation.explainers; nothing is drawn."""
    from workflow_scripts.explanation.path_gradients import PathExplainer

    return PathExplainer(model, settings)
