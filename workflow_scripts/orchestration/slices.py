"""Slices of the configuration as canonical JSON, which does not depend on the order of keys in the file."""

import json
from collections.abc import Mapping, Sequence

from workflow_scripts.common.places import is_own, located
from workflow_scripts.comparison.beside import KINDS
from workflow_scripts.comparison.score_columns import in_order
from workflow_scripts.datasets.splits import COLUMNS, DATASETS, SUBJECTS
from workflow_scripts.explanation.positives import images_asked
from workflow_scripts.orchestration.brought import is_one, is_trained
from workflow_scripts.orchestration.controls import controls_of
from workflow_scripts.orchestration.half_sets import OWN, half_sets, neutral_of
from workflow_scripts.orchestration.people import is_fetched, uncovering_explainers, used_people
from workflow_scripts.standardization.averaged_faces import MEAN_FACE
from workflow_scripts.training.budget import copies_of
from workflow_scripts.training.groups import group_title
from workflow_scripts.training.repeats import fold_numbers


def canonical(node: object) -> str:
    """JSON that is the same for equal settings; mappings lose their order, lists keep it."""
    return json.dumps(node, sort_keys=True)


def manifest(files: Mapping[str, str | Sequence[str]], comparisons: Sequence, deviations: str) -> str:
    """The page's input files by name, each a list, and the comparisons that they belong to.

    deviations: the table of deviations, which ships with the clone.
    """
    lists = {name: [paths] if isinstance(paths, str) else list(paths) for name, paths in files.items()}
    return canonical(lists | {"deviations": [str(located(deviations))], "comparisons": comparisons})


def config_at(config: Mapping, keys: Sequence[str], wildcards: Mapping[str, str]) -> object:
    """The node of a configuration under `keys`, after filling in their wildcards.

    >>> config_at({"datasets": {"mine": {"reader": "csv"}}}, ["datasets", "{dataset}"], {"dataset": "mine"})
    {'reader': 'csv'}
    """
    node = config
    for key in keys:
        node = node[key.format(**wildcards)]
    return node


def network_slice(config: Mapping, network: str) -> str:
    """A network's settings for training, with its number of copies, its own or that of all networks."""
    training = config["training"]
    return canonical(training["networks"][network] | {"copies": copies_of(training, network)})


def controls_slice(config: Mapping, network: str) -> str:
    """The control networks of a network, in the order of their names."""
    return canonical(dict(sorted(controls_of(config, network).items())))


def model_slice(config: Mapping, network: str) -> str:
    """How a model that was trained elsewhere is used; its file, and what it was trained on, are inputs."""
    entry = config["training"]["networks"][network]
    return canonical({key: entry[key] for key in ("classes", "scaling", "input_size") if key in entry})


def dataset_slice(config: Mapping, dataset: str) -> str:
    """The settings by which a data set is indexed.

    All but the column that divides it, who may see it, and what its half faces show.
    """
    entry = config["datasets"][dataset]
    return canonical({key: value for key, value in entry.items() if key not in ("split", "shareable", *OWN)})


def neutral_option(config: Mapping, dataset: str) -> list[str]:
    """The option of a command that names the expression of neutral faces, if half faces are made of them."""
    neutral = neutral_of(config, dataset)
    return ["--neutral", neutral] if neutral else []


def split_slice(config: Mapping) -> str:
    """The split column of each data set of the run, empty if it must be found; {} if subjects are split.

    If each data set is a fold, its number.
    """
    if config["training"]["split"] == SUBJECTS:
        return "{}"
    if config["training"]["split"] == DATASETS:
        return canonical({name: fold for fold, name in enumerate(config["run"]["datasets"], start=1)})
    entries = {name: config["datasets"][name] for name in config["run"]["datasets"]}
    return canonical(
        {name: entry.get("split") or COLUMNS.get(entry["reader"], "") for name, entry in entries.items()}
    )


def augmentation_slice(config: Mapping) -> str:
    """The ranges of variation; the number of copies belongs to the network."""
    ranges = config["training"]["augmentation"]
    return canonical({key: value for key, value in ranges.items() if key != "copies"})


def grid_title(figure: str, groups: Mapping[str, Sequence[str]]) -> str:
    """The line above a grid of heatmaps: Figure 7 shows the mean over networks, the others one group each.

    A group may be one of what is put beside.

    >>> grid_title("heatmaps_low_depth", {"low_depth": ["WeiNet"], "deep": ["VGG16"]})
    'Networks: low depth'
    """
    if figure == "figure7":
        return "Mean of the networks that learned"
    group = figure.removeprefix("heatmaps_")
    titles = {kind.group: kind.title for kind in KINDS}
    return titles.get(group) or group_title(group, groups)


def ranking_images(config: Mapping) -> int:
    """Images that each fold's heatmap needs to be ranked: all that are requested, if these are fewer."""
    return min(config["comparison"]["min_images"], images_asked(config["explanation"]["positives"]))


def one_model_slice(config: Mapping) -> str:
    """The networks of the run that are one model for all folds."""
    entries = config["training"]["networks"]
    networks = config["run"]["networks"]
    return canonical([name for name in networks if is_trained(entries[name]) and is_one(entries[name])])


def metrics_slice(config: Mapping) -> str:
    """The metrics, in the order of their columns."""
    return canonical(in_order(config["comparison"]["metrics"]))


def mask_slice(config: Mapping, mask_set: str, expression: str) -> str:
    """The settings of a mask: the entry of its set, without what concerns other expressions."""
    entry = dict(config["comparison"]["mask_sets"][mask_set])
    del entry["expressions"]
    if isinstance(units := entry.get("action_units"), Mapping):
        entry["action_units"] = {name: units[name] for name in units if name == expression}
    return canonical(entry)


def subsets_slice(config: Mapping) -> str:
    """The definitions of the subsets of the run."""
    defined = config["comparison"]["subsets"]
    return canonical({name: defined[name] for name in config["run"]["subsets"]})


def people_slice(config: Mapping, people: str) -> str:
    """The settings by which maps of people are read; where fetched data come from is not among them."""
    entry = config["comparison"]["people"][people]
    return canonical({key: value for key, value in entry.items() if key != "folder" or not is_fetched(entry)})


def report_slice(config: Mapping, groups: Mapping[str, Sequence[str]]) -> str:
    """What the page says about the study. groups: those of the networks that run."""
    run, training, explanation = (config[key] for key in ("run", "training", "explanation"))
    mask_sets = {name: config["comparison"]["mask_sets"][name] for name in run["mask_sets"]}
    networks = {name: training["networks"][name] for name in run["networks"]}
    explainers = {name: explanation["explainers"][name] for name in run["explainers"]}
    people = {name: config["comparison"]["people"][name] for name in used_people(config)}
    subsets = {name: config["comparison"]["subsets"][name] for name in run["subsets"]}
    setup = {key: config[key] for key in ("seed", "run", "faces", "standardization", "similarity")} | {
        "training": training | {"networks": networks},
        "explanation": explanation | {"explainers": explainers},
        "comparison": config["comparison"] | {"mask_sets": mask_sets, "people": people, "subsets": subsets},
    }
    for stage, what in (("training", "controls"), ("explanation", "quality")):
        if not run[what]:  # settings of what was not done would seem to say that it was
            del setup[stage][what]
    page = {
        "run": run,
        "report": config["report"],
        "groups": list(groups.items()),  # in order, which canonical JSON keeps for lists only
        "min_images": ranking_images(config),
        "metrics": in_order(config["comparison"]["metrics"]),
        "kinds": {name: mask_set["kind"] for name, mask_set in mask_sets.items()},
        "positives": explanation["positives"],
        "split": training["split"],
        "setup": setup,
    }
    if uncovering := uncovering_explainers(config):
        page["uncovering"] = uncovering
    if halves := {name: half for name, half in half_sets(config).items() if name in run["datasets"]}:
        of_masks = {name: entry["shows"] for name, entry in mask_sets.items() if entry["kind"] == "halves"}
        page["halves"] = {"datasets": halves, "mask_sets": of_masks}
    if is_own(MEAN_FACE):
        page["own_face"] = True
    if run["people"]:
        page["people"] = {name: people[name] for name in run["people"]}
    models = {name: entry for name, entry in networks.items() if is_trained(entry)}
    if models:
        page["models"] = {
            name: {"trained_on": entry["trained_on"], "one": is_one(entry)} for name, entry in models.items()
        }
    return canonical(page)


def atlas_slice(
    config: Mapping,
    groups: Mapping[str, Sequence[str]],
    beside: Mapping[str, Sequence[int]],
    masked: Mapping[str, Sequence[str]],
    beside_page: bool,
) -> str:
    """What the atlas says about the study: keys that `report_slice` has too, and these.

    beside: what is put beside the networks, with its folds. masked: the expressions that a mask set has masks
    for. beside_page: whether scripts beside the page hold what is largest. fitted: networks trained here.
    shareable: data sets whose images may be shown.
    """
    of_page = json.loads(report_slice(config, groups))
    kept = ("run", "report", "groups", "min_images", "metrics", "kinds", "positives")
    datasets, entries = config["datasets"], config["training"]["networks"]
    return canonical(
        {key: of_page[key] for key in kept}
        | {
            "seed": config["seed"],
            "linkage": config["similarity"]["linkage"],
            "folds": list(fold_numbers(config["training"])),
            "folds_each": config["training"]["folds"],
            "beside": {name: list(folds) for name, folds in beside.items()},
            "masked": {name: masked[name] for name in config["run"]["mask_sets"]},
            "beside_page": beside_page,
            "fitted": [name for name in config["run"]["networks"] if not is_trained(entries[name])],
            "shareable": [name for name in config["run"]["datasets"] if datasets[name]["shareable"]],
        }
    )
