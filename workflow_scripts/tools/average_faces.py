"""Makes the mean face, the picture that heatmaps are drawn over (resources/mean_face.png)."""

from pathlib import Path
from typing import Annotated

import cv2
import numpy as np
from cyclopts import Parameter

from workflow_scripts.common.command_line import run
from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.files import atomic_write
from workflow_scripts.common.tables import read_table
from workflow_scripts.faces.face_store import FaceReader
from workflow_scripts.standardization.standard_face import HEIGHT, WIDTH, read_standard_face
from workflow_scripts.standardization.warp import FaceWarp


def average_faces(
    *,
    faces: Annotated[list[Path], Parameter(consume_multiple=True)],
    index: Annotated[list[Path], Parameter(consume_multiple=True)],
    standard_face: Path = Path("resources/standard_face.csv"),
    expression: str = "neutral",
    output: Path,
) -> None:
    """Warp the faces of one expression onto the standard face and average them.

    Parameters
    ----------
    faces
        faces.h5 files.
    index
        The index tables of the same data sets; they give the expression of each image.
    standard_face
        Table of the 89 standard points.
    expression
        The expression to average.
    output
        The PNG file to write, 8-bit grey, 224 x 275.
    """
    shown = {
        row["image_id"]
        for path in index
        for row in read_table(path, ["image_id", "expression"])
        if row["expression"] == expression
    }
    warp = FaceWarp(read_standard_face(standard_face))
    total, n = np.zeros((HEIGHT, WIDTH)), 0
    with FaceReader(faces) as reader:
        for image_id in sorted(shown.intersection(reader.image_ids)):
            total += warp.warp(reader.image(image_id), reader.landmarks(image_id))
            n += 1
    if n == 0:
        raise StudyError(
            f"none of {', '.join(map(str, faces))} has a face that shows {expression}; "
            "index and prepare a data set with that expression, or name another with --expression"
        )
    with atomic_write(output) as unfinished:
        cv2.imwrite(str(unfinished), np.rint(total / n).astype(np.uint8))
    print(f"mean of {n} faces that show {expression}: {output}")


if __name__ == "__main__":
    run(average_faces)
