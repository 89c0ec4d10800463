"""Rule predict_expressions: predict the expressions of a network's test fold."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import numpy as np
from cyclopts import Parameter

from workflow_scripts.common.command_line import run
from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.tables import read_table, write_table
from workflow_scripts.faces.face_store import FaceReader
from workflow_scripts.training.kept_training import forget_training
from workflow_scripts.training.model_file import load_model, read_facts
from workflow_scripts.training.network_input import batches
from workflow_scripts.training.tensorflow_setup import set_up_tensorflow

COLUMNS = ("image_id", "dataset", "expression", "fold")


def predict_expressions(
    model: Path,
    *,
    fold: int,
    faces: Annotated[list[Path], Parameter(consume_multiple=True)],
    folds: Path,
    seen: Path | None = None,
    threads: int = 1,
    precision: str = "float32",
    batch_size: int = 128,
    output: Path,
) -> None:
    """Predict the expression of every face of FOLD with MODEL; delete the backup of its training.

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
    seen
        Table with the image_id of images that the network was trained on elsewhere; these and their
        byte-identical copies are left out.
    threads
        Threads TensorFlow may use.
    precision
        Of the network's inner layers: float32, bfloat16 or float16.
    batch_size
        Images predicted at once.
    output
        Table to write: true and predicted expression, one probability per expression.
    """
    set_up_tensorflow(threads, seed=0)  # nothing here is random
    network, facts = load_model(model, precision), read_facts(model)
    rows = [row for row in read_table(folds, COLUMNS) if int(row["fold"]) == fold]
    if seen:
        rows = unseen_images(read_table(folds, [*COLUMNS, "identical", "group"]), fold, seen)
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


def unseen_images(images: Sequence[dict[str, str]], fold: int, seen: Path) -> list[dict[str, str]]:
    """The images of a fold that a network was not trained on, not even as a byte-identical copy.

    images: of all folds. seen: table with image_id. Raises StudyError if it names no image of the study
    (perhaps in a different form), or leaves none to test on.
    """
    named = {row["image_id"] for row in read_table(seen, ["image_id"])}
    trained = [row for row in images if row["image_id"] in named]
    if not trained:
        raise StudyError(
            f"{seen}: none of its {len(named)} images is in this study, whose image_id are like "
            f"{images[0]['image_id']}; correct the names, or set trained_on: none if the network saw none"
        )
    copies = {row["identical"] for row in trained} - {""}
    of_fold = [row for row in images if int(row["fold"]) == fold]
    rows = [row for row in of_fold if row["image_id"] not in named and row["identical"] not in copies]
    if not rows:
        raise StudyError(
            f"{seen}: the network was trained on all {len(of_fold)} images of fold {fold}; leave it out of "
            "run.networks, or add images that it has not seen"
        )
    groups = {row["group"] for row in trained}
    known = sum(row["group"] in groups for row in rows)
    print(f"left out {len(of_fold) - len(rows)} of {len(of_fold)} images: the network was trained on them")
    print(f"{known} of the other {len(rows)} show subjects that the network was trained on")
    return rows


if __name__ == "__main__":
    run(predict_expressions)
