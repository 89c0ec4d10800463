"""Shapley values of superpixels by KernelSHAP; they add up to the answer to the image minus that to nothing.

Lundberg & Lee (2017), "A unified approach to interpreting model predictions", NeurIPS.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import keras

    from workflow_scripts.explanation.region_explainer import RegionExplainer

BATCHED = True


def passes(settings: Mapping, expressions: int) -> int:
    """The coalitions of an explanation, shared by all expressions; fewer if there are not as many."""
    return settings["samples"]


def problem(settings: Mapping, sides: Sequence[int]) -> str:
    """Too few samples for an image with the most regions: each alone and all but each take a pass."""
    from workflow_scripts.explanation.region_numbers import most_regions
    from workflow_scripts.explanation.shapley import least_passes

    asked, samples = settings["regions"], settings["samples"]
    most, side = max((most_regions(side, asked), side) for side in sides)
    if samples >= (needed := least_passes(most)):
        return ""
    return (
        f"samples: {samples} may be too few: SLIC can cut an image of {side} px into up to {most} regions if "
        f"{asked} are asked for, and their Shapley values need {needed} passes; raise samples to {needed} or "
        "more, or lower regions"
    )


def build(model: "keras.Model", settings: Mapping, seed: int) -> "RegionExplainer":
    """The explainer of `model`, from its entry under explanation.explainers."""
    from workflow_scripts.common.seeds import generator
    from workflow_scripts.explanation.region_explainer import RegionExplainer
    from workflow_scripts.explanation.shapley import kernel_coalitions, shapley_values

    samples = settings["samples"]

    def coalitions(image_id: str, n_regions: int):
        return kernel_coalitions(n_regions, samples, generator(seed, "kernel_shap", image_id))

    return RegionExplainer(model, settings, coalitions, shapley_values, samples)
