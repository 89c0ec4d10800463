"""Rule sample_positives: which images of the test fold are explained."""

import json
from pathlib import Path

from workflow_scripts.command_line import run
from workflow_scripts.explanation.positives import sampled_positives
from workflow_scripts.tables import read_table, write_table


def sample_positives(predictions: Path, *, expressions: str, positives: int, seed: int, output: Path) -> None:
    """Sample images of each predicted expression from PREDICTIONS.

    Parameters
    ----------
    predictions
        Table of a network's predictions for its test fold.
    expressions
        The expressions, as a JSON list.
    positives
        Images per predicted expression; fewer are taken where there are fewer.
    seed
        The study's seed.
    output
        Table to write: image_id, expression (predicted), true, probability.
    """
    names = json.loads(expressions)
    rows = read_table(predictions, ["image_id", "true", "predicted", *names])
    chosen = []
    for expression in names:
        sample = sampled_positives(rows, expression, positives, seed)
        print(f"{expression}: {len(sample)} of {positives} positives")
        chosen += [
            {
                "image_id": row["image_id"],
                "expression": expression,
                "true": row["true"],
                "probability": row[expression],
            }
            for row in sample
        ]
    write_table(output, ["image_id", "expression", "true", "probability"], chosen)


if __name__ == "__main__":
    run(sample_positives)
