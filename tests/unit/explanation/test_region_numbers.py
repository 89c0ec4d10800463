"""How many regions an image can have: against SLIC itself, on images that are cut into as many as can be."""

from math import ceil, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from skimage.util import regular_grid

from workflow_scripts.explanation.perturbation import superpixels
from workflow_scripts.explanation.region_numbers import grid_cells, most_regions


@given(side=st.integers(1, 400), regions=st.integers(1, 200))
def test_the_cells_are_those_of_scikit_image_s_grid(side, regions):
    grid = np.zeros((1, side, side))[regular_grid((1, side, side), regions)]
    assert grid_cells(side, regions) == grid.size


def colored(gray: np.ndarray) -> np.ndarray:
    return np.repeat(255 * gray[:, :, None].astype(np.float32), 3, axis=2)


def checkerboard(side: int, regions: int) -> np.ndarray:
    """An image whose squares are just large enough to be regions of their own."""
    square = max(1, ceil(sqrt(side**2 // (2 * grid_cells(side, regions)))))
    y, x = np.mgrid[:side, :side] // square
    return colored((y + x) % 2)


@pytest.mark.parametrize("compactness", [0.01, 1, 20])
@pytest.mark.parametrize("regions", [2, 5, 12, 30, 60, 200])
@pytest.mark.parametrize("side", [16, 33, 64])
def test_no_image_has_more_regions_than_the_most(side, regions, compactness):
    noise = np.random.default_rng(side).random((side, side))
    for image in (colored(noise), colored(noise > 0.5), checkerboard(side, regions)):
        assert superpixels(image, regions, compactness).max() < most_regions(side, regions)


@pytest.mark.parametrize("side", [64, 150, 224])
def test_an_image_can_have_more_regions_than_cells_and_than_asked_for(side):
    found = superpixels(checkerboard(side, 30), 30, compactness=0.1).max() + 1
    assert found > max(30, grid_cells(side, 30))
