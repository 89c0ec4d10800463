"""The file of a model that was trained elsewhere, read as text: none of its code runs here.

A `.keras` file describes its layers in JSON. That text alone decides whether Keras may build them: it must
name Keras layers and no other code. (Keras' own safe mode, in which the file is then loaded, rejects code in
the file, but imports whatever the file names.) This module needs no TensorFlow, so plans can use it too.
"""

import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from workflow_scripts.common.errors import StudyError

PARTS = "layers|models|activations|initializers|regularizers|constraints|dtype_policies|ops"
PARTS += "|optimizers|losses|metrics"  # of already trained networks within the network
OF_KERAS = re.compile(rf"keras(?:\.src)?\.(?:{PARTS})(?:\.\w+)*")
AT_TOP = ("Sequential", "Functional", "Model", "DTypePolicy", "DTypePolicyMap")  # in the module keras itself
PLAIN = ("__keras_tensor__", "__tensor__", "__numpy__", "__tuple__", "__slice__", "__ellipsis__", "__bytes__")
# Keras layers that run other code, or read more files
RUNNING = ("Lambda", "TorchModuleWrapper", "TFSMLayer", "JaxLayer", "FlaxLayer")
READING = ("StringLookup", "IntegerLookup", "TextVectorization")


def model_path(entry: Mapping, fold: int | str) -> str:
    """The model file that an entry under training.networks names for one fold.

    >>> model_path({"model": "mine/fold_{fold}.keras"}, 2), model_path({"model": "mine.keras"}, 2)
    ('mine/fold_2.keras', 'mine.keras')
    """
    return entry["model"].replace("{fold}", str(fold))


def read_description(path: Path) -> dict:
    """What a `.keras` file says about its layers. Raises StudyError if it is not such a file.

    The loss and the optimizer are left out, since they are not loaded.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return json.loads(archive.read("config.json")) | {"compile_config": None}
    except (OSError, KeyError, TypeError, ValueError, zipfile.BadZipFile) as error:
        raise StudyError(
            f"{path}: not a model in Keras' format .keras ({error}); save it with model.save('name.keras') "
            "in Keras 3, and copy the complete file"
        ) from error


def refuse_foreign(description: object, path: Path) -> None:
    """Raise StudyError if a description names anything but Keras' own layers and their components."""
    for named in _named(description):
        module, name = named.get("module"), named["class_name"]
        own = OF_KERAS.fullmatch(module) if isinstance(module, str) else None
        known = name in PLAIN if module is None else (own or (module == "keras" and name in AT_TOP))
        if not known or name in RUNNING or name in READING:
            whose = f"{module}.{name}" if module else name
            raise StudyError(
                f"{path}: it contains {whose}, but only Keras' own layers may run; build the network from "
                "these, without Lambda or layers and functions of your own, and save it again"
            )


def _named(node: object) -> Iterator[Mapping]:
    """Every object of a description that names its class, at any depth."""
    if isinstance(node, Mapping):
        if "class_name" in node:
            yield node
        for child in node.values():
            yield from _named(child)
    elif isinstance(node, list):
        for child in node:
            yield from _named(child)


def told_size(description: object) -> int | None:
    """Side in pixels of the square images that a described model takes; None if it takes any size.

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
        return None  # import_network reports the error


def input_side(entry: Mapping, otherwise: int = 224) -> int:
    """Side of a network's input, for plans: from its entry or its file, or else `otherwise`."""
    return entry.get("input_size") or _size_of(model_path(entry, 1)) or otherwise
