"""Masks whose border is moved, against SciPy's morphology and distances."""

import numpy as np
import pytest
from scipy import ndimage

from workflow_scripts.comparison.grown_masks import STEPS, grown


def blobs(seed: int) -> np.ndarray:
    noise = np.random.default_rng(seed).normal(size=(60, 50))
    return ndimage.gaussian_filter(noise, 4) > 0.02


def disk(radius: int) -> np.ndarray:
    down, across = np.mgrid[-radius : radius + 1, -radius : radius + 1]
    return np.hypot(down, across) <= radius


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("pixels", [1, *STEPS])
def test_a_border_moves_by_a_disk(seed, pixels):
    mask = blobs(seed)
    if pixels > 0:
        wanted = ndimage.binary_dilation(mask, disk(pixels))
        assert (wanted == (ndimage.distance_transform_edt(~mask) <= pixels)).all()
    else:
        wanted = ndimage.binary_erosion(mask, disk(-pixels), border_value=1)
    assert (grown(mask, pixels) == wanted).all()
    assert (grown(mask.T, pixels) == grown(mask, pixels).T).all()
    assert (grown(~mask, -pixels) == ~grown(mask, pixels)).all()


def test_a_border_that_does_not_move_stays():
    assert (grown(blobs(1), 0) == blobs(1)).all()
    assert not grown(blobs(1) & False, 8).any()
