"""Shapley values of superpixels by KernelSHAP; they add up to the answer to the image minus that to nothing.

Lundberg & Lee (2017), "A unified approach to interpreting model predictions", NeurIPS.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import keras

    from workflow_scripts.explanation.region_explainer import RegionExplainer

BATCHED = True


def passes(settings: Mapping, expressions: int) -> int:
    """The coalitions of an explanation, shared by all expressions; fewer if there are not as many."""
    return settings["samples"]


def build(model: "keras.Model", settings: Mapping, seed: int) -> "RegionExplainer":
    """The explainer of `model`, from its entry under explanation.explainers."""
    from workflow_scripts.common.seeds import generator
    from workflow_scripts.explanation.region_explainer import RegionExplainer
    from workflow_scripts.explanation.shapley import kernel_coalitions, shapley_values

    samples = settings["samples"]

    def coalitions(image_id: str, n_regions: int):
        return kernel_coalitions(n_regions, samples, generator(seed, "kernel_shap", image_id))

    return RegionExplainer(model, settings, coalitions, shapley_values, samples)
