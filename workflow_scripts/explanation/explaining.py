"""What all rules that explain do: make an explainer by its settings, and hand it faces."""

import inspect
from collections.abc import Mapping
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


def explained_face(explainer: Explainer, faces: FaceReader, image_id: str, size: int) -> Explanation:
    """The explanation of one face, at the input size of the network."""
    landmarks = resized_points(faces.landmarks(image_id), size / faces.size)
    return explainer.explain(network_input(faces.image(image_id), size), image_id, landmarks)
