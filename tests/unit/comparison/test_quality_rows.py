"""Quality of explanations over images: means, intervals over subjects, what is left out."""

import json

import numpy as np
import pytest
from scipy.stats import false_discovery_control, ttest_1samp

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.tables import read_table, write_table
from workflow_scripts.comparison.quality_rows import corrected, quality_rows
from workflow_scripts.comparison.summarize_quality import summarize_quality
from workflow_scripts.explanation.quality import COLUMNS, DELETION, FIT, INSERTION


def row(image_id, value, baseline="", measure=DELETION, left_out="", expression="fear"):
    known = {"image_id": image_id, "expression": expression, "measure": measure}
    return known | {"value": value, "baseline": baseline, "left_out": left_out}


def of_all(network, rows, subject_of):
    """The rows of all images of a network together."""
    return [row for row in quality_rows(network, rows, subject_of) if row["expression"] == "average"]


def test_with_one_image_of_each_subject_the_interval_is_that_of_a_mean():
    values = np.random.default_rng(0).normal(0.3, 0.1, 12)
    chances = np.random.default_rng(1).normal(0.5, 0.1, 12)
    rows = [row(str(n), str(value), str(chances[n])) for n, value in enumerate(values)]
    (found,) = of_all("Net", rows, {str(n): f"s{n}" for n in range(12)})
    low, high = ttest_1samp(values, 0).confidence_interval(0.95)
    assert (found["estimate"], found["low"], found["high"]) == pytest.approx((values.mean(), low, high))
    low, high = ttest_1samp(values - chances, 0).confidence_interval(0.95)
    assert (found["difference_low"], found["difference_high"]) == pytest.approx((low, high))
    assert found["baseline"] == pytest.approx(chances.mean())
    assert (found["n"], found["left_out"], found["subjects"], found["better"]) == (12, 0, 12, "lower")


def test_p_is_of_the_difference_and_q_allows_for_all_that_is_tested():
    values, chances = np.random.default_rng(2).normal(0, 1, (2, 9))
    rows = [row(str(n), str(value), str(chances[n])) for n, value in enumerate(values)]
    names = {str(n): f"s{n}" for n in range(9)}
    found = of_all("A", rows, names) + of_all("B", [row(str(n), "0.5") for n in range(9)], names)
    found += of_all("C", [row(str(n), str(v - 3), str(chances[n])) for n, v in enumerate(values)], names)
    corrected(found)
    p = ttest_1samp(values - chances, 0).pvalue
    assert found[0]["p"] == pytest.approx(p)
    assert (found[1]["p"], found[1]["q"]) == (None, None)  # nothing to be better than
    assert [found[n]["q"] for n in (0, 2)] == pytest.approx(
        false_discovery_control([found[0]["p"], found[2]["p"]])
    )


def test_images_of_one_subject_stand_and_fall_together():
    rows = [row("a1", "0.2"), row("a2", "0.4"), row("b", "0.9"), row("c", "", left_out="small fall")]
    (found,) = of_all("Net", rows, {"a1": "a", "a2": "a", "b": "b", "c": "c"})
    assert found["estimate"] == pytest.approx(0.5)
    assert (found["n"], found["left_out"], found["subjects"]) == (3, 1, 2)
    assert (found["baseline"], found["difference"], found["difference_low"]) == (None, None, None)


def test_intervals_cover_the_mean_of_other_people_as_often_as_they_say():
    draw, covered = np.random.default_rng(5), 0
    for _ in range(400):
        of_subjects = draw.gamma(2, 1, 15)  # skewed, with mean 2; one to three images of each
        pairs = [(f"s{n}", value) for n, value in enumerate(of_subjects) for _ in range(1 + n % 3)]
        rows = [row(str(n), str(value + draw.normal(0, 0.5))) for n, (_, value) in enumerate(pairs)]
        (found,) = of_all("Net", rows, {str(n): subject for n, (subject, _) in enumerate(pairs)})
        covered += found["low"] < 2 < found["high"]
    assert 0.90 < covered / 400 < 0.98


def test_each_expression_has_rows_of_its_own_images_and_is_not_tested():
    values = {"fear": [0.1, 0.2, 0.9], "anger": [0.5, 0.7]}
    rows = [
        row(f"{name}{n}", str(value), "0.5", expression=name)
        for name, of in values.items()
        for n, value in enumerate(of)
    ]
    rows.append(row("fear9", "0.8", measure=FIT))
    found = quality_rows("Net", rows, {each["image_id"]: each["image_id"] for each in rows})
    assert [(each["expression"], each["measure"]) for each in found] == [
        *(("fear", DELETION), ("fear", FIT), ("anger", DELETION)),
        *(("average", DELETION), ("average", FIT)),
    ]
    fear, _, anger, average, _ = found
    low, high = ttest_1samp(values["fear"], 0).confidence_interval(0.95)
    assert (fear["low"], fear["high"]) == pytest.approx((low, high))
    # of two people nobody knows what an interval covers
    assert (anger["low"], anger["high"], anger["difference_low"]) == (None, None, None)
    for each, name in ((fear, "fear"), (anger, "anger")):
        assert each["estimate"] == pytest.approx(np.mean(values[name]))
        assert (each["n"], each["p"], each["q"]) == (len(values[name]), None, None)
        assert each["difference"] == pytest.approx(np.mean(values[name]) - 0.5)
    together = values["fear"] + values["anger"]
    assert average["estimate"] == pytest.approx(np.mean(together))  # of images, not of expressions
    assert average["p"] == pytest.approx(ttest_1samp(np.array(together) - 0.5, 0).pvalue)
    corrected(found)
    assert (average["q"], fear["q"]) == (average["p"], None)


def test_one_image_can_carry_a_mean_and_not_a_median():
    rows = [row(str(n), value) for n, value in enumerate(["0.25", "0.5", "0.75", "40"])]
    (found,) = of_all("Net", rows, {str(n): str(n) for n in range(4)})
    assert (found["estimate"], found["median"]) == (10.375, 0.625)


def test_nothing_is_made_up_where_all_images_are_left_out():
    rows = [row("a", "", left_out="small fall"), row("a", "0.5", measure=FIT)]
    deletion, fit = of_all("Net", rows, {"a": "a"})
    assert (deletion["estimate"], deletion["median"], deletion["n"], deletion["left_out"]) == (
        None,
        None,
        0,
        1,
    )
    assert (fit["estimate"], fit["low"], fit["better"]) == (0.5, None, "higher")


def test_the_table_has_all_networks_and_an_unknown_image_is_refused(tmp_path):
    folds = [{"image_id": name, "group": name} for name in "ab"]
    write_table(tmp_path / "folds.csv", ["image_id", "group"], folds)
    for name in ("one", "two"):
        rows = [row("a", 0.25, 0.5), row("b", 0.5, 0.5), row("a", 0.75, 0.5, INSERTION)]
        write_table(tmp_path / f"{name}.csv", COLUMNS, rows)
    tables, output = [tmp_path / "one.csv", tmp_path / "two.csv"], tmp_path / "quality.csv"
    given = {"networks": json.dumps(["One", "Two"]), "folds": tmp_path / "folds.csv", "output": output}
    summarize_quality(tables, **given)
    keys = ("network", "expression", "measure", "estimate")
    found = [tuple(each[key] for key in keys) for each in read_table(output)]
    both = [(DELETION, "0.375"), (INSERTION, "0.75")]
    expressions = ("fear", "average")
    assert found == [(name, one, *of) for name in ("One", "Two") for one in expressions for of in both]
    write_table(tmp_path / "two.csv", COLUMNS, [row("z", 0.5)])
    with pytest.raises(StudyError, match=r"two.csv: image z is not in .*folds.csv"):
        summarize_quality(tables, **given)
