"""Which explanations of a configuration are examined (run.quality), where, and how many passes that takes."""

from collections.abc import Iterator, Mapping, Sequence

from workflow_scripts.explanation.faithfulness import passes
from workflow_scripts.explanation.positives import images_asked
from workflow_scripts.explanation.quality_variants import Variant, further, variants
from workflow_scripts.orchestration.passes import (
    declared_passes,
    declared_problem,
    declared_regions,
    kept_problem,
)

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
    """The most images of one network that are examined; none that is not explained."""
    of_cell = min(
        config["explanation"]["quality"]["images"], images_asked(config["explanation"]["positives"])
    )
    return of_cell * len(config["run"]["expressions"])


def quality_passes(config: Mapping, explainer: str) -> int:
    """The most network passes per image: of explanations made again, and of the measures."""
    settings, asked = config["explanation"]["explainers"][explainer], config["explanation"]["quality"]
    again = _further(config, explainer)
    explained = sum(declared_passes(one.settings, len(config["run"]["expressions"])) for one in again)
    return explained + passes(declared_regions(settings), asked)


def explaining_problems(config: Mapping, explainer: str, sides: Sequence[int]) -> Iterator[str]:
    """Why images of some sides in px could not be explained, or examined; lines that begin with a key."""
    own = config["explanation"]["explainers"][explainer]
    if line := kept_problem(config["explanation"]["explainers"], explainer):
        yield line
    if line := declared_problem(own, sides):
        yield line
        return
    for settings, _ in _further(config, explainer) if explainer in examined_explainers(config) else ():
        if line := declared_problem(settings, sides):
            varied = ", ".join(f"{key}: {value}" for key, value in settings.items() if value != own[key])
            yield f"{line} ({varied} is one of explanation.quality, since run.quality names {explainer})"


def _further(config: Mapping, explainer: str) -> list[Variant]:
    settings, asked = config["explanation"]["explainers"][explainer], config["explanation"]["quality"]
    return further(variants(settings, asked, config["seed"]), Variant(settings, config["seed"]))
