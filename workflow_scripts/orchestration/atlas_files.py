"""The files that the atlas reads, and those that it is written into."""

from collections.abc import Mapping, Sequence
from itertools import product

from workflow_scripts.comparison.beside import heatmaps_of

# by the names that its job reads them by
PATHS = {
    **{name: f"results/comparison/{{explainer}}/{{mask_set}}/{name}.csv" for name in ("scores", "summary")},
    "means": "results/comparison/{explainer}/{mask_set}/means.csv",
    "mask": "results/comparison/masks/{mask_set}/{expression}.png",
    "mean": "results/standardization/{explainer}/{expression}.npy",
    "map": "results/standardization/{explainer}/{network}/{expression}.npy",
    "cell": "results/standardization/{explainer}/{network}/fold{fold}/{expression}.h5",
    "stack": "results/explanation/{explainer}/{network}/fold{fold}/{expression}.h5",
    "positives": "results/explanation/{network}/fold{fold}/positives.csv",
    "history": "results/training/{network}/fold{fold}/history.csv",
    "similarity": "results/similarity/{explainer}/{expression}.csv",
    **{name: f"results/similarity/{{explainer}}/{name}.csv" for name in ("support", "trees")},
    **{name: f"results/similarity/{name}.csv" for name in ("findings", "excess")},
    "quality": "results/comparison/{explainer}/quality.csv",
    "accuracy": "results/training/accuracy.csv",
    "accuracy_means": "results/training/summary.csv",
    "confusion": "results/training/confusion.csv",
    "learned": "results/training/learned.csv",
    "counts": "results/explanation/counts.csv",
    "methods": "results/report/methods.txt",
}
BETWEEN_EXPLAINERS = ("findings", "excess")  # there with two explainers or more
# of what is put beside the networks, by the folder of its heatmaps
BESIDE_PATHS = {"beside": "{folder}/{expression}.npy", "beside_cell": "{folder}/fold{fold}/{expression}.h5"}
MOST_IN_PAGE = (
    400  # heatmaps of folds; a page of more has them, and the explained images, in scripts beside it
)


def files_read(
    run: Mapping[str, Sequence], trainings: Mapping[str, Sequence[tuple[str, int]]], masks: Sequence[tuple]
) -> dict[str, list[str]]:
    """All files of PATHS, by their names.

    run: its explainers, networks, mask_sets and expressions, and the explainers whose explanations are
    examined (``quality``). trainings: the (network, fold) of the study (``all``), and of those that were
    trained in it (``fitted``). masks: their (mask set, expression).
    """
    explainers, expressions = run["explainers"], run["expressions"]
    examined = [name for name in explainers if name in run["quality"]]
    values = {
        "explainer": explainers,
        "mask_set": run["mask_sets"],
        "network": run["networks"],
        "expression": expressions,
    }
    found = {}
    for name, path in PATHS.items():
        if name == "cell":  # in place of the heatmaps, the job depends on their hashes
            path = f"{path.rpartition('/')[0]}/heatmaps.sha256"
        if name == "mask":
            found[name] = [path.format(mask_set=one, expression=expression) for one, expression in masks]
        elif "{fold}" in path:
            cells = trainings["fitted" if name == "history" else "all"]
            each = {"explainer": explainers, "expression": expressions}
            asked = [key for key in each if f"{{{key}}}" in path]
            found[name] = [
                path.format(network=network, fold=fold, **dict(zip(asked, chosen, strict=True)))
                for network, fold in cells
                for chosen in product(*(each[key] for key in asked))
            ]
        elif name in BETWEEN_EXPLAINERS and len(explainers) < 2:
            found[name] = []
        else:
            known = values | ({"explainer": examined} if name == "quality" else {})
            asked = [key for key in known if f"{{{key}}}" in path]
            found[name] = [
                path.format(**dict(zip(asked, chosen, strict=True)))
                for chosen in product(*(known[key] for key in asked))
            ]
    return found


def files_beside(beside: Mapping[str, Sequence[int]], expressions: Sequence[str]) -> list[str]:
    """The heatmaps of what is put beside the networks, given with its folds."""
    found = []
    for name, folds in beside.items():
        folder = heatmaps_of(name)
        found += [BESIDE_PATHS["beside"].format(folder=folder, expression=one) for one in expressions]
        found += [
            BESIDE_PATHS["beside_cell"].format(folder=folder, fold=fold, expression=one)
            for fold, one in product(folds, expressions)
        ]
    return found


def scripts(run: Mapping[str, Sequence], beside: Mapping[str, Sequence[int]], folds: int) -> list[str]:
    """The scripts beside the page, one per explainer and network; none if all heatmaps fit into the page."""
    of_folds = len(run["networks"]) * folds + sum(map(len, beside.values()))
    if len(run["explainers"]) * of_folds * len(run["expressions"]) <= MOST_IN_PAGE:
        return []
    names = product(run["explainers"], [*run["networks"], *beside])
    return [f"results/report/atlas/{explainer}/{network}.js" for explainer, network in names]
