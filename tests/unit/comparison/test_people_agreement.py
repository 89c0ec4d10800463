"""The agreement of made networks with made people; the rules on made files; the real people."""

import json

import cv2
import numpy as np
import pytest

from tests.unit.comparison.made_people import EXPRESSIONS, FACE, made_people, smooth
from tests.unit.comparison.test_published import SHARED as PUBLISHED
from tests.unit.comparison.test_standardize_people import FACE as REAL_FACE
from tests.unit.comparison.test_standardize_people import STANDARD_FACE, standardized
from workflow_scripts.common.intervals import Error, over_trainings
from workflow_scripts.common.tables import read_table, write_table
from workflow_scripts.comparison import people_scores
from workflow_scripts.comparison.agreement_rows import AGREEMENT, Numbers, agreement_rows, corrected
from workflow_scripts.comparison.beside_files import write_fold
from workflow_scripts.comparison.ceilings import Ceilings, read_ceilings, write_ceilings
from workflow_scripts.comparison.cells import AVERAGE, TRAININGS
from workflow_scripts.comparison.compare_people import Entries, compare_people, compared, entries
from workflow_scripts.comparison.mask_image import write_mask
from workflow_scripts.comparison.measure_people import measure_people, reached, tell_left_out
from workflow_scripts.comparison.network_agreement import (
    agreements,
    difference,
    group_difference,
    minus,
    numbers_of,
    with_shares,
)
from workflow_scripts.comparison.people_intervals import BOTH, PEOPLE
from workflow_scripts.comparison.people_scores import OTHER_HALF, OTHER_POSER, read_measured
from workflow_scripts.comparison.references import CENTRE, OTHER_EXPRESSIONS
from workflow_scripts.comparison.scores import load_metrics
from workflow_scripts.comparison.target_scores import patternless, score_names
from workflow_scripts.standardization.standard_face import HEIGHT, WIDTH
from workflow_scripts.training.learned import COLUMNS as LEARNED

METRICS = load_metrics(["iou", "auc"])
NAMES = score_names(METRICS)
FOLDS = 3
KEYS = ("kind", "scored", "minus", "on", "expression", "metric", "claim")


def made_heatmaps(names=("deep", "flat"), seed=5) -> dict[tuple[str, int, str], np.ndarray]:
    draw = np.random.default_rng(seed)
    return {(name, fold, one): smooth(draw) for name in names for fold in (1, 2, 3) for one in EXPRESSIONS}


def made_reached(measured) -> Ceilings:
    without = np.repeat(patternless(METRICS, measured.area, FACE)[:, None], 3, axis=1)
    persons = [measured.persons(name) for name in EXPRESSIONS]
    return Ceilings(NAMES, EXPRESSIONS, persons, without, reached(METRICS, measured, EXPRESSIONS, {}))


def rows_by_key(rows) -> dict[tuple, dict]:
    found = {tuple(row[key] for key in KEYS): row for row in rows}
    assert len(found) == len(rows)
    return found


def of_study(measured, heatmaps, one_model=(), groups=None, learned=("deep", "flat")) -> dict[tuple, dict]:
    found = agreements(METRICS, heatmaps, measured, EXPRESSIONS)
    names = list(dict.fromkeys(name for name, _, _ in heatmaps))
    of = entries(names, heatmaps, EXPRESSIONS, learned, groups or {})
    return rows_by_key(compared(found, Entries(**of, one_model=one_model, folds_each=FOLDS),
                                made_reached(measured), "made"))  # fmt: skip


def test_other_expressions_are_the_network_s_heatmaps_of_them_on_the_same_people():
    measured, heatmaps = made_people(9), made_heatmaps()
    found = agreements(METRICS, heatmaps, measured, EXPRESSIONS)
    moved = {
        (name, fold, one): heatmaps[name, fold, other] for name, fold, one in heatmaps for other in [one]
    }
    for heatmap_of in ("joy", "anger"):
        moved["deep", 1, "fear"] = heatmaps["deep", 1, heatmap_of]
        one = agreements(METRICS, moved, measured, EXPRESSIONS).own["deep", 1, 0]
        found.others["deep", 1, 0] = found.others["deep", 1, 0] - one / 2
    np.testing.assert_allclose(found.others["deep", 1, 0], 0, atol=1e-12)


def test_swapping_two_expressions_turns_own_minus_others_round():
    measured = made_people(9, expressions=["fear", "joy"])
    draw = np.random.default_rng(1)
    a, b = smooth(draw), smooth(draw)
    found = [
        agreements(METRICS, {("net", 1, "fear"): one, ("net", 1, "joy"): other}, measured, ["fear", "joy"])
        for one, other in ((a, b), (b, a))
    ]
    there, back = (difference(one.own, one.others) for one in found)
    for key in there:
        np.testing.assert_allclose(there[key], -back[key], atol=1e-12)
    assert np.abs(there["net", 1, 0]).max() > 0.01


def test_equal_heatmaps_of_all_expressions_are_not_specific():
    measured, one = made_people(9), smooth(np.random.default_rng(1))
    found = agreements(METRICS, {("net", 1, name): one for name in EXPRESSIONS}, measured, EXPRESSIONS)
    for values in difference(found.own, found.others).values():
        np.testing.assert_allclose(values, 0, atol=1e-12)


def test_others_are_of_the_same_fold_and_missing_where_there_are_none():
    measured, heatmaps = made_people(9), made_heatmaps(["net"])
    few = {key: one for key, one in heatmaps.items() if key[1] == 1 or key[2] == "joy"}
    found = agreements(METRICS, few, measured, EXPRESSIONS)
    assert {*found.own} == {("net", 1, 0), ("net", 1, 1), ("net", 1, 2), ("net", 2, 1), ("net", 3, 1)}
    assert {*found.others} == {("net", 1, 0), ("net", 1, 1), ("net", 1, 2)}


def test_the_estimate_is_the_mean_over_networks_of_means_over_folds():
    values = {("a", 1, 0): 1.0, ("a", 2, 0): 3.0, ("b", 1, 0): 6.0}
    found = numbers_of({key: np.full((1, 2), one) for key, one in values.items()}, ["a", "b"], 1, FOLDS)
    assert found.values.tolist() == [[[4.0, 4.0]]]
    assert found.folds == {0: 1, None: 1}  # that both have
    assert found.trainings[0, 0] is None  # one fold does not vary


def test_the_interval_over_trainings_is_that_of_fold_scores():
    scores = [0.1, 0.4, 0.25]
    values = {("a", fold, 0): np.full((1, 1), one) for fold, one in enumerate(scores, start=1)}
    found = numbers_of(values, ["a"], 1, FOLDS)
    keys = {"minus": "", "scored": "a"}
    rows = {row["claim"]: row for row in agreement_rows(found, keys, ["fear"], ["auc"], [20])}
    expected = over_trainings(0.25, np.std(scores, ddof=1), 3, FOLDS)
    assert (rows[TRAININGS]["low"], rows[TRAININGS]["high"]) == pytest.approx((expected.low, expected.high))
    assert rows[PEOPLE]["low"] is None and rows[BOTH]["low"] is None  # one source is unknown
    assert rows[BOTH]["folds"] == 3


def test_every_number_has_its_rows_by_claim():
    found = of_study(made_people(9), made_heatmaps(), groups={"one": ["deep"], "two": ["flat"]})
    beside = ["", OTHER_EXPRESSIONS, "people_of_other_expressions", CENTRE]
    for name, minuend, metric, claim in [
        (name, minuend, metric, claim)
        for name in ("deep", "flat", AVERAGE)
        for minuend in beside
        for metric in NAMES
        for claim in (PEOPLE, TRAININGS, BOTH)
    ]:
        row = found["network", name, minuend, "people", AVERAGE, metric, claim]
        assert [*row] == [*AGREEMENT]
        assert row["low"] < row["estimate"] < row["high"]
        assert (row["p"] is None) == (minuend == "")
        assert (row["q"] is None) == (minuend == "" or name == AVERAGE)
        assert (row["share"] is None) == (minuend != "")
        assert (row["persons"], row["folds"]) == (9, 3)
    assert not [key for key in found if key[2] in (OTHER_HALF, OTHER_POSER)]
    assert {key[:3] for key in found if key[0] == "group"} >= {("group", "one", "two")}


def test_the_interval_of_both_is_the_wider_one():
    found = of_study(made_people(30), made_heatmaps())
    wide = {
        claim: row["high"] - row["low"]
        for claim in (PEOPLE, TRAININGS, BOTH)
        for row in [found["network", "deep", "", "people", AVERAGE, "auc", claim]]
    }
    assert wide[BOTH] > wide[PEOPLE]
    sizes = {key: one["share_high"] - one["share_low"] for key, one in found.items() if one["share_low"]}
    assert (
        sizes["network", "deep", "", "people", AVERAGE, "auc", BOTH]
        > (sizes["network", "deep", "", "people", AVERAGE, "auc", PEOPLE])
    )


def test_shares_of_a_fixed_ceiling_vary_over_trainings_as_the_scores_do():
    halves = Numbers(np.full((1, 2, 3), 0.7), trainings={(0, 0): Error(0.02, 2), (0, None): Error(0.03, 2)})
    ceiling, without = np.full((1, 2, 3), 0.9), np.full((1, 2), 0.5)
    found = with_shares(halves, halves, ceiling, without).shares
    assert found.values.tolist() == pytest.approx(np.full((1, 2, 3), 0.5))
    assert found.trainings[0, 0].size == pytest.approx(0.05)
    assert found.trainings[0, None].size == pytest.approx(0.075)


def test_the_share_of_a_mean_is_the_share_of_means():
    halves = Numbers(np.array([[[0.6] * 3, [0.8] * 3]]))
    ceiling = np.array([[[0.7] * 3, [1.0] * 3]])
    found = with_shares(halves, halves, ceiling, np.full((1, 2), 0.5)).shares
    assert found.of(0, None)[0] == pytest.approx(0.2 / 0.35)
    assert found.of(0, 0)[0] == pytest.approx(0.5) and found.of(0, 1)[0] == pytest.approx(0.6)


def test_one_model_for_all_folds_says_nothing_about_trainings():
    found = of_study(made_people(9), made_heatmaps(), one_model=["flat"])
    for name, claims in (("deep", {PEOPLE, TRAININGS, BOTH}), ("flat", {PEOPLE}), (AVERAGE, {PEOPLE})):
        assert {key[-1] for key in found if key[1] == name} == claims


def test_few_people_leave_intervals_and_shares_empty():
    found = of_study(made_people(5), made_heatmaps())
    row = found["network", "deep", "", "people", AVERAGE, "auc", PEOPLE]
    assert row["estimate"] and row["persons"] == 5
    assert {row[key] for key in ("low", "high", "share", "share_low")} == {None}
    assert found["network", "deep", "", "people", AVERAGE, "auc", BOTH]["low"] is None
    assert found["network", "deep", "", "people", AVERAGE, "auc", TRAININGS]["low"] is not None


def test_degrees_of_freedom_are_of_those_who_saw_the_expression():
    values = np.tile([0.5, 0.4, 0.6], (1, 2, 1))
    keys = {"minus": "", "scored": "a"}
    rows = agreement_rows(Numbers(values), keys, ["fear", "joy"], ["auc"], [90, 9])
    assert [(row["expression"], row["persons"]) for row in rows] == [("fear", 90), ("joy", 9), (AVERAGE, 9)]
    assert rows[0]["high"] < rows[1]["high"] == rows[2]["high"]


def test_a_missing_expression_leaves_the_average_empty_and_the_network_out():
    heatmaps = {key: one for key, one in made_heatmaps().items() if key[0] == "deep" or key[2] != "anger"}
    found = of_study(made_people(9), heatmaps, groups={"all": ["deep", "flat"]})
    missing = found["network", "flat", "", "people", AVERAGE, "auc", PEOPLE]
    assert {missing[key] for key in AGREEMENT[8:]} == {None}
    assert ("network", "flat", "", "people", AVERAGE, "auc", BOTH) not in found
    there = found["network", "flat", "", "people", "fear", "auc", BOTH]
    assert there["folds"] == 3 and there["low"] < there["high"]
    deep, average = (
        found["network", name, "", "people", AVERAGE, "auc", BOTH]["estimate"] for name in ("deep", AVERAGE)
    )
    assert deep == average


def test_networks_that_did_not_learn_are_in_no_average():
    found = of_study(made_people(9), made_heatmaps(), learned=["flat"], groups={"one": ["deep"]})
    name, average = (
        found["network", name, "", "people", AVERAGE, "auc", PEOPLE]["estimate"] for name in ("flat", AVERAGE)
    )
    assert name == average
    assert not [key for key in found if key[0] == "group"]


def test_differences_are_paired_over_people():
    """The difference to a score that varies alike over people hardly varies."""
    measured, heatmaps = made_people(9), made_heatmaps(["net"])
    found = agreements(METRICS, heatmaps, measured, EXPRESSIONS)
    own = numbers_of(found.own, ["net"], 3, FOLDS)
    assert np.ptp(minus(own, own.values - 0.1).values, axis=2) == pytest.approx(np.zeros((3, 3)))


def test_groups_are_compared_where_both_have_all():
    values = {("a", 1, 0): 1.0, ("b", 1, 0): 2.0, ("c", 1, 0): 5.0, ("a", 2, 0): 4.0, ("c", 2, 0): 9.0}
    values = {key: np.array([[one]]) for key, one in values.items()}
    found = group_difference(values, ["a", "b"], ["c"], "ab")
    assert {key: one.item() for key, one in found.items()} == {("ab", 1, 0): -3.5}


def test_q_is_over_networks_that_are_compared_with_the_same():
    row = dict.fromkeys(AGREEMENT) | {"kind": "network", "minus": "centre", "claim": BOTH}
    rows = [row | {"scored": name, "p": p} for name, p in (("a", 0.01), ("b", 0.04), (AVERAGE, 0.001))]
    other = row | {"scored": "a", "p": 0.03, "minus": "masks"}
    assert [one["q"] for one in corrected([*rows, other])] == [0.02, 0.04, None, 0.03]


def test_mask_sets_that_lack_an_expression_are_no_reference():
    measured = made_people(9)
    masks = {name: smooth(np.random.default_rng(1)) > 0 for name in EXPRESSIONS}
    few = {"whole": masks, "part": {"fear": masks["fear"]}}
    found = reached(METRICS, measured, EXPRESSIONS, few)
    assert [*found] == [OTHER_HALF, OTHER_POSER, "people_of_other_expressions", "whole", CENTRE]
    assert {one.shape for one in found.values()} == {(len(NAMES), 3, 101), (len(NAMES), 3, 41)}
    assert found[OTHER_HALF].shape == (len(NAMES), 3, 41)


def test_ceilings_are_read_as_they_were_written(tmp_path):
    written = made_reached(made_people(9))
    write_ceilings(tmp_path / "ceilings.h5", written)
    read = read_ceilings(tmp_path / "ceilings.h5")
    assert (read.scores, read.expressions, read.persons) == (NAMES, EXPRESSIONS, [9, 9, 9])
    np.testing.assert_array_equal(read.without, written.without)
    assert {*read.of} == {*written.of}
    for name in read.of:
        np.testing.assert_array_equal(read.of[name], written.of[name])


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """The files of both rules, for eight people, two expressions that they saw and one that they did not."""
    folder, draw = tmp_path_factory.mktemp("people"), np.random.default_rng(1)
    common = {name: np.zeros((HEIGHT, WIDTH)) for name in ("fear", "happiness")}
    common["fear"][90:120, 40:180], common["happiness"][190:220, 60:160] = 3, 3
    maps = {
        (f"p{k}", poser, name): (common[name] + draw.normal(size=(HEIGHT, WIDTH))).astype(np.float32)
        for name in common
        for poser in "fm"
        for k in range(8)
    }
    maps_file = standardized(folder / "x", maps) / "maps.h5"
    for name, one in common.items():
        write_mask(folder / f"{name}.png", one > 0)
    cells = [(net, fold, name) for net in ("a", "b") for fold in (1, 2) for name in (*common, "neutral")]
    for net, fold, name in cells:
        heatmap = common.get(name, common["fear"]) + (2 if net == "a" else 9) * draw.normal(
            size=(HEIGHT, WIDTH)
        )
        if (net, fold, name) == ("b", 2, "fear"):
            heatmap = np.full((HEIGHT, WIDTH), np.nan)
        write_fold(folder / net / f"{fold}{name}.h5", name, heatmap.astype(np.float32), "", 1.0)
    write_table(
        folder / "learned.csv",
        LEARNED,
        [dict.fromkeys(LEARNED) | {"network": net, "learned": "yes"} for net in "ab"],
    )
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (("SPLITS", 3), ("PARTITIONS", 1), ("SPLITS_WITHOUT", 1)):
            patch.setattr(people_scores, name, value)
        common_arguments = {
            "standard_face": STANDARD_FACE,
            "seed": 1,
            "metrics": json.dumps(["iou", "auc", "pointing_game"]),
        }
        measure_people(
            maps_file,
            people="made",
            expressions=json.dumps(["neutral", "happiness", "fear"]),
            masks=[folder / "fear.png", folder / "happiness.png", folder / "fear.png"],
            masked=json.dumps([["whole", "fear"], ["whole", "happiness"], ["part", "fear"]]),
            output=folder / "measured.csv",
            ceilings=folder / "ceilings.h5",
            **common_arguments,
        )
        compare_people(
            [folder / net / f"{fold}{name}.h5" for net, fold, name in cells],
            cells=json.dumps(cells),
            people="made",
            maps=maps_file,
            ceilings=folder / "ceilings.h5",
            learned=folder / "learned.csv",
            folds=2,
            output=folder / "compared.csv",
            **common_arguments,
        )
    return folder


def test_tables_have_what_people_saw_in_the_order_of_the_study(files):
    measured, compared_rows = (
        read_table(files / name, AGREEMENT) for name in ("measured.csv", "compared.csv")
    )
    on_masks = {(row["on"], row["expression"]) for row in measured if row["on"] != "people"}
    assert on_masks == {
        ("whole", "happiness"),
        ("whole", "fear"),
        ("whole", AVERAGE),
        ("part", "fear"),
        ("part", AVERAGE),
    }
    assert {row["scored"] for row in measured if row["kind"] == "reference"} == {
        "people_of_other_expressions", "whole", CENTRE,
    }  # fmt: skip
    assert "pointing_game" in {row["metric"] for row in measured if row["on"] == "whole"}
    assert {row["metric"] for row in compared_rows} == {"r", "iou", "auc"}
    shown = [row["expression"] for row in compared_rows if row["scored"] == "a" and row["minus"] == ""]
    assert list(dict.fromkeys(shown)) == ["happiness", "fear", AVERAGE]  # the order of the study


def test_a_network_that_looks_where_people_do_is_found(files):
    found = rows_by_key(read_table(files / "compared.csv", AGREEMENT))
    a, b = (found["network", name, "", "people", AVERAGE, "auc", BOTH] for name in "ab")
    assert float(a["estimate"]) > float(b["estimate"]) > 0.5
    assert (a["persons"], a["folds"], b["folds"]) == ("8", "2", "1")
    assert a["low"] and not b["low"]
    beside = found["network", "a", OTHER_EXPRESSIONS, "people", AVERAGE, "auc", PEOPLE]
    assert float(beside["low"]) > 0.05


def test_what_is_left_out_is_said(capsys):
    masks = {"part": {"fear": FACE}, "whole": dict.fromkeys(EXPRESSIONS, FACE)}
    tell_left_out(load_metrics(["iou", "pointing_game"]), masks, EXPRESSIONS)
    said = capsys.readouterr().out
    assert "no weights: pointing_game" in said
    assert "part is no reference" in said and "joy, anger" in said and "whole" not in said


DEEP = (
    "VGG16",
    "VGG19",
    "ResNet50",
    "ResNet101V2",
    "InceptionV3",
    "Xception",
    "MobileNetV3Large",
    "EfficientNetV2B0",
)
SHALLOW = ("SilNet", "WeiNet", "AlexNet", "SongNet")


@pytest.mark.skipif(not PUBLISHED.is_dir(), reason="needs the published heatmaps")
def test_published_deep_networks_look_more_like_people_than_shallow_ones_do(real, monkeypatch):
    """AUC; the first figures are of other code."""
    for name, value in (("SPLITS", 12), ("PARTITIONS", 1), ("SPLITS_WITHOUT", 1)):
        monkeypatch.setattr(people_scores, name, value)
    expressions, metrics = list(real.expressions), load_metrics(["auc"])
    measured, shown = read_measured(real.path, "theirs", expressions, REAL_FACE, 1)
    heatmaps = {
        (name, fold, one): cv2.imread(
            str(PUBLISHED / f"heatmaps/{name}_CV{fold}_{one.capitalize()}_heatmap.png"), cv2.IMREAD_GRAYSCALE
        )
        for name in (*DEEP, *SHALLOW)
        for fold in range(1, 6)
        for one in shown
    }
    found = agreements(metrics, heatmaps, measured, shown)
    deep, shallow = (numbers_of(found.own, of, 6, 5).of(1, None)[0] for of in (DEEP, SHALLOW))
    assert (deep, shallow) == pytest.approx((0.698, 0.558), abs=0.01)
    ceiling = np.mean([people_scores.other_half(metrics, measured, one)[1, 0] for one in shown])
    assert ceiling == pytest.approx(0.83, abs=0.01)
    by_name = {name: numbers_of(found.own, [name], 6, 5).of(1, None)[0] for name in (*DEEP, *SHALLOW)}
    assert min(by_name[name] for name in DEEP) > max(by_name[name] for name in SHALLOW)
