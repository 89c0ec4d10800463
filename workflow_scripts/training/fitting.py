"""Trains a network on the faces outside one fold; a killed training resumes from its last backup."""

import json
import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import numpy as np

from workflow_scripts.training.light_keras import keras, tf
from workflow_scripts.common.code import loaded_fingerprints
from workflow_scripts.common.download import mismatch
from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.tables import read_table, write_table
from workflow_scripts.faces.face_store import FaceReader
from workflow_scripts.training.budget import shortage, steps_per_epoch
from workflow_scripts.training.feed import FedByGrey, errors_told, feed_pool, training_batches
from workflow_scripts.training.imagenet_weights import official_file
from workflow_scripts.training.kept_training import backup_folder
from workflow_scripts.training.model_file import ModelFacts, save_model
from workflow_scripts.training.networks import build_network, head_scale_of
from workflow_scripts.training.resumption import TrainingBackup, purpose_of

OPTIMIZERS = {"adam": keras.optimizers.Adam, "rmsprop": keras.optimizers.RMSprop}

Batch = tuple[np.ndarray, np.ndarray]
Rows = Sequence[Mapping[str, str]]


@dataclass(frozen=True)
class Training:
    """What a training depends on, besides its images.

    network: its name. fold: the one left out. settings: the network's entry under training.networks, with its
    number of copies. augmentation: the ranges of training.augmentation. class_weights: "balanced" or "none".
    classes: in the order of the outputs. seed: the training's own.
    """

    network: str
    fold: int
    settings: Mapping
    augmentation: Mapping
    class_weights: str
    classes: list[str]
    seed: int

    @classmethod
    def parsed(
        cls,
        network: str,
        fold: int,
        settings: str,
        augmentation: str,
        class_weights: str,
        expressions: str,
        seed: int,
    ) -> "Training":
        """From the options of a command; settings, augmentation and expressions are JSON."""
        ranges, classes = json.loads(augmentation), json.loads(expressions)
        return cls(network, fold, json.loads(settings), ranges, class_weights, classes, seed)


def training_rows(folds: Path, fold: int, columns: Sequence[str] = ()) -> list[dict[str, str]]:
    """The images outside a fold: image_id, expression, fold and `columns`. StudyError if there are none."""
    rows = read_table(folds, ["image_id", "expression", "fold", *columns])
    outside = [row for row in rows if int(row["fold"]) != fold]
    if not outside:
        raise StudyError(f"{folds}: no training images outside fold {fold}; check training.folds")
    return outside


def train(
    training: Training,
    rows: Rows,
    faces: Sequence[Path],
    weights: Path | None,
    read: Sequence[Path],
    model: Path,
    history: Path,
    threads: int,
) -> None:
    """Train on `rows`, with image_id and expression, and write the network and its history.

    weights: the official ImageNet file, for pretrained networks. read: the files that the rows are from.
    threads: that make batches; the network does not depend on them. A training that finished after Snakemake
    was killed is not repeated. Call `set_up_tensorflow` before.
    """
    options, classes = training.settings, training.classes
    if weights and (wrong := mismatch(weights, official_file(options["architecture"]))):
        raise StudyError(f"{weights}: {wrong}; delete the file and rerun")
    built, scaling = build_network(options, len(classes), weights)
    steps = steps_per_epoch(len(rows), options["copies"], options["batch_size"])
    print(
        f"{training.network}, fold {training.fold}: {built.count_params():,} parameters, {len(rows)} "
        f"training images, {options['copies']} copies of each per epoch: {steps} steps, "
        f"{steps * options['epochs']} in all"
    )
    if warning := shortage(training.network, options, len(rows), head_scale_of(built)):
        print(f"warning: {warning}")
    fed = FedByGrey.of(built)
    fed.compile(
        optimizer=OPTIMIZERS[options["optimizer"]](options["learning_rate"]),
        loss="categorical_crossentropy",
        metrics=["accuracy"],
        jit_compile=False,  # XLA would compile each batch shape, and there are several
    )
    make_variables(fed)
    files = [*faces, *read, *([weights] if weights else [])]
    purpose = purpose_of([asdict(training), loaded_fingerprints()], files)
    backup = TrainingBackup(backup_folder(model), purpose, steps)
    if backup.put_back([model, history]):
        print("this training has already finished; its network is used as it is")
        return
    backup.restore(fed)
    with FaceReader(faces) as reader, feed_pool(threads) as pool, errors_told() as told:
        batches = told(partial(_batches, training, reader, rows, pool))
        fit(fed, batches, options["epochs"], steps, _class_weights(training, rows), backup)
    losses = [row["loss"] for row in backup.history]
    if not all(map(math.isfinite, losses)):
        backup.discard()
        raise StudyError(
            f"the loss of {training.network} became {losses[-1]} in epoch {len(losses)}; lower "
            f"training.networks.{training.network}.learning_rate (now {options['learning_rate']})"
        )
    save_model(built, ModelFacts(training.network, classes, options["input_size"], scaling), model)
    write_table(history, ["epoch", "loss", "accuracy"], backup.history)
    backup.keep([model, history])


def make_variables(network: keras.Model) -> None:
    """Make the variables of a compiled network's optimizer and metrics.

    Keras would make them in the first step of training, and then trace the step again, without making any.
    """
    network.optimizer.build(network.trainable_variables)
    blank = np.zeros((1, *network.output_shape[1:]), np.float32)
    network.compute_metrics(None, blank, blank)
    network.reset_metrics()


def _labels(training: Training, rows: Rows) -> list[int]:
    return [training.classes.index(row["expression"]) for row in rows]


def _class_weights(training: Training, rows: Rows) -> dict[int, float] | None:
    return balanced_weights(_labels(training, rows)) if training.class_weights == "balanced" else None


def _batches(
    training: Training, reader: FaceReader, rows: Rows, pool: Executor, **start: int
) -> Iterator[Batch]:
    """The batches of a training from some epoch and step on."""
    return training_batches(
        reader,
        [row["image_id"] for row in rows],
        _labels(training, rows),
        n_classes=len(training.classes),
        size=training.settings["input_size"],
        batch_size=training.settings["batch_size"],
        copies=training.settings["copies"],
        augmentation=training.augmentation,
        seed=training.seed,
        pool=pool,
        **start,
    )


def fit(
    network: keras.Model,
    batches: Callable[..., Iterator[Batch]],
    epochs: int,
    steps: int,
    class_weight: Mapping[int, float] | None,
    backup: TrainingBackup,
) -> None:
    """Train a compiled network from where its backup stopped, to its last epoch or a loss of NaN.

    `steps`: per epoch. The rest of an interrupted epoch is trained first, then the other epochs.
    """
    side = network.input_shape[1]
    signature = (
        tf.TensorSpec((None, side, side, 1), tf.uint8),
        tf.TensorSpec(network.output_shape, tf.float32),
    )
    while backup.epoch < epochs and not network.stop_training:
        # a new generator for each call: batches made ahead at the end of a call are lost
        generate = partial(batches, first_epoch=backup.epoch, first_step=backup.step)
        data = tf.data.Dataset.from_generator(generate, output_signature=signature)
        network.fit(
            data,
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
