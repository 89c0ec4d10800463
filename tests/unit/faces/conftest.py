"""What the tests of the faces share: embedded faces, and detector and predictor loaded once."""

import csv
from pathlib import Path

import cv2
import numpy as np
import pytest

from workflow_scripts.faces.face_extraction import FaceExtractor, FaceSettings

EMBEDDED = Path(__file__).parents[3] / "resources" / "embedded_faces"


@pytest.fixture(scope="session")
def settings() -> FaceSettings:
    return FaceSettings(
        detector="dlib_frontal",
        detection_side=1600,
        largest_face_ratio=2.0,
        crop_eye_distances=3.5,
        size=256,
        max_rejected=0.2,
    )


@pytest.fixture(scope="session")
def extractor(settings) -> FaceExtractor:
    return FaceExtractor(settings)


@pytest.fixture(scope="session")
def embedded() -> list[dict[str, str]]:
    """Rows of the embedded faces' table, with paths that can be opened."""
    with (EMBEDDED / "faces.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [
        row | {"path": str(EMBEDDED / row["path"]), "region_map": str(EMBEDDED / row["region_map"])}
        for row in rows
    ]


@pytest.fixture(scope="session")
def photo(embedded) -> np.ndarray:
    """One embedded face, BGR uint8 (256, 256, 3), as OpenCV writes images."""
    return cv2.imread(embedded[4]["path"])
