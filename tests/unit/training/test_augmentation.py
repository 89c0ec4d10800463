import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow_scripts.training.augmentation import INNER_FACE, _window, augment

NOTHING = {"gamma": [1, 1], "translation": 0, "crop": 1, "mirror": 0}
FULL = {"gamma": [0.5, 2], "translation": 0.2, "crop": 0.5, "mirror": 0.5}


@pytest.fixture(scope="module")
def face():
    return np.random.default_rng(0).integers(0, 256, (64, 64), dtype=np.uint8)


def test_empty_ranges_change_nothing(face, standard_landmarks):
    rng = np.random.default_rng(1)
    np.testing.assert_array_equal(augment(face, standard_landmarks, rng, NOTHING), face)


def test_mirroring_alone_is_exact(face, standard_landmarks):
    mirrored = augment(face, standard_landmarks, np.random.default_rng(1), NOTHING | {"mirror": 1})
    np.testing.assert_array_equal(mirrored, face[:, ::-1])


def test_gamma_alone_is_the_power_of_the_unit_image(face, standard_landmarks):
    lighter = augment(face, standard_landmarks, np.random.default_rng(1), NOTHING | {"gamma": [0.5, 0.5]})
    np.testing.assert_array_equal(lighter, np.round(255 * (face / 255) ** 0.5).astype(np.uint8))


def test_the_same_generator_gives_the_same_variant(face, standard_landmarks):
    variants = [augment(face, standard_landmarks, np.random.default_rng(seed), FULL) for seed in (1, 1, 2)]
    np.testing.assert_array_equal(variants[0], variants[1])
    assert (variants[0] != variants[2]).any()


@given(
    seed=st.integers(0, 2**32 - 1),
    crop=st.floats(0.05, 1),
    translation=st.floats(0, 0.5),
    shift=st.tuples(st.floats(-15, 15), st.floats(-15, 15)),
)
def test_eyes_nose_and_mouth_always_stay_inside(standard_landmarks, seed, crop, translation, shift):
    inner = standard_landmarks[INNER_FACE] + shift
    settings = FULL | {"crop": crop, "translation": translation}
    left, top, side = _window(64, inner, np.random.default_rng(seed), settings)
    assert (inner >= (left - 1e-9, top - 1e-9)).all()
    assert (inner <= (left + side, top + side)).all()
