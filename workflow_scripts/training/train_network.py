"""Rule train_network: one network, trained on all folds but one."""

import json
import math
from pathlib import Path
from typing import Annotated

import keras
import tensorflow as tf
from cyclopts import Parameter

from workflow_scripts.command_line import run
from workflow_scripts.errors import StudyError
from workflow_scripts.faces.face_store import FaceReader
from workflow_scripts.seeds import derived_seed
from workflow_scripts.tables import read_table, write_table
from workflow_scripts.training.architectures import build_network
from workflow_scripts.training.model_file import ModelFacts, save_model
from workflow_scripts.training.network_input import training_batches
from workflow_scripts.training.tensorflow_setup import set_up_tensorflow

OPTIMIZERS = {"adam": keras.optimizers.Adam, "rmsprop": keras.optimizers.RMSprop}


def train_network(
    *,
    network: str,
    fold: int,
    settings: str,
    augmentation: str,
    expressions: str,
    seed: int,
    threads: int = 1,
    faces: Annotated[list[Path], Parameter(consume_multiple=True)],
    folds: Path,
    weights: Path | None = None,
    model: Path,
    history: Path,
) -> None:
    """Train NETWORK on the faces outside FOLD (paper, section 3.4).

    Parameters
    ----------
    network
        Name of the network.
    fold
        The fold that is left out, for testing.
    settings
        Its entry under training.networks, as JSON.
    augmentation
        Training.augmentation, as JSON.
    expressions
        The classes, as a JSON list.
    seed
        The study's seed.
    threads
        Threads TensorFlow may use.
    faces
        The faces.h5 files of all data sets.
    folds
        Table of images and folds.
    weights
        Official ImageNet file, for pretrained networks.
    model
        The .keras file to write.
    history
        Table to write: loss and accuracy on the training images, per epoch.
    """
    options, classes = json.loads(settings), json.loads(expressions)
    training_seed = derived_seed(seed, "training", network, fold)
    set_up_tensorflow(threads, training_seed % 2**32)

    rows = [row for row in read_table(folds, ["image_id", "expression", "fold"]) if int(row["fold"]) != fold]
    if not rows:
        raise StudyError(f"{folds}: no training images outside fold {fold}; check training.folds")
    built, scaling = build_network(options, len(classes), weights)
    print(f"{network}, fold {fold}: {built.count_params():,} parameters, {len(rows)} training images")
    built.compile(
        optimizer=OPTIMIZERS[options["optimizer"]](options["learning_rate"]),
        loss="categorical_crossentropy",
        metrics=["accuracy"],
        jit_compile=False,  # several shapes of batches; XLA would compile each
    )
    with FaceReader(faces) as reader:
        batch_size, size = options["batch_size"], options["input_size"]
        data = tf.data.Dataset.from_generator(
            lambda: training_batches(
                reader,
                [row["image_id"] for row in rows],
                [classes.index(row["expression"]) for row in rows],
                n_classes=len(classes),
                size=size,
                batch_size=batch_size,
                augmentation=json.loads(augmentation),
                seed=training_seed,
            ),
            output_signature=(
                tf.TensorSpec((None, size, size, 3), tf.float32),
                tf.TensorSpec((None, len(classes)), tf.float32),
            ),
        )
        fitted = built.fit(
            data.prefetch(2),
            epochs=options["epochs"],
            steps_per_epoch=math.ceil(len(rows) / batch_size),
            callbacks=[keras.callbacks.TerminateOnNaN()],
            verbose=2,
        )
    losses = fitted.history["loss"]
    if not all(math.isfinite(loss) for loss in losses):
        raise StudyError(
            f"the loss of {network} became {losses[-1]} in epoch {len(losses)}; "
            f"lower training.networks.{network}.learning_rate (now {options['learning_rate']})"
        )
    save_model(built, ModelFacts(network, classes, size, scaling), model)
    write_table(
        history,
        ["epoch", "loss", "accuracy"],
        [
            {"epoch": epoch, "loss": loss, "accuracy": accuracy}
            for epoch, (loss, accuracy) in enumerate(
                zip(losses, fitted.history["accuracy"], strict=True), start=1
            )
        ],
    )


if __name__ == "__main__":
    run(train_network)
