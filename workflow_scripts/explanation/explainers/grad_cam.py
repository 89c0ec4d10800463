"""Grad-CAM: the last feature map, weighted by the gradient of the class score.

Selvaraju et al. (2017), "Grad-CAM: visual explanations from deep networks via gradient-based localization",
ICCV. Networks that do not end with a mean over places get HiResCAM (Draelos & Carin, 2020, arXiv 2011.08891).
Networks without convolutions are refused.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import keras

    from workflow_scripts.explanation.class_maps import ClassMapExplainer

BATCHED = True


def passes(settings: Mapping, expressions: int) -> int:
    """One pass whose last layers' gradients are taken: for each expression, but of few layers."""
    return 3


def build(model: "keras.Model", settings: Mapping, seed: int) -> "ClassMapExplainer":
    """The explainer of `model`, from its entry under explanation.explainers; nothing is drawn.

    Raises StudyError if the network has no feature map that its answers follow from.
    """
    from workflow_scripts.explanation.class_maps import ClassMapExplainer

    return ClassMapExplainer(model, settings)
