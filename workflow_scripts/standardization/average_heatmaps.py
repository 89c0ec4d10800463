"""Rule average_heatmaps: the heatmaps one level up, one per expression, from those below (paper, Eq. 2)."""

import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import numpy as np
from cyclopts import Parameter

from workflow_scripts.common.command_line import run
from workflow_scripts.common.files import atomic_write
from workflow_scripts.standardization.heatmaps import mean_heatmap, read_heatmap
from workflow_scripts.training.learned import read_learned


def average_heatmaps(
    heatmaps: list[Path],
    *,
    networks: str = "[]",
    learned: Path | None = None,
    outputs: Annotated[list[Path], Parameter(consume_multiple=True)],
) -> None:
    """Average the HEATMAPS of each expression with equal weight: the folds of a network, or the networks.

    Missing heatmaps and networks that did not learn are left out and named; if nothing is left, the average
    is missing too.

    Parameters
    ----------
    heatmaps
        Heatmap files (.h5 of a cell or .npy of a network), expression by expression, as many of each.
    networks
        The networks whose heatmaps these are of each expression, as a JSON list; empty for the folds of one.
    learned
        Table of the networks that says which of them learned.
    outputs
        The .npy files to write, float32 (275, 224), one per expression.
    """
    did = read_learned(learned) if learned else {}
    unlearned = {i: name for i, name in enumerate(json.loads(networks)) if learned and not did[name]}
    each = len(heatmaps) // len(outputs)
    for n, output in enumerate(outputs):
        write_average(heatmaps[n * each : (n + 1) * each], unlearned, output)


def write_average(heatmaps: Sequence[Path], unlearned: Mapping[int, str], output: Path) -> None:
    """Write the average of some heatmaps, but for those of networks that did not learn, by their places."""
    arrays = [read_heatmap(path) for path in heatmaps]
    for path, array in zip(heatmaps, arrays, strict=True):
        if np.isnan(array).all():
            print(f"left out (missing): {path}")
    for i, network in unlearned.items():
        print(f"left out ({network} did not learn): {heatmaps[i]}")
        arrays[i] = np.full_like(arrays[i], np.nan)
    content = io.BytesIO()  # if numpy wrote the file itself, the error of a full disk would give no reason
    np.save(content, mean_heatmap(arrays), allow_pickle=False)
    with atomic_write(output) as unfinished:
        unfinished.write_bytes(content.getvalue())


if __name__ == "__main__":
    run(average_heatmaps)
