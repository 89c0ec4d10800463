"""The aligned face's size and place must not tell its expression: networks would learn them instead.

A linear discriminant guesses the six expressions of the embedded faces from one measure at a time, for
subjects it has not seen. Chance is 1/6. The control is a ratio that no crop changes, the jaw's width per
eye distance; it tells slightly more than chance. The earlier alignment, by eyes and mouth, is the contrast:
it shows that a leak would be seen.
"""

import numpy as np
import pytest
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.model_selection import GroupKFold, cross_val_score

from workflow_scripts.common.errors import StudyError
from workflow_scripts.faces.landmarks import LEFT_EYE, RIGHT_EYE
from workflow_scripts.orchestration.config_check import refuse_moved

MOUTH = slice(48, 68)
LEAK = 0.30  # accuracy; the earlier alignment reaches 0.32 to 0.33
TOLERANCE = 0.02  # about one standard error of an accuracy of 0.2 on 600 faces


@pytest.fixture(scope="module")
def aligned(extractor, embedded) -> np.ndarray:
    """Landmarks (700, 68, 2) of all embedded faces; a rejected one raises Unusable."""
    faces = [extractor.extract({"image_id": row["path"], "path": row["path"]}) for row in embedded]
    return np.array([face.landmarks for face in faces], dtype=np.float64)


@pytest.fixture(scope="module")
def accuracy(embedded):
    """A function of a measure (700,) to the accuracy with which it tells the six expressions."""
    expressions, subjects = (np.array([row[name] for row in embedded]) for name in ("expression", "subject"))
    shown = expressions != "neutral"

    def accuracy_of(measure: np.ndarray) -> float:
        classifier = LinearDiscriminantAnalysis(solver="lsqr")  # the default refuses a constant measure
        values = np.round(measure, 3)[shown, np.newaxis]  # float32 landmarks: a constant up to rounding
        groups = subjects[shown]
        return cross_val_score(classifier, values, expressions[shown], groups=groups, cv=GroupKFold(5)).mean()

    return accuracy_of


def eyes_of(landmarks: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Midpoints (n, 2) of the eye centres, and the distances (n,) between them."""
    left, right = landmarks[:, LEFT_EYE].mean(axis=1), landmarks[:, RIGHT_EYE].mean(axis=1)
    return (left + right) / 2, np.linalg.norm(right - left, axis=1)


def measures(landmarks: np.ndarray) -> dict[str, np.ndarray]:
    eyes, distance = eyes_of(landmarks)
    jaw = np.linalg.norm(landmarks[:, 16] - landmarks[:, 0], axis=1)
    return {"eye height": eyes[:, 1], "eye distance": distance, "jaw width": jaw, "control": jaw / distance}


def anchored_at_the_mouth(landmarks: np.ndarray, scaled: bool) -> np.ndarray:
    """Aligned landmarks moved to be centred midway between eyes and mouth, as earlier.

    `scaled`: also scaled as earlier, the side of 256 px three times the eye-mouth distance.
    """
    eyes, mouth = eyes_of(landmarks)[0], landmarks[:, MOUTH].mean(axis=1)
    scale = 256 / 3 / np.linalg.norm(mouth - eyes, axis=1) if scaled else np.ones(len(eyes))
    centred = landmarks - ((eyes + mouth) / 2)[:, np.newaxis]
    return scale[:, np.newaxis, np.newaxis] * centred + 127.5


def test_size_and_place_tell_no_more_than_a_ratio_without_scale(aligned, accuracy):
    reached = {name: accuracy(measure) for name, measure in measures(aligned).items()}
    control = reached.pop("control")
    assert 1 / 6 < control < 0.25
    for name, value in reached.items():
        assert value <= control + TOLERANCE, name


@pytest.mark.parametrize(
    ("scaled", "name"), [(True, "eye distance"), (True, "jaw width"), (False, "eye height")]
)
def test_an_anchor_at_the_mouth_would_tell_the_expression(aligned, accuracy, scaled, name):
    """Both the earlier alignment and one that takes only the size from the eyes."""
    assert accuracy(measures(anchored_at_the_mouth(aligned, scaled))[name]) > LEAK


def test_the_earlier_key_is_refused_with_the_conversion_measured_on_these_faces(aligned):
    eyes, distance = eyes_of(aligned)
    factor = (np.linalg.norm(aligned[:, MOUTH].mean(axis=1) - eyes, axis=1) / distance).mean()
    with pytest.raises(StudyError) as error:
        refuse_moved({"faces": {"crop_scale": 3.0}})
    conversion = f"{factor:.3f} times the value ({3 * factor:.2f} for 3.0"
    assert f"faces.crop_scale: write faces.crop_eye_distances, {conversion}" in str(error.value)
