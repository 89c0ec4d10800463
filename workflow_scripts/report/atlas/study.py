"""What an atlas is of: the files of a study, and all that its tables say."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from workflow_scripts.common.tables import read_table
from workflow_scripts.common.version import version
from workflow_scripts.comparison.beside import heatmaps_of, kind_of
from workflow_scripts.comparison.scores import load_metrics
from workflow_scripts.explanation.positives import images_asked
from workflow_scripts.report.atlas.maps import palette
from workflow_scripts.report.atlas.numbers import (
    accuracy_of,
    cell_rows,
    confusion_counts,
    entry_rows,
    mean_rows,
    places,
    reference_rows,
    value,
)
from workflow_scripts.report.atlas.texts import texts
from workflow_scripts.report.atlas.trees import tree
from workflow_scripts.report.figures.heatmap_colors import OPACITY
from workflow_scripts.report.page.day import written_on
from workflow_scripts.similarity.trees import read_worth
from workflow_scripts.standardization.heatmaps import read_heatmap
from workflow_scripts.standardization.standard_face import HEIGHT, WIDTH


@dataclass(frozen=True)
class Atlas:
    """What an atlas is of. settings: see `write_atlas`. file: the path of a kind of file, by names."""

    settings: Mapping
    file: Callable[..., Path]

    @property
    def explainers(self) -> list[str]:
        return self.settings["run"]["explainers"]

    @property
    def examined(self) -> list[str]:
        """The explainers whose explanations were examined."""
        return [name for name in self.explainers if name in self.settings["run"]["quality"]]

    @property
    def mask_sets(self) -> list[str]:
        return self.settings["run"]["mask_sets"]

    @property
    def expressions(self) -> list[str]:
        return self.settings["run"]["expressions"]

    @property
    def networks(self) -> list[str]:
        """The networks of the study, and what is put beside them."""
        return [*self.settings["run"]["networks"], *self.settings["beside"]]

    @property
    def folds(self) -> list[int]:
        """The folds of the study, and of what is put beside it."""
        of_others = [fold for folds in self.settings["beside"].values() for fold in folds]
        return sorted({*self.settings["folds"], *of_others})

    def folds_of(self, network: str) -> list[int]:
        """The folds in which a network has heatmaps."""
        return self.settings["beside"].get(network, self.settings["folds"])

    def table(self, kind: str, columns: Sequence[str] = (), **names: str) -> list[dict[str, str]]:
        return read_table(self.file(kind, **names), columns)

    def heatmap(self, explainer: str, network: str, expression: str, fold: int | None = None) -> np.ndarray:
        """A heatmap of a fold, or the mean over folds; without a name of a network, over networks."""
        names = {"explainer": explainer, "network": network, "expression": expression, "fold": fold}
        if kind_of(network):
            kind = "beside" if fold is None else "beside_cell"
            return read_heatmap(self.file(kind, folder=heatmaps_of(network), **names))
        kind = "cell" if fold is not None else "map" if network else "mean"
        return read_heatmap(self.file(kind, **names))


def described(atlas: Atlas) -> dict:
    """What the study is: names, metrics, texts, and how well its networks recognise."""
    told, expressions = atlas.settings, places(atlas.expressions)
    groups = {name: group for group, names in told["groups"] for name in names}
    accuracy, means, learned = (atlas.table(kind) for kind in ("accuracy", "accuracy_means", "learned"))
    did = {row["network"]: row["learned"] == "yes" for row in learned}
    confusion = atlas.table("confusion")
    return {
        "title": told["report"]["title"],
        "version": version(),
        "day": written_on(),
        "width": WIDTH,
        "height": HEIGHT,
        "palette": palette(),
        "opacity": OPACITY,
        "explainers": atlas.explainers,
        "expressions": atlas.expressions,
        "folds": atlas.folds,
        "metrics": [
            {"name": one.name, "label": one.label, "better": one.better, "takes": one.takes}
            for one in load_metrics(told["metrics"])
        ],
        "positives": images_asked(told["positives"]),
        "minImages": told["min_images"],
        "pictured": bool(told["shareable"]),
        "datasets": [
            {
                "name": name,
                "note": told["report"]["notes"].get(name, ""),
                "shareable": name in told["shareable"],
            }
            for name in told["run"]["datasets"]
        ],
        "networks": [
            {
                "name": name,
                "group": groups.get(name, ""),
                "learned": did.get(name),
                "beside": kind_of(name).not_ranked if kind_of(name) else "",
                "accuracy": accuracy_of(name, accuracy, means, learned),
                "confusion": confusion_counts(confusion, name, expressions),
                "histories": histories(atlas, name),
            }
            for name in atlas.networks
        ],
        "counts": counts(atlas),
        "methods": atlas.file("methods").read_text(encoding="utf-8"),
        "texts": texts(),
    }


def histories(atlas: Atlas, network: str) -> list[dict[str, list[float]]]:
    """Loss and accuracy by epoch of each training of a network; none of one that was trained elsewhere."""
    if network not in atlas.settings["fitted"]:
        return []
    tables = [atlas.table("history", network=network, fold=fold) for fold in atlas.settings["folds"]]
    return [
        {name: [round(float(row[name]), 5) for row in table] for name in ("loss", "accuracy")}
        for table in tables
    ]


def counts(atlas: Atlas) -> dict[str, int]:
    """Explained images by "network,fold,expression" as places."""
    networks, folds, expressions = map(places, (atlas.networks, map(str, atlas.folds), atlas.expressions))
    return {
        f"{networks[row['network']]},{folds[row['fold']]},{expressions[row['expression']]}": int(row["n"])
        for row in atlas.table("counts")
        if row["fold"] in folds
    }


def numbers(atlas: Atlas) -> dict:
    """The tables of scores, by explainer and mask set."""
    networks, folds, expressions = map(places, (atlas.networks, map(str, atlas.folds), atlas.expressions))
    found = {"cells": [], "meanMaps": [], "entries": [], "references": []}
    for explainer in atlas.explainers:
        for of_kind in found.values():
            of_kind.append([])
        for mask_set in atlas.mask_sets:
            names = {"explainer": explainer, "mask_set": mask_set}
            summary = atlas.table("summary", **names)
            found["cells"][-1].append(cell_rows(atlas.table("scores", **names), networks, folds, expressions))
            found["meanMaps"][-1].append(mean_rows(atlas.table("means", **names), networks, expressions))
            found["entries"][-1].append(entry_rows(summary, networks, expressions))
            found["references"][-1].append(reference_rows(summary, networks, expressions))
    return found


def trees(atlas: Atlas) -> list[list[dict]]:
    """By explainer and expression, the tree of networks and their similarities."""
    found = []
    for explainer in atlas.explainers:
        worth = read_worth(
            atlas.file("support", explainer=explainer), atlas.file("trees", explainer=explainer)
        )
        of_explainer = []
        for expression in atlas.expressions:
            rows = atlas.table("similarity", explainer=explainer, expression=expression)
            of_explainer.append(
                tree(rows, atlas.settings["linkage"], worth[expression])
                | {"r": [[row["network_a"], row["network_b"], value("", row["r_face"])] for row in rows]}
            )
        found.append(of_explainer)
    return found
