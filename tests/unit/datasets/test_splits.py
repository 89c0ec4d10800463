"""Splits that data sets bring: taken as they are, refused where they cannot be, counted where they leak."""

import json
import re

import pytest

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.registry import load_entry
from workflow_scripts.common.tables import write_table
from workflow_scripts.datasets.check_datasets import check_datasets
from workflow_scripts.datasets.splits import (
    COLUMNS,
    across,
    given_fold,
    split_column,
    split_problems,
    whole_data_sets,
    with_given_folds,
)


def images(*values: str, column: str = "split", dataset: str = "toy") -> list[dict]:
    return [
        {"image_id": f"{dataset}/{n}", "dataset": dataset, "expression": "fear", column: value}
        for n, value in enumerate(values)
    ]


def test_each_data_set_may_be_a_fold():
    rows = [*images("x", "y"), *images("z", dataset="other"), *images("w", dataset="third")]
    found = with_given_folds(rows, {"toy": 2, "other": 1}, 2)
    assert [(row["image_id"], row["fold"]) for row in found] == [("toy/0", 2), ("toy/1", 2), ("other/0", 1)]
    assert whole_data_sets(found)
    assert not whole_data_sets([*found, {"dataset": "other", "fold": 2}])
    assert not whole_data_sets(found[:2])
    assert not whole_data_sets([*found, {"dataset": "third", "fold": 0}])


@pytest.mark.parametrize(
    ("parts", "folds"),
    [
        (("train", "test"), [0, 1]),  # RAF-DB's
        (("Training", "PublicTest", "PrivateTest"), [0, None, 1]),  # FER2013's
        (("TRAINING", "validation", " Testing "), [0, None, 1]),
    ],
)
def test_parts_are_one_fold_and_what_is_only_trained_on(parts, folds):
    assert [given_fold(part, 1) for part in parts] == folds


@pytest.mark.parametrize(
    ("value", "folds"), [("0", 3), ("4", 3), ("train", 3), ("1", 1), ("", 1), ("1.5", 3)]
)
def test_other_values_are_none_of_these(value, folds):
    with pytest.raises(ValueError, match=re.escape(value)):
        given_fold(value, folds)


def test_images_of_neither_part_are_left_out_and_counted(capsys):
    rows = with_given_folds(images("train", "val", "test", "val"), {"toy": ""}, 1)
    assert [(row["image_id"], row["fold"]) for row in rows] == [("toy/0", 0), ("toy/2", 1)]
    assert "toy: 2 images of the part val are neither trained nor tested on" in capsys.readouterr().out


def test_each_data_set_has_a_column_of_its_own():
    rows = images("1", "2") + images("2", "1", column="cv", dataset="other")
    found = with_given_folds(rows, {"toy": "", "other": "cv"}, 2)
    assert {row["image_id"]: row["fold"] for row in found} == {
        "toy/0": 1,
        "toy/1": 2,
        "other/0": 2,
        "other/1": 1,
    }


@pytest.mark.parametrize(
    ("values", "folds", "message"),
    [
        (("1", "2", "6"), 5, r"column split .*'6' is none of the folds 1 to 5.*the column has 1, 2, 6"),
        (("train", "test"), 5, r"'train' is none of the folds.*set training\.folds to 1"),
        (("1", "2"), 1, r"'1' is none of the parts train, .*set training\.folds to how many there are"),
    ],
)
def test_values_that_do_not_fit_are_told_with_those_that_there_are(values, folds, message):
    with pytest.raises(StudyError, match=message):
        with_given_folds(images(*values), {"toy": ""}, folds)


def test_the_column_is_asked_for_or_of_a_usual_name():
    assert split_column("toy", "", ["path", "fold"]) == "fold"
    assert split_column("toy", "part", ["path", "fold", "part"]) == "part"
    with pytest.raises(
        StudyError, match=r"toy has no column part; name .* datasets\.toy\.split .*path, fold"
    ):
        split_column("toy", "part", ["path", "fold"])
    with pytest.raises(StudyError, match="no column split or fold"):
        split_column("toy", "", ["path"])
    with pytest.raises(StudyError, match="both columns split and fold"):
        split_column("toy", "", ["fold", "split"])


def test_an_expression_has_to_be_trained_and_every_fold_tested():
    rows = with_given_folds(images("train", "test"), {"toy": ""}, 1)
    assert split_problems(rows, ["fear"], 1) == []
    (problem,) = split_problems(rows, ["fear", "joy"], 1)
    assert problem == "joy: no part of the official split has an image of it"
    only_tested = [row | {"expression": "joy"} for row in rows if row["fold"] == 1]
    (problem,) = split_problems(rows + only_tested, ["fear", "joy"], 1)
    assert problem.startswith("joy: all its usable images (1) lie in fold 1")
    (problem,) = split_problems([row for row in rows if row["fold"] == 0], ["fear"], 1)
    assert "lies in fold 1 of the official split" in problem


def test_what_lies_on_both_sides_is_found():
    rows = [row | {"subject": "S1", "identical": "toy/0"} for row in images("train", "test", "test")]
    rows[2] |= {"subject": "S2", "identical": ""}
    rows = with_given_folds(rows, {"toy": ""}, 1)
    assert [row["image_id"] for row in across(rows, "identical")["toy/0"]] == ["toy/0", "toy/1"]
    assert list(across(rows, "subject")) == ["toy/S1"]
    assert across(rows[1:], "identical") == across(rows[1:], "subject") == {}


@pytest.fixture
def check(tmp_path):
    """check_datasets on an index with a column `part` of the given parts, one subject."""

    def run(*parts: str, **arguments) -> None:
        rows = [
            {"image_id": f"toy/{n}", "subject": "S1", "expression": "fear", "sha256": str(n), "part": part}
            for n, part in enumerate(parts)
        ]
        write_table(tmp_path / "index.csv", list(rows[0]), rows)
        write_table(tmp_path / "counts.csv", ["expression", "images"], [{"expression": "fear", "images": 9}])
        paths = {name: [tmp_path / f"{name}.csv"] for name in ("index", "counts")}
        output = tmp_path / "checked.csv"
        check_datasets(["toy"], **paths, expressions='["fear"]', output=output, **arguments)

    return run


def test_an_official_split_needs_no_subject_per_fold(check, tmp_path):
    with pytest.raises(StudyError, match="has 1 subjects"):
        check("train", "test", folds=2)
    check("train", "test", folds=1, split=json.dumps({"toy": COLUMNS["rafdb"]}))
    assert (tmp_path / "checked.csv").exists()
    with pytest.raises(StudyError, match=r"all its usable images \(2\) lie in fold 1"):
        check("test", "test", folds=1, split=json.dumps({"toy": "part"}))


def test_readers_of_official_splits_have_the_column():
    """The names in COLUMNS are those of the columns that the readers describe."""
    for reader, column in COLUMNS.items():
        described = load_entry("workflow_scripts.datasets.readers", reader).read.__doc__
        assert f"Columns: {column}" in described
