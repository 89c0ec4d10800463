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

The masks of a set overlap, and a network's heatmaps are much alike, so that the scores of its expressions go
up and down together. An average over expressions is tested against surrogates that do so too: those with the
same number, of all masks of the set, are drawn together. Each mask is given the same random phases on top of
its own, which keeps how masks lie to each other (Prichard & Theiler 1994, Physical Review Letters 73,
951-954). Thresholds take some of this away, and what is lost is given back by random phases that replace the
masks' own, in the same way for all masks: as many that the mean correlation of two surrogates is that of two
masks. Surrogates of one mask are the same in law as if it were alone. Drawn apart, they make averages seem to
vary less than they do: benchmarks/README.md has the share of wrong tests of both.

Neighbouring places of a smooth mask carry the same information, so surrogates are drawn on a coarse grid.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

import cv2
import numpy as np
from scipy import fft

BATCH = 500
CALIBRATION = 200  # surrogates whose mean border is compared with the mask's
BLEND_HALVINGS = 7  # of the interval of shares of phases, 0 to 1, after a first look without any
DECIMALS = 12  # of correlations, which else depend on the order of a sum
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
    """Draw `n` surrogates of one mask on a coarse grid: bool (n, places of the face).

    mask, face: bool (h, w). What the mask has outside the face is left out. A mask that is empty there, or
    fills the face, is its own surrogate. width: of the Gaussian, in cells; None for the one that gives them
    the border of the mask. They are symmetric but for one place, where half of a pair makes up the area.
    """
    return joint_surrogates({"": mask}, face, n, generator, width)[""]


def joint_surrogates(
    masks: Mapping[str, np.ndarray],
    face: np.ndarray,
    n: int,
    generator: np.random.Generator,
    width: float | None = None,
    blend: float | None = None,
) -> dict[str, np.ndarray]:
    """Draw `n` surrogates of each mask of a set, together: bool (n, places of the face), by name.

    Those with the same number lie to each other about as the masks do; else as `surrogate_masks`. blend: the
    share of phases that replace the masks' own, 0 to 1; None for the one that gives them the masks' mean
    correlation.
    """
    for_widths, for_blend, for_masks = generator.spawn(3)
    inside = {name: mask & face for name, mask in masks.items()}
    drawn = {
        name: np.repeat(of[face][None], n, axis=0)
        for name, of in inside.items()
        if of.sum() in (0, face.sum())
    }
    spectra = {}
    (noise,) = _noise(face.shape, CALIBRATION, for_widths)
    for name in (one for one in inside if one not in drawn):
        spectrum = _spectrum(inside[name], face)
        wide = _matching_width(spectrum, inside[name], face, noise) if width is None else width
        spectra[name] = spectrum * _lowpass(face.shape, wide)
    chosen = {name: inside[name][face] for name in spectra}
    if blend is None:
        blend = _matching_blend(spectra, chosen, face, for_blend)
    batches = {name: [] for name in spectra}
    for noise in _noise(face.shape, n, for_masks, blend):
        for name, batch in _highest_of(spectra, chosen, face, noise, blend).items():
            batches[name].append(batch)
    drawn |= {name: np.concatenate(found) for name, found in batches.items()}
    return {name: drawn[name] for name in masks}


def mean_correlation(sets: Sequence[np.ndarray]) -> float:
    """The mean correlation of two masks of a set over places, and over draws: sets of bool (n, places).

    No mask may be empty or full.

    >>> a, b = np.array([[1, 1, 0, 0]], bool), np.array([[1, 0, 1, 0]], bool)
    >>> mean_correlation([a, a]), mean_correlation([a, b])
    (1.0, 0.0)
    """
    scaled = []
    for masks in sets:
        centred = masks - masks.mean(axis=1, keepdims=True)
        scaled.append(centred / np.linalg.norm(centred, axis=1, keepdims=True))
    pairs = [np.einsum("np,np->n", a, b).mean() for a, b in combinations(scaled, 2)]
    return round(float(np.mean(pairs)), DECIMALS)


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
    spectrum: np.ndarray, inside: np.ndarray, face: np.ndarray, noise: Sequence[np.ndarray]
) -> float:
    """Width of the Gaussian, in cells, with which the surrogates' border is about as long as the mask's."""
    wanted, area = border_length(inside[face][None], face)[0], int(np.count_nonzero(inside))
    low, high = 0.0, WIDEST
    for _ in range(HALVINGS):
        width = (low + high) / 2
        smooth = _fields(spectrum * _lowpass(face.shape, width), face, noise)
        lengths = border_length(_highest(smooth, area), face)
        low, high = (width, high) if np.mean(lengths) > wanted else (low, width)
    if np.mean(lengths) > (1 + TOLERANCE) * wanted:
        print(f"surrogates have a border of {np.mean(lengths):.0f} places on average, the mask of {wanted}")
    return low


def _matching_blend(
    spectra: Mapping[str, np.ndarray],
    chosen: Mapping[str, np.ndarray],
    face: np.ndarray,
    generator: np.random.Generator,
) -> float:
    """The share of phases that replace the masks' own, so that surrogates correlate as the masks do.

    0 if they do without, or if there is but one mask. chosen: bool (places,), each mask inside the face.
    """
    if len(spectra) < 2:
        return 0.0
    wanted = mean_correlation([one[None] for one in chosen.values()])
    (noise,) = _noise(face.shape, CALIBRATION, generator, 1.0)  # the same for each share
    low, high = -1.0, 1.0  # 0 comes first
    for _ in range(BLEND_HALVINGS):
        blend = (low + high) / 2
        found = mean_correlation(list(_highest_of(spectra, chosen, face, noise, blend).values()))
        if not blend and found >= wanted:
            return 0.0
        low, high = (blend, high) if found < wanted else (low, blend)
    return high


def _padded(shape: tuple[int, int]) -> tuple[int, int]:
    """The face with as much empty space around it, so that opposite edges are not neighbours."""
    return tuple(fft.next_fast_len(2 * side, real=True) for side in shape)


def _spectrum(inside: np.ndarray, face: np.ndarray) -> np.ndarray:
    """The frequencies of a mask inside the face, complex."""
    centred = np.where(face, inside - inside.sum() / face.sum(), 0)
    return fft.rfft2(centred, s=_padded(face.shape))


def _lowpass(shape: tuple[int, int], width: float) -> np.ndarray:
    """The frequencies that a Gaussian of this standard deviation, in cells, lets pass."""
    height, breadth = _padded(shape)
    down, across = np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(breadth)[None]
    return np.exp(-2 * (np.pi * width) ** 2 * (down**2 + across**2))


def _noise(
    shape: tuple[int, int], n: int, generator: np.random.Generator, blend: float = 0.0
) -> Iterator[list[np.ndarray]]:
    """Batches of the frequencies of white noise, complex64 (batch, ...): one field, or two with a blend."""
    for start in range(0, n, BATCH):
        size = (min(BATCH, n - start), *_padded(shape))
        yield [fft.rfft2(generator.standard_normal(size, dtype=np.float32)) for _ in range(1 + (blend > 0))]


def _fields(
    spectrum: np.ndarray, face: np.ndarray, noise: Sequence[np.ndarray], blend: float = 0.0
) -> np.ndarray:
    """Mirrored random fields with the amplitudes of a spectrum, inside the face: float (batch, places).

    blend: the share, 0 to 1, of the noise that does not keep the phases of the spectrum.
    """
    (height, width), padded = face.shape, _padded(face.shape)
    amplitudes = np.abs(spectrum)
    covariance = fft.irfft2(amplitudes**2, s=padded)[0]
    # columns between a place and its mirror image
    between = np.abs(2 * np.arange(width) - width + 1)
    spread = np.sqrt(np.maximum(1 + covariance[between] / covariance[0], 1e-6))
    own = np.sqrt(1 - blend) * spectrum / np.where(amplitudes > 0, amplitudes, 1)
    phases = own.astype(np.complex64) * noise[0]
    if blend:
        phases += np.float32(np.sqrt(blend)) * noise[1]
    moduli = np.abs(phases)
    phases *= amplitudes.astype(np.float32) / np.where(moduli > 0, moduli, 1)
    fields = fft.irfft2(phases, s=padded)[:, :height, :width]
    return ((fields + fields[:, :, ::-1]) / spread)[:, face]


def _highest_of(
    spectra: Mapping[str, np.ndarray],
    chosen: Mapping[str, np.ndarray],
    face: np.ndarray,
    noise: Sequence[np.ndarray],
    blend: float,
) -> dict[str, np.ndarray]:
    """A batch of surrogates of each mask, from the same noise: bool (batch, places)."""
    return {
        name: _highest(_fields(spectrum, face, noise, blend), int(np.count_nonzero(chosen[name])))
        for name, spectrum in spectra.items()
    }


def _highest(fields: np.ndarray, area: int) -> np.ndarray:
    """The `area` highest places of each field, bool (n, places)."""
    chosen = np.zeros(fields.shape, bool)
    np.put_along_axis(chosen, np.argpartition(-fields, area - 1, axis=1)[:, :area], True, axis=1)
    return chosen
