"""Rule average_faces: the study's own mean face, which heatmaps are drawn over."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import cv2
import numpy as np
from cyclopts import Parameter

from workflow_scripts.common.command_line import run
from workflow_scripts.common.files import atomic_write
from workflow_scripts.common.tables import read_table, write_table
from workflow_scripts.faces.face_store import FaceReader
from workflow_scripts.standardization.averaged_faces import (
    COLUMNS,
    MIN_SUBJECTS,
    enough,
    known_subjects,
    table_rows,
)
from workflow_scripts.standardization.standard_face import HEIGHT, WIDTH, read_standard_face
from workflow_scripts.standardization.warp import FaceWarp

INDEX = ("image_id", "subject", "expression", "sha256")


def average_faces(
    datasets: list[str],
    *,
    index: Annotated[list[Path], Parameter(consume_multiple=True)],
    faces: Annotated[list[Path], Parameter(consume_multiple=True)],
    standard_face: Path,
    otherwise: Path,
    expression: str = "",
    output: Path,
    table: Path,
) -> None:
    """Warp the faces of DATASETS onto the standard face and average them; every subject counts the same.

    Images whose subject is unknown are left out and counted. If too few subjects are left for their mean to
    be shown, the face of --otherwise is written instead.

    Parameters
    ----------
    datasets
        Names of the data sets.
    index
        Their index tables, in the same order.
    faces
        Their faces.h5 files, in the same order.
    standard_face
        Table of the 89 standard points.
    otherwise
        Another mean face, for want of subjects.
    expression
        The only expression to average, as for resources/mean_face.png; all by default.
    output
        The PNG file to write, 8-bit grey, 224 x 275.
    table
        Table to write: dataset, subjects, images, unknown (images left out, whose subject is unknown), shown
        (no, if the face is another).
    """
    with FaceReader(faces) as reader:
        aligned = set(reader.image_ids)
        images = [
            row | {"dataset": dataset}
            for dataset, path in zip(datasets, index, strict=True)
            for row in read_table(path, INDEX)
            if row["image_id"] in aligned and expression in ("", row["expression"])
        ]
        subject_of = known_subjects(images)
        if enough(subject_of):
            face = mean_face(reader, subject_of, FaceWarp(read_standard_face(standard_face)))
            content = cv2.imencode(".png", np.rint(face).astype(np.uint8))[1].tobytes()
        else:
            content = otherwise.read_bytes()
            print(
                f"fewer than {MIN_SUBJECTS} subjects are known, so {otherwise} is used instead of their mean"
            )
    rows = table_rows(images, subject_of)
    write_table(table, COLUMNS, rows)
    with atomic_write(output) as unfinished:
        unfinished.write_bytes(content)
    for row in rows:
        print(
            "{dataset}: {images} images of {subjects} subjects; {unknown} of unknown subjects".format(**row)
        )


def mean_face(reader: FaceReader, subject_of: Mapping[str, str], warp: FaceWarp) -> np.ndarray:
    """The mean over subjects of the mean of their images on the standard face, float64 (275, 224), 0 to 255.

    `subject_of`: by image_id. The order of its images and of `reader`'s does not matter. One image is in
    memory at a time.
    """
    images_of = Counter(subject_of.values())
    total = np.zeros((HEIGHT, WIDTH))
    for image_id in sorted(subject_of):  # rounding errors depend on the order
        warped = warp.warp(reader.image(image_id), reader.landmarks(image_id))
        total += np.divide(warped, images_of[subject_of[image_id]], dtype=np.float64)
    return total / len(images_of)


if __name__ == "__main__":
    run(average_faces)
