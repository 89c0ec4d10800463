"""Rule check_datasets: check that the data sets suffice for the study, before anything is trained."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from workflow_scripts.common.command_line import run
from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.tables import read_table, write_table
from workflow_scripts.datasets.groups import image_groups
from workflow_scripts.datasets.splits import split_problems, with_given_folds

INDEX_COLUMNS = ("image_id", "subject", "expression", "sha256")
COLUMNS = ("dataset", "expression", "images")


def check_datasets(
    datasets: list[str],
    *,
    index: Annotated[list[Path], Parameter(consume_multiple=True)],
    counts: Annotated[list[Path], Parameter(consume_multiple=True)],
    expressions: str,
    folds: int,
    split: str = "{}",
    output: Path,
) -> None:
    """Stop if no subject or only one shows an expression, or if a data set has too few subjects.

    With an official split: stop if it leaves nothing to test on, or nothing to train on.

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
    split
        The column of each data set's official split, as JSON; {} to divide subjects among folds.
    output
        Table to write: images of each expression in each data set.
    """
    columns, names, rows, labels = json.loads(split), json.loads(expressions), [], Counter()
    others = None if columns else ()  # a split may be in any column
    for dataset, index_file, counts_file in zip(datasets, index, counts, strict=True):
        table = read_table(index_file, INDEX_COLUMNS, others)
        # neutral faces that are there for their halves alone are of no expression of the study
        rows += [row | {"dataset": dataset} for row in table if row["expression"] in names]
        for row in read_table(counts_file, ["expression", "images"]):
            labels[row["expression"]] += int(row["images"])
    images = Counter((row["dataset"], row["expression"]) for row in rows)
    found = [label for label, n in labels.items() if label and n]
    absent = [name for name in names if not any(images[dataset, name] for dataset in datasets)]
    groups = image_groups(rows)
    problems = absent_expressions(absent, found)
    if columns:
        problems += split_problems(with_given_folds(rows, columns, folds), names, folds)
    else:
        problems += few_subjects(rows, groups, folds) + lone_expressions(rows, groups, names)
    if problems:
        raise StudyError("\n  - ".join(["the data sets do not suffice for this study:", *problems]))
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
    """What is wrong if no data set shows the expressions `absent`, only those in `found`.

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


def few_subjects(rows: Sequence[Mapping[str, str]], groups: Mapping[str, str], folds: int) -> list[str]:
    """What is wrong with data sets that have fewer subjects than `folds`, one line each.

    rows: of index tables, with their dataset. groups: by image_id; subjects that byte-identical images join
    in one group count as one. Where subjects are unknown, images are counted.
    """
    problems = []
    for dataset in dict.fromkeys(row["dataset"] for row in rows):
        images = [row for row in rows if row["dataset"] == dataset]
        n = len({groups[row["image_id"]] for row in images})
        subjects = {row["subject"] for row in images} - {""}
        what = "subjects with images" if subjects else "images (its subjects are unknown)"
        joined = " (those that share an image count as one)" if n < len(subjects or images) else ""
        if n < folds:
            problems.append(
                f"training.folds is {folds}: data set {dataset} has {n} {what} of the study's "
                f"expressions{joined}, and every fold needs one. Lower training.folds to {n} or less, or "
                f"take {dataset} out of run.datasets"
            )
    return problems


def lone_expressions(
    rows: Sequence[Mapping[str, str]], groups: Mapping[str, str], expressions: Sequence[str]
) -> list[str]:
    """What is wrong with expressions whose images all belong in one fold, one line each.

    The network that is tested on that fold would not see them in training.

    >>> rows = [{"image_id": "a/1", "expression": "fear"}, {"image_id": "a/2", "expression": "fear"}]
    >>> lone_expressions(rows, {"a/1": "a/S1", "a/2": "a/S2"}, ["fear"])
    []
    """
    problems = []
    for name in expressions:
        images = [row["image_id"] for row in rows if row["expression"] == name]
        if len(held := {groups[image] for image in images}) == 1:
            problems.append(
                f"run.expressions: all images of {name} ({len(images)}) belong in one fold ({held.pop()}: "
                f"one subject, or one image), so a network would never see {name} in training. Add subjects "
                "that show it, or take it out of run.expressions"
            )
    return problems


if __name__ == "__main__":
    run(check_datasets)
