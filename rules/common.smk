"""What the rules of every stage share: names that run, slices of config, code as input, the check of the plan."""

import json
import re
from pathlib import Path

from snakemake.exceptions import WorkflowError

from workflow_scripts.code_inputs import code_files
from workflow_scripts.config_check import check_study, read_settings
from workflow_scripts.errors import StudyError
from workflow_scripts.explanation.positives import images_asked
from workflow_scripts.report.provenance import write_provenance
from workflow_scripts.training.budget import copies_of
from workflow_scripts.training.groups import UNGROUPED, network_groups
from workflow_scripts.training.imagenet_weights import by_hand, official_file

try:
    for file in workflow.configfiles:
        read_settings(file)
    check_study(config)
except StudyError as error:
    raise WorkflowError(str(error))

DATASETS = config["run"]["datasets"]
NETWORKS = config["run"]["networks"]
EXPLAINERS = config["run"]["explainers"]
MASK_SETS = config["run"]["mask_sets"]
EXPRESSIONS = config["run"]["expressions"]
FOLDS = range(1, config["training"]["folds"] + 1)
TRAININGS = [(network, fold) for network in NETWORKS for fold in FOLDS]
# a sample of fewer images is enough where no more are asked for
MIN_IMAGES = min(config["comparison"]["min_images"], images_asked(config["explanation"]["positives"]))
COMPARISONS = [(explainer, mask_set) for explainer in EXPLAINERS for mask_set in MASK_SETS]
GROUPS = network_groups(config["training"]["groups"], NETWORKS)
# the rows of each grid of heatmaps: the mean over networks, which has no name; the networks of each group
GRIDS = {"figure7": [""]} | {f"heatmaps_{group}": networks for group, networks in GROUPS.items()}

# memory of a job that runs a network, measured on a CPU: all but the batch for the largest (SilNet: 6.1 GB),
# and each image of a batch, in bytes per pixel (training: Xception 2,900; inference: VGG16 590)
NETWORK_MB = 8000
TRAINING_BYTES = 3000
INFERENCE_BYTES = 600

REGISTRIES = {
    "reader": "workflow_scripts.datasets.readers",
    "detector": "workflow_scripts.faces.detectors",
    "architecture": "workflow_scripts.training.networks",
    "explainer": "workflow_scripts.explanation.explainers",
    "kind": "workflow_scripts.comparison.mask_sets",
}


def one_of(names):
    """A regular expression that matches the names and nothing else."""
    return "|".join(map(re.escape, names))


def config_at(keys, wildcards):
    """The node of config under `keys`, wildcards in them filled in."""
    node = config
    for key in keys:
        node = node[key.format(**dict(wildcards))]
    return node


def settings(*keys):
    """One slice of config as canonical JSON: what a job depends on, whatever the order of keys in the file."""
    return lambda wildcards: json.dumps(config_at(keys, wildcards), sort_keys=True)


def training_settings(network):
    """A network's entry with its number of copies, which may be that of all networks."""
    training = config["training"]
    return training["networks"][network] | {"copies": copies_of(training, network)}


def network_settings(wildcards):
    """What a training is given of its network, as canonical JSON."""
    return json.dumps(training_settings(wildcards.network), sort_keys=True)


def augmentation_settings(wildcards):
    """The ranges of variation as canonical JSON; the number of copies is with the network."""
    ranges = {key: value for key, value in config["training"]["augmentation"].items() if key != "copies"}
    return json.dumps(ranges, sort_keys=True)


def code(rule):
    """The files of ours that `stage.rule` runs."""
    return code_files(f"workflow_scripts.{rule}")


def entry_code(kind, *keys):
    """The files of the registry entry that the config node under `keys` names as its `kind`."""

    def files(wildcards):
        check_plan()
        entry = config_at(keys, wildcards)[kind]
        return [own_file(entry)] if own_file(entry) else code_files(f"{REGISTRIES[kind]}.{entry}")

    return files


def per_attempt(amount):
    """A resource of which a job gets as much again with every further attempt."""
    return lambda wildcards, attempt: attempt * amount


def training_memory(wildcards, attempt):
    """mem_mb of a training: that of the largest network, and what a batch takes where there is no GPU."""
    network = config["training"]["networks"][wildcards.network]
    return attempt * (NETWORK_MB + batch_mb(network, network["batch_size"], TRAINING_BYTES))


def inference_memory(wildcards, attempt):
    """mem_mb of predictions or explanations, in batches of at most 128: as for a training, without gradients."""
    network = config["training"]["networks"][wildcards.network]
    return attempt * (NETWORK_MB + batch_mb(network, 128, INFERENCE_BYTES))


def batch_mb(network, images, bytes_per_pixel):
    """MB of the activations of a batch."""
    return round(images * network["input_size"] ** 2 * bytes_per_pixel / 1e6)


def training_minutes(wildcards, attempt):
    """runtime of a training: an hour, and five minutes per epoch and copy of 224 x 224 images.

    Ample on a GPU, where some thousand images pass in a minute; eight cores may take longer for a large
    network. The study's longest, 200 such passes, asks for 18 hours: more than a day, many clusters refuse.
    What is cut off goes on from its backup of minutes before, at the next attempt with longer time.
    """
    network = training_settings(wildcards.network)
    return attempt * (60 + round(5 * network["epochs"] * network["copies"] * relative_size(network)))


def explanation_minutes(wildcards, attempt):
    """runtime of an explanation job: half an hour, and two minutes per 1,000 samples of 224 x 224 images."""
    network = config["training"]["networks"][wildcards.network]
    samples = config["explanation"]["explainers"][wildcards.explainer].get("samples", 1000)
    thousands = images_asked(config["explanation"]["positives"]) * samples / 1000
    return attempt * (30 + round(2 * thousands * relative_size(network)))


def relative_size(network):
    """Pixels of a network's input as a multiple of 224 x 224."""
    return (network["input_size"] / 224) ** 2


def own_file(entry):
    """The user's file that an entry like path/to/file.py:function names; empty for entries of a registry."""
    return entry.rpartition(":")[0]


def pretrained_weights(wildcards):
    """The ImageNet weights that a network starts from, where it does."""
    entry = config["training"]["networks"][wildcards.network]
    return f"results/training/weights/{entry['architecture']}.h5" if entry["weights"] else []


def masked_expressions(mask_set):
    """The expressions of the study that a mask set has masks for."""
    masked = config["comparison"]["mask_sets"][mask_set]["expressions"]
    return [expression for expression in EXPRESSIONS if expression in masked]


def table_of(wildcards):
    """The label table of a data set that has one; its edits are noticed."""
    check_plan()
    return config["datasets"][wildcards.dataset].get("table") or []


def heatmaps_below(wildcards):
    """Heatmaps one level down: the folds of a network, or the networks of an explainer."""
    group, expression = wildcards.group, wildcards.expression
    folder = f"results/standardization/{group}"
    if group in EXPLAINERS:
        return [f"{folder}/{network}/{expression}.npy" for network in NETWORKS]
    return [f"{folder}/fold{fold}/{expression}.h5" for fold in FOLDS]


def learned_networks(wildcards):
    """Which networks learned: what an average over networks leaves out, and one over folds does not ask."""
    return "results/training/learned.csv" if wildcards.group in EXPLAINERS else []


def mask_source(wildcards):
    """The file a mask is drawn from, for the kinds of mask sets that have one."""
    source = config["comparison"]["mask_sets"][wildcards.mask_set].get("source")
    return source.replace("{expression}", wildcards.expression) if source else []


def mask_settings(wildcards):
    """What a mask is drawn by, as canonical JSON: the entry of its set, without what concerns other expressions."""
    entry = dict(config["comparison"]["mask_sets"][wildcards.mask_set])
    del entry["expressions"]
    if units := entry.get("action_units"):
        entry["action_units"] = {name: units[name] for name in units if name == wildcards.expression}
    return json.dumps(entry, sort_keys=True)


def mask_data(file):
    """`file` of every data set whose region maps a mask set is made of."""
    return lambda wildcards: [
        file.format(dataset=dataset)
        for dataset in config["comparison"]["mask_sets"][wildcards.mask_set].get("datasets", [])
    ]


def cell_scores(wildcards):
    """The scores of every cell whose expression has a mask."""
    return expand(
        "results/comparison/{explainer}/{mask_set}/{network}/fold{fold}/{expression}.csv",
        explainer=wildcards.explainer,
        mask_set=wildcards.mask_set,
        network=NETWORKS,
        fold=FOLDS,
        expression=masked_expressions(wildcards.mask_set),
    )


def comparison_files(name):
    """One file of every comparison of an explainer with a mask set."""
    return [f"results/comparison/{explainer}/{mask_set}/{name}" for explainer, mask_set in COMPARISONS]


def grid_title(figure):
    """The line above a grid of heatmaps."""
    if figure == "figure7":
        return "Mean of the networks that learned"
    group = figure.removeprefix("heatmaps_").replace("_", " ")
    return "Networks" if list(GROUPS) == [UNGROUPED] else f"Networks: {group}"


def grid_heatmaps(wildcards):
    """The heatmaps of a grid, row after row."""
    return [
        Path("results/standardization", wildcards.explainer, row, f"{expression}.npy").as_posix()
        for row in GRIDS[wildcards.figure]
        for expression in EXPRESSIONS
    ]


def explainer_figures(figure):
    """A figure of every explainer."""
    return expand("results/report/{explainer}/{figure}.svg", explainer=EXPLAINERS, figure=figure)


def report_settings():
    """What the page says of the study, as canonical JSON."""
    training, explanation, mask_sets = (
        config["training"],
        config["explanation"],
        config["comparison"]["mask_sets"],
    )
    setup = {
        "seed": config["seed"],
        "faces": config["faces"],
        "training": training | {"networks": {name: training["networks"][name] for name in NETWORKS}},
        "explanation": explanation
        | {"explainers": {name: explanation["explainers"][name] for name in EXPLAINERS}},
        "standardization": config["standardization"],
        "comparison": config["comparison"] | {"mask_sets": {name: mask_sets[name] for name in MASK_SETS}},
        "similarity": config["similarity"],
    }
    page = {
        "run": config["run"],
        "report": config["report"],
        "groups": list(GROUPS.items()),  # in their order, which canonical JSON does not keep
        "min_images": MIN_IMAGES,
        "kinds": {name: mask_sets[name]["kind"] for name in MASK_SETS},
        "positives": explanation["positives"],
        "setup": setup,
    }
    return json.dumps(page, sort_keys=True)


def check_plan():
    """Stop with every reason at once why the study cannot run.

    Called while the plan is built, not while the Snakefile is read, so that the workflow can be linted
    and its rules listed without data.
    """
    problems = missing_data() + missing_entries() + missing_weights()
    if problems:
        raise WorkflowError(
            "This study cannot run yet:",
            *(f"  - {problem}" for problem in problems),
            "To try lookalike without data of your own: make demo (the faces that come with it).",
        )


def checked_study(wildcards):
    """What the whole study ends in.

    Checked here too: where a file is there already, Snakemake takes it as it is if its rule cannot be planned.
    """
    check_plan()
    return "results/report/index.html"


def used_datasets():
    """The data sets of the run, and those that masks of the run are made of."""
    for_masks = [config["comparison"]["mask_sets"][name].get("datasets", []) for name in MASK_SETS]
    return list(dict.fromkeys([*DATASETS, *sum(for_masks, [])]))


def missing_data():
    """Data sets whose root is not set or not there."""
    problems = []
    for name in used_datasets():
        root = config["datasets"][name].get("root", "")
        if not root:
            problems.append(f"datasets.{name}.root is empty: set it to the folder of data set {name}")
        elif not Path(root).exists():
            problems.append(f"datasets.{name}.root: there is no {root}")
    return problems


def missing_entries():
    """Registry entries that the run names and that do not exist."""
    definitions = {
        "reader": ("datasets", config["datasets"], used_datasets()),
        "architecture": ("training.networks", config["training"]["networks"], NETWORKS),
        "explainer": (
            "explanation.explainers",
            config["explanation"]["explainers"],
            EXPLAINERS,
        ),
        "kind": ("comparison.mask_sets", config["comparison"]["mask_sets"], MASK_SETS),
        "detector": ("faces", {"faces": config["faces"]}, ["faces"]),
    }
    problems = []
    for kind, (section, entries, names) in definitions.items():
        folder = Path(workflow.basedir, *REGISTRIES[kind].split("."))
        available = sorted(path.stem for path in folder.glob("[!_]*.py"))
        for name in names:
            entry = entries[name][kind]
            key = section if section == name else f"{section}.{name}"
            if file := own_file(entry):
                problems += [] if Path(file).is_file() else [f"{key}.{kind}: there is no file {file}"]
            elif entry not in available:
                problems.append(f"{key}.{kind}: there is no '{entry}'; there are {', '.join(available)}")
    return problems


def missing_weights():
    """Networks of the run whose ImageNet weights do not exist, or are not in the folder that should have them."""
    problems = []
    folder = config["training"]["weights_dir"]
    for name in NETWORKS:
        entry = config["training"]["networks"][name]
        if not entry["weights"]:
            continue
        try:
            official = official_file(entry["architecture"])
        except StudyError as error:
            problems.append(f"training.networks.{name}.weights: {error}")
            continue
        if folder and not Path(folder, official.name).is_file():
            problems.append(
                f"training.weights_dir: there is no {folder}/{official.name}; {by_hand(official)}"
            )
    return problems
