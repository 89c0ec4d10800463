"""The further explanations that stability is measured with: other seeds, and settings of the explainer."""

from collections.abc import Mapping
from typing import NamedTuple

from workflow_scripts.common.seeds import derived_seed
from workflow_scripts.explanation.quality import OF_HIDING, OF_REGIONS, OF_SEEDS

# keys by which explainers say what takes the place of hidden parts, and their values
HIDING = ("hide", "cover", "baseline")
WAYS = ("black", "mean", "blur")


class Variant(NamedTuple):
    """Settings of an explainer and a seed."""

    settings: Mapping
    seed: int


def variants(settings: Mapping, asked: Mapping, seed: int) -> dict[str, list[Variant]]:
    """What is compared, by measure; one of those compared may be the study's own, `Variant(settings, seed)`.

    asked: explanation.quality. Measures of which there is nothing to compare, because the explainer does not
    have the setting or one value alone is asked for, are left out.
    """
    seeds = [seed, *(derived_seed(seed, "quality", n, bits=32) for n in range(1, asked["seeds"]))]
    found = {OF_SEEDS: [Variant(settings, one) for one in seeds]}
    of_pixels = settings.get("resolution") == "pixels"  # which does not look at regions
    if isinstance(settings.get("regions"), int) and not of_pixels:
        found[OF_REGIONS] = [Variant({**settings, "regions": n}, seed) for n in asked["regions"]]
    if key := next((key for key in HIDING if settings.get(key) in WAYS), None):
        found[OF_HIDING] = [Variant({**settings, key: how}, seed) for how in asked["hide"]]
    return {measure: compared for measure, compared in found.items() if len(compared) > 1}


def further(compared: Mapping[str, list[Variant]], own: Variant) -> list[Variant]:
    """All variants that the study's own explanations do not have, each once."""
    every = [one for each in compared.values() for one in each if one != own]
    return [one for n, one in enumerate(every) if one not in every[:n]]
