"""Subsets of the explained images: their values, heatmaps, scores, and differences at equal numbers."""

import json
from collections import Counter

import h5py
import numpy as np
import pytest

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.intervals import false_discovery_rates
from workflow_scripts.common.tables import read_table, write_table
from workflow_scripts.comparison.average_subsets import average_subsets
from workflow_scripts.comparison.compare_subsets import compare_subsets
from workflow_scripts.comparison.equal_numbers import common_counts, drawn
from workflow_scripts.comparison.mask_image import write_mask
from workflow_scripts.comparison.score_columns import PAPER
from workflow_scripts.comparison.scores import load_metrics
from workflow_scripts.comparison.subset_file import SubsetHeatmap, read_subset_heatmaps, write_subset_heatmaps
from workflow_scripts.comparison.subset_rows import Apart, difference_rows
from workflow_scripts.comparison.subset_scores import (
    Subset,
    difference,
    equal_difference,
    map_scores,
    subset_changes,
)
from workflow_scripts.comparison.subset_values import division, read_divisions
from workflow_scripts.comparison.summarize_subsets import summarize_subsets
from workflow_scripts.standardization.standard_face import HEIGHT, WIDTH, face_area, read_standard_face

METRICS = load_metrics([*PAPER, "auc", "relevance_mass"])
FOLDS = ("image_id", "dataset", "subject", "sequence", "expression", "group", "fold")


def divide(by: str, of_images: list[str], **settings):
    images = {str(place): {by: value} for place, value in enumerate(of_images)}
    return division("mine", {"by": by} | settings, images)


# ---- the values of a column


def test_images_are_divided_by_the_values_of_a_column_and_unknown_ones_are_none():
    found = divide("sex", ["F", "M", "", " F "])
    assert found.values == ["F", "M"]
    assert [found.value(str(place), "fear", "anger") for place in range(5)] == ["F", "M", "", "F", ""]
    assert divide("sex", ["F", "M", "X"], values=["X", "F"]).values == ["X", "F"]


def test_numbers_are_divided_where_cuts_say():
    found = divide("age", ["17.5", "30", "44", "90", "", "nan"], cuts=[30, 45])
    assert found.values == ["below 30", "30 to 45", "from 45"]
    named = [found.value(str(place), "", "") for place in range(6)]
    assert named == ["below 30", "30 to 45", "30 to 45", "from 45", "", ""]


def test_predictions_are_right_or_wrong():
    found = divide("correct", [])
    assert found.values == ["right", "wrong"]
    assert [found.value("?", true, "fear") for true in ("fear", "anger")] == ["right", "wrong"]


@pytest.mark.parametrize(
    ("by", "of_images", "settings", "message"),
    [
        ("sex", ["F", "M"], {"values": ["f"]}, r"mine\.values: no image has f in column sex; there are F, M"),
        ("age", ["old"], {"cuts": [3]}, r"mine\.cuts: 'old' is no number; leave cuts out"),
        ("age", list(map(str, range(13))), {}, r"column age has 13 values .*mine\.values, .*mine\.cuts"),
        ("sex", ["", ""], {}, r"no image of the study has a value in column sex; take mine out of run\."),
    ],
)
def test_what_makes_no_subsets_is_told_with_what_there_is(by, of_images, settings, message):
    with pytest.raises(StudyError, match=message):
        divide(by, of_images, **settings)


def write_folds(path, images: dict[str, str]):
    rows = [
        {"image_id": name, "dataset": name[0], "subject": subject, "sequence": "", "expression": "fear"}
        | {"group": subject, "fold": 1}
        for name, subject in images.items()
    ]
    write_table(path, FOLDS, rows)
    return path


def test_columns_are_those_of_the_index_tables_and_of_the_folds(tmp_path):
    folds = write_folds(tmp_path / "folds.csv", {"a1": "ann", "a2": "bob", "b1": "cy"})
    tables = {"a": ["image_id", "sex"], "b": ["image_id", "view"]}
    rows = {"a": [("a1", "F"), ("a2", "M"), ("a3", "M")], "b": [("b1", "left")]}
    for name, columns in tables.items():
        write_table(tmp_path / name, columns, [dict(zip(columns, row, strict=True)) for row in rows[name]])
    index = [tmp_path / name for name in tables]
    wanted = {"sex": {"by": "sex", "min_images": 2}, "dataset": {"by": "dataset"}}
    sex, dataset = read_divisions(wanted, folds, index, min_images=7)
    assert [sex.value(name, "", "") for name in ("a1", "a2", "b1")] == ["F", "M", ""]
    assert dataset.values == ["a", "b"]
    assert (sex.min_images, dataset.min_images) == (2, 7)
    with pytest.raises(
        StudyError, match=r"mine\.by: no table .* column gender; there are correct, .*sex, .*view"
    ):
        read_divisions({"mine": {"by": "gender"}}, folds, index)


# ---- equal numbers


def test_two_sets_are_thinned_to_the_same_images_of_as_many_subjects():
    draw = np.random.default_rng(1)
    for _ in range(50):
        sets = [[f"{side}{i}" for i in draw.integers(0, 6, draw.integers(1, 30))] for side in "ab"]
        counts = common_counts(*sets)
        for subjects in sets:
            places = drawn(subjects, counts, draw)
            assert len({*places}) == len(places) == sum(counts)
            assert sorted(Counter(subjects[place] for place in places).values(), reverse=True) == counts


def test_every_subject_and_image_is_drawn_about_equally_often():
    subjects = ["ann"] * 2 + ["bob"] * 2 + ["cy"] * 2
    places = [place for seed in range(600) for place in drawn(subjects, [1], np.random.default_rng(seed))]
    assert np.bincount(places, minlength=6).tolist() == pytest.approx([100] * 6, abs=45)


# ---- scores and differences


def made(draw, subjects: list[str], mask, shift: float = 0.0, habits: dict | None = None) -> Subset:
    """Explanations that are higher on the mask, with habits of each subject and noise of each image.

    habits: of subjects who are there already; those of others are added.
    """
    habits = {} if habits is None else habits
    for name in sorted({*subjects} - habits.keys()):
        habits[name] = draw.normal(0, 1, mask.shape)
    noise = draw.normal(0, 1.5, (len(subjects), *mask.shape))
    maps = np.array([habits[name] for name in subjects]) + noise + (0.4 + shift) * mask
    return Subset(np.maximum(maps, 0), subjects)


def grid():
    """Mask and face, small."""
    y, x = np.mgrid[:14, :12]
    face = (y - 6.5) ** 2 / 45 + (x - 5.5) ** 2 / 36 < 1
    return face & (y > 8), face


def compared(pair, draw, metrics=METRICS):
    mask, face = grid()
    scores = tuple(map_scores(metrics, one.heatmap, mask, face) for one in pair)
    whole = difference(pair, scores, tuple(subset_changes(metrics, one, mask, face) for one in pair))
    return whole, equal_difference(pair, whole, metrics, mask, face, draw)


def named(prefix: str, counts) -> list[str]:
    return [f"{prefix}{i}" for i, count in enumerate(counts) for _ in range(count)]


def test_sets_of_equal_numbers_are_not_thinned():
    draw, (mask, _) = np.random.default_rng(2), grid()
    pair = made(draw, named("a", [2, 1]), mask), made(draw, named("b", [1, 2]), mask)
    whole, equal = compared(pair, draw)
    assert equal == whole
    assert set(equal.error.values()) == {0.0}
    assert (equal.n, equal.fewest) == ((3, 3), 2)


def test_a_subject_is_left_out_of_both_sides_at_once():
    draw, (mask, face) = np.random.default_rng(3), grid()
    pair = made(draw, ["ann", "bob", "cy"], mask), made(draw, ["ann", "dan", "dan"], mask)
    whole, _ = compared(pair, draw)
    assert set(whole.changes) == {"auc", "relevance_mass"}

    def apart(without: str) -> float:
        kept = [
            np.mean(one.maps[[name != without for name in one.subjects]], axis=0).astype(np.float32)
            for one in pair
        ]
        first, second = (map_scores(METRICS, heatmap, mask, face)["auc"] for heatmap in kept)
        return first - second

    own = whole.first["auc"] - whole.second["auc"]
    for name in ("ann", "bob", "cy", "dan"):
        assert whole.changes["auc"][name] == pytest.approx(apart(name) - own)


@pytest.mark.parametrize(
    ("first", "second", "people", "biased"),
    [
        ([2, 1, 3, 2, 1, 2, 1, 3, 2, 2], [1, 2, 3, 1, 2, 2, 2, 1, 3, 1], "ab", False),
        ([2] * 24, [2] * 6, "ab", True),  # other people, like another data set
        ([2] * 24, [1] * 10, "aa", True),  # the same people, like right and wrong predictions
    ],
)
def test_intervals_of_no_difference_cover_it_and_unequal_numbers_do_not_bias(first, second, people, biased):
    """Simulated studies of two sets of images that do not differ: 95 % intervals, and the mean difference."""
    mask, _ = grid()
    metrics = load_metrics(["auc", "relevance_mass"])
    covered, found = Counter(), {"no": [], "yes": []}
    studies = 120
    for seed in range(studies):
        draw = np.random.default_rng([4, seed])
        habits, names = {}, [named(*side) for side in zip(people, (first, second), strict=True)]
        pair = tuple(made(draw, subjects, mask, habits=habits) for subjects in names)
        for equal, one in zip(("no", "yes"), compared(pair, draw, metrics), strict=True):
            rows = difference_rows({}, equal == "yes", [Apart(1, "fear", one)], 1, one_model=False)
            for row in rows:
                if row["claim"] == "faces" and row["expression"] == "fear":
                    covered[equal, row["metric"]] += row["low"] <= 0 <= row["high"]
                    if row["metric"] == "auc":
                        found[equal].append(row["estimate"])
    assert covered["yes", "auc"] >= 0.93 * studies
    assert 0.9 * studies <= covered["yes", "relevance_mass"]
    error = np.std(found["yes"]) / np.sqrt(studies)
    assert abs(np.mean(found["yes"])) < 4 * error
    if biased:  # four times the images: for its number alone, the first scores higher
        assert np.mean(found["no"]) > 10 * error
        assert covered["no", "auc"] < 0.85 * studies
    else:
        assert covered["no", "auc"] >= 0.9 * studies


def test_a_true_difference_is_found():
    mask, _ = grid()
    draw = np.random.default_rng(5)
    pair = made(draw, named("a", [2] * 20), mask, shift=1.5), made(draw, named("b", [2] * 12), mask)
    _, equal = compared(pair, draw)
    (row,) = (
        row
        for row in difference_rows({}, True, [Apart(1, "fear", equal)], 1, one_model=False)
        if (row["claim"], row["metric"], row["expression"]) == ("faces", "relevance_mass", "fear")
    )
    assert 0 < row["low"] < row["estimate"] < row["high"]
    assert row["p"] < 0.001
    assert row["n"] == row["n_b"] == 24


# ---- the rule


@pytest.fixture
def study(tmp_path):
    """Two folds of one network, 12 and 9 images; of the first fold's one image the sex is unknown."""
    draw = np.random.default_rng(6)
    images = {f"a{n:02}": f"s{n // 3}" for n in range(21)}
    cells = {1: list(images)[:12], 2: list(images)[12:]}
    write_folds(tmp_path / "folds.csv", images)
    sexes = {name: "F" if n % 3 else "M" for n, name in enumerate(images)} | {"a00": ""}
    write_table(
        tmp_path / "index.csv",
        ["image_id", "sex", "light"],
        [{"image_id": name, "sex": sex, "light": int(name[1:]) % 3} for name, sex in sexes.items()],
    )
    for fold, names in cells.items():
        rows = [
            {"image_id": name, "expression": "fear", "true": "fear" if n % 4 else "anger"}
            for n, name in enumerate(names)
        ]
        write_table(tmp_path / f"positives{fold}.csv", ["image_id", "expression", "true"], rows)
        with h5py.File(tmp_path / f"fold{fold}.h5", "w") as file:
            file["explanations"] = draw.random((len(names), HEIGHT, WIDTH), dtype=np.float32)
            file.create_dataset("image_id", data=names, dtype=h5py.string_dtype())
    mask = np.zeros((HEIGHT, WIDTH), bool)
    mask[150:200, 60:160] = True
    write_mask(tmp_path / "mask.png", mask)
    return tmp_path


def run(study, name: str = "found", **settings):
    subsets = {"correct": {"by": "correct"}, "sex": {"by": "sex", "min_images": 4}}
    compare_subsets(
        [study / f"fold{fold}.h5" for fold in (1, 2)],
        network="WeiNet",
        cells=json.dumps([["WeiNet", fold, "fear"] for fold in (1, 2)]),
        positives=[study / f"positives{fold}.csv" for fold in (1, 2)],
        folds=study / "folds.csv",
        index=[study / "index.csv"],
        subsets=json.dumps(settings.pop("subsets", subsets)),
        masks=[study / "mask.png"],
        masked='[["lab", "fear"]]',
        standard_face="resources/standard_face.csv",
        metrics=json.dumps(["iou", "f1", "precision", "recall", "auc"]),
        **{"min_images": 3, "folds_each": 2, "seed": 1} | settings,
        table=study / f"{name}.csv",
        heatmaps=study / f"{name}.h5",
    )
    summarize_subsets([study / f"{name}.csv"], mask_set="lab", output=study / f"{name}_lab.csv")
    return read_table(study / f"{name}_lab.csv")


def pick(rows, **values):
    return [row for row in rows if all(row[key] == value for key, value in values.items())]


def test_heatmaps_are_means_over_folds_of_the_images_of_a_value(study):
    run(study)
    found = {(one.subset, one.value): one for one in read_subset_heatmaps(study / "found.h5")}
    assert list(found) == [("correct", "right"), ("correct", "wrong"), ("sex", "F"), ("sex", "M")]
    of_folds = []
    for fold, n in ((1, 12), (2, 9)):
        with h5py.File(study / f"fold{fold}.h5") as file:
            of_folds.append(file["explanations"][:][[place % 4 == 0 for place in range(n)]].mean(axis=0))
    wrong = found["correct", "wrong"]
    np.testing.assert_allclose(wrong.heatmap, np.mean(of_folds, axis=0), rtol=1e-5)
    assert (wrong.images, wrong.folds) == (6, 2)
    men = found["sex", "M"]  # 3 of each fold, of which 4 are asked
    assert (men.images, men.folds) == (0, 0)
    assert np.isnan(men.heatmap).all()


def test_networks_that_did_not_learn_are_left_out_of_the_mean(tmp_path):
    maps = {"A": np.zeros, "B": np.ones, "C": lambda shape: np.full(shape, np.nan), "D": np.ones}
    for name, made_of in maps.items():
        heatmap = made_of((HEIGHT, WIDTH)).astype(np.float32)
        write_subset_heatmaps(tmp_path / name, [SubsetHeatmap("sex", "F", "fear", 4, 1, heatmap)])
    rows = [{"network": name, "learned": "no" if name == "D" else "yes"} for name in maps]
    write_table(tmp_path / "learned.csv", ["network", "learned"], rows)
    average_subsets(
        [tmp_path / name for name in maps],
        networks=json.dumps([*maps]),
        learned=tmp_path / "learned.csv",
        output=tmp_path / "mean",
    )
    (mean,) = read_subset_heatmaps(tmp_path / "mean")
    assert np.unique(mean.heatmap).tolist() == [0.5]
    assert mean.images == 12


def test_images_that_are_few_or_unknown_are_counted_and_not_scored(study):
    rows = run(study)
    (men,) = pick(rows, kind="value", subset="sex", value="M", fold="1")
    assert (men["n"], men["metric"], men["estimate"], men["reason"]) == ("3", "", "", "few images: 3 of M")
    unknown = pick(rows, kind="value", subset="sex", value="")
    assert [(row["fold"], row["n"], row["reason"]) for row in unknown] == [("1", "1", "no value")]
    (apart,) = pick(rows, kind="difference", subset="sex", expression="fear", equal_n="yes")
    assert apart["reason"] == "fold 1: few images: 3 of M; fold 2: few images: 3 of M"
    assert pick(rows, subset="sex", expression="average") == []


def test_a_cell_without_explanations_is_counted(study):
    with h5py.File(study / "fold2.h5", "w") as file:
        file["explanations"] = np.zeros((0, HEIGHT, WIDTH), np.float32)
        file.create_dataset("image_id", data=[], shape=(0,), dtype=h5py.string_dtype())
    rows = run(study)
    (right,) = pick(rows, kind="value", subset="correct", value="right", fold="2")
    assert (right["n"], right["reason"]) == ("0", "few images: 0 of right")
    apart = pick(rows, kind="difference", metric="auc", equal_n="yes", expression="fear")
    assert {(row["folds"], row["n"]) for row in apart} == {("1", "3")}


def test_scores_and_differences_are_means_over_folds(study):
    rows = run(study)
    of = {
        value: [float(row["estimate"]) for row in pick(rows, value=value, metric="auc", kind="value")]
        for value in ("right", "wrong")
    }
    for one, two, mean in of.values():  # the folds, then their mean
        assert mean == pytest.approx((one + two) / 2)
    trainings, faces = pick(rows, kind="difference", metric="auc", equal_n="no", expression="fear")
    assert (trainings["claim"], faces["claim"]) == ("trainings", "faces")
    for row in (trainings, faces):
        assert float(row["estimate"]) == pytest.approx(of["right"][2] - of["wrong"][2])
        assert float(row["score_a"]) == pytest.approx(of["right"][2])
        assert (row["n"], row["n_b"], row["folds"]) == ("15", "6", "2")
        assert float(row["q"]) == pytest.approx(float(row["p"]))  # of one panel
    (equal, _) = pick(rows, kind="difference", metric="auc", equal_n="yes", expression="fear")
    assert (equal["n"], equal["n_b"]) == ("6", "6")
    assert {row["claim"] for row in pick(rows, kind="difference", metric="iou")} == {"trainings"}


def test_everything_as_one_value_scores_as_the_cell_does(study):
    rows = run(study, subsets={"dataset": {"by": "dataset"}})
    assert {row["kind"] for row in rows} == {"value"}  # one value has nothing to be compared with
    mask = np.zeros((HEIGHT, WIDTH), bool)
    mask[150:200, 60:160] = True
    with h5py.File(study / "fold1.h5") as file:
        heatmap = file["explanations"][:].astype(np.float64).mean(axis=0).astype(np.float32)
    face = face_area(read_standard_face("resources/standard_face.csv"))
    known = map_scores(load_metrics([*PAPER, "auc"]), heatmap, mask, face)
    for row in pick(rows, fold="1"):
        assert float(row["estimate"]) == pytest.approx(known[row["metric"]])


def test_several_values_are_each_compared_with_the_rest(study):
    rows = run(study, subsets={"subject": {"by": "subject", "values": ["s0", "s1", "s2"]}})
    pairs = {(row["value"], row["value_b"]) for row in pick(rows, kind="difference")}
    assert pairs == {(name, "rest") for name in ("s0", "s1", "s2")}
    others = pick(rows, kind="value", value="other values")  # counted, and not among the rest
    told = [("1", "3", "not compared"), ("2", "9", "not compared")]
    assert [(one["fold"], one["n"], one["reason"]) for one in others] == told
    row = pick(rows, kind="difference", value="s0", metric="auc", equal_n="no", expression="fear")[0]
    assert (row["n"], row["n_b"], row["subjects"]) == ("3", "6", "1")  # one subject: no interval over faces
    assert {one["claim"] for one in pick(rows, kind="difference", value="s0", metric="auc")} == {"trainings"}


def test_q_allows_for_all_differences_of_the_same_kind(study):
    rows = run(study, subsets={"light": {"by": "light"}})
    for average in (True, False):
        of = [
            row
            for row in pick(rows, metric="auc", claim="trainings", equal_n="no")
            if (row["expression"] == "average") == average and row["p"]
        ]
        p, q = ([float(row[key]) for row in of] for key in ("p", "q"))
        assert len(p) == 3
        assert q == pytest.approx(false_discovery_rates(p))


def test_one_model_for_all_folds_says_nothing_about_trainings(study):
    rows = run(study, one_model='["WeiNet"]')
    assert {row["claim"] for row in pick(rows, kind="difference", metric="auc")} == {"", "faces"}
    assert {row["low"] for row in pick(rows, kind="difference", metric="iou")} == {""}


def test_the_same_seed_gives_the_same_bytes(study):
    run(study)
    again = run(study, "again")
    assert (study / "found.csv").read_bytes() == (study / "again.csv").read_bytes()
    assert run(study, "other", seed=2) != again
