"""The tables of a small study, and the figures of the published heatmaps."""

import json
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from tests.unit.similarity.test_similarity import DEEP, FACE, SHALLOW, SHARED, STANDARD_FACE
from workflow_scripts.common.tables import read_table, write_table
from workflow_scripts.comparison.mask_image import read_gray
from workflow_scripts.similarity.correlate_heatmaps import correlate_heatmaps
from workflow_scripts.similarity.fold_products import fold_products
from workflow_scripts.similarity.group_distances import group_test
from workflow_scripts.similarity.node_support import node_support
from workflow_scripts.similarity.reliability import reliability
from workflow_scripts.similarity.resample_similarity import resample_similarity
from workflow_scripts.similarity.trees import cophenetic_r, distance_matrix, linkage_of, merges
from workflow_scripts.standardization.heatmaps import mean_heatmap
from workflow_scripts.standardization.standard_face import HEIGHT, WIDTH

GROUPS = {"flat": ["A", "B", "C"], "deep": ["D", "E"], "ungrouped": ["F"]}
TABLES = ("support", "trees", "reliability", "groups")


def maps_of_two_patterns(folds, expressions, seed=0):
    """Fold heatmaps of networks A to F by network, fold and expression: A to C differ from D to F."""
    random = np.random.default_rng(seed)
    patterns = random.random((2, HEIGHT, WIDTH))
    return {
        (name, fold, expression): patterns[int(name in "DEF")] + 0.3 * random.random((HEIGHT, WIDTH))
        for name in "ABCDEF"
        for fold in range(1, folds + 1)
        for expression in expressions
    }


def resampled(folder, maps, learned="ABCDEF", one_model=(), published=()):
    """The tables of a study with these fold heatmaps, by name. published: the last of them."""
    networks, _, expressions = (list(dict.fromkeys(key)) for key in zip(*maps, strict=True))
    folds = {name: list(dict.fromkeys(fold for one, fold, _ in maps if one == name)) for name in networks}
    own = [name for name in networks if name not in published]
    paths = {cell: folder / "{}{}{}.npy".format(*cell) for cell in maps}
    for cell, path in paths.items():
        np.save(path, maps[cell].astype(np.float32))
    distances = []
    for expression in expressions:
        means = [folder / f"{name}_{expression}.npy" for name in networks]
        for name, path in zip(networks, means, strict=True):
            np.save(path, mean_heatmap([maps[name, fold, expression] for fold in folds[name]]))
        distances.append(folder / f"{expression}.csv")
        correlate_heatmaps(
            means, networks=json.dumps(networks), standard_face=STANDARD_FACE, output=distances[-1]
        )
    rows = [{"network": name, "learned": "yes" if name in learned else "no"} for name in own]
    write_table(folder / "learned.csv", ["network", "learned"], rows)
    files = dict(zip(TABLES, (folder / f"{name}.csv" for name in TABLES), strict=True))
    resample_similarity(
        list(paths.values()),
        networks=json.dumps(own),
        beside=json.dumps({name: folds[name] for name in published}),
        folds=len(folds["A"]),
        folds_each=len(folds["A"]),
        expressions=json.dumps(expressions),
        distances=distances,
        learned=folder / "learned.csv",
        standard_face=STANDARD_FACE,
        groups=json.dumps(GROUPS),
        one_model=json.dumps(list(one_model)),
        settings='{"linkage": "average"}',
        seed=1,
        support=files["support"],
        trees=files["trees"],
        reliability_output=files["reliability"],
        groups_output=files["groups"],
    )
    return {name: read_table(path) for name, path in files.items()}


def test_the_tables_of_a_study(tmp_path):
    tables = resampled(tmp_path, maps_of_two_patterns(3, ["fear", "joy"]))
    nodes = {(row["expression"], row["members"]): row for row in tables["support"]}
    assert len(nodes) == 2 * 5
    for expression in ("fear", "joy"):
        for members in ("A B C", "D E F", "A B C D E F"):
            row = nodes[expression, members]
            assert (float(row["support"]), row["redraws"]) == (pytest.approx(1), "10")
            assert row["size"] == str(len(members.split()))
    assert [(row["expression"], row["networks"]) for row in tables["trees"]] == [("fear", "6"), ("joy", "6")]
    assert all(0.9 < float(row["cophenetic_r"]) <= 1 for row in tables["trees"])
    assert {(row["network"], row["expression"]) for row in tables["reliability"]} == {
        (name, expression) for name in "ABCDEF" for expression in ("fear", "joy")
    }
    # variance 1 / 12 of a pattern and .09 / 12 of each training
    assert all(float(row["r_folds"]) == pytest.approx(1 / 1.09, abs=0.01) for row in tables["reliability"])
    assert all(float(row["ceiling"]) == pytest.approx(3 / 3.09, abs=0.01) for row in tables["reliability"])
    assert [row["expression"] for row in tables["groups"]] == ["fear", "joy", "average"]
    for row in tables["groups"]:
        assert (row["groups"], row["networks"], row["splits"], row["left_out"]) == (
            "flat deep",
            "3 2",
            "10",
            "",
        )
        assert float(row["p"]) == pytest.approx(1 / 10)
    fear, joy, average = (float(row["statistic"]) for row in tables["groups"])
    assert average == pytest.approx((fear + joy) / 2)


def test_the_heights_are_those_of_the_distances(tmp_path):
    tables = resampled(tmp_path, maps_of_two_patterns(2, ["fear"]))
    names, matrix, _ = distance_matrix(read_table(tmp_path / "fear.csv"))
    expected = [(" ".join(one.members), one.height) for one in merges(names, linkage_of(matrix, "average"))]
    found = [(row["members"], float(row["height_face"])) for row in tables["support"]]
    assert [members for members, _ in found] == [members for members, _ in expected]
    assert [height for _, height in found] == pytest.approx([height for _, height in expected])


def test_what_is_missing_is_left_out_and_named(tmp_path):
    maps = maps_of_two_patterns(3, ["fear", "joy"])
    missing = np.full((HEIGHT, WIDTH), np.nan)
    maps |= {("A", fold, "joy"): missing for fold in (1, 2, 3)} | {("D", 2, "fear"): missing}
    tables = resampled(tmp_path, maps, learned="ABCEF", one_model=["F"])
    assert [row["networks"] for row in tables["trees"]] == ["6", "5"]
    of = {(row["network"], row["expression"]): row for row in tables["reliability"]}
    assert [of[key]["folds"] for key in (("A", "joy"), ("D", "fear"), ("D", "joy"))] == ["0", "2", "3"]
    assert of["A", "joy"]["ceiling"] == ""
    assert (of["F", "joy"]["folds"], of["F", "joy"]["ceiling"]) == ("3", "")
    for row in tables["groups"]:  # D did not learn, which leaves one of its group
        assert (row["groups"], row["p"], row["statistic"]) == ("flat", "", "")
        missing_here = {"D", "E"} | ({"A"} if row["expression"] != "fear" else set())
        assert set(row["left_out"].split()) == missing_here


@pytest.mark.parametrize(("folds", "redraws"), [(1, "0"), (2, "0"), (3, "10")])
def test_one_fold_has_nothing_to_redraw_and_two_tell_nothing_of_nodes(tmp_path, folds, redraws):
    tables = resampled(tmp_path, maps_of_two_patterns(folds, ["fear"]))
    assert {row["redraws"] for row in tables["support"]} == {redraws}
    assert all((row["support"] == "") == (redraws == "0") for row in tables["support"])
    assert all((row["ceiling"] == "") == (folds == 1) for row in tables["reliability"])


def test_cophenetic_r_equals_correlating_the_heights_at_which_pairs_meet():
    points = np.random.default_rng(0).random((8, 3))
    matrix = np.linalg.norm(points[:, None] - points, axis=-1)
    linkage = linkage_of(matrix, "average")
    nodes = merges("ABCDEFGH", linkage)
    pairs = list(combinations(range(8), 2))
    meet = [
        min(node.height for node in nodes if {"ABCDEFGH"[a], "ABCDEFGH"[b]} <= set(node.members))
        for a, b in pairs
    ]
    r = np.corrcoef(meet, [matrix[pair] for pair in pairs])[0, 1]
    assert cophenetic_r(matrix, linkage) == pytest.approx(r)
    for same in (np.ones((2, 2)), np.ones((3, 3))):
        np.fill_diagonal(same, 0)
        assert cophenetic_r(same, linkage_of(same, "average")) is None


@pytest.fixture(scope="module")
def published():
    """The published fold heatmaps by expression, network and fold, float32 (HEIGHT, WIDTH)."""
    folder = SHARED / "published/heatmaps"
    if not folder.is_dir():
        pytest.skip("the published heatmaps are not here")

    def read(network, fold, expression):
        return read_gray(Path(folder / f"{network}_CV{fold}_{expression}_heatmap.png")).astype(np.float32)

    return {
        expression: {
            network: {fold: read(network, fold, expression) for fold in range(1, 6)}
            for network in (*SHALLOW, *DEEP)
        }
        for expression in ("Anger", "Disgust", "Fear", "Happiness", "Sadness", "Surprise")
    }


def of_published(heatmaps, places):
    """Support of the deep and the shallow networks as a node; test of the groups; reliability by network."""
    maps = fold_products(
        {name: {fold: one[places] for fold, one in of_folds.items()} for name, of_folds in heatmaps.items()}
    )
    support = node_support([DEEP, SHALLOW], maps, "average", seed=1).support
    test = group_test(maps.distances(np.ones(maps.present.shape)), [len(SHALLOW), len(DEEP)], seed=1)
    return support, test, {name: reliability(maps.of_one(name)) for name in maps.networks}


@pytest.mark.parametrize(
    ("expression", "of_face", "of_canvas"),
    [
        ("Anger", (0.54, 0.25), (0.50, 0.36)),
        ("Disgust", (0.77, 0.23), (0.73, 0.49)),
        ("Fear", (0.33, 0.00), (0.78, 0.00)),
        ("Happiness", (1.00, 0.64), (1.00, 0.63)),
        ("Sadness", (0.91, 0.74), (0.94, 0.71)),
        ("Surprise", (0.99, 0.45), (0.99, 0.53)),
    ],
)
def test_depth_splits_the_published_networks_more_than_any_other_split(
    published, expression, of_face, of_canvas
):
    """Over the canvas, as in the paper, deep networks have support .50 to 1.00, shallow ones .36 to .71.

    For fear the shallow ones are no node at all. Inside the face the support of both is mostly smaller.
    """
    everywhere = np.ones((HEIGHT, WIDTH), bool)
    for places, expected in ((FACE, of_face), (everywhere, of_canvas)):
        support, test, _ = of_published(published[expression], places)
        assert support == pytest.approx(expected, abs=0.0051)
        assert (test.splits, test.p) == (495, pytest.approx(1 / 495))


def test_the_published_folds_agree_well(published):
    """Means over five folds would correlate by .76 to .99 with those of other trainings."""
    ceilings = [
        found.ceiling for heatmaps in published.values() for found in of_published(heatmaps, FACE)[2].values()
    ]
    assert len(ceilings) == 72
    assert (min(ceilings), max(ceilings)) == (pytest.approx(0.76, abs=0.005), pytest.approx(0.99, abs=0.005))


def test_published_networks_join_the_trees_with_folds_of_their_own(tmp_path):
    """Twice the folds of A: the same mean, which alone counts, as the folds are not redrawn."""
    maps = maps_of_two_patterns(3, ["fear"])
    theirs = {("published-A", fold, "fear"): maps["A", (fold - 1) % 3 + 1, "fear"] for fold in range(1, 7)}
    (tmp_path / "own").mkdir()
    own = resampled(tmp_path / "own", maps)
    found = resampled(tmp_path, maps | theirs, published=["published-A"])
    assert found["groups"] == own["groups"]
    assert [row for row in found["reliability"] if row["network"] != "published-A"] == own["reliability"]
    (of_theirs,) = (row for row in found["reliability"] if row["network"] == "published-A")
    assert of_theirs["folds"] == "6"
    assert found["trees"][0]["networks"] == "7"
    pair = next(row for row in found["support"] if row["members"] == "A published-A")
    assert float(pair["height_face"]) == pytest.approx(0, abs=1e-6)
    assert pair["redraws"] == own["support"][0]["redraws"]
    (tmp_path / "mean").mkdir()
    mean = {("published-A", 1, "fear"): mean_heatmap(list(theirs.values()))}
    of_mean = resampled(tmp_path / "mean", maps | mean, published=["published-A"])
    for row, other in zip(found["support"], of_mean["support"], strict=True):
        assert (row["members"], row["support"]) == (other["members"], other["support"])
