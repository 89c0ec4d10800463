"""Rule compare_subsets: heatmaps and scores of subsets of one network's explained images."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import numpy as np
from cyclopts import Parameter

from workflow_scripts.common.command_line import run
from workflow_scripts.common.tables import read_table, write_table
from workflow_scripts.comparison.mask_image import read_mask
from workflow_scripts.comparison.score_columns import PAPER
from workflow_scripts.comparison.scores import load_metrics
from workflow_scripts.comparison.subjects import read_averaged, read_subject_names
from workflow_scripts.comparison.subset_cells import Setup, SubsetCells
from workflow_scripts.comparison.subset_file import write_subset_heatmaps
from workflow_scripts.comparison.subset_rows import SUBSETS
from workflow_scripts.comparison.subset_values import Division, read_divisions
from workflow_scripts.standardization.standard_face import face_area, read_standard_face

Files = Annotated[list[Path] | None, Parameter(consume_multiple=True)]


def compare_subsets(
    explained: list[Path] | None = None,
    *,
    network: str,
    cells: str,
    positives: Files = None,
    folds: Path,
    index: Files = None,
    subsets: str,
    masks: Files = None,
    masked: str,
    standard_face: Path,
    metrics: str = json.dumps(PAPER),
    averaging: str = "plain",
    min_images: int,
    one_model: str = "[]",
    folds_each: int,
    seed: int,
    table: Path,
    heatmaps: Path,
) -> None:
    """Average and score subsets of the explanations EXPLAINED of one network, and compare them.

    Parameters
    ----------
    explained
        Standardized explanations of the network's cells (HDF5).
    network
        Name of the network.
    cells
        Their [network, fold, expression], as a JSON list in the same order.
    positives
        Tables of the explained images of the folds, in ascending order of these.
    folds
        Table of images and folds, of any repeat: it says which images are of the same subject.
    index
        Index tables of the data sets.
    subsets
        The definitions of subsets (comparison.subsets), as JSON.
    masks
        The masks of all sets.
    masked
        Their [mask set, expression], as a JSON list in the same order.
    standard_face
        Table of the 89 standard points.
    metrics
        The metrics, as a JSON list: modules of comparison/metrics, or path/to/file.py:function.
    averaging
        How explanations were averaged (standardization.averaging).
    min_images
        The fewest images of a fold and expression that are scored, if a definition does not say.
    one_model
        Networks that are the same model in all folds, as a JSON list.
    folds_each
        Folds of one cross-validation.
    seed
        The study's seed.
    table
        Table to write, see `comparison.subset_rows`; without q.
    heatmaps
        HDF5 file of mean heatmaps to write, see `comparison.subset_file`.
    """
    of_masks = {
        tuple(key): read_mask(path) for key, path in zip(json.loads(masked), masks or [], strict=True)
    }
    divisions = read_divisions(json.loads(subsets), folds, index or [], min_images)
    setup = Setup(
        network,
        load_metrics(json.loads(metrics)),
        face_area(read_standard_face(standard_face)),
        of_masks,
        seed,
    )
    found, subject_of = SubsetCells(setup, divisions), read_subject_names(folds)
    of_cells = json.loads(cells)
    of_folds = dict(zip(sorted({fold for _, fold, _ in of_cells}), positives or [], strict=True))
    for (_, fold, expression), path in zip(of_cells, explained or [], strict=True):
        image_ids, maps = read_averaged(path, averaging)
        maps = np.array([*maps])
        values = _values(divisions, of_folds[fold], expression, image_ids)
        found.add(fold, expression, maps, [subject_of[name] for name in image_ids], values)
        print(f"fold {fold}, {expression}: {len(image_ids)} explanations")
    write_table(table, SUBSETS, found.rows(folds_each, network in json.loads(one_model)))
    write_subset_heatmaps(heatmaps, found.heatmaps())


def _values(
    divisions: Sequence[Division], positives: Path, expression: str, image_ids: Sequence[str]
) -> Mapping[str, list[str]]:
    """The value of each image of a cell, by division."""
    rows = read_table(positives, ["image_id", "expression", "true"])
    true = {row["image_id"]: row["true"] for row in rows if row["expression"] == expression}
    return {one.name: [one.value(name, true[name], expression) for name in image_ids] for one in divisions}


if __name__ == "__main__":
    run(compare_subsets)
