"""Rule count_positives: how many images each heatmap is based on, and how many of them were recognised."""

import json
from collections import Counter
from pathlib import Path

from workflow_scripts.common.command_line import run
from workflow_scripts.common.tables import read_table, write_table

COLUMNS = ("network", "fold", "expression", "n", "right", "share_right")
ALL = "all"  # in place of a fold


def count_positives(positives: list[Path], *, cells: str, expressions: str, output: Path) -> None:
    """Count the images to explain in the tables POSITIVES.

    Parameters
    ----------
    positives
        Tables of the explained images, one per network and fold.
    cells
        The [network, fold] of each table, as a JSON list.
    expressions
        The expressions, as a JSON list.
    output
        Table to write: per network, fold and predicted expression, the number of images (n), how many of them
        show that expression (right), and their share; then the same over all folds, under the fold ``all``.
    """
    images, right = Counter(), Counter()
    trainings = [tuple(cell) for cell in json.loads(cells)]
    for (network, fold), path in zip(trainings, positives, strict=True):
        for row in read_table(path, ["expression", "true"]):
            for where in (fold, ALL):
                images[network, where, row["expression"]] += 1
                right[network, where, row["expression"]] += row["true"] == row["expression"]
    overall = [(network, ALL) for network in dict.fromkeys(network for network, _ in trainings)]
    rows = []
    for network, fold in trainings + overall:
        for expression in json.loads(expressions):
            key = (network, fold, expression)
            share = right[key] / images[key] if images[key] else None
            rows.append(dict(zip(COLUMNS, (*key, images[key], right[key], share), strict=True)))
    write_table(output, COLUMNS, rows)
    print(f"{sum(row['n'] for row in rows if row['fold'] == ALL)} images from {len(trainings)} trainings")


if __name__ == "__main__":
    run(count_positives)
