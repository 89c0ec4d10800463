"""Rule draw_scoring: what is scored, from a heatmap to its scores, for a cell in the middle of all."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import numpy as np
from cyclopts import Parameter

from workflow_scripts.common.command_line import run
from workflow_scripts.common.hdf5 import open_hdf5
from workflow_scripts.common.tables import read_table
from workflow_scripts.comparison.mask_image import read_mask
from workflow_scripts.comparison.thresholds import important_region
from workflow_scripts.explanation.explanation_stack import explained_expression, read_stack
from workflow_scripts.faces.face_store import FaceReader
from workflow_scripts.report.draw_heatmaps import heatmap_cell
from workflow_scripts.report.figures.explained_image import image_steps
from workflow_scripts.report.figures.face_grid import GridCell, read_face
from workflow_scripts.report.figures.heatmap_colors import face_picture
from workflow_scripts.report.figures.overlap_colors import FOUND, IN_MASK, filled, overlap
from workflow_scripts.report.figures.scoring_picture import Scoring, draw_scoring_picture
from workflow_scripts.report.scored_cell import ScoredCell, median_cell
from workflow_scripts.standardization.heatmaps import read_heatmap
from workflow_scripts.training.learned import read_learned

Paths = Annotated[list[Path], Parameter(consume_multiple=True)]
COLUMNS = ["network", "fold", "expression", "threshold", "iou"]


def draw_scoring(
    scores: Path,
    *,
    heatmaps: Paths,
    cells: str,
    masks: Paths,
    masked: str,
    learned: Path,
    background: Path,
    stacks: Annotated[list[Path] | None, Parameter(consume_multiple=True)] = None,
    faces: Annotated[list[Path] | None, Parameter(consume_multiple=True)] = None,
    output: Path,
    png: Path,
) -> None:
    """Draw how the cell with the median IoU in SCORES comes by its scores.

    The cell is of the first network that learned, in its first fold; if none learned, the picture says so.

    Parameters
    ----------
    scores
        Table of scores of single heatmaps.
    heatmaps
        Heatmaps of cells: all that may be chosen.
    cells
        Their [network, fold, expression], as a JSON list in the same order.
    masks
        Masks of the mask set.
    masked
        Their [mask set, expression], as a JSON list in the same order.
    learned
        Table of the networks that says which of them learned.
    background
        The mean face, 8-bit grey, 224 x 275.
    stacks
        Explanation stacks of the cells, in the same order.
    faces
        The faces.h5 files of data sets whose images may be shown; with these, the steps before the heatmap
        are drawn, for the first explained image of the cell that they have.
    output
        The SVG file to write.
    png
        The PNG file to write.
    """
    paths = {tuple(cell): path for cell, path in zip(json.loads(cells), heatmaps, strict=True)}
    of_expression = {name: (one, path) for (one, name), path in zip(json.loads(masked), masks, strict=True)}
    networks = list(dict.fromkeys(network for network, _, _ in paths))
    rows = [row for row in read_table(scores, COLUMNS) if _key(row) in paths]
    chosen = median_cell(rows, networks, list(of_expression), read_learned(learned))
    if chosen is None:
        note = "No network that learned has a heatmap with a mask, so there is nothing to show."
        scoring = Scoring("What is scored", {}, {}, note)
    else:
        mask_set, path = of_expression[chosen.cell[2]]
        face = face_picture(read_face(background))
        heatmap = paths[chosen.cell]
        scoring = worked_example(chosen, face, read_heatmap(heatmap), mask_set, read_mask(path))
        if faces:
            stack = dict(zip(paths, stacks or [], strict=True))[chosen.cell]
            before, images = explained_steps(stack, heatmap, faces, face)
            scoring = replace(scoring, before=before, about=about(chosen.cell[2], images) if before else "")
    draw_scoring_picture(scoring, [output, png])
    print(f"{chosen.cell if chosen else 'no cell'} drawn: {output}")


def explained_steps(
    stack: Path, heatmap: Path, faces: Sequence[Path], face: np.ndarray
) -> tuple[dict[str, GridCell], int]:
    """The steps from the first image of a stack that `faces` have to its explanation on the standard face.

    heatmap: the file of the same cell's standardized explanations. Also returns the number of images of the
    cell. No steps if none of them is in `faces`.
    """
    _, column = explained_expression(stack)
    with FaceReader(faces) as reader, open_hdf5(heatmap, ["explanations", "image_id"]) as file:
        explained, may_be_shown = list(file["image_id"].asstr()[:]), set(reader.image_ids)
        for image_id, explanation in read_stack(stack):
            if image_id in may_be_shown:
                warped = file["explanations"][explained.index(image_id)]
                image, points = reader.image(image_id), reader.landmarks(image_id)
                return image_steps(image, points, explanation, column, warped, face), len(explained)
    return {}, len(explained)


def about(expression: str, images: int) -> str:
    """What the steps before the heatmap are."""
    mean = "the heatmap below" if images == 1 else f"the mean of {images} such maps is the heatmap below"
    return (
        f"The first explained image that may be shown: the network took it for {expression}, rightly or not. "
        f"Orange and + speak for {expression}, blue and − against it. What speaks for it is moved onto the "
        f"standard face, landmark by landmark; {mean}."
    )


def worked_example(
    chosen: ScoredCell, face: np.ndarray, heatmap: np.ndarray, mask_set: str, mask: np.ndarray
) -> Scoring:
    """The steps from a cell's heatmap (275, 224), over the face (275, 224, 3), to its scores."""
    network, fold, expression = chosen.cell
    region, _ = important_region(heatmap)
    steps = {
        "heatmap": heatmap_cell(face, heatmap),
        "brightest part": GridCell(filled(face, (region, FOUND))),
        f"mask {mask_set}": GridCell(filled(face, (mask, IN_MASK))),
        "both together": GridCell(overlap(face, region, mask)),
    }
    note = (
        f"The brightest part is what lies above Otsu's threshold, grey level {chosen.threshold} of 255. "
        f"Shown is the fold's own heatmap, as it was scored. The choice: of the {chosen.of} expressions of "
        "the first network that learned, in its first fold, the one with the median IoU."
    )
    return Scoring(
        title=f"What is scored: {network}, fold {fold}, {expression}",
        steps=steps,
        numbers=chosen.numbers,
        note=note,
    )


def _key(row: Mapping[str, str]) -> tuple[str, int, str]:
    return row["network"], int(row["fold"]), row["expression"]


if __name__ == "__main__":
    run(draw_scoring)
