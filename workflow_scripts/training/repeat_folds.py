"""Rule repeat_folds: divide the images of the study among folds once more."""

import json
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from workflow_scripts.common.command_line import run
from workflow_scripts.common.tables import read_table, write_table
from workflow_scripts.training.folds import (
    COLUMNS,
    balanced_folds,
    print_folds,
    refuse_problems,
    untrained_expressions,
)
from workflow_scripts.training.repeats import folds_of


def repeat_folds(first: Path, *, repeat: int, folds: int, expressions: str, seed: int, output: Path) -> None:
    """Divide the groups of the table FIRST among folds by the draw of another repeat.

    Parameters
    ----------
    first
        Table of images and folds of the first repeat.
    repeat
        The repeat, 2 or more.
    folds
        Number of folds of one repeat.
    expressions
        The expressions of the study, as a JSON list.
    seed
        The study's seed.
    output
        Table to write: as the first, with the folds of this repeat.
    """
    images, names, numbers = read_table(first, COLUMNS), json.loads(expressions), folds_of(repeat, folds)
    fold_of = balanced_folds(images, folds, seed, repeat)
    rows = [image | {"fold": fold_of[image["group"]]} for image in images]
    refuse_problems(untrained_expressions(rows, names, numbers))
    print_folds(rows, names, numbers)
    if _division(fold_of) == _division({image["group"]: image["fold"] for image in images}):
        print(
            f"warning: repeat {repeat} divides the subjects as the first does; with so few of them, or with "
            "one that has most of the images, there may be no other balanced division"
        )
    write_table(output, COLUMNS, rows)


def _division(fold_of: Mapping[str, int | str]) -> set[frozenset[str]]:
    """The groups that are together, whatever the number of their fold."""
    together = defaultdict(set)
    for group, fold in fold_of.items():
        together[fold].add(group)
    return {frozenset(groups) for groups in together.values()}


if __name__ == "__main__":
    run(repeat_folds)
