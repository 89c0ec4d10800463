import json

import pytest

from workflow_scripts.common.tables import read_table, write_table
from workflow_scripts.training.measure_accuracy import measure_accuracy

OUTPUTS = ("output", "learned", "recognised", "summary", "by_dataset", "confusion")


def test_scores_per_fold_per_data_set_and_confusions(tmp_path):
    rows = [
        {"image_id": "a/1", "dataset": "a", "true": "fear", "predicted": "fear"},
        {"image_id": "a/2", "dataset": "a", "true": "fear", "predicted": "happiness"},
        {"image_id": "b/1", "dataset": "b", "true": "happiness", "predicted": "happiness"},
        {"image_id": "b/2", "dataset": "b", "true": "happiness", "predicted": "happiness"},
    ]
    write_table(tmp_path / "predictions.csv", list(rows[0]), rows)
    people = [
        {"image_id": row["image_id"], "group": row["dataset"], "subject": row["dataset"]} for row in rows
    ]
    write_table(tmp_path / "folds.csv", list(people[0]), people)
    outputs = {name: tmp_path / f"{name}.csv" for name in OUTPUTS}
    measure_accuracy(
        cells=json.dumps([["WeiNet", 1]]),
        predictions=[tmp_path / "predictions.csv"],
        folds=tmp_path / "folds.csv",
        **outputs,
    )
    (judgement,) = read_table(outputs["learned"])
    assert (judgement["network"], judgement["n"], judgement["subjects"]) == ("WeiNet", "4", "2")
    assert float(judgement["balanced_accuracy"]) == 0.75
    assert judgement["learned"] == "no"  # two subjects can show nothing
    of_expressions = {row["expression"]: row for row in read_table(outputs["recognised"])}
    assert {name: (row["n"], row["recall"]) for name, row in of_expressions.items()} == {
        "fear": ("2", "0.5"),
        "happiness": ("2", "1"),
    }
    assert {row["recognised"] for row in of_expressions.values()} == {"no"}
    (overall,) = read_table(outputs["output"])
    assert (overall["network"], overall["fold"], overall["n"]) == ("WeiNet", "1", "4")
    assert (overall["learned"], float(overall["chance"]), float(overall["majority_rate"])) == ("no", 0.5, 0.5)
    assert float(overall["accuracy"]) == 0.75
    means = {(row["network"], row["metric"]): row for row in read_table(outputs["summary"])}
    assert means["WeiNet", "accuracy"] == {
        "network": "WeiNet",
        "metric": "accuracy",
        "estimate": "0.75",
        "sd": "",
        "n": "4",
        "folds": "1",
    }
    assert means["average", "majority_rate"]["estimate"] == "0.5"
    assert float(overall["macro_f1"]) == pytest.approx((2 / 3 + 4 / 5) / 2)
    assert {row["dataset"]: float(row["accuracy"]) for row in read_table(outputs["by_dataset"])} == {
        "a": 0.5,
        "b": 1,
    }
    confusion = {(row["true"], row["predicted"]): row["n"] for row in read_table(outputs["confusion"])}
    assert confusion == {
        ("fear", "fear"): "1",
        ("fear", "happiness"): "1",
        ("happiness", "happiness"): "2",
    }


def test_where_subjects_are_unknown_none_are_counted(tmp_path):
    """Images without identities are no subjects, though each is a group of its own."""
    rows = [
        {"image_id": f"a/{i}", "dataset": "a", "true": name, "predicted": name}
        for i, name in enumerate(["fear", "anger"] * 20)
    ]
    write_table(tmp_path / "predictions.csv", list(rows[0]), rows)
    people = [{"image_id": row["image_id"], "group": row["image_id"], "subject": ""} for row in rows]
    write_table(tmp_path / "folds.csv", list(people[0]), people)
    outputs = {name: tmp_path / f"{name}.csv" for name in OUTPUTS}
    measure_accuracy(
        cells='[["WeiNet", 1]]',
        predictions=[tmp_path / "predictions.csv"],
        folds=tmp_path / "folds.csv",
        **outputs,
    )
    (row,) = read_table(outputs["learned"])
    assert (row["subjects"], row["groups"], row["learned"]) == ("", "40", "yes")
    for table in ("output", "by_dataset", "confusion"):
        assert {row["learned"] for row in read_table(outputs[table])} == {"yes"}
