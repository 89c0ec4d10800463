"""Masks of one half of the face: they divide it where half faces do."""

import json
from pathlib import Path

import numpy as np
import pytest

from workflow_scripts.common.errors import StudyError
from workflow_scripts.comparison.draw_masks import draw_masks
from workflow_scripts.comparison.mask_image import read_mask
from workflow_scripts.standardization.standard_face import face_area, read_standard_face

STANDARD_FACE = Path(__file__).parents[3] / "resources/standard_face.csv"
LANDMARKS = read_standard_face(STANDARD_FACE)[:68]
BROWS_AND_EYES, MOUTH = [*range(17, 27), *range(36, 48)], range(48, 68)


@pytest.fixture
def masks(tmp_path) -> dict[str, np.ndarray]:
    for shows in ("mouth", "brows"):
        settings = json.dumps({"kind": "halves", "shows": shows})
        output = tmp_path / f"{shows}.png"
        draw_masks(settings=settings, expression="fear", standard_face=STANDARD_FACE, output=output)
    return {shows: read_mask(tmp_path / f"{shows}.png") for shows in ("mouth", "brows")}


def covered(mask: np.ndarray, points) -> list[bool]:
    return [bool(mask[int(y), int(x)]) for x, y in LANDMARKS[list(points)]]


def test_a_half_covers_its_own_landmarks_and_none_of_the_other(masks):
    assert all(covered(masks["mouth"], [*MOUTH, *range(30, 36)]))
    assert not any(covered(masks["mouth"], BROWS_AND_EYES))
    assert all(covered(masks["brows"], BROWS_AND_EYES))
    assert not any(covered(masks["brows"], MOUTH))


def test_the_halves_divide_the_face_between_them(masks):
    assert not (masks["mouth"] & masks["brows"]).any()
    assert np.array_equal(masks["mouth"] | masks["brows"], face_area(LANDMARKS))
    assert 0.3 < masks["mouth"].sum() / face_area(LANDMARKS).sum() < 0.6


def test_a_half_that_there_is_not_is_refused(tmp_path):
    settings = json.dumps({"kind": "halves"})
    with pytest.raises(StudyError, match=r"no mask of fear.*shows: mouth or brows"):
        draw_masks(
            settings=settings, expression="fear", standard_face=STANDARD_FACE, output=tmp_path / "a.png"
        )
