"""Surrogates of masks: as large, as smooth and as symmetric as the mask, and anywhere in the face."""

from pathlib import Path

import numpy as np
import pytest

from workflow_scripts.comparison.surrogates import (
    border_length,
    joint_surrogates,
    mean_correlation,
    mostly,
    on_grid,
    surrogate_masks,
)
from workflow_scripts.standardization.standard_face import face_area, read_standard_face

STEP = 8
FACE = mostly(face_area(read_standard_face(Path(__file__).parents[3] / "resources/standard_face.csv")), STEP)
DOWN, ACROSS = np.indices(FACE.shape)


def boxes() -> np.ndarray:
    """Brows and mouth, with straight edges."""
    mask = np.zeros(FACE.shape, bool)
    mask[9:13, 4:24] = mask[22:27, 9:19] = True
    return mask


def discs() -> np.ndarray:
    """Both cheeks."""
    left = np.hypot(DOWN - 18, ACROSS - 7.5) < 5
    return left | left[:, ::-1]


MASKS = {"boxes": boxes(), "discs": discs()}
every_mask = pytest.mark.parametrize("mask", MASKS.values(), ids=MASKS)


def drawn(mask, n=1000, seed=1, **options) -> np.ndarray:
    return surrogate_masks(mask, FACE, n, np.random.default_rng(seed), **options)


def whole(surrogates: np.ndarray) -> np.ndarray:
    """Surrogates on the grid: bool (n, h, w)."""
    found = np.zeros((len(surrogates), *FACE.shape), bool)
    found[:, FACE] = surrogates
    return found


@every_mask
def test_a_surrogate_lies_in_the_face_and_has_the_area_of_the_mask_there(mask):
    for given in (mask, mask | ~FACE):  # what lies outside the face is left out
        surrogates = drawn(given, n=700)  # more than a batch
        assert surrogates.shape == (700, FACE.sum())
        assert set(surrogates.sum(axis=1)) == {(mask & FACE).sum()}


@every_mask
def test_a_surrogate_is_symmetric_where_the_face_is(mask):
    surrogates = whole(drawn(mask))
    both = FACE & FACE[:, ::-1]
    differ = ((surrogates != surrogates[:, :, ::-1]) & both).sum(axis=(1, 2))
    assert differ.max() <= 2  # half of one pair makes up the area


@every_mask
def test_a_surrogate_is_as_likely_in_every_place_of_the_face(mask):
    n, share = 6000, (mask & FACE).sum() / FACE.sum()
    often = drawn(mask, n).mean(axis=0)
    assert np.abs(often - share).max() < 0.1 * share + 4 * np.sqrt(share * (1 - share) / n)


@every_mask
def test_the_border_of_surrogates_is_as_long_as_the_mask_s(mask):
    of_mask = border_length(mask[FACE][None], FACE)[0]
    of_surrogates = border_length(drawn(mask), FACE)
    assert of_surrogates.mean() == pytest.approx(of_mask, rel=0.05)
    assert border_length(drawn(mask, width=0), FACE).mean() > 1.2 * of_mask  # of the spectrum alone


def test_surrogates_are_different_from_each_other_and_from_the_mask():
    surrogates = drawn(boxes(), n=200)
    assert len(np.unique(surrogates, axis=0)) == 200
    assert not (surrogates == boxes()[FACE]).all(axis=1).any()


def test_the_same_seed_gives_the_same_surrogates():
    surrogates = drawn(discs(), n=50)
    assert drawn(discs(), n=50).tobytes() == surrogates.tobytes()
    assert drawn(discs(), n=50, seed=2).tobytes() != surrogates.tobytes()


def test_a_mask_that_is_empty_or_fills_the_face_is_its_own_surrogate():
    for mask, value in ((~FACE, False), (np.ones_like(FACE), True)):
        surrogates = drawn(mask, n=3)
        assert surrogates.shape == (3, FACE.sum())
        assert (surrogates == value).all()


def test_the_border_of_a_mask_is_counted_inside_the_face():
    masks = whole(np.random.default_rng(4).random((5, FACE.sum())) < 0.4)
    counted = []
    for mask in masks:
        length = 0
        for y, x in np.argwhere(FACE):
            for beside in ((y + 1, x), (y, x + 1)):
                if beside[0] < len(FACE) and beside[1] < len(FACE[0]) and FACE[beside]:
                    length += int(mask[y, x] != mask[beside])
        counted.append(length)
    assert border_length(masks[:, FACE], FACE).tolist() == counted


def test_the_grid_averages_over_its_cells():
    image = np.random.default_rng(5).random((12, 20))
    blocks = image.reshape(3, 4, 5, 4).mean(axis=(1, 3))
    assert on_grid(image, 4) == pytest.approx(blocks)
    assert (mostly(image > 0.5, 4) == ((image > 0.5).reshape(3, 4, 5, 4).mean(axis=(1, 3)) >= 0.5)).all()
    uneven = on_grid(np.random.default_rng(6).random((275, 224)), 6)
    assert uneven.shape == (46, 37)
    assert uneven.mean() == pytest.approx(np.random.default_rng(6).random((275, 224)).mean())


def shared_masks() -> dict[str, np.ndarray]:
    """Three masks that overlap at the mouth."""
    mouth = boxes() & (DOWN > 20)
    eyes = np.hypot(DOWN - 12, ACROSS - 9.5) < 3
    return {"brows": boxes(), "cheeks": mouth | discs(), "eyes": mouth | eyes | eyes[:, ::-1]}


def test_surrogates_of_a_set_lie_to_each_other_as_the_masks_do():
    masks = shared_masks()
    wanted = mean_correlation([(one & FACE)[FACE][None] for one in masks.values()])
    assert wanted > 0.2
    together = joint_surrogates(masks, FACE, 1000, np.random.default_rng(1))
    assert mean_correlation(list(together.values())) == pytest.approx(wanted, abs=0.04)
    phases = joint_surrogates(masks, FACE, 1000, np.random.default_rng(1), blend=0.0)
    assert mean_correlation(list(phases.values())) < wanted - 0.05  # what thresholds take away
    apart = [drawn(one, seed=seed) for seed, one in enumerate(masks.values())]
    assert abs(mean_correlation(apart)) < 0.02


def test_each_mask_s_surrogates_are_such_as_if_it_were_alone():
    for name, found in joint_surrogates(shared_masks(), FACE, 3000, np.random.default_rng(2)).items():
        mask = shared_masks()[name] & FACE
        share = mask.sum() / FACE.sum()
        assert set(found.sum(axis=1)) == {mask.sum()}
        assert np.abs(found.mean(axis=0) - share).max() < 0.1 * share + 4 * np.sqrt(
            share * (1 - share) / 3000
        )
        of_mask = border_length(mask[FACE][None], FACE)[0]
        assert border_length(found, FACE).mean() == pytest.approx(of_mask, rel=0.06)
        # places correlate as those of surrogates that were drawn alone
        alone = drawn(shared_masks()[name], 3000, seed=3)
        first, second = (np.cov(one[:, ::9].T.astype(float)) for one in (found, alone))
        assert np.corrcoef(first.ravel(), second.ravel())[0, 1] > 0.97


def test_equal_masks_have_equal_surrogates_and_an_empty_one_changes_nothing():
    together = joint_surrogates({"a": boxes(), "b": boxes()}, FACE, 20, np.random.default_rng(4))
    assert (together["a"] == together["b"]).all()
    alone = joint_surrogates({"a": boxes()}, FACE, 20, np.random.default_rng(4))
    beside = joint_surrogates({"none": ~FACE, "a": boxes()}, FACE, 20, np.random.default_rng(4))
    assert (beside["a"] == alone["a"]).all()
    assert not beside["none"].any()
    assert list(beside) == ["none", "a"]


def test_the_correlation_of_a_set_is_the_mean_over_pairs_and_draws():
    draws = np.random.default_rng(5)
    sets = [draws.random((4, 30)) < 0.4 for _ in range(3)]
    pairs = [np.corrcoef(sets[i][n], sets[j][n])[0, 1] for i, j in ((0, 1), (0, 2), (1, 2)) for n in range(4)]
    assert mean_correlation(sets) == pytest.approx(np.mean(pairs))
