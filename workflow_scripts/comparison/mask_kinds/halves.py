"""Masks of one half of the face: where half faces differ between expressions, the same for all of these."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from workflow_scripts.common.errors import StudyError
from workflow_scripts.faces.half_faces import MOUTH, SEAM, SHOWN, depth_below
from workflow_scripts.standardization.standard_face import HEIGHT, WIDTH, face_area


def draw(
    settings: Mapping,
    expression: str,
    landmarks: np.ndarray,
    source: Path | None,
    faces: Sequence[Path],
    index: Sequence[Path],
) -> np.ndarray:
    """The mask, bool (HEIGHT, WIDTH): the face below the line at which half faces meet, or above it.

    settings: ``shows``, the half, mouth or brows. Half faces keep the landmarks of that line, so that the
    line of the standard face is theirs.
    """
    shows = settings.get("shows")
    if shows not in SHOWN:
        raise StudyError(f"{shows} is no half of a face; give shows: {' or '.join(SHOWN)}")
    depth = depth_below(landmarks[list(SEAM)], WIDTH, HEIGHT)
    return face_area(landmarks) & (depth > 0 if shows == MOUTH else depth <= 0)
