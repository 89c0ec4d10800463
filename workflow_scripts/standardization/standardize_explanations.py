"""Rule standardize_explanations: one cell's explanations on the standard face, and their mean heatmap."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from workflow_scripts.common.command_line import run
from workflow_scripts.faces.face_store import FaceReader
from workflow_scripts.standardization.standard_face import read_standard_face
from workflow_scripts.standardization.standardized_cell import Averaging, standardize_cell
from workflow_scripts.standardization.warp import FaceWarp


def standardize_explanations(
    stack: Path,
    *,
    faces: Annotated[list[Path], Parameter(consume_multiple=True)],
    standard_face: Path,
    averaging: Averaging = "plain",
    output: Path,
) -> None:
    """Warp every explanation of STACK onto the standard face and average them (paper, Eq. 1).

    Parameters
    ----------
    stack
        Explanation stack of the cell (HDF5).
    faces
        The faces.h5 files that hold the landmarks of its images.
    standard_face
        Table of the 89 standard points.
    averaging
        plain, the paper's mean; or unit_mass, where every explanation has the same total weight.
    output
        The HDF5 file to write (`standardization.standardized_cell`).
    """
    with FaceReader(faces) as reader:
        standardize_cell(stack, reader, FaceWarp(read_standard_face(standard_face)), averaging, output)


if __name__ == "__main__":
    run(standardize_explanations)
