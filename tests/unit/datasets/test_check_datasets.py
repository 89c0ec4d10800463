import json

import pytest

from workflow_scripts.datasets.check_datasets import check_datasets
from workflow_scripts.errors import StudyError
from workflow_scripts.tables import read_table, write_table


def check(folder, data_sets: dict[str, list[tuple[str, str]]], expressions: list[str], folds: int):
    """Check data sets given as (subject, expression) of their images; other labels count as found only."""
    for name, images in data_sets.items():
        rows = [{"subject": subject, "expression": label} for subject, label in images]
        kept = [row for row in rows if row["expression"] in expressions]
        write_table(folder / f"{name}.csv", ["subject", "expression"], kept)
        labels = [row["expression"] for row in rows]
        counts = [{"expression": label, "images": labels.count(label)} for label in {*labels, *expressions}]
        write_table(folder / f"{name}_counts.csv", ["expression", "images"], counts)
    output = folder / "out/checked.csv"
    check_datasets(
        list(data_sets),
        index=[folder / f"{name}.csv" for name in data_sets],
        counts=[folder / f"{name}_counts.csv" for name in data_sets],
        expressions=json.dumps(expressions),
        folds=folds,
        output=output,
    )
    return read_table(output)


def test_what_one_data_set_lacks_another_may_have(tmp_path):
    found = check(
        tmp_path,
        {"a": [("S1", "fear"), ("S2", "fear")], "b": [("S1", "fear"), ("S2", "anger"), ("S3", "other")]},
        ["anger", "fear"],
        folds=2,
    )
    images = {(row["dataset"], row["expression"]): row["images"] for row in found}
    assert images == {("a", "anger"): "0", ("a", "fear"): "2", ("b", "anger"): "1", ("b", "fear"): "1"}


def test_an_expression_that_nobody_shows_is_refused_with_the_labels_that_there_are(tmp_path):
    with pytest.raises(StudyError) as caught:
        check(tmp_path, {"a": [("S1", "fear"), ("S2", "happy")]}, ["fear", "happiness"], folds=1)
    assert "run.expressions: no image of any data set shows happiness; they show" in str(caught.value)
    assert "happy" in str(caught.value)
    assert "datasets.<name>.labels" in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_fewer_subjects_than_folds_are_refused_in_every_data_set_at_once(tmp_path):
    subjects = {"a": 2, "b": 3, "c": 4}
    images = {name: [(f"S{i}", "fear") for i in range(n)] for name, n in subjects.items()}
    with pytest.raises(StudyError) as caught:
        check(tmp_path, images, ["fear"], folds=4)
    assert "training.folds is 4: data set a has 2 subjects" in str(caught.value)
    assert "Lower training.folds to 3 or less, or take b out of run.datasets" in str(caught.value)
    assert "data set c" not in str(caught.value)
