"""From an image to its explanation on the standard face: what is shown is in the files, and may be shown."""

import cv2
import numpy as np
import pytest

from tests.unit.report.test_figures import SHAPE, drawn
from tests.unit.report.test_scoring import example_files, rows
from workflow_scripts.common.hdf5 import new_hdf5
from workflow_scripts.explanation.explanation_stack import Explanation, write_stack
from workflow_scripts.faces.face_store import Face, write_faces
from workflow_scripts.report.draw_scoring import draw_scoring, explained_steps
from workflow_scripts.report.figures.explained_image import BORDER, cut, dotted, image_steps, weighted
from workflow_scripts.standardization.standard_face import HEIGHT, WIDTH

PLAIN = np.full((*SHAPE, 3), 0.5)
LANDMARKS = np.tile([[20.0, 30.0]], (68, 1))


def explanation(*weights: float) -> Explanation:
    """Regions side by side, a weight each for the second of two expressions."""
    regions = np.repeat([np.arange(len(weights)).repeat(32 // len(weights))], 32, axis=0)
    both = np.stack([np.full(len(weights), 9.0), weights], axis=1)
    return Explanation(np.array([0.5, 0.5]), 9, regions=regions, weights=both)


def files(folder, *image_ids: str, may_be_shown=()):
    """A stack, the standardized explanations with it, and the faces of images that may be shown."""
    with write_stack(folder / "stack.h5", 32, "fear", ["anger", "fear"]) as writer:
        for image_id in image_ids:
            writer.append(image_id, explanation(0.5, -0.25))
    with new_hdf5(folder / "heatmap.h5") as file:
        file["explanations"] = np.stack([np.full(SHAPE, place + 1.0) for place in range(len(image_ids))])
        file["heatmap"] = np.tri(*SHAPE)
        file["image_id"] = [image_id.encode() for image_id in image_ids]
    faces = [
        Face(image_id, np.full((64, 64), 40 * (place + 1), np.uint8), LANDMARKS.astype(np.float32))
        for place, image_id in enumerate(may_be_shown)
    ]
    write_faces(folder / "faces.h5", faces, 64, region_maps=False)
    return folder / "stack.h5", folder / "heatmap.h5", [folder / "faces.h5"]


def test_the_image_is_the_first_of_the_cell_that_may_be_shown(tmp_path):
    found = files(tmp_path, "closed/a", "open/b", "open/c", may_be_shown=["open/c", "open/b"])
    steps, images = explained_steps(*found, PLAIN)
    assert images == 3
    np.testing.assert_allclose(steps["a face"].picture, 80 / 255)  # of open/b, the second in the file


def test_without_an_image_that_may_be_shown_there_are_no_steps(tmp_path):
    assert explained_steps(*files(tmp_path, "closed/a", may_be_shown=["open/b"]), PLAIN) == ({}, 1)


def test_weights_for_the_expression_are_orange_with_plus_and_against_it_blue_with_minus():
    square = np.full((HEIGHT, HEIGHT, 3), 0.5)
    picture = weighted(square, explanation(0.5, 0.0, -0.25, 0.05), 1)
    centres = [picture[20, HEIGHT * part // 8] for part in (1, 3, 5, 7)]
    assert centres[0][0] > 0.8 > centres[0][2]
    np.testing.assert_allclose(centres[1], 0.5)
    assert centres[2][2] > 0.53 > 0.47 > centres[2][0]
    assert centres[2].mean() < 0.5 < centres[0].mean()  # told apart in grey, too
    assert 0.5 < centres[3][0] < centres[0][0]
    white = (picture == 1).all(axis=2)
    extent = [white[:, HEIGHT * part // 4 : HEIGHT * (part + 1) // 4] for part in range(4)]
    assert [bool(part.any()) for part in extent] == [True, False, True, False]
    tall = [np.ptp(np.nonzero(part)[0]) for part in (extent[0], extent[2])]
    wide = [np.ptp(np.nonzero(part)[1]) for part in (extent[0], extent[2])]
    assert tall[0] == wide[0] == wide[1] > 3 * tall[1]


def test_borders_of_regions_are_dark():
    square = np.full((HEIGHT, HEIGHT, 3), 0.5)
    picture = weighted(square, explanation(0.0, 0.0), 1)
    assert (picture[5] == 0.5 * BORDER).all(axis=1).sum() == 1


def test_an_explanation_of_pixels_has_no_borders():
    importance = np.zeros((2, 32, 32), np.float32)
    importance[1, :16], importance[1, 16:] = 2, -1
    dense = Explanation(np.array([0.5, 0.5]), 9, importance=importance)
    picture = weighted(np.full((HEIGHT, HEIGHT, 3), 0.5), dense, 1)
    assert len(np.unique(picture.reshape(-1, 3), axis=0)) == 2


def test_landmarks_are_dots_at_their_places():
    picture = dotted(np.zeros((50, 60, 3)), np.array([[10.2, 20.0], [-9.0, 3.0], [59.0, 49.0], [99.0, 9.0]]))
    assert (picture[19:22, 9:12] == 1).all()
    assert picture[..., 0].sum() == 9 + 4


def test_all_steps_have_the_size_of_the_standard_face_and_the_middle_of_the_image():
    image = np.zeros((64, 64), np.uint8)
    image[:, 30:34] = 255
    steps = image_steps(image, LANDMARKS, explanation(1.0, -1.0), 1, np.tri(*SHAPE), PLAIN)
    assert {cell.picture.shape for cell in steps.values()} == {(HEIGHT, WIDTH, 3)}
    bright = np.flatnonzero(steps["a face"].picture[100, :, 0] > 0.5)
    assert bright.mean() == pytest.approx((WIDTH - 1) / 2, abs=1)
    assert cut(np.zeros((HEIGHT, HEIGHT, 3))).shape == (HEIGHT, WIDTH, 3)


@pytest.mark.parametrize("shown", [True, False])
def test_the_picture_has_a_row_more_with_an_image_that_may_be_shown(tmp_path, background, shown):
    stack, heatmap, faces = files(tmp_path, "open/a", may_be_shown=["open/a" if shown else "open/other"])
    given = example_files(tmp_path, rows("Second", 1, 0.1, names=["fear"]), ["Second"], names=["fear"])
    given |= {"heatmaps": [heatmap], "background": background, "folder": tmp_path}
    _, without = drawn(draw_scoring, tmp_path / "scores.csv", **given)
    _, image = drawn(draw_scoring, tmp_path / "scores.csv", stacks=[stack], faces=faces, **given)
    assert (image.shape[0] > without.shape[0] + 200) is shown
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    assert (grey[:, -12:] > 250).all()
    assert (grey[:, :12] > 250).all()
