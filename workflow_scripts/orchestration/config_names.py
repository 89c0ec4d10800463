"""Names by which parts of a configuration refer to each other: errors if undefined, warnings if doubtful."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.registry import own_file
from workflow_scripts.comparison.score_columns import refusal
from workflow_scripts.comparison.subset_values import CORRECT
from workflow_scripts.datasets.listing import normalized_label
from workflow_scripts.orchestration import people, published
from workflow_scripts.orchestration.controls import control_problems, idle_controls
from workflow_scripts.orchestration.hints import nearest
from workflow_scripts.orchestration.own_code import missing_modules
from workflow_scripts.orchestration.quality import idle_quality

LIKE = 0.75  # similarity of two names above which one may be a misspelling of the other


def check_names(config: Mapping) -> None:
    """Refuse a run, or a mask set, that names what no section defines, and metrics that clash.

    Raises StudyError with every reason at once.
    """
    problems = [*_undefined(config), *_clashing(config), *_unordered(config), *control_problems(config)]
    if problems:
        raise StudyError(
            "\n".join(["the configuration cannot be used:", *(f"  - {line}" for line in problems)])
        )


def _undefined(config: Mapping) -> Iterator[str]:
    mask_sets, networks = config["comparison"]["mask_sets"], config["training"]["networks"]
    sections = {
        "datasets": config["datasets"],
        "networks": networks,
        "explainers": config["explanation"]["explainers"],
        "mask_sets": mask_sets,
        "controls": config["training"]["controls"],
        "people": config["comparison"]["people"],
        "subsets": config["comparison"]["subsets"],
        "quality": config["explanation"]["explainers"],
    }
    named = {f"run.{key}": (config["run"][key], defined) for key, defined in sections.items()}
    for name, members in config["training"]["groups"].items():
        named[f"training.groups.{name}"] = (members, networks)
    for name, mask_set in mask_sets.items():
        named[f"comparison.mask_sets.{name}.datasets"] = (mask_set.get("datasets", []), config["datasets"])
        if "people" in mask_set:
            named[f"comparison.mask_sets.{name}.people"] = [mask_set["people"]], sections["people"]
    for key, (names, defined) in named.items():
        for name in (name for name in names if name not in defined):
            known = nearest(name, defined, "defined are")
            yield f"{key} names {name}, which the configuration does not define{known}"


def _clashing(config: Mapping) -> Iterator[str]:
    studied, mask_sets = config["run"]["expressions"], config["comparison"]["mask_sets"]
    if "average" in studied:
        yield (
            "run.expressions names average, which is a column of the tables; map its label to another name "
            "with datasets.<name>.labels"
        )
    if reason := refusal(config["comparison"]["metrics"]):
        yield f"comparison.metrics {reason}"
    for name in (name for name in config["run"]["mask_sets"] if name in mask_sets):
        if not set(mask_sets[name]["expressions"]) & set(studied):
            yield (
                f"run.mask_sets names {name}, which has masks for none of the expressions of the study "
                f"({', '.join(studied)}), only for {', '.join(mask_sets[name]['expressions'])}; map the data "
                "set's labels to these names with datasets.<name>.labels, or remove the mask set"
            )


def _unordered(config: Mapping) -> Iterator[str]:
    for name, entry in config["comparison"]["subsets"].items():
        if entry["cuts"] != sorted(entry["cuts"]):
            yield f"comparison.subsets.{name}.cuts: {entry['cuts']} is not ascending; sort the numbers"


def doubts(config: Mapping) -> list[str]:
    """Names in a checked configuration that have no effect, or that jobs may not find, a line each."""
    return [
        *_notes_of_nothing(config),
        *_labels_like_expressions(config),
        *_modules_not_here(config),
        *idle_controls(config),
        *_cuts_of_nothing(config),
        *idle_quality(config),
        *published.doubts(config),
        *people.doubts(config),
    ]


def _cuts_of_nothing(config: Mapping) -> Iterator[str]:
    for name, entry in config["comparison"]["subsets"].items():
        if entry["cuts"] and entry["by"] == CORRECT:
            yield f"comparison.subsets.{name}.cuts has no effect: predictions are right or wrong, not numbers"


def _notes_of_nothing(config: Mapping) -> Iterator[str]:
    for name in config["report"]["notes"]:
        if name not in config["datasets"]:
            yield f"report.notes.{name}: there is no such data set{nearest(name, config['datasets'])}"


def _labels_like_expressions(config: Mapping) -> Iterator[str]:
    studied = config["run"]["expressions"]
    for name in config["run"]["datasets"]:
        for theirs, ours in config["datasets"][name].get("labels", {}).items():
            ours = normalized_label(ours)
            if ours not in studied and (near := get_close_matches(ours, studied, 1, LIKE)):
                yield (
                    f"datasets.{name}.labels.{theirs}: {ours} is not in run.expressions, so its "
                    f"images are left out; did you mean {near[0]}?"
                )


def _modules_not_here(config: Mapping) -> Iterator[str]:
    networks = config["training"]["networks"]
    # a network that was trained elsewhere names no architecture
    files = {own_file(networks[name].get("architecture", "")): name for name in config["run"]["networks"]}
    for path, name in files.items():
        for line in missing_modules(path) if path else ():
            yield f"training.networks.{name}.architecture: {line}"
