"""Rule correlate_heatmaps: how alike the heatmaps of the networks are, for one expression."""

import json
from itertools import combinations
from pathlib import Path

from workflow_scripts.common.command_line import run
from workflow_scripts.common.tables import write_table
from workflow_scripts.similarity.correlation import correlation, is_comparable
from workflow_scripts.standardization.heatmaps import read_heatmap
from workflow_scripts.standardization.standard_face import face_area, read_standard_face

COLUMNS = ("network_a", "network_b", "r_face", "distance_face", "similarity_face", "r_canvas")


def correlate_heatmaps(heatmaps: list[Path], *, networks: str, standard_face: Path, output: Path) -> None:
    """Correlate the HEATMAPS of every pair of networks.

    Parameters
    ----------
    heatmaps
        Heatmaps of the networks (.npy).
    networks
        Names of the networks, as a JSON list in the same order.
    standard_face
        Table of the 89 standard points.
    output
        Table to write, a row per pair: Pearson's r inside the face, the distance 1 - r, and the similarity
        (1 + r) / 2, which is 0 for inverse heatmaps; then r over the whole canvas, as in the paper, which is
        usually higher, since heatmaps are alike in the background. Empty if a heatmap is missing or
        constant. A single network has one row, with itself.
    """
    names = json.loads(networks)
    by_network = {name: read_heatmap(path) for name, path in zip(names, heatmaps, strict=True)}
    face = face_area(read_standard_face(standard_face))
    for name, heatmap in by_network.items():
        if not is_comparable(heatmap[face]):
            print(f"left out (heatmap missing or constant): {name}")
    pairs = list(combinations(names, 2)) or [(names[0], names[0])]
    rows = []
    for a, b in pairs:
        r = correlation(by_network[a][face], by_network[b][face])
        row = dict.fromkeys(COLUMNS) | {"network_a": a, "network_b": b, "r_face": r}
        if r is not None:
            row |= {"distance_face": 1 - r, "similarity_face": (1 + r) / 2}
        rows.append(row | {"r_canvas": correlation(by_network[a], by_network[b])})
    write_table(output, COLUMNS, rows)


if __name__ == "__main__":
    run(correlate_heatmaps)
