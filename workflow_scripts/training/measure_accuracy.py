"""Rule measure_accuracy: how well each network recognises the expressions of the fold it has not seen."""

import json
from collections import Counter
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from workflow_scripts.command_line import run
from workflow_scripts.tables import read_table, write_table
from workflow_scripts.training.accuracy import SCORES, recognition_scores


def measure_accuracy(
    *,
    cells: str,
    predictions: Annotated[list[Path], Parameter(consume_multiple=True)],
    output: Path,
    by_dataset: Path,
    confusion: Path,
) -> None:
    """Score the predictions of every network and fold.

    Parameters
    ----------
    cells
        The [network, fold] of each table of predictions, as a JSON list.
    predictions
        Tables of predictions, in the same order.
    output
        Table to write: n, accuracy, balanced accuracy and macro F1 per network and fold.
    by_dataset
        Table to write: the same per network, fold and data set.
    confusion
        Table to write: how many faces of each true expression were predicted as which.
    """
    overall, per_dataset, confused = [], [], []
    for (network, fold), path in zip(json.loads(cells), predictions, strict=True):
        cell = {"network": network, "fold": fold}
        table = read_table(path, ["dataset", "true", "predicted"])
        overall.append(cell | recognition_scores(*_labels(table)))
        for dataset in sorted({row["dataset"] for row in table}):
            rows = [row for row in table if row["dataset"] == dataset]
            per_dataset.append(cell | {"dataset": dataset} | recognition_scores(*_labels(rows)))
        counts = Counter(zip(*_labels(table), strict=True))
        confused += [
            cell | {"true": true, "predicted": predicted, "n": n}
            for (true, predicted), n in sorted(counts.items())
        ]
        print(f"{network}, fold {fold}: accuracy {overall[-1]['accuracy']:.3f} on {len(table)} faces")
    write_table(output, ["network", "fold", *SCORES], overall)
    write_table(by_dataset, ["network", "fold", "dataset", *SCORES], per_dataset)
    write_table(confusion, ["network", "fold", "true", "predicted", "n"], confused)


def _labels(table: list[dict[str, str]]) -> tuple[list[str], list[str]]:
    return [row["true"] for row in table], [row["predicted"] for row in table]


if __name__ == "__main__":
    run(measure_accuracy)
