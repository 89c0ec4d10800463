"""Training goes on from its last finished epoch after a kill, and only where nothing else has changed.

Every epoch leaves one file with the weights, the optimizer's state and the states of random layers,
written whole, so that a kill at any moment leaves the file before or the file after. The folder also
says for what the training was: another network, other faces or other settings must not continue it.
"""

import hashlib
import json
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

import keras

from workflow_scripts.files import whole_file
from workflow_scripts.hdf5_files import new_hdf5, open_hdf5

HISTORY = "history.json"
PURPOSE = "purpose.txt"
STATE = re.compile(r"epoch(\d+)\.h5")


def state(model: keras.Model) -> list[keras.Variable]:
    """All that a training changes: weights, states of layers that draw (dropout), the optimizer's."""
    weights = {id(variable) for variable in model.weights}
    random_states = [variable for variable in model.variables if id(variable) not in weights]
    return [*model.weights, *random_states, *model.optimizer.variables]


def fingerprint(arguments: object, files: Sequence[Path]) -> str:
    """What a training depends on, as one hash: its arguments and the bytes of its input files."""
    digest = hashlib.sha256(json.dumps(arguments, sort_keys=True).encode())
    for path in files:
        with Path(path).open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


class EpochBackup(keras.callbacks.Callback):
    """Keeps the state after every epoch in `folder`, for a training with the fingerprint `purpose`.

    `history`: epoch (from 1), loss and accuracy of every finished epoch.
    """

    def __init__(self, folder: Path, purpose: str):
        super().__init__()
        self._folder = folder
        if folder.exists() and not self._is_for(purpose):
            print(f"an unfinished training with other settings or data is discarded: {folder}")
            shutil.rmtree(folder)
        with whole_file(folder / PURPOSE) as unfinished:
            unfinished.write_text(purpose)
        history = folder / HISTORY
        rows = json.loads(history.read_text()) if history.is_file() else []
        self.history = rows[: max(self._states(), default=0)]

    def _is_for(self, purpose: str) -> bool:
        place = self._folder / PURPOSE
        return place.is_file() and place.read_text() == purpose

    def _states(self) -> dict[int, Path]:
        """Saved states by the number of finished epochs."""
        matches = {path: STATE.fullmatch(path.name) for path in self._folder.iterdir()}
        return {int(match[1]): path for path, match in matches.items() if match}

    @property
    def finished_epochs(self) -> int:
        """Epochs that need not be trained again."""
        return len(self.history)

    def restore(self, model: keras.Model) -> None:
        """Put the last saved state, if there is one, into a compiled model."""
        if not self.finished_epochs:
            return
        print(f"training goes on after epoch {self.finished_epochs}")
        model.optimizer.build(model.trainable_variables)
        with open_hdf5(self._states()[self.finished_epochs], ["state"]) as file:
            for variable, value in zip(state(model), file["state"].values(), strict=True):
                variable.assign(value[()])

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Save the state, then forget the one before."""
        self.history.append({"epoch": epoch + 1} | {name: float(logs[name]) for name in ("loss", "accuracy")})
        with whole_file(self._folder / HISTORY) as unfinished:
            unfinished.write_text(json.dumps(self.history))
        older = list(self._states().values())
        with new_hdf5(self._folder / f"epoch{epoch + 1}.h5") as file:
            for n, variable in enumerate(state(self.model)):
                file[f"state/{n:05}"] = variable.numpy()
        for path in older:
            path.unlink()

    def discard(self) -> None:
        """Remove the backup of a finished training."""
        shutil.rmtree(self._folder)
