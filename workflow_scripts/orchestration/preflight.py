"""What a study needs before it can run: data, entries of registries, files for runs without internet."""

from collections.abc import Mapping
from pathlib import Path

from workflow_scripts.common.code import ROOT
from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.files import is_there
from workflow_scripts.common.places import located
from workflow_scripts.common.registry import entry_function, entry_names, own_file
from workflow_scripts.orchestration import people, published
from workflow_scripts.orchestration.brought import missing_models, trained_networks
from workflow_scripts.orchestration.hints import nearest
from workflow_scripts.orchestration.own_code import own_code_problems
from workflow_scripts.orchestration.passes import declared_files, declared_passes, declared_regions
from workflow_scripts.orchestration.quality import explaining_problems
from workflow_scripts.orchestration.registries import REGISTRIES
from workflow_scripts.orchestration.slices import config_at
from workflow_scripts.training.imagenet_weights import download_instructions, official_file
from workflow_scripts.training.trained_file import input_side


def refuse_incomplete(config: Mapping) -> None:
    """Raise StudyError with all reasons why the study of a checked configuration cannot run yet."""
    problems = [
        *places_with_braces(),
        *missing_data(config),
        *missing_entries(config),
        *unusable_explainers(config),
        *missing_weights(config),
        *missing_models(config),
        *published.problems(config),
        *people.problems(config),
    ]
    if problems:
        raise StudyError(
            "\n".join(
                [
                    "This study cannot run yet:",
                    *(f"  - {problem}" for problem in problems),
                    "To try lookalike without data of your own: make demo (it comes with faces).",
                ]
            )
        )


def places_with_braces() -> list[str]:
    """Folders whose path Snakemake would take for one with wildcards, a line each."""
    folders = dict.fromkeys(str(folder) for folder in (ROOT, Path.cwd()))
    return [
        f"{folder}: Snakemake reads braces as wildcards; rename or move the folder"
        for folder in folders
        if set("{}") & set(folder)
    ]


def used_datasets(config: Mapping) -> list[str]:
    """The data sets of the run, and those that masks of the run are made of."""
    mask_sets = [config["comparison"]["mask_sets"][name] for name in config["run"]["mask_sets"]]
    for_masks = [name for mask_set in mask_sets for name in mask_set.get("datasets", [])]
    return list(dict.fromkeys([*config["run"]["datasets"], *for_masks]))


def missing_data(config: Mapping) -> list[str]:
    """Missing data: roots not set or not found, tables and sources of masks not found, a line each."""
    problems = []
    for name in used_datasets(config):
        root = config["datasets"][name].get("root", "")
        if not root:
            problems.append(f"datasets.{name}.root is empty: set it to the folder of data set {name}")
        elif not is_there(located(root), Path.exists):
            problems.append(f"datasets.{name}.root: there is no {root}")
        if table := config["datasets"][name].get("table"):
            problems += [f"datasets.{name}.table: {problem}" for problem in _not_there(table, root)]
    for name in config["run"]["mask_sets"]:
        entry = config["comparison"]["mask_sets"][name]
        drawn = [each for each in config["run"]["expressions"] if each in entry["expressions"]]
        sources = dict.fromkeys(
            str(entry.get("source") or "").replace("{expression}", each) for each in drawn
        )
        for source in filter(None, sources):
            problems += [f"comparison.mask_sets.{name}.source: {each}" for each in _not_there(source, "")]
    return problems


def _to_train(config: Mapping) -> list[str]:
    trained = trained_networks(config)
    return [name for name in config["run"]["networks"] if name not in trained]


def _not_there(file: str, root: str) -> list[str]:
    """What to say about a file of the configuration that does not exist; nothing if it does."""
    if is_there(located(file)):
        return []
    if is_there(located(file), Path.is_dir):
        return [f"{file} is a folder; name the file"]
    beside = Path(root, file)
    hint = f"; did you mean {beside}?" if root and is_there(beside) else f" (relative to {Path.cwd()})"
    return [f"there is no file {file}{hint}"]


def used_entries(config: Mapping) -> list[tuple[str, str]]:
    """Key and name of each registry entry that the run uses."""
    run = config["run"]
    used = {
        "reader": used_datasets(config),
        "architecture": _to_train(config),
        "explainer": run["explainers"],
        "kind": run["mask_sets"],
        "data": people.used_people(config),
    }
    named = [("faces.detector", config["faces"]["detector"])]
    named += [("comparison.metrics", entry) for entry in config["comparison"]["metrics"]]
    for kind, names in used.items():
        section = REGISTRIES[kind].section
        for name in names:
            key = ".".join((*section, name, kind))
            named.append((key, config_at(config, (*section, name, kind), {})))
    return named


def missing_entries(config: Mapping) -> list[str]:
    """Registry entries of the run that do not exist, or whose file has visible errors, a line each."""
    problems = []
    for key, entry in used_entries(config):
        kind = key.rpartition(".")[2]
        available = entry_names(REGISTRIES[kind].package)
        if file := own_file(entry):
            if not is_there(file):
                problems.append(f"{key}: there is no file {file}")
            elif kind != "explainer":  # explainers are imported, see `unusable_explainers`
                problems += own_code_problems(key, entry)
        elif entry not in available:
            problems.append(f"{key}: there is no '{entry}'{nearest(entry, available)}")
    return problems


def unusable_explainers(config: Mapping) -> list[str]:
    """Explainers of the run that exist but break their contract, a line each.

    A user's file must be importable and define the function named; all must declare their passes, and be able
    to explain images of the networks' sizes, where these are known.
    """
    package, section = REGISTRIES["explainer"].package, REGISTRIES["explainer"].section
    networks = config["training"]["networks"]
    sides = sorted({input_side(networks[name], 0) for name in config["run"]["networks"]} - {0})
    problems = []
    for name in config["run"]["explainers"]:
        settings = config_at(config, (*section, name), {})
        entry = settings["explainer"]
        if not (is_there(own_file(entry)) if own_file(entry) else entry in entry_names(package)):
            continue  # reported by `missing_entries`
        try:
            entry_function(package, entry, "build")
            declared_passes(settings, len(config["run"]["expressions"]))
            declared_files(settings)
            declared_regions(settings)
            limits = explaining_problems(config, name, sides)
            problems += [f"{'.'.join((*section, name))}.{line}" for line in limits]
        except StudyError as error:
            problems.append(f"{'.'.join((*section, name))}.explainer: {error}")
    return problems


def missing_weights(config: Mapping) -> list[str]:
    """ImageNet weights of the run that do not exist, or are not in the folder that should have them."""
    problems = []
    folder = config["training"]["weights_dir"]
    for name in _to_train(config):
        entry = config["training"]["networks"][name]
        if not entry["weights"]:
            continue
        try:
            official = official_file(entry["architecture"])
        except StudyError as error:
            problems.append(f"training.networks.{name}.weights: {error}")
            continue
        if folder and not is_there(Path(folder, official.name)):
            problems.append(
                f"training.weights_dir: there is no {folder}/{official.name}; "
                f"{download_instructions(official)}"
            )
    return problems
