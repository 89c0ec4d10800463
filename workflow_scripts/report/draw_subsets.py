"""Rule draw_subsets: mean heatmaps of subsets of the explained images, a row per value of each column."""

import json
from collections import defaultdict
from pathlib import Path

import numpy as np

from workflow_scripts.common.command_line import run
from workflow_scripts.comparison.subset_file import read_subset_heatmaps
from workflow_scripts.report.draw_heatmaps import heatmap_cell
from workflow_scripts.report.figures.face_grid import GridCell, draw_face_grid, read_face
from workflow_scripts.report.figures.heatmap_colors import face_picture
from workflow_scripts.standardization.heatmaps import mean_heatmap
from workflow_scripts.training.learned import read_learned

SCALE = "every map is stretched to its own maximum: colours compare places, not maps"


def draw_subsets(
    heatmaps: list[Path],
    *,
    networks: str,
    expressions: str,
    learned: Path,
    background: Path,
    output: Path,
    png: Path,
) -> None:
    """Draw the means of HEATMAPS over the networks that learned, with a row per subset.

    Parameters
    ----------
    heatmaps
        Files of mean heatmaps of subsets, one per network.
    networks
        The networks, as a JSON list in the same order.
    expressions
        The columns, as a JSON list.
    learned
        Table of the networks that says which of them learned; all are drawn if none did.
    background
        The mean face, 8-bit grey, 224 x 275.
    output
        The SVG file to write.
    png
        The PNG file to write.
    """
    did, columns = read_learned(learned), json.loads(expressions)
    named = dict(zip(json.loads(networks), heatmaps, strict=True))
    shown = {name: path for name, path in named.items() if did[name]} or named
    maps, images = defaultdict(list), defaultdict(int)
    for path in shown.values():
        for one in read_subset_heatmaps(path):
            maps[one.subset, one.value, one.expression].append(one.heatmap)
            images[one.subset, one.value, one.expression] += one.images
    rows = list(dict.fromkeys((subset, value) for subset, value, _ in maps))
    face = face_picture(read_face(background))
    cells = [
        _cell(face, maps.get((*row, column), []), images[*row, column]) for row in rows for column in columns
    ]
    whose = "the networks that learned" if any(did.values()) else "all networks, none of which learned"
    names, title = [f"{subset}: {value}" for subset, value in rows], f"Mean of {whose}"
    if not rows:
        names, cells = ["no subset"], [GridCell(face, "few images") for _ in columns]
    draw_face_grid(cells, names, columns, output, png, title=title, scale_label=SCALE)
    print(f"{len(rows)} subsets of {len(shown)} networks drawn: {output}")


def _cell(face: np.ndarray, maps: list[np.ndarray], images: int) -> GridCell:
    if not maps:
        return GridCell(face, "few images")
    return GridCell(heatmap_cell(face, mean_heatmap(maps)).picture, f"{images} images")


if __name__ == "__main__":
    run(draw_subsets)
