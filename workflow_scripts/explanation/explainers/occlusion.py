"""Occlusion: how much the answer falls when one superpixel is hidden.

Zeiler & Fergus (2014), "Visualizing and understanding convolutional networks", ECCV, who hid squares.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from workflow_scripts.explanation.region_numbers import usual_regions

if TYPE_CHECKING:
    import keras

    from workflow_scripts.explanation.region_explainer import RegionExplainer

BATCHED = True


def passes(settings: Mapping, expressions: int) -> int:
    """The whole image, and it without each region."""
    return 1 + usual_regions(settings["regions"])


def build(model: "keras.Model", settings: Mapping, seed: int) -> "RegionExplainer":
    """The explainer of `model`, from its entry under explanation.explainers; nothing is drawn."""
    from workflow_scripts.explanation.region_explainer import RegionExplainer
    from workflow_scripts.explanation.region_values import leave_one_out, occlusion_values

    def coalitions(image_id: str, n_regions: int):
        return leave_one_out(n_regions)

    return RegionExplainer(model, settings, coalitions, occlusion_values, settings["regions"] + 1)
