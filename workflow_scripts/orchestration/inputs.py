"""Input files of jobs that depend on the configuration, by the wildcards of the job."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import product

from workflow_scripts.common.places import is_shipped, located
from workflow_scripts.common.tables import read_table
from workflow_scripts.comparison.beside import heatmaps_of, kind_of
from workflow_scripts.orchestration.brought import is_trained, seen_images
from workflow_scripts.orchestration.code_params import content_param
from workflow_scripts.orchestration.controls import networks_of
from workflow_scripts.orchestration.passes import PASSES_OF, declared_files
from workflow_scripts.orchestration.people import maps_file
from workflow_scripts.orchestration.slices import canonical
from workflow_scripts.training.controls import SHUFFLED_LABELS
from workflow_scripts.training.repeats import fold_numbers, folds_file, folds_per_repeat, repeat_of
from workflow_scripts.training.trained_file import model_path

# what the page is filled into and with, besides the results
PAGE_FILES = (
    "CITATION.cff",
    *(
        f"workflow_scripts/report/page/{name}"
        for name in ("page.html", "sections.csv", "captions.toml", "style.css")
    ),
)

ATLAS = "workflow_scripts/report/atlas"
# likewise, the atlas
ATLAS_FILES = (
    "CITATION.cff",
    f"{ATLAS}/page.html",
    f"{ATLAS}/texts.toml",
    f"{ATLAS}/parts.csv",
    *(f"{ATLAS}/{row['file']}" for row in read_table(located(f"{ATLAS}/parts.csv"), ["file", "kind"])),
)


def given(path: str) -> list[str]:
    """A file as an input, if it belongs to the study; a shipped one counts by its content, see `placed`."""
    return [path] if path and not is_shipped(path) else []


def all_given(paths: Iterable[str]) -> list[str]:
    """Those of some files that belong to the study."""
    return [file for path in paths for file in given(path)]


def placed(name: str, path: str) -> dict[str, str | Callable[..., str]]:
    """Params for a file that may be shipped: its content, and as `name` its location, for a command.

    Snakemake does not compare the location, because that param takes the input.
    """
    return {f"{name}_content": content_param(path), name: lambda wildcards, input: str(located(path))}


def explainer_files(config: Mapping, explainer: str) -> list[str]:
    """The files that an explainer reads besides faces and networks."""
    return declared_files(config["explanation"]["explainers"][explainer])


def pretrained_weights(config: Mapping, network: str) -> list[str]:
    """The ImageNet weights that a network starts from, if it does."""
    entry = config["training"]["networks"][network]
    return [f"results/training/weights/{entry['architecture']}.h5"] if entry["weights"] else []


def repeat_of_fold(config: Mapping, fold: str) -> int:
    """The repeat of the cross-validation that a fold belongs to, from 1."""
    return repeat_of(int(fold), folds_per_repeat(config["training"]))


def folds_table(config: Mapping, fold: str) -> str:
    """The table that has a fold, and the others of its repeat."""
    return f"results/training/{folds_file(repeat_of_fold(config, fold))}"


def folds_tables(config: Mapping) -> list[str]:
    """The tables of folds of all repeats."""
    return [
        f"results/training/{folds_file(repeat)}" for repeat in range(1, config["training"]["repeats"] + 1)
    ]


def control_cells(config: Mapping, network: str, file: str) -> list[str]:
    """`file`, with {fold} filled in, of the folds in which a network has control networks."""
    folds = sorted({control.fold for control in networks_of(config, network)})
    return [file.format(fold=fold) for fold in folds]


def control_divisions(config: Mapping, network: str) -> list[str]:
    """Likewise, the tables that divide the images of these folds."""
    folds = sorted({control.fold for control in networks_of(config, network)})
    return [folds_table(config, str(fold)) for fold in folds]


def control_stacks(config: Mapping, explainer: str, network: str) -> list[tuple[int, str, str]]:
    """Fold, expression and explanation stack of the trained networks that a network's controls are beside."""
    folds = sorted({control.fold for control in networks_of(config, network)})
    folder = f"results/explanation/{explainer}/{network}"
    return [
        (fold, expression, f"{folder}/fold{fold}/{expression}.h5")
        for fold, expression in product(folds, config["run"]["expressions"])
    ]


def shuffled_models(config: Mapping, network: str) -> list[str]:
    """The control networks of a network that are trained, on shuffled labels."""
    folder = f"results/training/{network}/controls"
    return [
        f"{folder}/{control.control}/fold{control.fold}/repeat{control.repeat}/model.keras"
        for control in networks_of(config, network)
        if control.kind == SHUFFLED_LABELS
    ]


def trained_model(config: Mapping, network: str, fold: str) -> str:
    """The file of a model that was trained elsewhere."""
    return model_path(config["training"]["networks"][network], fold)


def seen_in_training(config: Mapping, network: str, fold: str) -> list[str]:
    """The table of the images that a model from elsewhere was trained on, if it names one."""
    entry = config["training"]["networks"][network]
    path = seen_images(entry, fold) if is_trained(entry) else ""
    return [path] if path else []


def heatmaps_below(config: Mapping, group: str) -> list[str]:
    """Heatmaps one level down, expression by expression: a network's folds, or an explainer's networks."""
    if group in config["run"]["explainers"]:
        below = [f"{network}/{{}}.npy" for network in config["run"]["networks"]]
    else:
        below = [f"fold{fold}/{{}}.h5" for fold in fold_numbers(config["training"])]
    named = [name.format(one) for one in config["run"]["expressions"] for name in below]
    return [f"results/standardization/{group}/{name}" for name in named]


def averaged(config: Mapping, group: str) -> list[str]:
    """What stands for the heatmaps one level down: the hashes of a network's, or an explainer's networks'."""
    explainer, _, network = group.partition("/")
    folds = fold_numbers(config["training"])
    return hashes(explainer, product([network], folds)) if network else heatmaps_below(config, group)


def cell_heatmaps(explainer: str, cells: Sequence[tuple[str, int, str]]) -> list[str]:
    """The heatmaps of some cells (network, fold, expression)."""
    return [
        f"{heatmap_folder(explainer, network)}/fold{fold}/{expression}.h5"
        for network, fold, expression in cells
    ]


def kept_stacks(config: Mapping, wildcards: Mapping) -> list[str]:
    """Stacks whose passes an explainer takes for a training, one per expression; none if it asks itself."""
    source = config["explanation"]["explainers"][wildcards["explainer"]].get(PASSES_OF)
    network, fold = wildcards["network"], wildcards["fold"]
    expressions = config["run"]["expressions"] if source else []
    return cell_stacks(source, [(network, fold, expression) for expression in expressions])


def kept_option(config: Mapping, explainer: str, stacks: Sequence[str]) -> list[str]:
    """The stacks of `kept_stacks` with the entry of the explainer that kept them, as options of a job."""
    explainers = config["explanation"]["explainers"]
    source = explainers[explainer].get(PASSES_OF)
    return ["--kept", *stacks, "--kept-settings", canonical(explainers[source])] if source else []


def hashes(explainer: str, trainings: Iterable[tuple[str, int]]) -> list[str]:
    """The hashes of the heatmaps of trainings (network, fold), a file each: jobs depend on them instead."""
    return [f"{heatmap_folder(explainer, network)}/fold{fold}/heatmaps.sha256" for network, fold in trainings]


def cell_stacks(explainer: str, cells: Sequence[tuple[str, int, str]]) -> list[str]:
    """The explanation stacks of some cells (network, fold, expression)."""
    return [
        f"results/explanation/{explainer}/{network}/fold{fold}/{expression}.h5"
        for network, fold, expression in cells
    ]


def mean_heatmaps(explainer: str, networks: Iterable[str], expressions: Iterable[str]) -> list[str]:
    """The heatmaps of networks, their means over folds; a network without a name is the mean over all."""
    return [
        f"{heatmap_folder(explainer, network)}/{name}.npy" for network, name in product(networks, expressions)
    ]


def heatmap_folder(explainer: str, network: str) -> str:
    """The folder with the heatmaps of a network; those put beside are the same for all explainers."""
    if kind_of(network):
        return heatmaps_of(network)
    return "/".join(["results/standardization", explainer, *filter(None, [network])])


def masked(cells: Sequence[tuple[str, int, str]], expressions: Collection[str]) -> list[tuple[str, int, str]]:
    """Those of some cells whose expression has a mask."""
    return [cell for cell in cells if cell[2] in expressions]


def masks(mask_set: str, expressions: Iterable[str]) -> list[str]:
    """The masks of a set."""
    return [f"results/comparison/masks/{mask_set}/{expression}.png" for expression in expressions]


def mask_source(config: Mapping, mask_set: str, expression: str) -> str:
    """The file a mask is drawn from, for the kinds of mask sets that have one; otherwise empty."""
    source = config["comparison"]["mask_sets"][mask_set].get("source")
    return source.replace("{expression}", expression) if source else ""


def mask_inputs(config: Mapping, mask_set: str, expression: str) -> list[str]:
    """That file as an input; of masks of where people look, the file with the people's maps."""
    entry = config["comparison"]["mask_sets"][mask_set]
    return (
        [maps_file(entry["people"])]
        if "people" in entry
        else given(mask_source(config, mask_set, expression))
    )


def source_option(config: Mapping, mask_set: str, expression: str) -> list[str]:
    """The option of a command that names the file a mask is drawn from, if there is one."""
    entry, source = config["comparison"]["mask_sets"][mask_set], mask_source(config, mask_set, expression)
    file = maps_file(entry["people"]) if "people" in entry else str(located(source)) if source else ""
    return ["--source", file] if file else []


def mask_data(config: Mapping, mask_set: str, file: str) -> list[str]:
    """`file`, with {dataset} filled in, of every data set whose region maps a mask set is made of."""
    names = config["comparison"]["mask_sets"][mask_set].get("datasets", [])
    return [file.format(dataset=name) for name in names]
