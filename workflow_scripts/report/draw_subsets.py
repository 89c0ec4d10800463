"""Rule draw_subsets: mean heatmaps of subsets of the explained images, a row per value of each column."""

import json
from pathlib import Path

import numpy as np

from workflow_scripts.common.command_line import run
from workflow_scripts.comparison.subset_file import SubsetHeatmap, read_subset_heatmaps
from workflow_scripts.report.draw_heatmaps import heatmap_cell
from workflow_scripts.report.figures.face_grid import GridCell, draw_face_grid, read_face
from workflow_scripts.report.figures.heatmap_colors import face_picture

TITLE = "Mean of the networks that learned"
SCALE = "every map is stretched to its own maximum: colours compare places, not maps"


def draw_subsets(heatmaps: Path, *, expressions: str, background: Path, output: Path, png: Path) -> None:
    """Draw the mean HEATMAPS of subsets, with a row per subset.

    Parameters
    ----------
    heatmaps
        File of mean heatmaps of subsets; none if no network learned.
    expressions
        The columns, as a JSON list.
    background
        The mean face, 8-bit grey, 224 x 275.
    output
        The SVG file to write.
    png
        The PNG file to write.
    """
    columns, face = json.loads(expressions), face_picture(read_face(background))
    found = {
        (f"{one.subset}: {one.value}", one.expression): _cell(face, one)
        for one in read_subset_heatmaps(heatmaps)
    }
    rows = list(dict.fromkeys(row for row, _ in found)) or ["no network learned"]
    cells = [found.get((row, column), GridCell(face, "no heatmap")) for row in rows for column in columns]
    draw_face_grid(cells, rows, columns, output, png, title=TITLE, scale_label=SCALE)
    print(f"{len(rows)} subsets drawn: {output}")


def _cell(face: np.ndarray, one: SubsetHeatmap) -> GridCell:
    """A heatmap over the face, with the number of its images; they are too few if there is none."""
    picture = heatmap_cell(face, one.heatmap).picture
    return GridCell(picture, f"{one.images} images" if one.images else "few images")


if __name__ == "__main__":
    run(draw_subsets)
