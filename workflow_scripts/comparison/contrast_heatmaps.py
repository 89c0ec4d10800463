"""Rule contrast_heatmaps: where in the face networks and expressions differ, for one explainer."""

import json
from collections import defaultdict
from pathlib import Path

import numpy as np

from workflow_scripts.common.command_line import run
from workflow_scripts.common.hdf5 import new_hdf5
from workflow_scripts.common.tables import write_table
from workflow_scripts.comparison.contrasts import CONTRASTS, contrasts, corrected, panels
from workflow_scripts.comparison.max_t import LEVEL
from workflow_scripts.comparison.subjects import read_explanations, read_subject_names
from workflow_scripts.comparison.surrogates import mostly
from workflow_scripts.standardization.standard_face import face_area, read_standard_face
from workflow_scripts.training.learned import read_learned


def contrast_heatmaps(
    heatmaps: list[Path],
    *,
    cells: str,
    folds: Path,
    expressions: str,
    learned: Path,
    standard_face: Path,
    seed: int,
    flips: int,
    step: int,
    output: Path,
    maps: Path,
) -> None:
    """Test all pairs of networks, and of expressions of a network, in all places of the face at once.

    Parameters
    ----------
    heatmaps
        Standardized explanations of all cells (HDF5), network by network.
    cells
        Their [network, fold, expression], as a JSON list in the same order.
    folds
        Table of images and folds, of any repeat: it says which images are of the same subject.
    expressions
        The expressions, as a JSON list.
    learned
        Table of the networks that says which of them learned; averages over networks leave out the others.
    standard_face
        Table of the 89 standard points.
    seed
        The study's seed.
    flips
        Sign flips of each test.
    step
        Pixels of the grid of places.
    output
        Table to write: a row per pair (`comparison.contrasts`).
    maps
        HDF5 file to write: mean, of a minus b, and p, adjusted, float32 (pairs, h, w), in the order of the
        rows, on the grid; NaN outside the face, and where there is no test.
    """
    places = mostly(face_area(read_standard_face(standard_face)), step)
    subject_of, of_cells = read_subject_names(folds), defaultdict(list)
    for (network, fold, expression), path in zip(json.loads(cells), heatmaps, strict=True):
        of_cells[network].append((fold, expression, read_explanations(path, subject_of)))
    of_networks = {network: panels(of_network, places, step) for network, of_network in of_cells.items()}
    did = [name for name, one in read_learned(learned).items() if one]
    found = list(contrasts(of_networks, json.loads(expressions), did, flips, seed))
    rows = [row for row, _ in found]
    corrected(rows)
    write_table(output, CONTRASTS, rows)
    drawn = np.full((2, len(found), *places.shape), np.nan, np.float32)
    for number, (_, test) in enumerate(found):
        if test is not None:
            drawn[:, number, places] = test.mean, test.p
    with new_hdf5(maps) as file:
        for name, values in zip(("mean", "p"), drawn, strict=True):
            kept = {"compression": "gzip", "compression_opts": 1, "shuffle": True} if values.size else {}
            file.create_dataset(name, data=values, **kept)
    differ = sum(row["smallest_p"] is not None and row["smallest_p"] < LEVEL for row in rows)
    untested = sum(bool(row["reason"]) for row in rows)
    print(f"{len(rows)} pairs: {differ} differ somewhere in the face, {untested} have too few subjects")


if __name__ == "__main__":
    run(contrast_heatmaps)
