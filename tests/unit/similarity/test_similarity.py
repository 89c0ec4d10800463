import json
import xml.etree.ElementTree as ElementTree
from itertools import combinations, pairwise
from pathlib import Path

import cv2
import matplotlib
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox
from scipy.cluster import hierarchy

from workflow_scripts.common.figures import STYLE
from workflow_scripts.common.tables import read_table, write_table
from workflow_scripts.comparison.mask_image import read_gray
from workflow_scripts.similarity.correlate_heatmaps import correlate_heatmaps
from workflow_scripts.similarity.correlation import correlation
from workflow_scripts.similarity.dendrogram import draw_tree
from workflow_scripts.similarity.draw_dendrogram import draw_dendrogram
from workflow_scripts.similarity.trees import Worth, distance_matrix, linkage_of, merges
from workflow_scripts.standardization.standard_face import HEIGHT, WIDTH, face_area, read_standard_face

SHARED = Path(__file__).parents[3].parent / "shared"
STANDARD_FACE = Path(__file__).parents[3] / "resources/standard_face.csv"
FACE = face_area(read_standard_face(STANDARD_FACE))
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
        heatmaps(tmp_path, arrays_by_name),
        networks=json.dumps(list(arrays_by_name)),
        standard_face=STANDARD_FACE,
        output=output,
    )
    return output


def some(seed):
    return np.random.default_rng(seed).random((HEIGHT, WIDTH))


def test_distance_and_similarity_follow_from_r(tmp_path):
    base = some(0)
    rows = read_table(correlated(tmp_path, {"A": base, "same": base * 2 + 1, "inverse": -base}))
    by_pair = {(row["network_a"], row["network_b"]): row for row in rows}
    assert len(rows) == 3
    keys = ("r_face", "distance_face", "similarity_face", "r_canvas")
    same, inverse = by_pair["A", "same"], by_pair["A", "inverse"]
    assert [float(same[key]) for key in keys] == pytest.approx([1, 0, 1, 1], abs=1e-6)
    assert [float(inverse[key]) for key in keys] == pytest.approx([-1, 2, 0, -1], abs=1e-6)


def test_a_common_background_makes_heatmaps_alike_on_the_canvas_and_not_in_the_face(tmp_path):
    """Two unrelated patterns in the face, nothing outside of it: r is 0, and high over the canvas."""
    a, b = ((1 + some(seed)) * FACE for seed in (0, 1))
    (row,) = read_table(correlated(tmp_path, {"A": a, "B": b}))
    assert abs(float(row["r_face"])) < 0.01
    assert float(row["r_canvas"]) > 0.8
    assert float(row["distance_face"]) == pytest.approx(1 - float(row["r_face"]))
    assert distance_matrix([row])[1][0, 1] == pytest.approx(float(row["distance_face"]))


def test_missing_and_constant_heatmaps_are_named_and_left_out(tmp_path, capsys):
    missing, constant = np.full((HEIGHT, WIDTH), np.nan), np.full((HEIGHT, WIDTH), 0.2)
    table = correlated(tmp_path, {"A": some(0), "B": some(1), "gone": missing, "flat": constant})
    assert "gone" in capsys.readouterr().out
    present, matrix, left_out = distance_matrix(read_table(table))
    assert (present, left_out) == (["A", "B"], ["gone", "flat"])
    assert matrix[0, 1] == pytest.approx(1 - np.corrcoef(some(0)[FACE], some(1)[FACE])[0, 1], abs=1e-6)


def test_merges_of_a_known_tree():
    matrix = np.array([[0, 0.1, 0.6], [0.1, 0, 0.4], [0.6, 0.4, 0]])
    found = merges(["A", "B", "C"], linkage_of(matrix, "average"))
    assert [(merge.members, round(merge.height, 9)) for merge in found] == [
        (("A", "B"), 0.1),
        (("A", "B", "C"), 0.5),
    ]


def worth_tables(folder, expression, support, cophenetic_r=0.9):
    """What a tree is worth, as options of the rules that draw it. support: by the members of nodes."""
    nodes = [
        {"expression": expression, "members": " ".join(names), "support": n} for names, n in support.items()
    ]
    trees = [{"expression": expression, "cophenetic_r": cophenetic_r}]
    paths = {name: folder / f"{name}.csv" for name in ("support", "trees")}
    write_table(paths["support"], ["expression", "members", "support"], nodes)
    write_table(paths["trees"], ["expression", "cophenetic_r"], trees)
    return paths


def draw(tmp_path, table, learned="yes", support=None):
    names = {row[key] for row in read_table(table) for key in ("network_a", "network_b")}
    rows = [{"network": name, "learned": learned} for name in sorted(names)]
    write_table(tmp_path / "learned.csv", ["network", "learned"], rows)
    outputs = {"output": tmp_path / "tree.svg", "merges_output": tmp_path / "merges.csv"}
    draw_dendrogram(
        table,
        **worth_tables(tmp_path, "fear", support or {}),
        learned=tmp_path / "learned.csv",
        expression="fear",
        settings='{"linkage": "average"}',
        **outputs,
    )
    return outputs["output"].read_bytes(), read_table(outputs["merges_output"])


def test_the_dendrogram_is_valid_svg_and_the_same_every_time(tmp_path):
    table = correlated(tmp_path, {"A": some(0), "B": some(1), "C": some(2)})
    svg, merged = draw(tmp_path, table)
    assert ElementTree.fromstring(svg).tag.endswith("svg")
    assert [row["size"] for row in merged] == ["2", "3"]
    pixels = np.array([some(seed).astype(np.float32)[FACE] for seed in range(3)])
    heights = hierarchy.linkage(pixels, "average", metric="correlation")[:, 2]
    assert [float(row["height_face"]) for row in merged] == pytest.approx(heights.tolist(), abs=1e-6)
    assert draw(tmp_path, table)[0] == svg
    assert draw(tmp_path, table, learned="no")[0] != svg
    assert draw(tmp_path, table, support={("A", "B", "C"): None})[0] == svg
    supported, with_support = draw(tmp_path, table, support={tuple(merged[0]["members"].split()): 0.5})
    assert supported != svg
    assert with_support == merged


def test_networks_that_did_not_learn_are_marked_in_the_tree(tmp_path):
    axes = Figure().subplots()
    table = correlated(tmp_path, {name: some(i) for i, name in enumerate("ABC")})
    draw_tree(axes, read_table(table), "average", {"A": True, "B": False, "C": True})
    assert {label.get_text() for label in axes.get_yticklabels()} == {"A", "B †", "C"}
    assert "† did not learn" in axes.get_xlabel()


def tree_of(seed, n=12, learned=frozenset("B")):
    """The drawn tree of n networks with random distances: its axes, and each node's support in percent."""
    names = [chr(ord("A") + place) for place in range(n)]
    points = np.random.default_rng(seed).exponential(size=(n, 2)) ** 2
    matrix = np.linalg.norm(points[:, None] - points, axis=-1)
    rows = [
        {"network_a": names[a], "network_b": names[b], "distance_face": str(matrix[a, b])}
        for a, b in combinations(range(n), 2)
    ]
    nodes = merges(names, linkage_of(matrix, "average"))
    percent = {frozenset(node.members): 40 + place for place, node in enumerate(nodes)}
    worth = Worth({members: number / 100 for members, number in percent.items()}, cophenetic_r=0.876)
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(3.3, 1.26 + 0.24 * n), layout="constrained")
        axes = figure.subplots()
        draw_tree(axes, rows, "average", dict.fromkeys(learned, False), worth)
        figure.draw_without_rendering()
    return axes, percent


@pytest.mark.parametrize("seed", range(10))
def test_the_support_of_each_node_but_the_last_stands_beside_it_and_touches_nothing(seed):
    axes, percent = tree_of(seed)
    numbers = [text for text in axes.texts if text.get_text()]
    assert sorted(int(text.get_text()) for text in numbers) == sorted(percent.values())[:-1]
    assert "numbers: node support, %; cophenetic r 0.88" in axes.get_xlabel()
    boxes = [text.get_window_extent() for text in [*numbers, *axes.get_yticklabels()]]
    for one, other in combinations(boxes, 2):
        assert not one.overlaps(other)
    corners = [
        axes.transData.transform(path.vertices) for line in axes.collections for path in line.get_paths()
    ]
    lines = [Bbox(ends) for link in corners for ends in pairwise(link)]
    assert len(lines) == 3 * len(percent)
    right_of = {}  # the node of each number: the nearest upright line left of it
    for text in numbers:
        box = text.get_window_extent()
        assert not any(box.overlaps(line) for line in lines)
        upright = [line for line in lines if line.width == 0 and line.y0 < box.y0 < box.y1 < line.y1]
        right_of[text.get_text()] = max(line.x0 for line in upright if line.x0 < box.x0)
    heights = sorted(right_of, key=lambda number: -right_of[number])
    assert heights == sorted(right_of)  # numbers rise with the height of their nodes


def test_a_tree_without_redraws_has_no_numbers(tmp_path):
    rows = read_table(correlated(tmp_path, {name: some(i) for i, name in enumerate("ABC")}))
    axes = Figure().subplots()
    draw_tree(axes, rows, "average", {}, Worth(cophenetic_r=0.9))
    assert not axes.texts
    assert axes.get_xlabel() == "Correlation distance (1 − r inside the face)"


def test_one_network_has_no_tree_but_a_figure_that_says_so(tmp_path):
    svg, merged = draw(tmp_path, correlated(tmp_path, {"A": some(0)}))
    assert ElementTree.fromstring(svg).tag.endswith("svg")
    assert merged == []


@pytest.mark.parametrize("n_present", [0, 1, 2, 5])
def test_networks_left_out_are_named_inside_the_figure(tmp_path, n_present):
    names = [*SHALLOW, *DEEP]
    missing = np.full((HEIGHT, WIDTH), np.nan)
    table = correlated(
        tmp_path, {name: some(i) if i < n_present else missing for i, name in enumerate(names)}
    )
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(6.5, 3))
        axes = figure.subplots()
        draw_tree(axes, read_table(table), "average", {})
        figure.tight_layout()
        figure.draw_without_rendering()
    labels = [text for text in [*axes.texts, axes.xaxis.label] if text.get_text()]
    said = " ".join(text.get_text() for text in labels)
    # a single network can be compared with no other, so it is left out with the rest
    for name in names[n_present if n_present > 1 else 0 :]:
        assert name in said
    assert ("fewer than two of these networks" in said) == (n_present < 2)
    for text in labels:
        box = text.get_window_extent()
        assert box.x0 >= 0
        assert box.x1 <= figure.bbox.x1


@pytest.mark.skipif(not SHARED.is_dir(), reason="the published heatmaps are not here")
@pytest.mark.parametrize(
    ("expression", "deep", "shallow", "noted_deep", "noted_shallow"),
    [
        ("Disgust", 0.2187, 0.3674, 0.223, 0.368),
        ("Happiness", 0.0463, 0.1870, 0.042, 0.189),
        ("Sadness", 0.1453, 0.2480, 0.157, 0.250),
        ("Surprise", 0.2032, 0.4567, 0.203, 0.455),
    ],
)
def test_the_published_heatmaps_give_the_clusters_of_figure_10(
    tmp_path, expression, deep, shallow, noted_deep, noted_shallow
):
    """Pretrained and other networks form one subtree each, at heights that scipy alone gives as well.

    The heights noted for the study are NOT reproduced to their digits: they differ by up to .0117
    (sadness, pretrained). The cause is not known. Every published heatmap of a fold spans 0 to 255, so
    the scales with which folds entered the study's means are lost; that moves heights by this much,
    but hardly as far as happiness, pretrained, is off.
    """
    folder = SHARED / "published/heatmaps"
    means = {
        network: np.mean(
            [read_gray(folder / f"{network}_CV{fold}_{expression}_heatmap.png") for fold in range(1, 6)],
            axis=0,
        )
        for network in (*SHALLOW, *DEEP)
    }
    rows = read_table(correlated(tmp_path, means))
    of_canvas = [row | {"distance_face": str(1 - float(row["r_canvas"]))} for row in rows]
    names, matrix, _ = distance_matrix(of_canvas)
    linkage = linkage_of(matrix, "average")
    height = {frozenset(merge.members): merge.height for merge in merges(names, linkage)}
    assert height[frozenset(DEEP)] == pytest.approx(deep, abs=5e-5)
    assert height[frozenset(SHALLOW)] == pytest.approx(shallow, abs=5e-5)
    pixels = np.array([mean.ravel() for mean in means.values()])
    independent = hierarchy.linkage(pixels, "average", metric="correlation")
    np.testing.assert_allclose(linkage[:, 2], independent[:, 2], atol=1e-6)
    assert deep == pytest.approx(noted_deep, abs=0.012)
    assert shallow == pytest.approx(noted_shallow, abs=0.012)
