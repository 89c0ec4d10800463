"""The landmark model is found and checked; the landmarks are where the renderer put the face."""

import subprocess
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path

import numpy as np
import pytest

from workflow_scripts.common.errors import StudyError
from workflow_scripts.faces import landmarks
from workflow_scripts.faces.images import read_image, to_gray


def test_the_model_is_found_without_importing_its_package():
    code = (
        "import sys; from workflow_scripts.faces import landmarks; landmarks.verify_landmark_model();"
        "print(landmarks.landmark_model().name, 'face_recognition_models' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[3],
    )
    assert done.stdout.split() == ["shape_predictor_68_face_landmarks.dat", "False"]


def test_an_absent_short_or_changed_model_is_refused_with_the_remedy(tmp_path, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(StudyError, match=r"is not installed; .*face-recognition-models==0\.3\.0"):
        landmarks.landmark_model()
    spec = ModuleSpec("face_recognition_models", None, is_package=True)
    spec.submodule_search_locations = [str(tmp_path)]
    monkeypatch.setattr("importlib.util.find_spec", lambda name: spec)
    with pytest.raises(StudyError, match=r"0 bytes instead of 99,693,937"):
        landmarks.landmark_model()
    (tmp_path / "models").mkdir()
    (tmp_path / landmarks.MODEL).write_bytes(b"other")
    monkeypatch.setattr(landmarks, "MODEL_BYTES", 5)
    with pytest.raises(StudyError, match=r"SHA-256 is d9298a10d1b0.* instead of fbdc2cb8"):
        landmarks.verify_landmark_model()


def named_points(found: np.ndarray) -> dict[str, np.ndarray]:
    return {
        "nose": found[30],
        "mouth_left": found[54],
        "mouth_right": found[48],
        "chin": found[8],
        "eye_left": found[landmarks.RIGHT_EYE].mean(axis=0),  # left of the subject, right in the image
        "eye_right": found[landmarks.LEFT_EYE].mean(axis=0),
    }


def test_landmarks_lie_where_the_mesh_was_projected(extractor, embedded):
    """dlib has never seen a rendered face; on all 700 it is 2.8 px of 256 off on average, 1.9 at the eyes."""
    predictor, errors = landmarks.LandmarkPredictor(), []
    for row in embedded[::13]:
        image = read_image(Path(row["path"]))
        found = named_points(predictor.landmarks(to_gray(image), extractor.detect(image)[0]))
        true = {name: (float(row[f"{name}_x"]), float(row[f"{name}_y"])) for name in found}
        errors.append({name: np.linalg.norm(found[name] - true[name]) for name in found})
    means = {name: np.mean([error[name] for error in errors]) for name in errors[0]}
    assert len(errors) == 54
    assert np.mean(list(means.values())) < 3.2
    assert max(means["eye_left"], means["eye_right"]) < 2.5
    assert max(means.values()) < 5
