"""Banzhaf values of superpixels: the mean answer with one shown minus that with it hidden.

The others are shown or hidden by coin flips, the very ones that LIME makes for the image: with as many
samples, both ask the network the same, so that the answers that LIME kept serve as well (`passes_of`).
Banzhaf (1965), "Weighted voting doesn't work", Rutgers Law Review 19; Wang & Jia (2023), "Data Banzhaf",
AISTATS, who let each answer serve all players.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import keras

    from workflow_scripts.explanation.explanation_contract import Explanation
    from workflow_scripts.explanation.kept_passes import KeptPasses
    from workflow_scripts.explanation.region_explainer import RegionExplainer

BATCHED = True
ROUNDING = 2**-9  # four steps of float16 between a half and 1: answers that differ less say nothing


def passes(settings: Mapping, expressions: int) -> int:
    """The perturbed images of an explanation, shared by all expressions, where the network is asked."""
    return settings["samples"]


def build(model: "keras.Model", settings: Mapping, seed: int) -> "RegionExplainer":
    """The explainer of `model`, from its entry under explanation.explainers."""
    from workflow_scripts.explanation.region_explainer import RegionExplainer
    from workflow_scripts.explanation.region_values import banzhaf_values, coin_flips
    from workflow_scripts.explanation.sampling import PAIRED, drawn_masks

    sampling, samples = settings["sampling"], settings["samples"]

    def coalitions(image_id: str, n_regions: int):
        masks = drawn_masks(sampling, samples, n_regions, seed, image_id)
        return coin_flips(masks, paired=sampling in PAIRED)

    return RegionExplainer(model, settings, coalitions, banzhaf_values, samples)


def from_passes(kept: "KeptPasses") -> "Explanation":
    """The explanation of an image by answers that LIME kept."""
    from workflow_scripts.explanation.region_values import banzhaf_values, by_regions, coin_flips

    found = banzhaf_values(coin_flips(kept.masks, kept.paired), kept.answers)
    found.values[:, np.ptp(kept.answers[1:], axis=0) < ROUNDING] = 0
    return by_regions(kept.regions, found, kept.answers)
