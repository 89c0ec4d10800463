"""Scores any folder of heatmap images against masks, and tests the scores, without the workflow.

    python -m workflow_scripts.tools.score_heatmaps HEATMAPS --masks MASKS \\
        --pattern '{network}_CV{fold}_{expression}_heatmap.png' --output scores.csv
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from workflow_scripts.common.command_line import run
from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.tables import write_table
from workflow_scripts.comparison.action_unit_regions import UNITS, unit_regions, units_table
from workflow_scripts.comparison.cell_scores import image_basis, score_heatmap
from workflow_scripts.comparison.cells import Cells, Compared
from workflow_scripts.comparison.image_names import FIELDS
from workflow_scripts.comparison.rankings import RANKINGS, averages_of, rankings_table
from workflow_scripts.comparison.reference_tables import (
    TABLES,
    Heatmaps,
    grown_table,
    matrix_table,
    nulls_table,
    references_table,
)
from workflow_scripts.comparison.score_columns import ALL, cell_columns, metric_names, refusal
from workflow_scripts.comparison.score_tables import TABLE3, TABLE4, score_table, write_tables
from workflow_scripts.comparison.scores import load_metrics
from workflow_scripts.comparison.summary import summarized
from workflow_scripts.similarity.fold_products import FoldProducts, fold_products
from workflow_scripts.similarity.resampled_tables import (
    AVERAGE,
    GROUPS,
    RELIABILITY,
    SUPPORT,
    TREES,
    fold_rows,
    group_rows,
    mean_distances,
    tree_rows,
)
from workflow_scripts.standardization.standard_face import face_area, read_standard_face
from workflow_scripts.tools.heatmap_folder import read_folder

RESOURCES = Path(__file__).parents[2] / "resources"
STANDARD_FACE, REGIONS = RESOURCES / "standard_face.csv", RESOURCES / "action_unit_regions.csv"
LINKAGE = "average"


@dataclass(frozen=True)
class Scored:
    """The heatmaps of a folder, the rows of their scores, and the tables of what these are compared with."""

    given: Heatmaps
    cells: Cells
    compared: Mapping[str, Sequence[Mapping]]
    lower: Sequence[str]


def score_heatmaps(
    heatmaps: Path,
    *,
    masks: Path,
    pattern: str,
    output: Path,
    mask_pattern: str = "{expression}*",
    standard_face: Path = STANDARD_FACE,
    regions: Path = REGIONS,
    tables: Path | None = None,
    metrics: str = json.dumps(ALL),
    groups: str = "{}",
    folds: int = 0,
    surrogates: int = 5000,
    step: int = 6,
    seed: int = 1,
) -> None:
    """Score the heatmap images in the folder HEATMAPS and print the means over folds.

    Parameters
    ----------
    heatmaps
        Folder of grey images on the canvas of the standard face.
    masks
        Folder of mask images.
    pattern
        Names of the heatmaps, with {network}, {fold} and {expression} in their places.
    output
        Table to write: one row of scores per heatmap.
    mask_pattern
        Names of the masks, with {expression} in its place, in any case; * matches anything.
    standard_face
        Table of the 89 points of the standard face, for the baselines inside the face.
    regions
        Table of the regions of action units.
    tables
        Folder to write everything else to: all means and differences with intervals and tests (summary.csv,
        differences.csv), what they are compared with (references.csv, matrix.csv, nulls.csv, grown.csv),
        rankings.csv and action_units.csv, what trees of the networks are worth (support.csv, trees.csv,
        reliability.csv, groups.csv), and table3.csv, table4.csv and table5.csv in the paper's form. This
        takes a minute or two for 360 heatmaps.
    metrics
        The metrics, as a JSON list: modules of comparison/metrics, or path/to/file.py:function.
    groups
        Groups of networks to compare, as a JSON object of lists of networks by name.
    folds
        Folds of one cross-validation, as many as there are if 0. Intervals take each fold to be a training of
        its own, tested on its own part of the data: name the number if a cross-validation was repeated.
    surrogates
        Number of surrogates of each mask that scores are tested against, for --tables.
    step
        Pixels of the grid on which surrogates are drawn.
    seed
        Seed of the surrogates.
    """
    entries = json.loads(metrics)
    if reason := refusal(entries):
        raise StudyError(f"--metrics {reason}")
    read = read_folder(heatmaps, pattern, masks, mask_pattern)
    draws = (surrogates, step) if tables else None
    scored = scored_folder(*read, entries, json.loads(groups), standard_face, seed, draws, folds)
    write_table(output, cell_columns(metric_names(entries)), scored.cells.rows)
    for title, shown in (("IoU and F1 (Table 3)", TABLE3), ("precision and recall (Table 4)", TABLE4)):
        print(f"\n{title}, means over folds\n{_printed(scored.cells, shown)}")
    if tables:
        for name, rows in scored.compared.items():
            write_table(tables / f"{name}.csv", TABLES[name], rows)
        names = ("summary", "differences", "table3", "table4", "table5")
        write_tables(scored.cells, {name: tables / f"{name}.csv" for name in names}, scored.lower)
        for name, (columns, rows) in further_tables(
            scored, json.loads(groups), regions, standard_face, seed
        ).items():
            write_table(tables / f"{name}.csv", columns, rows)


def scored_folder(
    heatmaps: Mapping[tuple[str, str, str], np.ndarray],
    masks: Mapping[str, np.ndarray],
    files: Mapping[tuple[str, str, str], Path],
    entries: Sequence[str],
    groups: Mapping[str, Sequence[str]],
    standard_face: Path,
    seed: int,
    draws: tuple[int, int] | None,
    folds: int = 0,
) -> Scored:
    """Scores of the heatmaps that `read_folder` read. draws: surrogates and step; without them, no tests."""
    face, scored_by = face_area(read_standard_face(standard_face)), load_metrics(entries)
    rows = []
    for cell, heatmap in heatmaps.items():
        scores = score_heatmap(scored_by, heatmap.astype(float), masks[cell[-1]], face)
        rows.append(dict(zip(FIELDS, cell, strict=True)) | _basis(files[cell], heatmap) | scores)
    varied = {cell: heatmap.astype(float) for cell, heatmap in heatmaps.items() if np.ptp(heatmap) > 0}
    given = Heatmaps(varied, masks, face, scored_by)
    compared = {}
    if draws:
        compared = {"references": references_table(given), "matrix": matrix_table(given, given.networks)}
        compared |= {"nulls": nulls_table(given, "masks", seed, *draws, given.networks)}
        compared |= {"grown": grown_table(given)}
    networks, expressions = (
        list(dict.fromkeys(row[key] for row in rows)) for key in ("network", "expression")
    )
    learned = dict.fromkeys(networks, True)  # unknown, so none is marked as not having learned
    tested = {name: rows for name, rows in compared.items() if name != "grown"}
    cells = Cells(
        rows,
        networks,
        expressions,
        metric_names(entries),
        learned,
        min_images=1,
        folds_each=folds,
        groups=groups,
        compared=Compared(**tested, seed=seed),
    )
    return Scored(given, cells, compared, [one.name for one in scored_by if one.better == "lower"])


def products_of(given: Heatmaps, expression: str) -> FoldProducts:
    """The products of the heatmaps of one expression, inside the face."""
    maps = defaultdict(dict)
    for (network, fold, shown), heatmap in given.maps.items():
        if shown == expression:
            maps[network][fold] = heatmap[given.face]
    return fold_products(maps)


def further_tables(
    scored: Scored, groups: Mapping[str, Sequence[str]], regions: Path, standard_face: Path, seed: int
) -> dict[str, tuple[Sequence[str], list[Mapping[str, object]]]]:
    """Tables of rankings, of single action units and of trees, each by its name: columns and rows."""
    given, cells = scored.given, scored.cells
    averages = averages_of("masks", summarized(cells), scored.compared["grown"], cells.metrics)
    landmarks = read_standard_face(standard_face)
    of_units = units_table(
        given.metrics,
        given.maps,
        unit_regions(regions, landmarks, given.face),
        given.face,
        cells.folds_each,
        given.networks,
    )
    of_support, of_trees, of_folds, matrices = [], [], [], {}
    for expression in given.masks:
        products = products_of(given, expression)
        distances = products.distances(products.present.astype(float))
        matrices[expression] = products.networks, distances
        nodes, tree = tree_rows(expression, matrices[expression], products, LINKAGE, (), seed)
        of_support += nodes
        of_trees.append(tree)
        of_folds += fold_rows(expression, products, (), cells.folds_each)
    matrices[AVERAGE] = mean_distances(list(matrices.values()))
    learned = dict.fromkeys(given.networks, True)
    return {
        "rankings": (RANKINGS, rankings_table(averages, scored.lower)),
        "action_units": (UNITS, of_units),
        "support": (SUPPORT, of_support),
        "trees": (TREES, of_trees),
        "reliability": (RELIABILITY, of_folds),
        "groups": (GROUPS, list(group_rows(matrices, groups, learned, seed))),
    }


def _printed(cells: Cells, metrics: Sequence[str]) -> str:
    """The means of Table 3 or 4 as text."""
    columns, rows = score_table(summarized(cells), metrics)
    means = [name for name in columns if name.rpartition("_")[2] in metrics]
    return pd.DataFrame(rows).set_index("network")[means].astype(float).round(4).to_string()


def _basis(path: Path, heatmap: np.ndarray) -> dict[str, float | str | None]:
    """What is known about a heatmap image; one without scores is named."""
    basis = image_basis(heatmap)
    if basis["missing"]:
        print(f"{path}: no scores, because it is {basis['missing']}")
    return basis


if __name__ == "__main__":
    run(score_heatmaps)
