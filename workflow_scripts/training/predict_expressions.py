"""Rule predict_expressions: what a trained network makes of the fold it has not seen."""

from pathlib import Path
from typing import Annotated

import numpy as np
from cyclopts import Parameter

from workflow_scripts.common.command_line import run
from workflow_scripts.common.tables import read_table, write_table
from workflow_scripts.faces.face_store import FaceReader
from workflow_scripts.training.model_file import load_model, read_facts
from workflow_scripts.training.network_input import batches
from workflow_scripts.training.resumption import forget_training
from workflow_scripts.training.tensorflow_setup import set_up_tensorflow

COLUMNS = ("image_id", "dataset", "expression", "fold")


def predict_expressions(
    model: Path,
    *,
    fold: int,
    faces: Annotated[list[Path], Parameter(consume_multiple=True)],
    folds: Path,
    threads: int = 1,
    precision: str = "float32",
    batch_size: int = 128,
    output: Path,
) -> None:
    """Predict the expression of every face of FOLD with MODEL; forget what its training has kept.

    Parameters
    ----------
    model
        The .keras file of a network that was trained without the fold.
    fold
        The test fold.
    faces
        The faces.h5 files of all data sets.
    folds
        Table of images and folds.
    threads
        Threads TensorFlow may use.
    precision
        Of the network's inner layers: float32, bfloat16 or float16.
    batch_size
        Images predicted at once.
    output
        Table to write: true and predicted expression, one probability per expression.
    """
    set_up_tensorflow(threads, seed=0)  # nothing is drawn here
    network, facts = load_model(model, precision), read_facts(model)
    rows = [row for row in read_table(folds, COLUMNS) if int(row["fold"]) == fold]
    with FaceReader(faces) as reader:
        image_ids = [row["image_id"] for row in rows]
        probabilities = np.concatenate(
            [
                network.predict_on_batch(batch)
                for batch in batches(reader, image_ids, facts.input_size, batch_size)
            ]
        )
    predicted = [facts.expressions[i] for i in probabilities.argmax(axis=1)]
    accuracy = np.mean([row["expression"] for row in rows] == np.array(predicted))
    print(f"{len(rows)} faces, accuracy {accuracy:.3f}")
    write_table(
        output,
        ["image_id", "dataset", "true", "predicted", *facts.expressions],
        [
            row
            | {"true": row["expression"], "predicted": name}
            | dict(zip(facts.expressions, map(float, values), strict=True))
            for row, name, values in zip(rows, predicted, probabilities, strict=True)
        ],
    )
    forget_training(model)


if __name__ == "__main__":
    run(predict_expressions)
