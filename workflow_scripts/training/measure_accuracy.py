"""Rule measure_accuracy: how well each network recognises the expressions of the fold it has not seen."""

import json
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from workflow_scripts.command_line import run
from workflow_scripts.tables import read_table, write_table
from workflow_scripts.training.accuracy import recognition_scores


def measure_accuracy(
    *,
    cells: str,
    predictions: Annotated[list[Path], Parameter(consume_multiple=True)],
    output: Path,
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
    """
    rows = []
    for (network, fold), path in zip(json.loads(cells), predictions, strict=True):
        table = read_table(path, ["true", "predicted"])
        scores = recognition_scores([row["true"] for row in table], [row["predicted"] for row in table])
        rows.append({"network": network, "fold": fold, "n": len(table)} | scores)
        print(f"{network}, fold {fold}: accuracy {scores['accuracy']:.3f} on {len(table)} faces")
    write_table(output, ["network", "fold", "n", "accuracy", "balanced_accuracy", "macro_f1"], rows)


if __name__ == "__main__":
    run(measure_accuracy)
