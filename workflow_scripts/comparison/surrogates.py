"""Surrogate masks: regions of the face as large, as symmetric and as smooth as a mask, that lie elsewhere.

A score is tested against them: how often would a mask like this one, placed without knowledge of the
expression, score as high? Each surrogate is a random field with the power spectrum of the mask and random
phases (Theiler et al. 1992, Physica D 58, 77-94; for fields in two and three dimensions Venema et al. 2006,
Tellus A 58, 104-120), of which the highest places of the face, as many as the mask has, are kept. Two things
make such a region comparable to a mask:

- Faces, masks and most heatmaps are mirror-symmetric, so the field is added to its mirror image, and every
  place divided by its standard deviation, as the sum varies more at the midline.
- A thresholded field is much more ragged than a mask with the same spectrum. Ragged regions average over
  more places, so their scores vary less, and a test against them is wrong too often: at the level .05 in 8
  to 15 % of simulated panels. So the field is smoothed by a Gaussian whose width makes the mean border of
  the surrogates as long as that of the mask. Tests against these are wrong in 2 to 6 %
  (benchmarks/README.md).

Neighbouring places of a smooth mask carry the same information, so surrogates are drawn on a coarse grid.
"""

from collections.abc import Iterator

import cv2
import numpy as np
from scipy import fft

BATCH = 500
CALIBRATION = 200  # surrogates whose mean border is compared with the mask's
HALVINGS = 10  # of the interval in which the width lies, at first 0 to WIDEST
WIDEST = 8.0  # cells of the grid
TOLERANCE = 0.1  # of the length of the border; a smooth mask across the face is smoother than any surrogate


def on_grid(image: np.ndarray, step: int) -> np.ndarray:
    """An image, float or bool (h, w), averaged over cells of about step x step pixels: float64, coarser.

    >>> on_grid(np.eye(4), 2).tolist()
    [[0.5, 0.0], [0.0, 0.5]]
    """
    height, width = (max(1, round(side / step)) for side in image.shape)
    return cv2.resize(image.astype(np.float64), (width, height), interpolation=cv2.INTER_AREA)


def mostly(area: np.ndarray, step: int) -> np.ndarray:
    """The cells of the grid of which at least half lie in an area, bool (h, w): bool, coarser."""
    return on_grid(area, step) >= 0.5


def surrogate_masks(
    mask: np.ndarray, face: np.ndarray, n: int, generator: np.random.Generator, width: float | None = None
) -> np.ndarray:
    """Draw `n` surrogates of a mask on a coarse grid: bool (n, places of the face).

    mask, face: bool (h, w). What the mask has outside the face is left out. A mask that is empty there, or
    fills the face, is its own surrogate. width: of the Gaussian, in cells; None for the one that gives them
    the border of the mask. They are symmetric but for one place, where half of a pair makes up the area.
    """
    inside = mask & face
    area = int(np.count_nonzero(inside))
    if area in (0, np.count_nonzero(face)):
        return np.repeat(inside[face][None], n, axis=0)
    for_width, for_masks = generator.spawn(2)
    amplitudes = _amplitudes(inside, face)
    if width is None:
        width = _matching_width(amplitudes, inside, face, for_width)
    fields = _fields(amplitudes * _lowpass(mask.shape, width), face, n, for_masks)
    return np.concatenate([_highest(batch, area) for batch in fields])


def border_length(masks: np.ndarray, face: np.ndarray) -> np.ndarray:
    """Pairs of neighbouring places of the face of which one is in the mask; masks bool (n, places): int (n,).

    >>> border_length(np.array([[True, False, False]]), np.ones((1, 3), bool)).tolist()
    [1]
    """
    whole = np.zeros((len(masks), *face.shape), bool)
    whole[:, face] = masks
    beside, below = face[:, 1:] & face[:, :-1], face[1:] & face[:-1]
    across = ((whole[:, :, 1:] != whole[:, :, :-1]) & beside).sum(axis=(1, 2))
    return across + ((whole[:, 1:] != whole[:, :-1]) & below).sum(axis=(1, 2))


def _matching_width(
    amplitudes: np.ndarray, inside: np.ndarray, face: np.ndarray, generator: np.random.Generator
) -> float:
    """Width of the Gaussian, in cells, with which the surrogates' border is about as long as the mask's."""
    wanted, area = border_length(inside[face][None], face)[0], int(np.count_nonzero(inside))
    seed = int(generator.integers(2**63))
    low, high = 0.0, WIDEST
    for _ in range(HALVINGS):
        width = (low + high) / 2
        smooth = amplitudes * _lowpass(face.shape, width)
        noise = np.random.default_rng(seed)  # the same at each width
        fields = _fields(smooth, face, CALIBRATION, noise)
        lengths = [border_length(_highest(batch, area), face).mean() for batch in fields]
        low, high = (width, high) if np.mean(lengths) > wanted else (low, width)
    if np.mean(lengths) > (1 + TOLERANCE) * wanted:
        print(f"surrogates have a border of {np.mean(lengths):.0f} places on average, the mask of {wanted}")
    return low


def _padded(shape: tuple[int, int]) -> tuple[int, int]:
    """The face with as much empty space around it, so that opposite edges are not neighbours."""
    return tuple(fft.next_fast_len(2 * side, real=True) for side in shape)


def _amplitudes(inside: np.ndarray, face: np.ndarray) -> np.ndarray:
    """The amplitudes of the frequencies of a mask inside the face."""
    centred = np.where(face, inside - inside.sum() / face.sum(), 0)
    return np.abs(fft.rfft2(centred, s=_padded(face.shape)))


def _lowpass(shape: tuple[int, int], width: float) -> np.ndarray:
    """The frequencies that a Gaussian of this standard deviation, in cells, lets pass."""
    height, breadth = _padded(shape)
    down, across = np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(breadth)[None]
    return np.exp(-2 * (np.pi * width) ** 2 * (down**2 + across**2))


def _fields(
    amplitudes: np.ndarray, face: np.ndarray, n: int, generator: np.random.Generator
) -> Iterator[np.ndarray]:
    """Batches of mirrored random fields with these amplitudes, inside the face: float (batch, places)."""
    (height, width), padded = face.shape, _padded(face.shape)
    covariance = fft.irfft2(amplitudes**2, s=padded)[0]
    # columns between a place and its mirror image
    between = np.abs(2 * np.arange(width) - width + 1)
    spread = np.sqrt(np.maximum(1 + covariance[between] / covariance[0], 1e-6))
    amplitudes = amplitudes.astype(np.float32)
    for start in range(0, n, BATCH):
        noise = generator.standard_normal((min(BATCH, n - start), *padded), dtype=np.float32)
        phases = fft.rfft2(noise)
        fields = fft.irfft2(phases / np.abs(phases) * amplitudes, s=padded)[:, :height, :width]
        yield ((fields + fields[:, :, ::-1]) / spread)[:, face]


def _highest(fields: np.ndarray, area: int) -> np.ndarray:
    """The `area` highest places of each field, bool (n, places)."""
    chosen = np.zeros(fields.shape, bool)
    np.put_along_axis(chosen, np.argpartition(-fields, area - 1, axis=1)[:, :area], True, axis=1)
    return chosen
