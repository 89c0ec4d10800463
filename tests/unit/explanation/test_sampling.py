"""The masks of perturbed images: designs with known balance."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow_scripts.explanation.sampling import SAMPLINGS, sampled_masks

SIZES = {"n_samples": st.integers(1, 300), "n_regions": st.integers(1, 140), "seed": st.integers(0, 99)}


def masks(sampling, n_samples, n_regions, seed=1):
    return sampled_masks(sampling, n_samples, n_regions, np.random.RandomState(seed))


@pytest.mark.parametrize("sampling", SAMPLINGS)
@given(**SIZES)
def test_masks_are_of_zeros_and_ones_and_the_first_shows_all(sampling, n_samples, n_regions, seed):
    drawn = masks(sampling, n_samples, n_regions, seed)
    assert drawn.shape == (n_samples, n_regions)
    assert np.isin(drawn, (0, 1)).all()
    assert drawn[0].all()
    np.testing.assert_array_equal(drawn, masks(sampling, n_samples, n_regions, seed))


@pytest.mark.parametrize("sampling", ["foldover", "hadamard"])
@given(**SIZES)
def test_every_mask_is_followed_by_its_complement(sampling, n_samples, n_regions, seed):
    drawn = masks(sampling, 2 * n_samples, n_regions, seed)
    np.testing.assert_array_equal(drawn[::2] + drawn[1::2], 1)


@given(n_regions=st.integers(1, 140), blocks=st.integers(1, 3), seed=st.integers(0, 99))
def test_regions_of_hadamard_blocks_are_uncorrelated(n_regions, blocks, seed):
    order = 64 if n_regions < 64 else 128 if n_regions < 128 else 256
    n = blocks * 2 * order
    signs = 2 * masks("hadamard", n, n_regions, seed) - 1
    np.testing.assert_array_equal(signs.T @ signs, n * np.eye(n_regions))
    np.testing.assert_array_equal(signs.sum(axis=0), 0)


def test_blocks_of_hadamard_masks_differ():
    first, second = np.split(masks("hadamard", 256, 30), 2)
    assert {row.tobytes() for row in first}.isdisjoint(
        {row.tobytes() for row in second if 0 < row.sum() < 30}
    )


def test_a_cut_block_shows_every_region_about_half_the_time():
    drawn = masks("hadamard", 40, 30)
    np.testing.assert_array_equal(drawn.mean(axis=0), 0.5)
