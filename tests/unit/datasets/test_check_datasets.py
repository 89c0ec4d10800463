import json

import pytest

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.tables import read_table, write_table
from workflow_scripts.datasets.check_datasets import check_datasets


def check(
    folder, data_sets: dict[str, list[tuple[str, ...]]], expressions: list[str], folds: int, neutral: str = ""
):
    """Check data sets given as (subject, expression) of their images; other labels count as found only.

    An image may have its bytes' name as a third entry; all others differ. neutral: a label listed besides.
    """
    for name, images in data_sets.items():
        rows = [
            {"image_id": f"{name}/{n}.jpg", "subject": subject, "expression": label}
            | {"sha256": same[0] if same else f"{name}{n}"}
            for n, (subject, label, *same) in enumerate(images)
        ]
        kept = [row for row in rows if row["expression"] in (*expressions, neutral)]
        write_table(folder / f"{name}.csv", ["image_id", "subject", "expression", "sha256"], kept)
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
        {"a": [("S1", "fear"), ("S2", "fear")], "b": [("S1", "fear"), ("S2", "anger"), ("S3", "anger")]},
        ["anger", "fear"],
        folds=2,
    )
    images = {(row["dataset"], row["expression"]): row["images"] for row in found}
    assert images == {("a", "anger"): "0", ("a", "fear"): "2", ("b", "anger"): "2", ("b", "fear"): "1"}


def test_neutral_faces_that_give_halves_count_for_nothing(tmp_path):
    shown = [("S1", "fear"), ("S1", "anger"), ("S2", "neutral"), ("S3", "neutral")]
    with pytest.raises(StudyError, match="data set half has 1 subjects with images"):
        check(tmp_path, {"half": shown}, ["anger", "fear"], folds=2, neutral="neutral")
    more = [*shown, ("S2", "fear"), ("S2", "anger")]
    found = check(tmp_path, {"half": more}, ["anger", "fear"], folds=2, neutral="neutral")
    assert [(row["expression"], row["images"]) for row in found] == [("anger", "2"), ("fear", "2")]


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


def test_images_count_where_subjects_are_unknown_and_byte_identical_ones_once(tmp_path):
    unknown = [("", "fear"), ("", "fear", "same"), ("", "fear", "same")]
    assert check(tmp_path, {"a": unknown}, ["fear"], folds=2)
    with pytest.raises(StudyError) as caught:
        check(tmp_path, {"a": unknown, "b": [("S1", "fear"), ("S2", "fear")]}, ["fear"], folds=3)
    assert "data set a has 2 images (its subjects are unknown)" in str(caught.value)
    assert "(those that share an image count as one)" in str(caught.value)
    assert "data set b has 2 subjects with images of the study's expressions, and" in str(caught.value)


def test_an_expression_of_one_subject_is_refused_since_one_network_would_never_learn_it(tmp_path):
    images = [("S1", "fear"), ("S2", "fear"), ("S1", "anger"), ("S1", "anger")]
    with pytest.raises(
        StudyError, match=r"all images of anger \(2\) belong in one fold \(a/S1: .*Add subjects"
    ):
        check(tmp_path, {"a": images}, ["fear", "anger"], folds=2)
    images[-1] = ("S2", "anger")
    assert check(tmp_path, {"a": images}, ["fear", "anger"], folds=2)
