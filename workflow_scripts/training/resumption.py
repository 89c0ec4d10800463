"""A killed training resumes where it stopped, provided that nothing else has changed.

At the end of each epoch, and every few minutes within one, a backup file stores everything that the training
changes, and its progress. It is written atomically, so a kill at any moment leaves either the old or the new
file. The folder also records what the training depends on, so that a training with a different network,
faces, settings or code does not resume from it.

If Snakemake is killed, it may miss the end of a training; on restart, it then deletes the complete result and
trains again. So the finished files stay in the folder, as links that take no space, until the job that reads
the network removes them.
"""

import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import h5py
import numpy as np

from workflow_scripts.training.light_keras import keras
from workflow_scripts.common.files import atomic_write
from workflow_scripts.common.hdf5 import new_hdf5, open_hdf5
from workflow_scripts.training.kept_training import FINISHED

STATE = "state.h5"
PURPOSE = "purpose.txt"
BACKUP_SECONDS = 300  # between backups within an epoch; the largest, SilNet's 2.2 GB, takes some seconds


def state(model: keras.Model) -> list[keras.Variable]:
    """All variables that training changes: weights, random states (dropout), the optimizer's."""
    weights = {id(variable) for variable in model.weights}
    random_states = [variable for variable in model.variables if id(variable) not in weights]
    return [*model.weights, *random_states, *model.optimizer.variables]


def purpose_of(arguments: object, files: Sequence[Path]) -> str:
    """One hash of everything a training depends on: its arguments, its code, the bytes of its input files."""
    digest = hashlib.sha256(json.dumps(arguments, sort_keys=True).encode())
    for path in files:
        with Path(path).open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


class TrainingBackup(keras.callbacks.Callback):
    """Keeps the state of a training with the given `purpose` in `folder`.

    `history`: epoch (from 1), loss and accuracy of every completed epoch. `epoch` and `step`: the number of
    completed epochs, and of completed steps in the next one.
    """

    def __init__(self, folder: Path, purpose: str, steps_per_epoch: int):
        super().__init__()
        self._folder = folder
        self._steps_per_epoch = steps_per_epoch
        if folder.exists() and not self._is_for(purpose):
            print(f"discarding an unfinished training with other settings or data: {folder}")
            shutil.rmtree(folder)
        with atomic_write(folder / PURPOSE) as unfinished:
            unfinished.write_text(purpose)
        self.history: list[dict] = []
        self.epoch, self.step = 0, 0
        self._metrics: list[np.ndarray] = []  # of an interrupted epoch
        self._saved = time.monotonic()

    def _is_for(self, purpose: str) -> bool:
        place = self._folder / PURPOSE
        return place.is_file() and place.read_text() == purpose

    def restore(self, model: keras.Model) -> None:
        """Load the last saved state, if there is one, into a compiled model."""
        if not (self._folder / STATE).is_file():
            return
        model.optimizer.build(model.trainable_variables)
        with open_hdf5(self._folder / STATE, ["state", "metrics", "history", "epoch", "step"]) as file:
            for variable, value in zip(state(model), _arrays(file["state"]), strict=True):
                variable.assign(value)
            self._metrics = _arrays(file["metrics"])
            self.history = json.loads(file["history"].asstr()[()])
            self.epoch, self.step = int(file.attrs["epoch"]), int(file.attrs["step"])
        within = f" and {self.step} of {self._steps_per_epoch} steps" if self.step else ""
        print(f"training resumes after epoch {self.epoch}{within}")

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        """Restore loss and accuracy of an interrupted epoch, which Keras has just reset to zero."""
        if not self.step:
            return
        blank = np.zeros((1, *self.model.output_shape[1:]), np.float32)
        self.model.compute_metrics(None, blank, blank)  # metrics have variables only once they are used
        for variable, value in zip(self.model.metrics_variables, self._metrics, strict=True):
            variable.assign(value)

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        """Save the state if the last backup is old; the end of an epoch always saves it."""
        self.step += 1
        due = time.monotonic() - self._saved >= BACKUP_SECONDS
        if due and self.step < self._steps_per_epoch and not self.model.stop_training:
            self._save(self.model.metrics_variables)

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Save the state, unless the loss has become NaN."""
        self.history.append({"epoch": epoch + 1} | {name: float(logs[name]) for name in ("loss", "accuracy")})
        self.epoch, self.step = epoch + 1, 0
        if not self.model.stop_training:
            self._save([])

    def _save(self, metrics: Iterable[keras.Variable]) -> None:
        with new_hdf5(self._folder / STATE) as file:
            file["history"] = json.dumps(self.history)
            file.attrs["epoch"], file.attrs["step"] = self.epoch, self.step
            for name, variables in (("state", state(self.model)), ("metrics", metrics)):
                group = file.create_group(name)
                for n, variable in enumerate(variables):
                    group[f"{n:05}"] = variable.numpy()
                    file.check_disk()
        self._saved = time.monotonic()

    def keep(self, files: Sequence[Path]) -> None:
        """Keep the files of a finished training instead of its state."""
        for file in files:
            with atomic_write(self._kept(file)) as unfinished:
                _link_or_copy(file, unfinished)
        (self._folder / STATE).unlink(missing_ok=True)

    def put_back(self, files: Sequence[Path]) -> bool:
        """Restore the files of a training that has already finished; returns whether it has."""
        if not all(self._kept(file).is_file() for file in files):
            return False
        for file in files:
            with atomic_write(file) as unfinished:
                _link_or_copy(self._kept(file), unfinished)
                os.utime(unfinished)  # make it newer than its inputs
        return True

    def _kept(self, file: Path) -> Path:
        return self._folder / f"{FINISHED}-{file.name}"

    def discard(self) -> None:
        """Remove the backup of a failed training."""
        shutil.rmtree(self._folder)


def _link_or_copy(source: Path, target: Path) -> None:
    target.unlink(missing_ok=True)
    try:
        target.hardlink_to(source)
    except OSError:  # file systems without links
        shutil.copyfile(source, target)


def _arrays(group: h5py.Group) -> list[np.ndarray]:
    return [array[()] for array in group.values()]
