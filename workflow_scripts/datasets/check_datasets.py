"""Rule check_datasets: whether the data sets can make the study, before anything is trained."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from workflow_scripts.command_line import run
from workflow_scripts.errors import StudyError
from workflow_scripts.tables import read_table, write_table

COLUMNS = ("dataset", "expression", "images")


def check_datasets(
    datasets: list[str],
    *,
    index: Annotated[list[Path], Parameter(consume_multiple=True)],
    counts: Annotated[list[Path], Parameter(consume_multiple=True)],
    expressions: str,
    folds: int,
    output: Path,
) -> None:
    """Stop where no data set shows an expression of the study, or one has fewer subjects than folds.

    Parameters
    ----------
    datasets
        Names of the data sets.
    index
        Their index tables, in the same order.
    counts
        Their tables of images per expression, in the same order.
    expressions
        The expressions of the study, as a JSON list.
    folds
        Number of folds.
    output
        Table to write: images of each expression in each data set.
    """
    images, subjects, labels = Counter(), {}, Counter()
    for dataset, index_file, counts_file in zip(datasets, index, counts, strict=True):
        rows = read_table(index_file, ["subject", "expression"])
        subjects[dataset] = len({row["subject"] for row in rows})
        images.update((dataset, row["expression"]) for row in rows)
        for row in read_table(counts_file, ["expression", "images"]):
            labels[row["expression"]] += int(row["images"])
    names = json.loads(expressions)
    found = [label for label, n in labels.items() if label and n]
    absent = [name for name in names if not any(images[dataset, name] for dataset in datasets)]
    if problems := absent_expressions(absent, found) + few_subjects(subjects, folds):
        raise StudyError("\n  - ".join(["the data sets cannot make this study:", *problems]))
    write_table(
        output,
        COLUMNS,
        [
            {"dataset": dataset, "expression": name, "images": images[dataset, name]}
            for dataset in datasets
            for name in names
        ],
    )


def absent_expressions(absent: Sequence[str], found: Sequence[str]) -> list[str]:
    """What is wrong where no data set shows the expressions `absent`, only those `found`.

    >>> absent_expressions([], ["fear"])
    []
    """
    if not absent:
        return []
    return [
        f"run.expressions: no image of any data set shows {', '.join(absent)}; they show {', '.join(found)} "
        "(results/datasets/*/counts.csv). Take it out of run.expressions, or map a label to it with "
        "datasets.<name>.labels"
    ]


def few_subjects(subjects: Mapping[str, int], folds: int) -> list[str]:
    """What is wrong with data sets that have fewer `subjects` than `folds`, one line each.

    >>> few_subjects({"mine": 8}, 5)
    []
    """
    return [
        f"training.folds is {folds}: data set {dataset} has {n} subjects with images of the study's "
        f"expressions, and every fold needs one. Lower training.folds to {n} or less, or take {dataset} out "
        "of run.datasets"
        for dataset, n in subjects.items()
        if n < folds
    ]


if __name__ == "__main__":
    run(check_datasets)
