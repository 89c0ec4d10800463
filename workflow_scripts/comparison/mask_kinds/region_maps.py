"""Masks of where faces actually moved: a data set's region maps, warped to the standard face and averaged."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from scipy.stats import rankdata

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.tables import read_table
from workflow_scripts.comparison.thresholds import otsu_threshold, stretch_to_8bit
from workflow_scripts.faces.face_points import extended_landmarks
from workflow_scripts.faces.face_store import FaceReader
from workflow_scripts.standardization.standard_face import HEIGHT, WIDTH, face_area
from workflow_scripts.standardization.warp import FaceWarp

MASK_AREA = 0.25  # of the canvas; the published masks cover 0.21 to 0.31


def draw(
    settings: Mapping,
    expression: str,
    landmarks: np.ndarray,
    source: Path | None,
    faces: Sequence[Path],
    index: Sequence[Path],
) -> np.ndarray:
    """The mask of one expression, bool (HEIGHT, WIDTH).

    settings: ``normalization`` of each map before averaging, so that no large motion (a dropping jaw)
    drowns out the others: ``ranks`` within the face (default), ``maximum``, or ``none``; ``threshold``:
    the fraction of the canvas that the mask covers (default 0.25), or ``otsu`` of the values within the
    face. faces, index: of the data sets, in the same order.
    """
    normalization = settings.get("normalization", "ranks")
    inside = face_area(landmarks)
    warp = FaceWarp(extended_landmarks(landmarks, WIDTH, HEIGHT))
    total, n = np.zeros((HEIGHT, WIDTH)), 0
    for region_map, face_landmarks in _region_maps(expression, faces, index):
        total += normalized(warp.warp(region_map, face_landmarks), inside, normalization)
        n += 1
    if n == 0:
        raise StudyError(
            f"no face with the expression {expression} has a region map in data set "
            f"{', '.join(settings['datasets'])}"
        )
    print(f"{expression}: {n} region maps averaged")
    return thresholded(total / n, inside, settings.get("threshold", MASK_AREA))


def _region_maps(
    expression: str, faces: Sequence[Path], index: Sequence[Path]
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Region map (s, s) and landmarks (68, 2) of every face labelled `expression`."""
    for faces_file, index_file in zip(faces, index, strict=True):
        shown = {
            row["image_id"]: row["expression"] for row in read_table(index_file, ["image_id", "expression"])
        }
        with FaceReader([faces_file]) as reader:
            for image_id in reader.image_ids:
                region_map = reader.region_map(image_id) if shown[image_id] == expression else None
                if region_map is not None:
                    yield region_map, reader.landmarks(image_id)


def normalized(region_map: np.ndarray, inside: np.ndarray, normalization: str) -> np.ndarray:
    """One map on a scale that can be averaged: float64 (HEIGHT, WIDTH), 0 outside the face."""
    values = np.zeros(region_map.shape)
    if normalization == "ranks":
        values[inside] = rankdata(region_map[inside]) / np.count_nonzero(inside)
    elif normalization == "maximum":
        values[inside] = region_map[inside] / max(region_map[inside].max(), 1)
    else:
        values[inside] = region_map[inside]
    return values


def thresholded(values: np.ndarray, inside: np.ndarray, threshold: str | float) -> np.ndarray:
    """The places with the largest values: bool (HEIGHT, WIDTH)."""
    if threshold == "otsu":
        stretched = np.zeros(values.shape, np.uint8)
        stretched[inside] = stretch_to_8bit(values[inside])
        return inside & (stretched > otsu_threshold(stretched[inside]))
    return inside & (values > np.quantile(values, 1 - threshold))
