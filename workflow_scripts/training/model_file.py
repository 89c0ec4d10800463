"""The saved network, model.keras: architecture, weights and everything needed to use it correctly.

Its first layer does the preprocessing, so the input is always (n, s, s, 3) with values 0 to 255, and
no user of the file can choose a wrong scaling. An extra entry of the Keras archive, lookalike.json,
holds the expressions in the order of the outputs, the input size and the scaling. The same network
gives the same bytes.
"""

import json
import re
import shutil
import zipfile
from dataclasses import asdict, dataclass
from pathlib import Path
from textwrap import shorten

from workflow_scripts.training.light_keras import keras
from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.files import atomic_write
from workflow_scripts.training.network_loading import load_network, values_later
from workflow_scripts.training.scaling import first_channel, scaling_layer

FACTS = "lookalike.json"


@dataclass(frozen=True)
class ModelFacts:
    """expressions: classes in the order of the outputs. input_size: pixels. scaling: key of SCALINGS."""

    network: str
    expressions: list[str]
    input_size: int
    scaling: str


def with_preprocessing(core: keras.Model, scaling: str, size: int | None = None) -> keras.Model:
    """The network `core` behind a layer that scales images from 0..255 to what it expects.

    size: of its input, if `core` takes any. A network with one input channel gets the first of the three.
    """
    size = size or core.input_shape[1]
    inputs = keras.Input((size, size, 3), name="gray_face_0_255")
    scaled = scaling_layer(scaling)(inputs)
    if core.input_shape[-1] == 1:
        for layer in first_channel():
            scaled = layer(scaled)
    return keras.Model(inputs, core(scaled), name=f"{core.name}_with_preprocessing")


def save_model(model: keras.Model, facts: ModelFacts, path: Path) -> None:
    """Write model.keras with its facts and without the optimizer's state."""
    with atomic_write(path) as unfinished:
        keras.Model(model.inputs, model.outputs, name=model.name).save(unfinished)  # a copy never compiled
        _make_repeatable(unfinished)
        with zipfile.ZipFile(unfinished, "a") as archive:
            archive.writestr(zipfile.ZipInfo(FACTS), json.dumps(asdict(facts)))


def _make_repeatable(path: Path) -> None:
    """Rewrite a Keras archive without anything that differs between two saves of the same network.

    These are times (of the entries, and in one of them) and memory addresses of objects that layers share.
    """
    with path.open("rb") as file, zipfile.ZipFile(file) as saved:
        path.unlink()  # `file` stays open until it is copied, and a kill leaves nothing behind
        with zipfile.ZipFile(path, "w") as archive:
            for old in saved.infolist():
                entry = zipfile.ZipInfo(old.filename)
                if old.filename in REPEATABLE:
                    archive.writestr(entry, REPEATABLE[old.filename](saved.read(old).decode()))
                    continue
                entry.file_size = old.file_size  # above 2 GiB, the ZIP format differs
                with saved.open(old) as source, archive.open(entry, "w") as target:
                    shutil.copyfileobj(source, target, 1 << 20)


def _without_date(metadata: str) -> str:
    return json.dumps({key: value for key, value in json.loads(metadata).items() if key != "date_saved"})


def _with_numbers_for_addresses(config: str) -> str:
    """A network's description, with shared objects numbered in order of appearance.

    >>> _with_numbers_for_addresses('[{"shared_object_id": 139880215751696}]')
    '[{"shared_object_id": 1}]'
    """
    numbers: dict[str, int] = {}
    return re.sub(
        r'("shared_object_id": )(\d+)',
        lambda match: f"{match[1]}{numbers.setdefault(match[2], len(numbers) + 1)}",
        config,
    )


# entries of a Keras archive, and the functions that make them repeatable
REPEATABLE = {"metadata.json": _without_date, "config.json": _with_numbers_for_addresses}


def read_facts(path: Path) -> ModelFacts:
    """The facts stored in model.keras, without loading the network.

    Raises StudyError if the file is damaged or was not written by `save_model`.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return ModelFacts(**json.loads(archive.read(FACTS)))
    except (OSError, KeyError, ValueError, TypeError, zipfile.BadZipFile) as error:
        raise StudyError(f"{path}: not a complete saved network ({error}); delete it and rerun") from error


def load_model(path: Path, precision: str = "float32") -> keras.Model:
    """Load a saved network in Keras' safe mode, to compute in float32, bfloat16 or float16.

    Raises StudyError if the file is damaged, or contains code instead of Keras layers.
    """
    read_facts(path)
    try:
        network = load_network(path)
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        raise StudyError(f"{path}: not a complete saved network ({error}); delete it and rerun") from error
    except (ValueError, TypeError) as error:
        raise StudyError(f"{path}: {not_safe(error)}; then delete the file and rerun") from error
    return at_precision(network, precision)


def not_safe(error: Exception) -> str:
    """Why Keras does not build a network from its saved description, and what to do."""
    return (
        f"cannot be loaded in Keras' safe mode, which runs no code from files ({shorten(str(error), 160)}). "
        "Build the network from Keras' own layers, without Lambda or layers and functions of your own"
    )


def at_precision(model: keras.Model, precision: str) -> keras.Model:
    """The network with its inner layers computing in bfloat16 or float16 (mixed precision).

    Weights, the scaling of images and the last layer with its softmax stay float32.
    """
    if precision == "float32":
        return model
    core = last = model.layers[-1]
    while isinstance(last, keras.Model):  # the last layer may be a network itself
        last = last.layers[-1]

    def converted(layer: keras.Operation) -> keras.Operation:
        options = layer.get_config()
        if isinstance(layer, keras.Layer) and layer.name != last.name:
            options["dtype"] = f"mixed_{precision}"
        return layer.__class__.from_config(options)

    with values_later():
        mixed = keras.models.clone_model(core, clone_function=converted, recursive=True)
        for new, old in zip(mixed.weights, core.weights, strict=True):
            new.assign(old.value)  # the same memory
    return with_core(model, mixed)


def with_core(model: keras.Model, core: keras.Model) -> keras.Model:
    """The network `core` behind the preprocessing of `model`, which is from `with_preprocessing`."""
    inputs = outputs = keras.Input(model.input_shape[1:], name=model.inputs[0].name)
    for layer in model.layers[1:-1]:
        outputs = layer(outputs)
    return keras.Model(inputs, core(outputs), name=model.name)
