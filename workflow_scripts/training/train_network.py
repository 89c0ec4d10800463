"""Rule train_network: train one network on all folds but one."""

import json
import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

import numpy as np
from cyclopts import Parameter

from workflow_scripts.training.light_keras import keras, tf
from workflow_scripts.common.code import loaded_fingerprints
from workflow_scripts.common.command_line import run
from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.seeds import derived_seed
from workflow_scripts.common.tables import read_table, write_table
from workflow_scripts.faces.face_store import FaceReader
from workflow_scripts.training.budget import shortage, steps_per_epoch
from workflow_scripts.training.imagenet_weights import mismatch, official_file
from workflow_scripts.training.kept_training import backup_folder
from workflow_scripts.training.model_file import ModelFacts, save_model
from workflow_scripts.training.network_input import training_batches
from workflow_scripts.training.networks import build_network, head_scale_of
from workflow_scripts.training.resumption import TrainingBackup, purpose_of
from workflow_scripts.training.tensorflow_setup import set_up_tensorflow

OPTIMIZERS = {"adam": keras.optimizers.Adam, "rmsprop": keras.optimizers.RMSprop}

Batch = tuple[np.ndarray, np.ndarray]


def train_network(
    *,
    network: str,
    fold: int,
    settings: str,
    augmentation: str,
    class_weights: str = "none",
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

    A killed training resumes from its last backup, a few minutes old. A training that finished after
    Snakemake was killed is not repeated.

    Parameters
    ----------
    network
        Name of the network.
    fold
        The fold to leave out, for testing.
    settings
        The network's entry under training.networks, as JSON, with its number of copies.
    augmentation
        The ranges of training.augmentation, as JSON.
    class_weights
        "balanced" compensates for unequal frequencies of the expressions, "none" does not.
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
    if weights and (wrong := mismatch(weights, official_file(options["architecture"]))):
        raise StudyError(f"{weights}: {wrong}; delete the file and rerun")
    built, scaling = build_network(options, len(classes), weights)
    steps = steps_per_epoch(len(rows), options["copies"], options["batch_size"])
    print(
        f"{network}, fold {fold}: {built.count_params():,} parameters, {len(rows)} training images, "
        f"{options['copies']} copies of each per epoch: {steps} steps, {steps * options['epochs']} in all"
    )
    if warning := shortage(network, options, len(rows), head_scale_of(built)):
        print(f"warning: {warning}")
    built.compile(
        optimizer=OPTIMIZERS[options["optimizer"]](options["learning_rate"]),
        loss="categorical_crossentropy",
        metrics=["accuracy"],
        jit_compile=False,  # XLA would compile each batch shape, and there are several
    )
    backup = TrainingBackup(
        backup_folder(model),
        purpose_of(
            [network, fold, options, augmentation, class_weights, classes, seed, loaded_fingerprints()],
            [*faces, folds, *([weights] if weights else [])],
        ),
        steps,
    )
    if backup.put_back([model, history]):
        print("this training has already finished; its network is used as it is")
        return
    backup.restore(built)
    labels = [classes.index(row["expression"]) for row in rows]
    with FaceReader(faces) as reader:
        _fit(
            built,
            partial(
                training_batches,
                reader,
                [row["image_id"] for row in rows],
                labels,
                n_classes=len(classes),
                size=options["input_size"],
                batch_size=options["batch_size"],
                copies=options["copies"],
                augmentation=json.loads(augmentation),
                seed=training_seed,
            ),
            steps=steps,
            epochs=options["epochs"],
            class_weight=balanced_weights(labels) if class_weights == "balanced" else None,
            backup=backup,
        )
    losses = [row["loss"] for row in backup.history]
    if not all(map(math.isfinite, losses)):
        backup.discard()
        raise StudyError(
            f"the loss of {network} became {losses[-1]} in epoch {len(losses)}; "
            f"lower training.networks.{network}.learning_rate (now {options['learning_rate']})"
        )
    save_model(built, ModelFacts(network, classes, options["input_size"], scaling), model)
    write_table(history, ["epoch", "loss", "accuracy"], backup.history)
    backup.keep([model, history])


def _fit(
    network: keras.Model,
    batches: Callable[..., Iterator[Batch]],
    *,
    steps: int,
    epochs: int,
    class_weight: Mapping[int, float] | None,
    backup: TrainingBackup,
) -> None:
    """Train a compiled network from where its backup stopped, to its last epoch or a loss of NaN.

    `steps`: per epoch. The rest of an interrupted epoch is trained first, then the other epochs.
    """
    signature = tuple(
        tf.TensorSpec(tensor.shape, tf.float32) for tensor in (network.inputs[0], network.outputs[0])
    )
    while backup.epoch < epochs and not network.stop_training:
        # a new generator for each call: batches prefetched at the end of a call are lost
        generate = partial(batches, first_epoch=backup.epoch, first_step=backup.step)
        data = tf.data.Dataset.from_generator(generate, output_signature=signature)
        network.fit(
            data.prefetch(2),
            initial_epoch=backup.epoch,
            epochs=backup.epoch + 1 if backup.step else epochs,
            steps_per_epoch=steps - backup.step,
            class_weight=class_weight,
            callbacks=[keras.callbacks.TerminateOnNaN(), backup],
            shuffle=False,  # the batches are already shuffled
            verbose=2,
        )


def balanced_weights(labels: Sequence[int]) -> dict[int, float]:
    """Class weights that compensate for unequal frequencies; their average over the images is 1.

    >>> balanced_weights([0, 0, 0, 1])
    {0: 0.6666666666666666, 1: 2.0}
    """
    counts = Counter(labels)
    return {label: len(labels) / (len(counts) * n) for label, n in sorted(counts.items())}


if __name__ == "__main__":
    run(train_network)
