import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from skimage.filters import threshold_otsu
from sklearn import metrics

from workflow_scripts.comparison.cell_scores import score_heatmap
from workflow_scripts.comparison.score_columns import BASIS, CELL, PAPER, cell_columns
from workflow_scripts.comparison.scores import chance_face_scores, heatmap_scores, load_metrics
from workflow_scripts.comparison.thresholds import important_region, otsu_threshold, stretch_to_8bit

METRICS = load_metrics(PAPER)
masks = arrays(bool, (6, 7))
gray_images = st.one_of(
    arrays(np.uint8, (8, 9)),
    arrays(np.uint8, (8, 9), elements=st.sampled_from([0, 3, 200])),
    arrays(np.uint8, (8, 9), elements=st.integers(100, 120)),
)


def mask_scores(found, mask):
    return heatmap_scores(METRICS, found, found, mask, np.ones_like(mask))


def test_known_masks():
    """Two 4 x 4 squares that share a 2 x 4 half."""
    a, b = np.zeros((8, 8), bool), np.zeros((8, 8), bool)
    a[:4, :4], b[2:6, :4] = True, True
    assert mask_scores(a, b) == pytest.approx({"iou": 8 / 24, "f1": 0.5, "precision": 0.5, "recall": 0.5})
    assert mask_scores(a, a) == {"iou": 1, "f1": 1, "precision": 1, "recall": 1}
    assert mask_scores(a, ~a) == {"iou": 0, "f1": 0, "precision": 0, "recall": 0}


@given(masks, masks)
def test_equal_to_scikit_learn(predicted, true):
    expected = {
        "iou": metrics.jaccard_score(true.ravel(), predicted.ravel(), zero_division=0),
        "f1": metrics.f1_score(true.ravel(), predicted.ravel(), zero_division=0),
        "precision": metrics.precision_score(true.ravel(), predicted.ravel(), zero_division=0),
        "recall": metrics.recall_score(true.ravel(), predicted.ravel(), zero_division=0),
    }
    assert mask_scores(predicted, true) == pytest.approx(expected)


@given(masks, masks)
def test_iou_is_at_most_f1_and_mirroring_changes_nothing(predicted, true):
    scores = mask_scores(predicted, true)
    assert 0 <= scores["iou"] <= scores["f1"] <= 1
    assert mask_scores(predicted[:, ::-1], true[:, ::-1]) == scores


def test_chance_is_the_mean_score_of_random_regions_of_the_face_as_large_as_the_heatmap_s():
    """The heatmap's own region lies half outside the face, and so does the mask."""
    rng = np.random.default_rng(0)
    face, true, predicted = (np.zeros((275, 224), bool) for _ in range(3))
    face[60:, 40:190] = True
    true[30:200, 50:150] = True
    predicted[:, :60] = True
    places = np.flatnonzero(face)
    drawn = []
    for _ in range(40):
        region = np.zeros(face.size, bool)
        region[rng.choice(places, np.count_nonzero(predicted), replace=False)] = True
        drawn.append(mask_scores(region.reshape(face.shape), true))
    for name, expected in chance_face_scores(METRICS, predicted, true, face).items():
        assert np.mean([scores[name] for scores in drawn]) == pytest.approx(expected, abs=0.003)


@given(masks, masks)
def test_a_region_beyond_the_face_scores_by_chance_what_the_face_does(true, face):
    face[0] = True
    everywhere = np.ones_like(face)
    assert chance_face_scores(METRICS, everywhere, true, face) == pytest.approx(mask_scores(face, true))


@settings(max_examples=300)
@given(gray_images)
def test_otsu_equals_scikit_image(image):
    assert otsu_threshold(image) == threshold_otsu(image)


def test_otsu_equals_scikit_image_on_smooth_heatmaps():
    rng = np.random.default_rng(0)
    y, x = np.mgrid[:275, :224] / 40
    for _ in range(50):
        a, b, c, d = rng.uniform(0, 6, 4)
        heatmap = np.exp(-((x - a) ** 2) - (y - b) ** 2) + 0.5 * np.exp(-((x - c) ** 2) - (y - d) ** 2)
        stretched = stretch_to_8bit(heatmap)
        assert otsu_threshold(stretched) == threshold_otsu(stretched)


@given(arrays(np.float64, (5, 6), elements=st.floats(0, 1)), st.floats(0.1, 100), st.floats(-10, 10))
def test_stretching_spans_all_levels_and_forgets_scale(heatmap, factor, offset):
    stretched = stretch_to_8bit(heatmap)
    if np.ptp(heatmap) > 1e-6:
        assert (stretched.min(), stretched.max()) == (0, 255)
        other = stretch_to_8bit(heatmap * factor + offset).astype(int)
        assert np.abs(stretched.astype(int) - other).max() <= 1
    elif np.ptp(heatmap) == 0:
        assert not stretched.any()


def test_a_constant_heatmap_has_no_important_region():
    region, _ = important_region(np.full((5, 5), 0.3))
    assert not region.any()


def test_the_important_region_of_two_levels_is_the_upper_one():
    heatmap = np.full((10, 10), 0.1)
    heatmap[2:5, 3:7] = 0.4
    np.testing.assert_array_equal(important_region(heatmap)[0], heatmap > 0.2)


@pytest.mark.parametrize("value", [np.nan, 0.0, 0.3])
def test_a_heatmap_that_is_missing_or_even_has_no_scores(value):
    """Not an IoU of 0: an even map has no brightest region."""
    mask, face = np.zeros((2, 4, 4), bool)
    mask[0], face[:2] = True, True
    row = score_heatmap(METRICS, np.full((4, 4), value), mask, face)
    assert row.pop("mask_area") == 0.25
    assert row.pop("face_iou") == 0.5
    assert row["iou"] is None
    assert {value for name, value in row.items() if not name.startswith("face_")} == {None}
    assert {*row, "mask_area", "face_iou", *CELL, *BASIS} == set(cell_columns())
