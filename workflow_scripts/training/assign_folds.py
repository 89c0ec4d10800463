"""Rule assign_folds: assign each usable image to a fold."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from workflow_scripts.common.command_line import run
from workflow_scripts.common.tables import read_table, write_table
from workflow_scripts.datasets.groups import identical_images, image_groups
from workflow_scripts.datasets.splits import across, split_problems, with_given_folds
from workflow_scripts.faces.face_store import FaceReader
from workflow_scripts.training.folds import (
    COLUMNS,
    balanced_folds,
    print_folds,
    refuse_problems,
    untrained_expressions,
)

INDEX_COLUMNS = ("image_id", "subject", "expression", "sha256")


def assign_folds(
    datasets: list[str],
    *,
    index: Annotated[list[Path], Parameter(consume_multiple=True)],
    faces: Annotated[list[Path], Parameter(consume_multiple=True)],
    expressions: str,
    folds: int,
    seed: int,
    split: str = "{}",
    output: Path,
) -> None:
    """Divide the subjects of each of DATASETS among folds and list every aligned face with its fold.

    Parameters
    ----------
    datasets
        Names of the data sets.
    index
        Their index tables, in the same order.
    faces
        Their faces.h5, in the same order.
    expressions
        The expressions of the study, as a JSON list.
    folds
        Number of folds.
    seed
        The study's seed.
    split
        The column of each data set's official split, as JSON: it gives the fold of each image, and the
        training part becomes fold 0; or the fold that the whole data set is. {} to divide subjects among
        folds.
    output
        Table to write: image_id, dataset, subject and sequence (empty if unknown), expression, group (never
        divided among folds), identical (the first of the images with the same bytes; empty if there is no
        other), fold.
    """
    images, columns = [], json.loads(split)
    others = None if columns else ["sequence"]  # a split may be in any column
    for dataset, index_file, faces_file in zip(datasets, index, faces, strict=True):
        images += usable_images(dataset, index_file, faces_file, others)
    if columns:
        images = with_given_folds(images, columns, folds)
    groups, identical = image_groups(images), identical_images(images)
    for image in images:
        image |= {"group": groups[image["image_id"]], "identical": identical.get(image["image_id"], "")}
    names, numbers = json.loads(expressions), range(1, folds + 1)
    if columns:
        rows, problems = images, split_problems(images, names, folds)
    else:
        fold_of = balanced_folds(images, folds, seed)
        rows = [image | {"fold": fold_of[image["group"]]} for image in images]
        problems = untrained_expressions(rows, names, numbers)
    refuse_problems(problems)
    print_folds(rows, names, numbers)
    if columns:
        print_across(rows)
    write_table(output, COLUMNS, rows)


def usable_images(
    dataset: str, index: Path, faces: Path, others: Sequence[str] | None = None
) -> list[dict[str, str]]:
    """The rows of a data set's index whose faces were aligned, with dataset and sequence.

    others: columns to read besides INDEX_COLUMNS; all by default.
    """
    with FaceReader([faces]) as reader:
        usable = set(reader.image_ids)
    return [
        {"sequence": "", **image, "dataset": dataset}
        for image in read_table(index, INDEX_COLUMNS, others)
        if image["image_id"] in usable
    ]


def print_across(rows: Sequence[Mapping]) -> None:
    """Print the images and subjects that an official split has on both sides; they are not moved."""
    for first, copies in across(rows, "identical").items():
        for row in copies:
            print(f"{row['image_id']}, fold {row['fold']}: byte-identical, across the split, to {first}")
    for name, of_subject in across(rows, "subject").items():
        print(f"subject {name}: {len(of_subject)} images across the split")


if __name__ == "__main__":
    run(assign_folds)
