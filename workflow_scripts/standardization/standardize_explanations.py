"""Rule standardize_explanations: one cell's explanations on the standard face, and their mean heatmap."""

from pathlib import Path
from typing import Annotated

import h5py
import numpy as np
from cyclopts import Parameter

from workflow_scripts.command_line import run
from workflow_scripts.explanation.explanation_stack import explained_expression, positive_image, read_stack
from workflow_scripts.faces.face_store import FaceReader
from workflow_scripts.hdf5_files import new_hdf5
from workflow_scripts.standardization.standard_face import HEIGHT, WIDTH, read_standard_face, resized_points
from workflow_scripts.standardization.warp import FaceWarp


def standardize_explanations(
    stack: Path,
    *,
    faces: Annotated[list[Path], Parameter(consume_multiple=True)],
    standard_face: Path,
    output: Path,
) -> None:
    """Warp every explanation of STACK onto the standard face and average them (paper, Eq. 1).

    Writes image_id (n,), explanations float32 (n, 275, 224) and heatmap float32 (275, 224); the
    heatmap of a cell without explanations is NaN everywhere.

    Parameters
    ----------
    stack
        Explanation stack of the cell (HDF5).
    faces
        The faces.h5 files that hold the landmarks of its images.
    standard_face
        Table of the 89 standard points.
    output
        The HDF5 file to write.
    """
    warp = FaceWarp(read_standard_face(standard_face))
    expression, column = explained_expression(stack)
    total, n = np.zeros((HEIGHT, WIDTH)), 0
    with FaceReader(faces) as reader, new_hdf5(output) as file:
        explanations = file.create_dataset(
            "explanations",
            (0, HEIGHT, WIDTH),
            np.float32,
            maxshape=(None, HEIGHT, WIDTH),
            chunks=(1, HEIGHT, WIDTH),
            compression="gzip",
            compression_opts=1,
            shuffle=True,
        )
        image_ids = []
        for image_id, explanation in read_stack(stack):
            image = positive_image(explanation.regions, explanation.weights[:, column])
            scale = len(image) / reader.size
            warped = warp.warp(image, resized_points(reader.landmarks(image_id), scale))
            explanations.resize(n + 1, axis=0)
            explanations[n] = warped
            file.check_disk()
            total += warped
            n += 1
            image_ids.append(image_id)
        heatmap = total / n if n else np.full((HEIGHT, WIDTH), np.nan)
        file["heatmap"] = heatmap.astype(np.float32)
        file.create_dataset("image_id", data=image_ids, shape=(n,), dtype=h5py.string_dtype())
        file.attrs["expression"] = expression
    print(f"{expression}: {n} explanations warped and averaged")


if __name__ == "__main__":
    run(standardize_explanations)
