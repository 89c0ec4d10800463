"""Rule average_subsets: mean heatmaps of subsets of the explained images, over the networks that learned."""

import json
from collections import defaultdict
from pathlib import Path

from workflow_scripts.common.command_line import run
from workflow_scripts.comparison.subset_file import SubsetHeatmap, read_subset_heatmaps, write_subset_heatmaps
from workflow_scripts.standardization.heatmaps import mean_heatmap
from workflow_scripts.training.learned import read_learned


def average_subsets(heatmaps: list[Path], *, networks: str, learned: Path, output: Path) -> None:
    """Average the HEATMAPS of subsets with equal weight of all networks that have them.

    Parameters
    ----------
    heatmaps
        Files of mean heatmaps of subsets, one per network.
    networks
        The networks, as a JSON list in the same order.
    learned
        Table of the networks that says which of them learned; the others are left out.
    output
        The HDF5 file to write, see `comparison.subset_file`; images and folds are those of all networks.
    """
    did, found = read_learned(learned), defaultdict(list)
    for network, path in zip(json.loads(networks), heatmaps, strict=True):
        if not did[network]:
            print(f"left out ({network} did not learn): {path}")
        for one in read_subset_heatmaps(path) if did[network] else ():
            found[one.subset, one.value, one.expression].append(one)
    means = [
        SubsetHeatmap(
            *key,
            sum(one.images for one in of),
            sum(one.folds for one in of),
            mean_heatmap([one.heatmap for one in of]),
        )
        for key, of in found.items()
    ]
    write_subset_heatmaps(output, means)
    print(f"{len(means)} heatmaps over {sum(did[name] for name in json.loads(networks))} networks")


if __name__ == "__main__":
    run(average_subsets)
