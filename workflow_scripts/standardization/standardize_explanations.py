"""Rule standardize_explanations: a training's explanations on the standard face, and their mean heatmaps."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from workflow_scripts.common.command_line import run
from workflow_scripts.common.files import write_hashes
from workflow_scripts.faces.face_store import FaceReader
from workflow_scripts.standardization.standard_face import read_standard_face
from workflow_scripts.standardization.standardized_cell import Averaging, standardize_cell
from workflow_scripts.standardization.warp import FaceWarp


def standardize_explanations(
    stacks: list[Path],
    *,
    faces: Annotated[list[Path], Parameter(consume_multiple=True)],
    standard_face: Path,
    averaging: Averaging = "plain",
    heatmaps: Annotated[list[Path], Parameter(consume_multiple=True)],
    hashes: Path,
) -> None:
    """Warp every explanation of STACKS onto the standard face and average those of each (paper, Eq. 1).

    Parameters
    ----------
    stacks
        Explanation stacks of the cells of a training (HDF5).
    faces
        The faces.h5 files that hold the landmarks of their images.
    standard_face
        Table of the 89 standard points.
    averaging
        plain, the paper's mean; or unit_mass, where every explanation has the same total weight.
    heatmaps
        The HDF5 files to write, one per stack (`standardization.standardized_cell`).
    hashes
        Text file to write: the SHA-256 of `heatmaps`, as sha256sum writes it. Jobs that read those of whole
        networks depend on this file, one in place of all.
    """
    warp = FaceWarp(read_standard_face(standard_face))
    with FaceReader(faces) as reader:
        for stack, heatmap in zip(stacks, heatmaps, strict=True):
            standardize_cell(stack, reader, warp, averaging, heatmap)
    write_hashes(heatmaps, hashes)


if __name__ == "__main__":
    run(standardize_explanations)
