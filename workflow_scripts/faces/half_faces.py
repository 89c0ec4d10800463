"""Faces that show an expression in one half only: the other half is the same subject's neutral face.

What such a face shows can be read from one half and from nowhere else, so it is known where a network that
reads it must look. Nothing else may tell the expression:

- both faces are aligned by the eyes already, with the same size and place (`faces.alignment`);
- the halves meet on the neutral face's line SEAM, in the same place for all expressions of a subject;
- the neutral half is that of the neutral face, pixel by pixel: only the expressive half is carried, so that
  the bridge of its nose and its outline continue the neutral ones, whichever way the heads are turned;
- the expressive half takes the neutral one's brightness where they meet, column by column, and gets back to
  its own with the distance from the seam. Contrast stays as it is: along the seam it is that of the light
  from the side, and matched to the other face's it would fade or blacken the whole half.

Both halves are blended over a few pixels across the seam.
"""

import cv2
import numpy as np

from workflow_scripts.faces.face_store import Face

MOUTH, BROWS = "mouth", "brows"
SHOWN = (MOUTH, BROWS)
# from the jaw below one eye over the middle of the bridge of the nose to the jaw below the other: below the
# lower lids, above the wings of the nose
SEAM = (1, 29, 15)
OF_BROWS = (0, 16, *range(17, 29), *range(36, 48))  # landmarks above the seam; those on it are neither's
SIDES = (slice(0, 7), slice(10, 17))  # the outline on either side, around the ends of the seam
# fractions of the face's side
RAMP = 0.04  # over which the halves are blended
BAND = 0.05  # on each side of the seam, in which brightness is compared
SPREAD = 0.02  # of what brightness is averaged over along the seam, a standard deviation
REACH = 0.2  # from the seam to where the expressive half has its own brightness


def half_face(face: Face, neutral: Face, shows: str) -> Face:
    """The face with the half that `shows` names of `face`, and the other of `neutral`.

    Both are aligned faces of one subject, of the same size. It keeps the image_id of `face`. Its region map
    says that the neutral half did not move. Its landmarks on the seam are those of `neutral`, the others
    those of the half that they lie in.
    """
    size = len(face.image)
    seam = neutral.landmarks[list(SEAM)].astype(np.float64)
    depth = depth_below(seam, size, size)
    weight = _smooth(depth / (RAMP * size) + 0.5)
    weight = weight if shows == MOUTH else 1 - weight
    place = _place_of_seam(face.landmarks.astype(np.float64), seam)
    shift = _interpolated(np.arange(size), seam, place - seam)
    image = _matched(_carried(face.image, shift), neutral.image, depth, seam)
    blended = weight * image + (1 - weight) * neutral.image
    carried = face.landmarks + _interpolated(face.landmarks[:, 0], place, seam - place).T
    region_map = face.region_map
    if region_map is not None:
        region_map = np.rint(weight * _carried(region_map, shift)).astype(np.uint8)
    return Face(
        face.image_id,
        np.clip(np.rint(blended), 0, 255).astype(np.uint8),
        _joined(carried, neutral.landmarks, shows),
        region_map,
    )


def depth_below(seam: np.ndarray, width: int, height: int) -> np.ndarray:
    """How far each pixel lies below the line through `seam`, float64 (height, width); negative above it.

    seam: (n, 2), x and y, from left to right. Beyond its ends the line is level.

    >>> depth_below(np.array([[0.0, 1.0], [2.0, 1.0]]), 2, 3)[:, 0].tolist()
    [-1.0, 0.0, 1.0]
    """
    line = np.interp(np.arange(width), *seam.T)
    return np.arange(height)[:, None] - line


def _place_of_seam(landmarks: np.ndarray, seam: np.ndarray) -> np.ndarray:
    """Where a face has what must lie on the seam: float64 (3, 2), outline, bridge of the nose, outline.

    The outline is taken at the height of the seam, as landmarks slide along it from image to image.
    """
    height = seam[:, 1] + landmarks[SEAM[1], 1] - seam[1, 1]
    left, right = (landmarks[side][landmarks[side][:, 1].argsort()] for side in SIDES)
    x = (np.interp(height[end], side[:, 1], side[:, 0]) for end, side in ((0, left), (2, right)))
    return np.column_stack([[next(x), landmarks[SEAM[1], 0], next(x)], height])


def _interpolated(x: np.ndarray, knots: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Values (3, 2) at knots (3, 2) for each x: float64 (2, n); beyond the knots, those of the last."""
    return np.stack([np.interp(x, knots[:, 0], values[:, axis]) for axis in (0, 1)])


def _joined(carried: np.ndarray, neutral: np.ndarray, shows: str) -> np.ndarray:
    """The landmarks of both halves, float32 (68, 2)."""
    above = np.isin(np.arange(len(neutral)), OF_BROWS)
    own = above if shows == BROWS else ~above
    own[list(SEAM)] = False
    return np.where(own[:, None], carried, neutral).astype(np.float32)


def _carried(image: np.ndarray, shift: np.ndarray) -> np.ndarray:
    """An image (size, size) whose columns are shifted, as they are; beyond its edge the edge is repeated."""
    y, x = np.mgrid[: len(image), : len(image)]
    places = [(grid + of_columns).astype(np.float32) for grid, of_columns in zip((x, y), shift, strict=True)]
    return cv2.remap(image, *places, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def _matched(image: np.ndarray, neutral: np.ndarray, depth: np.ndarray, seam: np.ndarray) -> np.ndarray:
    """The expressive image, as bright as the neutral one: in the face's mean near the seam, and along it."""
    size = len(image)
    near = np.abs(depth) <= BAND * size
    columns = np.arange(size)
    in_face = near & (columns >= seam[0, 0]) & (columns <= seam[-1, 0])
    image = image + (neutral[in_face].mean() - image[in_face].mean())
    differences = np.where(near, neutral - image, 0).sum(axis=0) / near.sum(axis=0)
    along = cv2.GaussianBlur(differences[None], (0, 0), SPREAD * size, borderType=cv2.BORDER_REPLICATE)[0]
    return image + along * _smooth(1 - np.abs(depth) / (REACH * size))


def _smooth(share: np.ndarray) -> np.ndarray:
    """A smooth step from 0 to 1, float64, as `share` goes from 0 to 1.

    >>> _smooth(np.array([-1, 0, 0.5, 1, 2])).tolist()
    [0.0, 0.0, 0.5, 1.0, 1.0]
    """
    share = np.clip(share, 0, 1)
    return share**2 * (3 - 2 * share)
