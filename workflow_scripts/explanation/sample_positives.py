"""Rule sample_positives: which images of the test fold are explained."""

import json
from collections.abc import Sequence
from pathlib import Path

from workflow_scripts.common.command_line import run
from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.tables import read_table, write_table
from workflow_scripts.explanation.positives import (
    LIMITS,
    images_asked,
    limits_asked,
    refuse_unknown,
    sampled_positives,
)


def sample_positives(
    predictions: Path,
    *,
    folds: Path,
    expressions: str,
    positives: str,
    repeat: int = 1,
    seed: int,
    output: Path,
) -> None:
    """Sample images of each predicted expression from PREDICTIONS.

    Parameters
    ----------
    predictions
        Table of a network's predictions for its test fold.
    folds
        Table of images and folds, with each image's subject and sequence.
    expressions
        The expressions, as a JSON list.
    positives
        Images per predicted expression, as JSON: a number, or a mapping with images and the most of them per
        subject (per_subject) or sequence (per_sequence). All are taken if there are fewer.
    repeat
        The repeat of the cross-validation that the fold belongs to; each draws its own sample.
    seed
        The study's seed.
    output
        Table to write: image_id, expression (predicted), true, probability.
    """
    names, asked = json.loads(expressions), json.loads(positives)
    n, limits = images_asked(asked), limits_asked(asked)
    rows = read_table(predictions, ["image_id", "true", "predicted", *names])
    if limits:
        rows = with_subjects(rows, folds)
        refuse_unknown(rows, limits)
    chosen = []
    for expression in names:
        sample = sampled_positives(rows, expression, n, seed, limits, repeat)
        there = sum(row["predicted"] == expression for row in rows)
        print(f"{expression}: {len(sample)} of {n} positives requested; {there} images predicted as such")
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


def with_subjects(rows: Sequence[dict[str, str]], folds: Path) -> list[dict[str, str]]:
    """Predictions with dataset, subject and sequence of each image; StudyError for one not in `folds`."""
    columns = LIMITS["per_sequence"]
    known = {
        row["image_id"]: {column: row[column] for column in columns}
        for row in read_table(folds, ["image_id", *columns])
    }
    if absent := [row["image_id"] for row in rows if row["image_id"] not in known]:
        raise StudyError(
            f"{folds}: image {absent[0]} is missing; delete the file and rerun the rule assign_folds"
        )
    return [row | known[row["image_id"]] for row in rows]


if __name__ == "__main__":
    run(sample_positives)
