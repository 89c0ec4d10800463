"""From an image to its explanation on the standard face, step by step, as pictures of the same size.

Images are square and the standard face is taller than wide: pictures of images are cut at both sides.
"""

import cv2
import numpy as np

from workflow_scripts.explanation.explanation_stack import Explanation
from workflow_scripts.report.figures.difference_colors import LESS, MORE
from workflow_scripts.report.figures.face_grid import GridCell
from workflow_scripts.report.figures.heatmap_colors import face_picture, painted, stretched
from workflow_scripts.standardization.standard_face import HEIGHT, WIDTH

POINT = np.array([1.0, 1.0, 1.0])
BORDER = 0.35  # of the brightness beside it
SHARE = 0.8  # the most opaque that a weight gets
SIGNED = 0.25  # the share from which a region has its sign on it
ARM, THICK, RIM = 5, 1, 1  # px: half the length and width of a sign, and what is dark around it


def image_steps(
    image: np.ndarray,
    landmarks: np.ndarray,
    explanation: Explanation,
    column: int,
    warped: np.ndarray,
    face: np.ndarray,
) -> dict[str, GridCell]:
    """The steps by their names.

    image: uint8 (s, s); landmarks: float (68, 2), in its pixels; column: of the explained expression; warped:
    float (275, 224), the positive part on the standard face; face: that face, (275, 224, 3).
    """
    plain = np.repeat(enlarged(image)[..., None], 3, axis=2) / 255
    scale = HEIGHT / len(image)
    points = (np.asarray(landmarks, float) + 0.5) * scale - 0.5
    return {
        "a face": GridCell(cut(plain)),
        "its landmarks": GridCell(cut(dotted(0.75 * plain, points))),
        "signed weights": GridCell(cut(weighted(face_picture(enlarged(image)), explanation, column))),
        "made standard": GridCell(painted(face, stretched(warped))),
    }


def enlarged(image: np.ndarray) -> np.ndarray:
    """A square image uint8 as high as the standard face."""
    return cv2.resize(image, (HEIGHT, HEIGHT), interpolation=cv2.INTER_LINEAR)


def cut(picture: np.ndarray) -> np.ndarray:
    """The middle of a square picture, as wide as the standard face."""
    left = (picture.shape[1] - WIDTH) // 2
    return picture[:, left : left + WIDTH]


def dotted(picture: np.ndarray, points: np.ndarray) -> np.ndarray:
    """A picture (h, w, 3) with a white dot at each point (n, 2) that lies in it."""
    result = picture.copy()
    for x, y in np.rint(points).astype(int):
        result[max(y - 1, 0) : max(y + 2, 0), max(x - 1, 0) : max(x + 2, 0)] = POINT
    return result


def weighted(picture: np.ndarray, explanation: Explanation, column: int) -> np.ndarray:
    """A square picture with signed importance over it: orange speaks for the expression, blue against it.

    The largest weight, of either sign, is the most opaque. Borders of regions, if there are any, are dark,
    and the sign of those that count stands on them, since colours may be seen in grey.
    """
    side = len(picture)
    values = explanation.importance_map(column).astype(np.float64)
    largest = np.abs(values).max()
    share = values / largest if largest > 0 else values
    wide = cv2.resize(share, (side, side), interpolation=cv2.INTER_NEAREST)
    opacity = SHARE * np.abs(wide)[..., None]
    result = (1 - opacity) * picture + opacity * np.where(wide[..., None] > 0, MORE, LESS)
    if explanation.regions is not None:
        regions = cv2.resize(
            np.asarray(explanation.regions, np.float64), (side, side), interpolation=cv2.INTER_NEAREST
        )
        edge = np.zeros(regions.shape, bool)
        edge[1:] |= regions[1:] != regions[:-1]
        edge[:, 1:] |= regions[:, 1:] != regions[:, :-1]
        result[edge] *= BORDER
        seen = np.zeros(regions.shape, bool)
        seen[:, (side - WIDTH) // 2 + ARM : (side + WIDTH) // 2 - ARM] = True
        for region in np.unique(regions[seen]):
            _draw_sign(result, seen & (regions == region), float(wide[regions == region][0]))
    return result


def _draw_sign(picture: np.ndarray, region: np.ndarray, share: float) -> None:
    """A white + or − with a dark rim, on the place of a region, bool (h, w), that is next to its centre."""
    if abs(share) < SIGNED:
        return
    places = np.argwhere(region)
    centre = (places.min(axis=0) + places.max(axis=0)) / 2
    y, x = places[np.argmin(((places - centre) ** 2).sum(axis=1))]
    halves = ((THICK, ARM), (ARM, THICK))[: 1 + (share > 0)]
    for rim, color in ((RIM, 0.0), (0, POINT)):
        for half in halves:
            ends = [(max(at - by - rim, 0), at + by + rim + 1) for at, by in zip((y, x), half, strict=True)]
            picture[slice(*ends[0]), slice(*ends[1])] = color
