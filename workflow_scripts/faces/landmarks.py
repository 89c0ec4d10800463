"""The 68 landmarks of a face, from dlib's shape predictor.

Kazemi and Sullivan, One millisecond face alignment with an ensemble of regression trees,
CVPR 2014; numbering of iBUG 300-W (jaw 0-16, brows 17-26, nose 27-35, eyes 36-47,
mouth 48-67; "left" and "right" as seen in the image). The model was trained on 300-W,
whose licence excludes commercial use.
"""

import hashlib
import importlib.util
from pathlib import Path

import dlib
import numpy as np

from workflow_scripts.common.errors import StudyError
from workflow_scripts.faces.alignment import inverse_transform, transform_points, warp_image

MODEL = "models/shape_predictor_68_face_landmarks.dat"
MODEL_BYTES = 99_693_937
MODEL_SHA256 = "fbdc2cb80eb9aa7a758672cbfdda32ba6300efe9b6e6c7a299ff7e736b11b92f"
REMEDY = "reinstall it with: python -m pip install --force-reinstall --no-deps face-recognition-models==0.3.0"

LEFT_EYE = slice(36, 42)
RIGHT_EYE = slice(42, 48)

BOX_SIDE = 300  # px
PATCH_SIDE = 480  # px; larger than the box, since the jaw may lie outside it


def landmark_model() -> Path:
    """The file of the landmark model, if it has the right size.

    Its package is not imported: that needs pkg_resources, and so fails in new
    environments. Raises StudyError with the remedy.
    """
    package = importlib.util.find_spec("face_recognition_models")
    if package is None:
        raise StudyError(
            f"package face_recognition_models, which holds the landmark model, is not installed; {REMEDY}"
        )
    path = Path(package.submodule_search_locations[0]) / MODEL
    size = path.stat().st_size if path.is_file() else 0
    if size != MODEL_BYTES:
        raise StudyError(f"{path}: {size:,} bytes instead of {MODEL_BYTES:,}; {REMEDY}")
    return path


def verify_landmark_model() -> None:
    """Read the whole model once and check its hash. Raises StudyError with the remedy."""
    path = landmark_model()
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != MODEL_SHA256:
        raise StudyError(f"{path}: SHA-256 is {found} instead of {MODEL_SHA256}; {REMEDY}")


class LandmarkPredictor:
    """Finds the landmarks of a face in a box; built once per process (it loads 100 MB)."""

    def __init__(self):
        self._predict = dlib.shape_predictor(str(landmark_model()))

    def landmarks(self, gray: np.ndarray, box: np.ndarray) -> np.ndarray:
        """Landmarks, float64 (68, 2), x and y in pixels of `gray` (uint8, (height, width)).

        First the face is scaled so that its box is 300 px wide: the predictor returns whole
        pixels, too coarse for small faces, and compares single pixels, too noisy for large
        ones.
        """
        left, top, right, bottom = box
        scale = BOX_SIDE / (right - left + 1)
        centre = np.array([left + right, top + bottom]) / 2
        patch_centre = (PATCH_SIDE - 1) / 2
        to_patch = np.column_stack([scale * np.eye(2), patch_centre - scale * centre])
        patch = warp_image(gray, to_patch, PATCH_SIDE)
        (left, top), (right, bottom) = np.rint(transform_points(to_patch, np.reshape(box, (2, 2)))).astype(
            int
        )
        found = self._predict(patch, dlib.rectangle(left, top, right, bottom))
        points = np.array([(point.x, point.y) for point in found.parts()], dtype=np.float64)
        return transform_points(inverse_transform(to_patch), points)
