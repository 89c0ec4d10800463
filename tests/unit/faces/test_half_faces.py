"""Half faces: one half of an expressive face, the other of the neutral face, and no seam that tells which."""

import numpy as np
import pytest

from workflow_scripts.faces.face_store import Face
from workflow_scripts.faces.half_faces import OF_BROWS, SEAM, SHOWN, depth_below, half_face

SIZE = 64
FAR = 4  # px from the seam, beyond which the halves are not blended
OF_MOUTH = sorted(set(range(68)) - {*OF_BROWS, *SEAM})


def face(image: np.ndarray, landmarks: np.ndarray, **options) -> Face:
    return Face("toy/face", image, landmarks, **options)


@pytest.fixture
def made(standard_landmarks):
    """An expressive and a neutral face: noise, alike around the seam; the same landmarks."""
    random = np.random.default_rng(1)
    neutral = random.integers(60, 180, (SIZE, SIZE), np.uint8)
    expressive = random.integers(60, 180, (SIZE, SIZE), np.uint8)
    depth = depth_below(standard_landmarks[list(SEAM)], SIZE, SIZE)
    alike = np.abs(depth) <= FAR
    expressive[alike] = neutral[alike]
    return face(expressive, standard_landmarks), face(neutral, standard_landmarks), depth


def test_each_half_is_that_of_its_own_face(made):
    expressive, neutral, depth = made
    below, above = depth > FAR, depth < -FAR
    mouth, brows = (half_face(expressive, neutral, shows).image for shows in ("mouth", "brows"))
    assert np.array_equal(mouth[below], expressive.image[below])
    assert np.array_equal(mouth[above], neutral.image[above])
    assert np.array_equal(brows[above], expressive.image[above])
    assert np.array_equal(brows[below], neutral.image[below])
    assert (mouth[below] != neutral.image[below]).mean() > 0.9


@pytest.mark.parametrize("shows", SHOWN)
def test_the_neutral_half_is_the_same_whatever_the_expression_the_light_and_the_pose(made, shows):
    expressive, neutral, depth = made
    other = depth < -FAR if shows == "mouth" else depth > FAR
    dark = (expressive.image // 2).astype(np.uint8)
    turned = expressive.landmarks + np.float32([5, -3]) + np.float32([[0.1, 0]]) * expressive.landmarks
    found = half_face(face(dark, turned.astype(np.float32)), neutral, shows)
    assert np.array_equal(found.image[other], neutral.image[other])
    of_neutral = OF_BROWS if shows == "mouth" else OF_MOUTH
    for kept in (list(of_neutral), list(SEAM)):
        assert np.array_equal(found.landmarks[kept], neutral.landmarks[kept])


@pytest.mark.parametrize("shows", SHOWN)
def test_brighter_images_leave_no_seam(standard_landmarks, shows):
    neutral = face(np.full((SIZE, SIZE), 100, np.uint8), standard_landmarks)
    bright = face(np.full((SIZE, SIZE), 170, np.uint8), standard_landmarks)
    assert (half_face(bright, neutral, shows).image == 100).all()
    # light from the side: brighter to the right
    slope = np.tile(np.linspace(60, 200, SIZE), (SIZE, 1)).astype(np.uint8)
    found = half_face(face(slope, standard_landmarks), neutral, shows).image.astype(int)
    depth = depth_below(standard_landmarks[list(SEAM)], SIZE, SIZE)
    assert np.abs(found[np.abs(depth) < 3] - 100).max() < 20
    assert np.abs(np.diff(found, axis=0)).max() < 12  # nowhere a step


@pytest.mark.parametrize("move", [(4, 0), (0, 3), (-3, -2)])
def test_a_face_that_is_only_moved_fits_without_a_gap(standard_landmarks, move):
    y, x = np.mgrid[:SIZE, :SIZE]
    pattern = 120 + 40 * np.sin(x / 5) + 30 * np.cos(y / 6)
    moved = 120 + 40 * np.sin((x - move[0]) / 5) + 30 * np.cos((y - move[1]) / 6)
    neutral = face(np.rint(pattern).astype(np.uint8), standard_landmarks)
    expressive = face(np.rint(moved).astype(np.uint8), standard_landmarks + np.float32(move))
    found = half_face(expressive, neutral, "mouth")
    inside = slice(8, -8), slice(8, -8)  # what the move brings into the image lies at its edge
    assert np.abs(found.image[inside].astype(int) - neutral.image[inside]).max() <= 2
    assert np.abs(found.landmarks - neutral.landmarks).max() < 1e-4


def test_what_moved_is_known_of_the_expressive_half_alone(made):
    expressive, neutral, depth = made
    everywhere = np.full((SIZE, SIZE), 90, np.uint8)
    expressive = face(expressive.image, expressive.landmarks, region_map=everywhere)
    found = half_face(expressive, neutral, "mouth").region_map
    assert (found[depth > FAR] == 90).all()
    assert (found[depth < -FAR] == 0).all()
    assert half_face(face(neutral.image, neutral.landmarks), neutral, "mouth").region_map is None


def test_the_seam_lies_between_the_eyes_and_the_mouth(extractor, embedded):
    for row in embedded[:7]:
        landmarks = extractor.extract(row | {"image_id": row["path"]}).landmarks
        line = np.interp(landmarks[:, 0], *landmarks[list(SEAM)].T)
        assert (landmarks[36:48, 1] < line[36:48] - 5).all()
        assert (landmarks[17:27, 1] < line[17:27] - 20).all()
        assert (landmarks[31:36, 1] > line[31:36] + 5).all()
        assert (landmarks[48:, 1] > line[48:] + 20).all()


def test_real_halves_meet_without_a_visible_step(extractor, embedded):
    neutral, *others = (extractor.extract(row | {"image_id": row["path"]}) for row in embedded[:7])
    size = len(neutral.image)
    depth = depth_below(neutral.landmarks[list(SEAM)], size, size)
    columns = slice(70, 186)  # of the face

    def step(image: np.ndarray) -> float:
        image = image[:, columns].astype(float)
        of_depth = depth[:, columns]
        above, below = (image[(of_depth > low) & (of_depth <= low + 8)].mean() for low in (-12, 4))
        return abs(above - below)

    whole = max(step(one.image) for one in (neutral, *others))
    for other in others:
        for shows in SHOWN:
            assert step(half_face(other, neutral, shows).image) < whole + 8
