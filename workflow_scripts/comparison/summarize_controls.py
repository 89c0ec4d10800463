"""Rule summarize_controls: all networks beside their control networks, for one explainer."""

import json
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from workflow_scripts.common.command_line import run
from workflow_scripts.common.tables import read_table, write_table
from workflow_scripts.comparison.control_numbers import read_numbers
from workflow_scripts.comparison.control_rows import AVERAGE, CONTROLS, control_rows
from workflow_scripts.training.learned import read_learned
from workflow_scripts.training.repeats import repeat_of
from workflow_scripts.training.shuffled_labels import OF_SUBJECT, kept_labels


def summarize_controls(
    numbers: list[Path],
    *,
    networks: str,
    learned: Path,
    divisions: Annotated[list[Path], Parameter(consume_multiple=True)],
    shuffled: str,
    folds: int,
    output: Path,
) -> None:
    """Compare each network of NUMBERS with its control networks.

    Parameters
    ----------
    numbers
        Numbers of networks and their controls (HDF5), from `compare_controls`.
    networks
        The networks, as a JSON list in the same order.
    learned
        Table of the networks that says which of them learned; the average leaves out the others.
    divisions
        Tables of images and folds, of all repeats of the cross-validation.
    shuffled
        The folds whose training images have shuffled labels, as a JSON list.
    folds
        Number of folds of one cross-validation.
    output
        Table to write; its columns are explained in `comparison.control_rows`.
    """
    read = {name: read_numbers(path) for name, path in zip(json.loads(networks), numbers, strict=True)}
    kept = {}
    for fold in json.loads(shuffled):
        rows = read_table(divisions[repeat_of(fold, folds) - 1], ["fold", "expression", *OF_SUBJECT])
        kept[fold] = kept_labels([row for row in rows if int(row["fold"]) != fold])
        print("fold {}: {:.0%} of shuffled labels stay, {:.0%} would by chance".format(fold, *kept[fold]))
    rows = control_rows(read, read_learned(learned), folds, kept)
    write_table(output, CONTROLS, rows)
    for row in rows:
        if row["missing"] and row["metric"] == "amplitude" and row["network"] != AVERAGE:
            print(f"{row['network']}, {row['control']}, {row['expression']}: no heatmap: {row['missing']}")


if __name__ == "__main__":
    run(summarize_controls)
