from pathlib import Path

import cv2
import numpy as np
import pytest

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.tables import write_table
from workflow_scripts.faces.face_store import Face, write_faces
from workflow_scripts.standardization.standard_face import HEIGHT, WIDTH, read_standard_face
from workflow_scripts.tools.average_faces import average_faces

RESOURCES = Path(__file__).parents[3] / "resources"
STANDARD_FACE = RESOURCES / "standard_face.csv"


@pytest.fixture
def stored(tmp_path, standard_landmarks):
    """Faces of gray 40 and 81 that are neutral, one of gray 255 that is not, and one that is in no index."""
    grays = {"toy/a": 40, "toy/b": 81, "toy/happy": 255, "toy/unlisted": 255}
    faces, index = tmp_path / "faces.h5", tmp_path / "index.csv"
    images = [
        Face(name, np.full((64, 64), gray, np.uint8), standard_landmarks) for name, gray in grays.items()
    ]
    write_faces(faces, images, 64, region_maps=False)
    rows = [
        {"image_id": name, "expression": "happiness" if "happy" in name else "neutral"}
        for name in [*list(grays)[:3], "toy/rejected"]
    ]
    write_table(index, ["image_id", "expression"], rows)
    return {"faces": [faces], "index": [index], "standard_face": STANDARD_FACE}


def test_the_mean_is_of_the_faces_that_show_the_expression(stored, tmp_path):
    output = tmp_path / "mean.png"
    average_faces(**stored, output=output)
    image = cv2.imread(str(output), cv2.IMREAD_UNCHANGED)
    assert image.dtype == np.uint8
    np.testing.assert_array_equal(image, np.full((HEIGHT, WIDTH), 60))  # 60.5, rounded to even


def test_another_expression_can_be_averaged(stored, tmp_path):
    average_faces(**stored, expression="happiness", output=tmp_path / "mean.png")
    assert (cv2.imread(str(tmp_path / "mean.png"), cv2.IMREAD_UNCHANGED) == 255).all()


def test_no_face_of_the_expression_is_an_error(stored, tmp_path):
    with pytest.raises(StudyError, match=r"none of .* shows fear"):
        average_faces(**stored, expression="fear", output=tmp_path / "mean.png")
    assert not (tmp_path / "mean.png").exists()


def test_the_mean_face_of_the_repository_has_its_features_at_the_standard_points():
    image = cv2.imread(str(RESOURCES / "mean_face.png"), cv2.IMREAD_UNCHANGED)
    assert image.shape == (HEIGHT, WIDTH)
    assert image.dtype == np.uint8
    points = read_standard_face(STANDARD_FACE)
    skin = np.median(image[60:250, 40:185])
    for eye in (slice(36, 42), slice(42, 48)):
        x, y = points[eye].mean(axis=0).astype(int)
        assert image[y - 3 : y + 4, x - 3 : x + 4].mean() < 0.6 * skin  # pupils are dark
