"""Rule draw_mask_sets: the masks over the mean face, by mask set and expression (paper, Figure 4)."""

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from workflow_scripts.common.command_line import run
from workflow_scripts.comparison.mask_image import read_mask
from workflow_scripts.report.figures.face_grid import GridCell, draw_face_grid, read_face
from workflow_scripts.report.figures.heatmap_colors import face_picture, masked


def draw_mask_sets(
    masks: list[Path],
    *,
    cells: str,
    mask_sets: str,
    expressions: str,
    background: Path,
    title: str = "",
    output: Path,
    png: Path,
) -> None:
    """Draw MASKS over the mean face: a row per mask set, a column per expression.

    If a set has no mask for an expression, the plain face is shown with a note.

    Parameters
    ----------
    masks
        Mask images, 8-bit, 224 x 275; values above 0 are mask.
    cells
        The [mask set, expression] of each mask, as a JSON list.
    mask_sets
        Names of the rows, as a JSON list.
    expressions
        Names of the columns, as a JSON list.
    background
        The mean face, 8-bit grey, 224 x 275.
    title
        A line above the grid.
    output
        The SVG file to write.
    png
        The PNG file to write.
    """
    paths = {tuple(cell): path for cell, path in zip(json.loads(cells), masks, strict=True)}
    rows, columns = json.loads(mask_sets), json.loads(expressions)
    face = face_picture(read_face(background))
    grid = [mask_cell(face, paths, mask_set, expression) for mask_set in rows for expression in columns]
    draw_face_grid(grid, rows, columns, output, png, title=title)
    print(f"{len(paths)} masks of {len(rows)} mask sets drawn: {output}")


def mask_cell(
    face: np.ndarray, paths: Mapping[tuple[str, str], Path], mask_set: str, expression: str
) -> GridCell:
    """The mask of one set and expression over the face (275, 224, 3), if the set has it."""
    path = paths.get((mask_set, expression))
    if path is None:
        return GridCell(face, "no mask")
    mask = read_mask(path)
    return GridCell(masked(face, mask), "" if mask.any() else "empty mask")


if __name__ == "__main__":
    run(draw_mask_sets)
