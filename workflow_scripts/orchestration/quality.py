"""Which explanations of a configuration are examined (run.quality), where, and how many passes that takes."""

from collections.abc import Iterator, Mapping

from workflow_scripts.explanation.faithfulness import passes
from workflow_scripts.explanation.quality_variants import Variant, further, variants
from workflow_scripts.orchestration.passes import declared_passes

REGIONS = 30  # of explanations whose settings name no number
FOLD = 1  # whose explanations are examined


def examined_explainers(config: Mapping) -> list[str]:
    """The explainers of the run whose explanations are examined."""
    run = config["run"]
    return [name for name in run["explainers"] if name in run["quality"]]


def idle_quality(config: Mapping) -> Iterator[str]:
    """Explainers to examine that do not run, a line each."""
    for name in config["run"]["quality"]:
        if name not in config["run"]["explainers"]:
            yield f"run.quality names {name}, but run.explainers does not, so that it explains nothing"


def examined_images(config: Mapping) -> int:
    """The most images of one network that are examined."""
    return config["explanation"]["quality"]["images"] * len(config["run"]["expressions"])


def quality_passes(config: Mapping, explainer: str) -> int:
    """The most network passes per image: of explanations made again, and of the measures."""
    settings, asked = config["explanation"]["explainers"][explainer], config["explanation"]["quality"]
    again = further(variants(settings, asked, config["seed"]), Variant(settings, config["seed"]))
    explained = sum(declared_passes(one.settings, len(config["run"]["expressions"])) for one in again)
    regions = settings.get("regions", REGIONS)
    return explained + passes(regions + regions // 5, asked)
