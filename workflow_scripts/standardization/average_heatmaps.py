"""Rule average_heatmaps: the heatmap one level up, from the heatmaps below (paper, Eq. 2)."""

import io
from pathlib import Path

import numpy as np

from workflow_scripts.command_line import run
from workflow_scripts.files import whole_file
from workflow_scripts.standardization.heatmaps import mean_heatmap, read_heatmap


def average_heatmaps(heatmaps: list[Path], *, output: Path) -> None:
    """Average HEATMAPS with equal weight: the folds of a network, or the networks of the study.

    Missing heatmaps (cells without explanations) are left out and named; where all are missing
    the average is missing too.

    Parameters
    ----------
    heatmaps
        Heatmap files (.h5 of a cell or .npy of a network), one by one.
    output
        The .npy file to write, float32 (275, 224).
    """
    arrays = [read_heatmap(path) for path in heatmaps]
    for path, array in zip(heatmaps, arrays, strict=True):
        if np.isnan(array).all():
            print(f"left out, it has no explanations: {path}")
    content = io.BytesIO()  # written by numpy itself, a full disk would be an error without its reason
    np.save(content, mean_heatmap(arrays), allow_pickle=False)
    with whole_file(output) as unfinished:
        unfinished.write_bytes(content.getvalue())


if __name__ == "__main__":
    run(average_heatmaps)
