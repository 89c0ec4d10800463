"""What all rules that explain do: make an explainer by its settings, and hand it faces."""

import inspect
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.registry import entry_function
from workflow_scripts.explanation.explanation_contract import CONTRACT, Explanation
from workflow_scripts.faces.face_points import resized_points
from workflow_scripts.faces.face_store import FaceReader
from workflow_scripts.training.network_input import network_input

if TYPE_CHECKING:
    import keras

HOST_THREADS = 2  # that keep a device busy, see benchmarks/README.md
EXPLAINERS = "workflow_scripts.explanation.explainers"


class Explainer(Protocol):
    """What the entries of the registry build."""

    def explain(self, image: np.ndarray, image_id: str, landmarks: np.ndarray) -> Explanation:
        """Explain one image, float32 (s, s, 3); landmarks: float64 (68, 2), x and y in px of that image."""


def built_explainer(model: "keras.Model", settings: Mapping, seed: int) -> Explainer:
    """The explainer of `model`, from its entry under explanation.explainers.

    Raises StudyError if its `explain` cannot be called with an image, its id and its landmarks.
    """
    name = settings["explainer"]
    explainer = entry_function(EXPLAINERS, name, "build")(model, settings, seed)
    try:
        inspect.signature(explainer.explain).bind("image", "image_id", "landmarks")
    except (AttributeError, TypeError) as error:
        raise StudyError(
            f"'{name}': what it builds has no explain(image, image_id, landmarks) ({error}); add the "
            f"argument landmarks, float64 (68, 2), the points of the face in px of the image ({CONTRACT})"
        ) from error
    return explainer


class FacesOfCell(Sequence):
    """The arguments of `explain` for each face of a cell, at the network's input size, read on demand."""

    def __init__(self, faces: FaceReader, image_ids: Sequence[str], size: int):
        self._faces, self._image_ids, self._size = faces, image_ids, size

    def __len__(self) -> int:
        return len(self._image_ids)

    def __getitem__(self, n: int) -> tuple[np.ndarray, str, np.ndarray]:
        image_id = self._image_ids[n]
        landmarks = resized_points(self._faces.landmarks(image_id), self._size / self._faces.size)
        return network_input(self._faces.image(image_id), self._size), image_id, landmarks


def explained_faces(
    explainer: Explainer, faces: FacesOfCell, column: int, threads: int
) -> Iterator[Explanation]:
    """Yield the explanation of each face, in order.

    column: the place of the cell's expression among the network's. threads: of the host, for explainers that
    see to the whole cell themselves.
    """
    if hasattr(explainer, "explain_all"):
        return explainer.explain_all(faces, column, threads)
    return (explainer.explain(*face) for face in faces)
