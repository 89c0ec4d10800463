"""The one transform: exact on points, and pixels land where points do."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow_scripts.faces.alignment import (
    alignment_transform,
    inverse_transform,
    transform_points,
    warp_image,
)

EYES = np.array([[-20.0, -15.0], [20.0, -15.0]])


def similarity(angle: float, scale: float, shift) -> np.ndarray:
    turn = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return np.column_stack([turn, shift])


def scaling(factor: float) -> np.ndarray:
    """About the image's upper left corner, which is at (-0.5, -0.5)."""
    return np.column_stack([factor * np.eye(2), np.full(2, factor / 2 - 0.5)])


similarities = st.builds(
    similarity,
    st.floats(-np.pi, np.pi),
    st.floats(0.1, 10),
    st.tuples(st.floats(-1000, 1000), st.floats(-1000, 1000)),
)


@given(similarities, st.floats(1.5, 5), st.integers(32, 512))
def test_eyes_come_to_their_place_and_the_crop_is_as_asked(moved, crop_eye_distances, size):
    """Level, a third of the side from its top edge at -0.5, and symmetric about the middle of the width."""
    eyes = transform_points(moved, EYES)
    left, right = transform_points(alignment_transform(*eyes, crop_eye_distances, size), eyes)
    half = size / crop_eye_distances / 2
    assert left == pytest.approx([(size - 1) / 2 - half, size / 3 - 0.5], abs=1e-6)
    assert right == pytest.approx([(size - 1) / 2 + half, size / 3 - 0.5], abs=1e-6)


@given(similarities)
def test_a_moved_face_aligns_to_the_same_points(moved):
    """The alignment undoes any similarity exactly, up to rounding."""
    points = np.random.default_rng(0).uniform(-40, 40, (68, 2))
    still = transform_points(alignment_transform(*EYES, 3.5, 256), points)
    there = transform_points(moved, points)
    matrix = alignment_transform(*transform_points(moved, EYES), 3.5, 256)
    assert transform_points(matrix, there) == pytest.approx(still, abs=1e-6)


@given(similarities)
def test_inverse_transform_brings_points_back(moved):
    back = transform_points(inverse_transform(moved), transform_points(moved, EYES))
    assert back == pytest.approx(EYES, abs=1e-6)


@pytest.mark.parametrize("eyes", [np.zeros((2, 2)), np.array([[0, 0], [0.6, 0.6]]), np.full((2, 2), np.nan)])
def test_eyes_that_make_no_face_are_refused(eyes):
    with pytest.raises(ValueError, match="less than a pixel"):
        alignment_transform(*eyes, 3.5, 256)


@pytest.mark.parametrize("scale", [0.07, 0.3, 0.5, 0.8, 1.0, 1.3, 3.0])
@pytest.mark.parametrize("angle", [0.0, 0.4, -2.0])
def test_pixels_land_where_points_do(scale, angle):
    """The centre of gravity of a blob agrees with the transformed point to a tenth of a pixel."""
    point, spread = np.array([[300.3, 220.6]]), 4 / scale
    x, y = np.meshgrid(np.arange(600), np.arange(500))
    blob = 255 * np.exp(-((x - point[0, 0]) ** 2 + (y - point[0, 1]) ** 2) / (2 * spread**2))
    matrix = similarity(angle, scale, (0, 0))
    matrix[:, 2] = (31.8, 29.1) - matrix[:, :2] @ point[0]
    warped = warp_image(np.rint(blob).astype(np.uint8), matrix, 64, outside=0).astype(float)
    x, y = np.meshgrid(np.arange(64), np.arange(64))
    centre = np.array([(warped * x).sum(), (warped * y).sum()]) / warped.sum()
    assert centre == pytest.approx(transform_points(matrix, point)[0], abs=0.1)


def noise(*shape: int) -> np.ndarray:
    return np.random.default_rng(1).integers(0, 256, shape, dtype=np.uint8)


def test_the_identity_and_whole_shifts_are_exact():
    image = noise(40, 40)
    assert np.array_equal(warp_image(image, np.eye(2, 3), 40), image)
    shifted = warp_image(image, np.array([[1.0, 0, 3], [0, 1, -2]]), 40, outside=7)
    assert np.array_equal(shifted[:38, 3:], image[2:, :37])
    assert (shifted[38:] == 7).all()
    assert (shifted[:, :3] == 7).all()


@pytest.mark.parametrize("times", [2, 3, 8])
def test_shrinking_is_the_mean_of_areas(times):
    image = noise(16 * times, 16 * times)
    means = image.reshape(16, times, 16, times).mean(axis=(1, 3))
    assert warp_image(image, scaling(1 / times), 16) == pytest.approx(means, abs=0.51)


def test_shrinking_makes_no_moire():
    """Fine stripes become even gray, at scales that are not one over a whole number and turned ones too."""
    stripes = np.tile(np.array([0, 255], np.uint8), (800, 400))
    for matrix in (scaling(0.13), similarity(0.3, 0.13, (20, -5))):
        inner = warp_image(stripes, matrix, 90)[30:60, 30:60]
        assert inner.min() > 105
        assert inner.max() < 150


def test_enlarging_agrees_with_opencv():
    image = cv2.GaussianBlur(noise(50, 50), (0, 0), 2)
    ours = warp_image(image, scaling(4), 200)
    theirs = cv2.resize(image, (200, 200), interpolation=cv2.INTER_LINEAR)
    assert np.abs(ours.astype(int) - theirs).max() <= 1


@given(similarities, st.integers(0, 255))
def test_an_even_image_stays_even(matrix, gray):
    assert (warp_image(np.full((30, 50), gray, np.uint8), matrix, 24) == gray).all()
