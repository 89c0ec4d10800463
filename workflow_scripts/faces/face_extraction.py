"""From one image file to one aligned grey face with its landmarks."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from workflow_scripts.common.places import located
from workflow_scripts.common.registry import entry_function
from workflow_scripts.faces.alignment import alignment_transform, transform_points, warp_image
from workflow_scripts.faces.face_store import Face
from workflow_scripts.faces.images import read_image, to_gray
from workflow_scripts.faces.landmarks import LEFT_EYE, RIGHT_EYE, LandmarkPredictor
from workflow_scripts.faces.unusable import Unusable

DETECTORS = "workflow_scripts.faces.detectors"


@dataclass(frozen=True)
class FaceSettings:
    """The section `faces` of config.

    `detector`: a module of workflow_scripts/faces/detectors. `detection_side`: pixels;
    larger images are shrunk to this side for detection. `largest_face_ratio`: of several
    faces, the largest is taken if its box has at least this many times the area of the
    next; 0 takes none. `crop_eye_distances`: side of the crop, in distances between the
    eye centres. `size`: side of the aligned face in pixels. `max_rejected`: largest
    fraction of a data set's images that may be unusable.
    """

    detector: str
    detection_side: int
    largest_face_ratio: float
    crop_eye_distances: float
    size: int
    max_rejected: float


class FaceExtractor:
    """Extracts faces with a detector and a landmark predictor, both built once per process."""

    def __init__(self, settings: FaceSettings):
        self._settings = settings
        self._detect = entry_function(DETECTORS, settings.detector, "build_detector")()
        self._predictor = LandmarkPredictor()

    def extract(self, row: Mapping[str, str]) -> Face:
        """The aligned face for one row of the index (image_id, path, and region_map if there is one).

        Raises Unusable with the reason.
        """
        gray = to_gray(read_image(located(row["path"])))
        box = single_face(self.detect(gray), self._settings.largest_face_ratio)
        landmarks = self._predictor.landmarks(gray, box)
        size = self._settings.size
        matrix = _transform(landmarks, self._settings.crop_eye_distances, size)
        aligned = transform_points(matrix, landmarks)
        if aligned.min() < -0.5 or aligned.max() > size - 0.5:
            raise Unusable("landmarks outside the crop")
        region_map = None
        if row.get("region_map"):
            region_map = warp_image(
                _read_map(located(row["region_map"]), gray.shape), matrix, size, outside=0
            )
        return Face(row["image_id"], warp_image(gray, matrix, size), aligned.astype(np.float32), region_map)

    def detect(self, image: np.ndarray) -> np.ndarray:
        """Boxes (n, 4) of the faces in a grey image, in its own pixels."""
        height, width = image.shape[:2]
        shrink = max(height, width) / self._settings.detection_side
        if shrink <= 1:
            return self._detect(image)
        small = (max(1, round(width / shrink)), max(1, round(height / shrink)))
        boxes = self._detect(cv2.resize(image, small, interpolation=cv2.INTER_AREA))
        scale = np.array([width, height, width, height]) / np.array([*small, *small])
        return (boxes + 0.5) * scale - 0.5


def single_face(boxes: np.ndarray, largest_face_ratio: float) -> np.ndarray:
    """The box (4,) of the face that an image shows, among `boxes` (n, 4).

    It is the only box, or the largest if its area is at least `largest_face_ratio` times
    that of the next (0: never). Raises Unusable otherwise.
    """
    if len(boxes) == 0:
        raise Unusable("no face")
    if len(boxes) == 1:
        return boxes[0]
    areas = np.prod(boxes[:, 2:] - boxes[:, :2] + 1, axis=1)
    second, largest = np.sort(areas)[-2:]
    if not largest_face_ratio or largest < largest_face_ratio * second:
        raise Unusable(f"several faces: {len(boxes)}, the largest {largest / second:.1f} times the next")
    return boxes[np.argmax(areas)]


def _transform(landmarks: np.ndarray, crop_eye_distances: float, size: int) -> np.ndarray:
    centres = (landmarks[part].mean(axis=0) for part in (LEFT_EYE, RIGHT_EYE))
    try:
        return alignment_transform(*centres, crop_eye_distances, size)
    except ValueError as error:
        raise Unusable(f"landmarks make no face: {error}") from error


def _read_map(path: Path, shape: tuple[int, int]) -> np.ndarray:
    try:
        region_map = to_gray(read_image(path))
    except Unusable as error:
        raise Unusable(f"region map: {error}") from error
    if region_map.shape != shape:
        sizes = [f"{width} x {height}" for height, width in (region_map.shape, shape)]
        raise Unusable(f"region map: {sizes[0]} pixels, its image {sizes[1]}")
    return region_map
