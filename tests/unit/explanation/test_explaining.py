"""What explainers are handed, and what is refused."""

import numpy as np
import pytest

from workflow_scripts.common.errors import StudyError
from workflow_scripts.explanation.explaining import FacesOfCell, built_explainer, explained_faces
from workflow_scripts.faces.face_store import Face, FaceReader, write_faces

EXPLAINER = """
class Explainer:
    def explain({arguments}):
        return image, image_id, landmarks

def build(model, settings, seed):
    return Explainer()
"""


def of_one_s_own(folder, arguments: str):
    (folder / "mine.py").write_text(EXPLAINER.format(arguments=arguments))
    return built_explainer(None, {"explainer": f"{folder}/mine.py:build"}, seed=1)


def test_an_explainer_is_given_the_image_and_its_landmarks_at_the_network_s_size(tmp_path):
    image = np.zeros((64, 64), np.uint8)
    image[20:24, 40:44] = 255  # around (41.5, 21.5)
    face = Face("toy/a", image, np.full((68, 2), (41.5, 21.5), np.float32))
    write_faces(tmp_path / "faces.h5", [face], 64, region_maps=False)
    explainer = of_one_s_own(tmp_path, "self, image, image_id, landmarks")
    with FaceReader([tmp_path / "faces.h5"]) as reader:
        cell = FacesOfCell(reader, ["toy/a"], 16)
        ((given, image_id, landmarks),) = explained_faces(explainer, cell, column=0, threads=1)
    assert given.shape == (16, 16, 3)
    assert image_id == "toy/a"
    assert landmarks.dtype == np.float64
    assert landmarks.shape == (68, 2)
    y, x = np.unravel_index(given[..., 0].argmax(), (16, 16))
    np.testing.assert_allclose(landmarks, np.full((68, 2), (x, y)))


@pytest.mark.parametrize("arguments", ["self, image, image_id", "self, image, image_id, landmarks, more"])
def test_an_explainer_that_is_not_called_so_is_told_what_to_add(tmp_path, arguments):
    said = (
        r"mine\.py:build': what it builds has no explain\(image, image_id, landmarks\) .*; add the argument"
    )
    with pytest.raises(StudyError, match=said):
        of_one_s_own(tmp_path, arguments)


@pytest.mark.parametrize("arguments", ["self, *given", "self, image, image_id, landmarks=None"])
def test_it_may_take_them_in_its_own_way(tmp_path, arguments):
    assert of_one_s_own(tmp_path, arguments)


def test_what_cannot_explain_is_no_explainer(tmp_path):
    (tmp_path / "mine.py").write_text("def build(model, settings, seed): pass")
    with pytest.raises(StudyError, match=r"has no explain\(image, image_id, landmarks\) \('NoneType' object"):
        built_explainer(None, {"explainer": f"{tmp_path}/mine.py:build"}, seed=1)
