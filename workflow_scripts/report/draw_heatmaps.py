"""Rule draw_heatmaps: a grid of heatmaps over the mean face (paper, Figures 7, 8 and 9)."""

import json
from pathlib import Path

import numpy as np

from workflow_scripts.common.command_line import run
from workflow_scripts.common.errors import StudyError
from workflow_scripts.report.figures.face_grid import GridCell, draw_face_grid, read_face
from workflow_scripts.report.figures.heatmap_colors import face_picture, painted, stretched
from workflow_scripts.standardization.heatmaps import read_heatmap
from workflow_scripts.training.learned import MARK_NOTE, marked, read_learned


def draw_heatmaps(
    heatmaps: list[Path],
    *,
    rows: str,
    columns: str,
    learned: Path,
    background: Path,
    title: str = "",
    output: Path,
    png: Path,
) -> None:
    """Draw HEATMAPS, row after row, each stretched to its own maximum.

    A missing heatmap is shown as the plain face with a note.

    Parameters
    ----------
    heatmaps
        Heatmap files, one for each row and column.
    rows
        Names of the rows, as a JSON list; [""] for a single row without a name.
    columns
        Names of the columns, as a JSON list.
    learned
        Table of the networks that says which of them learned; the others are marked.
    background
        The mean face, 8-bit grey, 224 x 275.
    title
        A line above the grid.
    output
        The SVG file to write.
    png
        The PNG file to write.
    """
    row_names, column_names = json.loads(rows), json.loads(columns)
    if len(heatmaps) != len(row_names) * len(column_names):
        raise StudyError(
            f"{len(heatmaps)} heatmaps for {len(row_names)} rows and {len(column_names)} columns; "
            "give one for each, row after row"
        )
    did = read_learned(learned)
    names = [marked(name, did) for name in row_names]
    face = face_picture(read_face(background))
    cells = [heatmap_cell(face, read_heatmap(path)) for path in heatmaps]
    for path, cell in zip(heatmaps, cells, strict=True):
        if cell.note:
            print(f"{path}: {cell.note}")
    label = "every map is stretched to its own maximum: colours compare places, not maps"
    if names != row_names:
        label += f"; {MARK_NOTE}"
    draw_face_grid(cells, names, column_names, output, png, title=title, scale_label=label)
    print(f"{len(cells)} heatmaps drawn, {sum(bool(cell.note) for cell in cells)} without a map: {output}")


def heatmap_cell(face: np.ndarray, heatmap: np.ndarray) -> GridCell:
    """A heatmap (275, 224) over the face (275, 224, 3); the plain face if it is missing."""
    if np.isnan(heatmap).all():
        return GridCell(face, "no heatmap")
    return GridCell(painted(face, stretched(heatmap)))


if __name__ == "__main__":
    run(draw_heatmaps)
