"""Points of the standard face by name, and the regions they outline.

Names, with a and b landmarks from 0 to 67: ``a`` the landmark; ``Ta`` the point above it at y = 0;
``Ba`` its x at the height of landmark 29, the middle of the nose bridge; ``Ma-b`` the midpoint of
both; ``Xa-b`` the x of a at the height of b; ``[x, y]`` the point itself.
"""

import re
from collections.abc import Sequence

import cv2
import numpy as np

from workflow_scripts.common.errors import StudyError
from workflow_scripts.standardization.standard_face import HEIGHT, WIDTH

NOSE = 29
PATTERN = re.compile(r"(?P<kind>[TBMX]?)(?P<a>\d+)(?:-(?P<b>\d+))?")

Name = str | int | Sequence[float]


def named_point(name: Name, landmarks: np.ndarray) -> np.ndarray:
    """The point (2,) that `name` means on a face with `landmarks` (68, 2).

    Raises StudyError if the name is of none of these kinds.

    >>> named_point("M0-1", np.array([(0.0, 0.0), (4.0, 2.0)])).tolist()
    [2.0, 1.0]
    """
    if not isinstance(name, str | int):
        return np.asarray(name, dtype=np.float64)
    match = PATTERN.fullmatch(str(name))
    if not match or bool(match["b"]) != (match["kind"] in ("M", "X")):
        raise StudyError(
            f"'{name}' names no point: expected a landmark (36), T18, B36, M4-48, X36-49 or [x, y]"
        )
    try:
        first = landmarks[int(match["a"])]
        second = landmarks[int(match["b"])] if match["b"] else None
    except IndexError:
        raise StudyError(f"'{name}' names no point: landmarks go from 0 to {len(landmarks) - 1}") from None
    match match["kind"]:
        case "T":
            return np.array([first[0], 0.0])
        case "B":
            return np.array([first[0], landmarks[NOSE][1]])
        case "M":
            return (first + second) / 2
        case "X":
            return np.array([first[0], second[1]])
    return first


def fill_outlines(outlines: Sequence[Sequence[Name]], landmarks: np.ndarray, *, convex: bool) -> np.ndarray:
    """The union of filled outlines: bool (HEIGHT, WIDTH).

    `convex`: fill the convex hull of each outline's points instead of the polygon they form.
    """
    canvas = np.zeros((HEIGHT, WIDTH), np.uint8)
    for outline in outlines:
        points = np.round([named_point(name, landmarks) for name in outline]).astype(np.int32)
        cv2.fillPoly(canvas, [cv2.convexHull(points) if convex else points], 255)
    return canvas > 0
