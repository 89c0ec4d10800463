"""Rule measure_accuracy: measure how well each network recognises expressions in its test fold."""

import json
from collections import Counter, defaultdict
from itertools import chain
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from workflow_scripts.common.command_line import run
from workflow_scripts.common.tables import read_table, write_table
from workflow_scripts.training.accuracy import SCORES, SUMMARY, accuracy_summary, recognition_scores
from workflow_scripts.training.learned import COLUMNS, judged
from workflow_scripts.training.recognised import COLUMNS as RECOGNISED
from workflow_scripts.training.recognised import recognised_expressions


def measure_accuracy(
    *,
    cells: str,
    predictions: Annotated[list[Path], Parameter(consume_multiple=True)],
    folds: Path,
    output: Path,
    learned: Path,
    recognised: Path,
    summary: Path,
    by_dataset: Path,
    confusion: Path,
) -> None:
    """Score the predictions of every network and fold, and judge which networks learned.

    Parameters
    ----------
    cells
        The [network, fold] of each prediction table, as a JSON list.
    predictions
        Prediction tables, in the same order.
    folds
        Table of images and folds; it says which images show the same subject.
    output
        Table to write: n, accuracy, balanced accuracy, macro F1 and the chance level per network and fold,
        and whether the network learned.
    learned
        Table to write: a row per network with its balanced accuracy over folds and the standard error (by
        subject), the chance level, and whether the network learned.
    recognised
        Table to write: a row per network and expression: its recall, and whether the network tells it from
        other expressions of the same subjects.
    summary
        Table to write: the means of the scores over folds, with their standard deviations.
    by_dataset
        Table to write: the same per network, fold and data set.
    confusion
        Table to write: how many faces of each true expression were predicted as which.
    """
    images = read_table(folds, ["image_id", "group", "subject"])
    group_of = {row["image_id"]: row["group"] for row in images}
    known = all(row["subject"] for row in images)
    overall, per_dataset, confused, tested = [], [], [], defaultdict(list)
    for (network, fold), path in zip(json.loads(cells), predictions, strict=True):
        cell = {"network": network, "fold": fold}
        table = read_table(path, ["image_id", "dataset", "true", "predicted"])
        tested[network].append([(group_of[row["image_id"]], row["true"], row["predicted"]) for row in table])
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
    judgements = {network: judged(network, of_folds, known) for network, of_folds in tested.items()}
    unit = "subjects" if known else "images"
    for network, row in judgements.items():
        print(
            f"{network}: balanced accuracy {row['balanced_accuracy']:.3f}, guessing {row['chance']:.3f}; "
            f"learned: {row['learned']} (p = {row['p']:.2g}, {row['groups']} {unit})"
        )
    write_table(learned, COLUMNS, judgements.values())
    of_expressions = (recognised_expressions(*of_network) for of_network in tested.items())
    write_table(recognised, RECOGNISED, chain.from_iterable(of_expressions))
    overall = [row | {"learned": judgements[row["network"]]["learned"]} for row in overall]
    write_table(output, ["network", "fold", *SCORES, "learned"], overall)
    write_table(summary, SUMMARY, accuracy_summary(overall))
    per_dataset, confused = (
        [row | {"learned": judgements[row["network"]]["learned"]} for row in rows]
        for rows in (per_dataset, confused)
    )
    write_table(by_dataset, ["network", "fold", "dataset", *SCORES, "learned"], per_dataset)
    write_table(confusion, ["network", "fold", "true", "predicted", "n", "learned"], confused)


def _labels(table: list[dict[str, str]]) -> tuple[list[str], list[str]]:
    return [row["true"] for row in table], [row["predicted"] for row in table]


if __name__ == "__main__":
    run(measure_accuracy)
