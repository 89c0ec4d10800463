"""Rule average_heatmaps: the heatmap one level up, from the heatmaps below (paper, Eq. 2)."""

import io
import json
from pathlib import Path

import numpy as np

from workflow_scripts.common.command_line import run
from workflow_scripts.common.files import atomic_write
from workflow_scripts.standardization.heatmaps import mean_heatmap, read_heatmap
from workflow_scripts.training.learned import read_learned


def average_heatmaps(
    heatmaps: list[Path], *, networks: str = "[]", learned: Path | None = None, output: Path
) -> None:
    """Average HEATMAPS with equal weight: the folds of a network, or the networks of the study.

    Missing heatmaps and networks that did not learn are left out and named; if nothing is left, the average
    is missing too.

    Parameters
    ----------
    heatmaps
        Heatmap files (.h5 of a cell or .npy of a network).
    networks
        The networks whose heatmaps these are, as a JSON list in the same order; empty for the folds of one.
    learned
        Table of the networks that says which of them learned.
    output
        The .npy file to write, float32 (275, 224).
    """
    arrays = [read_heatmap(path) for path in heatmaps]
    for path, array in zip(heatmaps, arrays, strict=True):
        if np.isnan(array).all():
            print(f"left out (missing): {path}")
    if learned:
        did = read_learned(learned)
        for i, network in enumerate(json.loads(networks)):
            if not did[network]:
                print(f"left out ({network} did not learn): {heatmaps[i]}")
                arrays[i] = np.full_like(arrays[i], np.nan)
    content = io.BytesIO()  # if numpy wrote the file itself, the error of a full disk would give no reason
    np.save(content, mean_heatmap(arrays), allow_pickle=False)
    with atomic_write(output) as unfinished:
        unfinished.write_bytes(content.getvalue())


if __name__ == "__main__":
    run(average_heatmaps)
