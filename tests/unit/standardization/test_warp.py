from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage.transform import PiecewiseAffineTransform, warp

from workflow_scripts.common.errors import StudyError
from workflow_scripts.faces.affine_map import barycentric_map
from workflow_scripts.faces.face_points import extended_landmarks, resized_points
from workflow_scripts.standardization.standard_face import HEIGHT, WIDTH, read_standard_face
from workflow_scripts.standardization.warp import FaceWarp

STANDARD = read_standard_face("resources/standard_face.csv")
FACE_WARP = FaceWarp(STANDARD)


def some_face(rng: np.random.Generator, size: int) -> np.ndarray:
    """Landmarks of a plausible face: the standard one, resized and shaken."""
    return STANDARD[:68] * (size / WIDTH, size / HEIGHT) + rng.normal(0, size / 150, (68, 2))


def test_a_standard_face_is_not_moved():
    rng = np.random.default_rng(0)
    image = rng.random((HEIGHT, WIDTH), dtype=np.float32)
    np.testing.assert_allclose(FACE_WARP.warp(image, STANDARD[:68]), image, atol=1e-5)


def test_a_linear_ramp_under_a_known_affine_map_is_exact():
    """Where every triangle moves by one affine map, the value at a target pixel is known in closed form."""
    size = 256
    scale = np.array([size / WIDTH, size / HEIGHT])  # carries the 89 standard points onto the image's own
    y, x = np.mgrid[:size, :size].astype(np.float32)
    warped = FACE_WARP.warp(3 * x + 5 * y, resized_points(STANDARD[:68], scale))
    v, u = np.mgrid[:HEIGHT, :WIDTH]
    from_x, from_y = resized_points(u, scale[0]), resized_points(v, scale[1])
    expected = 3 * from_x + 5 * from_y
    inside = (from_x >= 0) & (from_x <= size - 1) & (from_y >= 0) & (from_y <= size - 1)
    np.testing.assert_allclose(warped[inside], expected[inside], atol=0.01)


@settings(max_examples=5)
@given(seed=st.integers(0, 2**32 - 1), size=st.sampled_from([64, 150, 224]))
def test_equal_to_scikit_image(seed, size):
    rng = np.random.default_rng(seed)
    image, landmarks = rng.random((size, size), dtype=np.float32), some_face(rng, size)
    reference = PiecewiseAffineTransform.from_estimate(STANDARD, extended_landmarks(landmarks, size, size))
    expected = warp(image, reference, output_shape=(HEIGHT, WIDTH), order=1, mode="edge")
    np.testing.assert_allclose(FACE_WARP.warp(image, landmarks), expected, atol=1e-3)


def test_every_landmark_arrives_at_its_standard_place():
    size = 256
    landmarks = some_face(np.random.default_rng(1), size)
    source = (barycentric_map(STANDARD, WIDTH, HEIGHT) @ extended_landmarks(landmarks, size, size)).reshape(
        HEIGHT, WIDTH, 2
    )
    for (x, y), landmark in zip(STANDARD[:68].astype(int), landmarks, strict=True):
        np.testing.assert_allclose(source[y, x], landmark, atol=1e-9)


def test_values_stay_within_those_of_the_image():
    rng = np.random.default_rng(2)
    warped = FACE_WARP.warp(rng.uniform(0.2, 0.7, (100, 100)), some_face(rng, 100))
    assert warped.min() >= 0.2 - 1e-6
    assert warped.max() <= 0.7 + 1e-6


def test_barycentric_weights_are_convex():
    weights = barycentric_map(STANDARD, WIDTH, HEIGHT)
    assert weights.shape == (HEIGHT * WIDTH, 89)
    np.testing.assert_allclose(weights.sum(axis=1), 1)
    assert weights.min() >= -1e-9


def test_points_that_do_not_cover_the_canvas_are_refused():
    with pytest.raises(ValueError, match="do not cover"):
        barycentric_map(STANDARD[:68], WIDTH, HEIGHT)


def test_the_standard_table_holds_the_border_of_its_own_landmarks():
    np.testing.assert_array_equal(STANDARD, extended_landmarks(STANDARD[:68], WIDTH, HEIGHT))


def test_a_table_with_a_border_in_another_convention_is_refused(tmp_path):
    """Corners at 0 and 224 instead of half a pixel beyond the outermost centres."""
    text = Path("resources/standard_face.csv").read_text()
    (tmp_path / "face.csv").write_text(text.replace("85,-0.5,-0.5", "85,0,0"))
    with pytest.raises(StudyError, match=r"face\.csv: point 85 lies at \(0, 0\), expected \(-0\.5, -0\.5\)"):
        read_standard_face(tmp_path / "face.csv")


@given(st.floats(0.1, 4), st.integers(0, 2**32 - 1))
def test_border_points_and_landmarks_are_resized_alike(scale, seed):
    """The 89 points of a resized image are the resized 89 points: all have one convention of pixels."""
    landmarks = some_face(np.random.default_rng(seed), 100)
    resized = extended_landmarks(resized_points(landmarks, scale), 100 * scale, 100 * scale)
    np.testing.assert_allclose(
        resized, resized_points(extended_landmarks(landmarks, 100, 100), scale), atol=1e-9
    )


def test_landmarks_follow_a_resized_image():
    """A dot drawn at a landmark lies at the resized landmark after cv2 shrinks the image."""
    import cv2

    image = np.zeros((256, 256), np.float32)
    image[100:104, 60:64] = 1  # centre (61.5, 101.5)
    small = cv2.resize(image, (64, 64), interpolation=cv2.INTER_AREA)
    y, x = np.unravel_index(small.argmax(), small.shape)
    np.testing.assert_allclose(resized_points(np.array([[61.5, 101.5]]), 0.25), [[x, y]])
