"""Input files of jobs that depend on the configuration, by the wildcards of the job."""

from collections.abc import Mapping, Sequence


def pretrained_weights(config: Mapping, network: str) -> list[str]:
    """The ImageNet weights that a network starts from, where it does."""
    entry = config["training"]["networks"][network]
    return [f"results/training/weights/{entry['architecture']}.h5"] if entry["weights"] else []


def heatmaps_below(config: Mapping, group: str, expression: str) -> list[str]:
    """Heatmaps one level down: the folds of a network, or the networks of an explainer."""
    folder = f"results/standardization/{group}"
    if group in config["run"]["explainers"]:
        return [f"{folder}/{network}/{expression}.npy" for network in config["run"]["networks"]]
    return [f"{folder}/fold{fold + 1}/{expression}.h5" for fold in range(config["training"]["folds"])]


def mask_source(config: Mapping, mask_set: str, expression: str) -> list[str]:
    """The file a mask is drawn from, for the kinds of mask sets that have one."""
    source = config["comparison"]["mask_sets"][mask_set].get("source")
    return [source.replace("{expression}", expression)] if source else []


def mask_data(config: Mapping, mask_set: str, file: str) -> list[str]:
    """`file`, with {dataset} in its place, of every data set whose region maps a mask set is made of."""
    names = config["comparison"]["mask_sets"][mask_set].get("datasets", [])
    return [file.format(dataset=name) for name in names]


def grid_heatmaps(explainer: str, rows: Sequence[str], expressions: Sequence[str]) -> list[str]:
    """The heatmaps of a grid, row after row; a row without a name is the mean over networks."""
    return [
        "/".join(["results/standardization", explainer, *filter(None, [row]), f"{name}.npy"])
        for row in rows
        for name in expressions
    ]
