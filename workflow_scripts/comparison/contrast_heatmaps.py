"""Rule contrast_heatmaps: where in the face networks and expressions differ, for one explainer."""

import json
from pathlib import Path

import numpy as np

from workflow_scripts.common.command_line import run
from workflow_scripts.common.hdf5 import new_hdf5
from workflow_scripts.common.tables import write_table
from workflow_scripts.comparison.contrasts import CONTRASTS, contrasts, corrected, panel_shares
from workflow_scripts.comparison.max_t import LEVEL
from workflow_scripts.comparison.subject_file import read_maps
from workflow_scripts.comparison.surrogates import mostly
from workflow_scripts.standardization.standard_face import face_area, read_standard_face
from workflow_scripts.training.learned import read_learned


def contrast_heatmaps(
    subjects: list[Path],
    *,
    networks: str,
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
    subjects
        Explanations by subject of each network, from the rule resample_subjects.
    networks
        The networks, as a JSON list in the same order.
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
        Pixels of the grid of the explanations.
    output
        Table to write: a row per pair (`comparison.contrasts`).
    maps
        HDF5 file to write: mean, of a minus b, and p, adjusted, float32 (pairs, h, w), in the order of the
        rows, on the grid; NaN outside the face, and where there is no test.
    """
    places = mostly(face_area(read_standard_face(standard_face)), step)
    names = json.loads(networks)
    of_networks = {
        name: panel_shares(read_maps(path), places) for name, path in zip(names, subjects, strict=True)
    }
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
