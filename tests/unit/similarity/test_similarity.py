import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from workflow_scripts.comparison.mask_image import read_gray
from workflow_scripts.similarity.correlate_heatmaps import correlate_heatmaps
from workflow_scripts.similarity.correlation import correlation
from workflow_scripts.similarity.dendrogram import distance_matrix, linkage_of, merges
from workflow_scripts.similarity.draw_dendrogram import draw_dendrogram
from workflow_scripts.standardization.standard_face import HEIGHT, WIDTH
from workflow_scripts.tables import read_table

SHARED = Path(__file__).parents[3].parent / "shared"
SHALLOW = ["SilNet", "WeiNet", "AlexNet", "SongNet"]
DEEP = [
    "VGG16",
    "VGG19",
    "ResNet50",
    "ResNet101V2",
    "InceptionV3",
    "Xception",
    "MobileNetV3Large",
    "EfficientNetV2B0",
]
images = arrays(np.float64, (5, 6), elements=st.floats(0, 1).map(lambda value: round(value, 3)))


@given(images, images)
def test_equal_to_numpy_and_opencv(a, b):
    r = correlation(a, b)
    if np.ptp(a) == 0 or np.ptp(b) == 0:
        assert r is None
        return
    assert r == pytest.approx(np.corrcoef(a.ravel(), b.ravel())[0, 1], abs=1e-9)
    template = cv2.matchTemplate(a.astype(np.float32), b.astype(np.float32), cv2.TM_CCOEFF_NORMED)[0, 0]
    assert r == pytest.approx(template, abs=1e-3)


def heatmaps(tmp_path, arrays_by_name):
    paths = []
    for name, array in arrays_by_name.items():
        paths.append(tmp_path / f"{name}.npy")
        np.save(paths[-1], array.astype(np.float32))
    return paths


def correlated(tmp_path, arrays_by_name):
    output = tmp_path / "r.csv"
    correlate_heatmaps(
        heatmaps(tmp_path, arrays_by_name), networks=json.dumps(list(arrays_by_name)), output=output
    )
    return output


def some(seed):
    return np.random.default_rng(seed).random((HEIGHT, WIDTH))


def test_distance_and_similarity_follow_from_r(tmp_path):
    base = some(0)
    rows = read_table(correlated(tmp_path, {"A": base, "same": base * 2 + 1, "inverse": -base}))
    by_pair = {(row["network_a"], row["network_b"]): row for row in rows}
    assert len(rows) == 3
    same, inverse = by_pair["A", "same"], by_pair["A", "inverse"]
    assert [float(same[key]) for key in ("r", "distance", "similarity")] == pytest.approx([1, 0, 1], abs=1e-6)
    assert [float(inverse[key]) for key in ("r", "distance", "similarity")] == pytest.approx(
        [-1, 2, 0], abs=1e-6
    )


def test_missing_and_constant_heatmaps_are_named_and_left_out(tmp_path, capsys):
    missing, constant = np.full((HEIGHT, WIDTH), np.nan), np.full((HEIGHT, WIDTH), 0.2)
    table = correlated(tmp_path, {"A": some(0), "B": some(1), "gone": missing, "flat": constant})
    assert "gone" in capsys.readouterr().out
    present, matrix, left_out = distance_matrix(read_table(table))
    assert (present, left_out) == (["A", "B"], ["gone", "flat"])
    assert matrix[0, 1] == pytest.approx(1 - np.corrcoef(some(0).ravel(), some(1).ravel())[0, 1], abs=1e-6)


def test_merges_of_a_known_tree():
    matrix = np.array([[0, 0.1, 0.6], [0.1, 0, 0.4], [0.6, 0.4, 0]])
    found = merges(["A", "B", "C"], linkage_of(matrix, "average"))
    assert [(merge.members, round(merge.height, 9)) for merge in found] == [
        (("A", "B"), 0.1),
        (("A", "B", "C"), 0.5),
    ]


def draw(tmp_path, table):
    outputs = {"output": tmp_path / "tree.svg", "merges_output": tmp_path / "merges.csv"}
    draw_dendrogram(table, expression="fear", settings='{"linkage": "average"}', **outputs)
    return outputs["output"].read_bytes(), read_table(outputs["merges_output"])


def test_the_dendrogram_is_valid_svg_and_the_same_every_time(tmp_path):
    table = correlated(tmp_path, {"A": some(0), "B": some(1), "C": some(2)})
    svg, merged = draw(tmp_path, table)
    assert ElementTree.fromstring(svg).tag.endswith("svg")
    assert [row["size"] for row in merged] == ["2", "3"]
    assert draw(tmp_path, table)[0] == svg


def test_one_network_has_no_tree_but_a_figure_that_says_so(tmp_path):
    svg, merged = draw(tmp_path, correlated(tmp_path, {"A": some(0)}))
    assert ElementTree.fromstring(svg).tag.endswith("svg")
    assert merged == []


@pytest.mark.skipif(not SHARED.is_dir(), reason="the published heatmaps are not here")
@pytest.mark.parametrize(
    ("expression", "deep", "shallow"),
    [
        ("Disgust", 0.223, 0.368),
        ("Happiness", 0.042, 0.189),
        ("Sadness", 0.157, 0.250),
        ("Surprise", 0.203, 0.455),
    ],
)
def test_the_published_heatmaps_give_the_clusters_of_figure_10(tmp_path, expression, deep, shallow):
    """Pretrained and other networks form one subtree each, at the heights of the paper's Figure 10.

    The published heatmaps of single folds are each stretched to 8 bit, so their true scales in the mean
    over folds are lost: heights come out within .012.
    """
    folder = SHARED / "published/heatmaps"
    means = {
        network: np.mean(
            [read_gray(folder / f"{network}_CV{fold}_{expression}_heatmap.png") for fold in range(1, 6)],
            axis=0,
        )
        for network in (*SHALLOW, *DEEP)
    }
    names, matrix, _ = distance_matrix(read_table(correlated(tmp_path, means)))
    height = {
        frozenset(merge.members): merge.height for merge in merges(names, linkage_of(matrix, "average"))
    }
    assert height[frozenset(DEEP)] == pytest.approx(deep, abs=0.012)
    assert height[frozenset(SHALLOW)] == pytest.approx(shallow, abs=0.012)
