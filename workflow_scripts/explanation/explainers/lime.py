"""LIME (Ribeiro et al., 2016): a linear fit of the network's answers to an image with hidden superpixels."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import keras

    from workflow_scripts.explanation.lime_explainer import LimeExplainer


def passes(settings: Mapping, expressions: int) -> int:
    """The perturbed images of an explanation, shared by all expressions; fewer if sampling stops early."""
    return settings["max_samples"] if settings["samples"] == "auto" else settings["samples"]


def build(model: "keras.Model", settings: Mapping, seed: int) -> "LimeExplainer":
    """The explainer of `model`, from its entry under explanation.explainers."""
    from workflow_scripts.explanation.lime_explainer import LimeExplainer

    return LimeExplainer(model, settings, seed)
