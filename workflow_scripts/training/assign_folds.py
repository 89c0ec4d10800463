"""Rule assign_folds: which fold each usable image belongs to."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from workflow_scripts.command_line import run
from workflow_scripts.faces.face_store import FaceReader
from workflow_scripts.tables import read_table, write_table
from workflow_scripts.training.folds import subject_folds

COLUMNS = ("image_id", "dataset", "subject", "expression", "fold")


def assign_folds(
    datasets: list[str],
    *,
    index: Annotated[list[Path], Parameter(consume_multiple=True)],
    faces: Annotated[list[Path], Parameter(consume_multiple=True)],
    folds: int,
    seed: int,
    output: Path,
) -> None:
    """Split the subjects of each of DATASETS into folds and list every aligned face with its fold.

    Parameters
    ----------
    datasets
        Names of the data sets.
    index
        Their index tables, in the same order.
    faces
        Their faces.h5, in the same order.
    folds
        Number of folds.
    seed
        The study's seed.
    output
        The table to write.
    """
    rows = []
    for dataset, index_file, faces_file in zip(datasets, index, faces, strict=True):
        with FaceReader([faces_file]) as reader:
            usable = set(reader.image_ids)
        images = [
            image
            for image in read_table(index_file, ["image_id", "subject", "expression"])
            if image["image_id"] in usable
        ]
        fold_of = subject_folds([image["subject"] for image in images], folds, seed, dataset)
        rows += [image | {"dataset": dataset, "fold": fold_of[image["subject"]]} for image in images]
        for fold in range(1, folds + 1):
            print(
                f"{dataset}, fold {fold}: {sum(fold_of[image['subject']] == fold for image in images)} images"
            )
    write_table(output, COLUMNS, rows)


if __name__ == "__main__":
    run(assign_folds)
