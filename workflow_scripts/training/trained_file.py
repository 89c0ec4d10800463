"""The file of a trained model that is brought to the study, read as text: nothing of it is run here.

A `.keras` file describes its layers in JSON. That text alone decides whether Keras may make them: what it
names must be layers of Keras, no other code. (Keras' own safe mode, in which the file is then loaded, refuses
code that lies in the file, but imports what the file names.) Without TensorFlow, so that plans can ask too.
"""

import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from workflow_scripts.common.errors import StudyError

PARTS = "layers|models|activations|initializers|regularizers|constraints|dtype_policies|ops"
PARTS += "|optimizers|losses|metrics"  # of networks within the network that were trained before
OF_KERAS = re.compile(rf"keras(?:\.src)?\.(?:{PARTS})(?:\.\w+)*")
AT_TOP = ("Sequential", "Functional", "Model", "DTypePolicy", "DTypePolicyMap")  # of the module keras
PLAIN = ("__keras_tensor__", "__tensor__", "__numpy__", "__tuple__", "__slice__", "__ellipsis__", "__bytes__")
# layers of Keras that run other code, or read further files
RUNNING = ("Lambda", "TorchModuleWrapper", "TFSMLayer", "JaxLayer", "FlaxLayer")
READING = ("StringLookup", "IntegerLookup", "TextVectorization")


def model_path(entry: Mapping, fold: int | str) -> str:
    """The file of one fold: that which an entry under training.networks names as its model.

    >>> model_path({"model": "mine/fold_{fold}.keras"}, 2), model_path({"model": "mine.keras"}, 2)
    ('mine/fold_2.keras', 'mine.keras')
    """
    return entry["model"].replace("{fold}", str(fold))


def read_description(path: Path) -> dict:
    """What a `.keras` file says of its layers. Raises StudyError where it is none.

    How the model was trained, loss and optimizer, is left out: that is not loaded.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return json.loads(archive.read("config.json")) | {"compile_config": None}
    except (OSError, KeyError, TypeError, ValueError, zipfile.BadZipFile) as error:
        raise StudyError(
            f"{path}: not a model in Keras' format .keras ({error}); save it with model.save('name.keras'), "
            "in Keras 3, and copy it whole"
        ) from error


def refuse_foreign(description: object, path: Path) -> None:
    """Raise StudyError where a description names anything but Keras' own layers and what belongs to them."""
    for named in _named(description):
        module, name = named.get("module"), named["class_name"]
        own = OF_KERAS.fullmatch(module) if isinstance(module, str) else None
        known = name in PLAIN if module is None else (own or (module == "keras" and name in AT_TOP))
        if not known or name in RUNNING or name in READING:
            whose = f"{module}.{name}" if module else name
            raise StudyError(
                f"{path}: it holds {whose}, and of a model nothing is run but layers of Keras; build the "
                "network of these, without Lambda and layers or functions of your own, and save it again"
            )


def _named(node: object) -> Iterator[Mapping]:
    """Every object of a description that says of which class it is, at any depth."""
    if isinstance(node, Mapping):
        if "class_name" in node:
            yield node
        for child in node.values():
            yield from _named(child)
    elif isinstance(node, list):
        for child in node:
            yield from _named(child)


def told_size(description: object) -> int | None:
    """Side in pixels of the square images that a described model takes; None where it takes any.

    >>> layer = {"class_name": "InputLayer", "config": {"batch_shape": [None, 48, 48, 1]}}
    >>> told_size({"config": {"layers": [layer]}})
    48
    """
    for named in _named(description):
        if named["class_name"] == "InputLayer":
            shape = named.get("config", {}).get("batch_shape") or ()
            return shape[1] if len(shape) == 4 and shape[1] == shape[2] else None
    return None


@cache
def _size_of(path: str) -> int | None:
    try:
        return told_size(read_description(Path(path)))
    except StudyError:
        return None  # its import says so


def input_side(entry: Mapping, otherwise: int = 224) -> int:
    """Side of a network's input, for plans: as its entry or its file says; `otherwise` where neither does."""
    return entry.get("input_size") or _size_of(model_path(entry, 1)) or otherwise
