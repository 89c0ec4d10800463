import json

import pytest

from workflow_scripts.tables import read_table, write_table
from workflow_scripts.training.measure_accuracy import measure_accuracy


def test_scores_per_fold_per_data_set_and_confusions(tmp_path):
    rows = [
        {"dataset": "a", "true": "fear", "predicted": "fear"},
        {"dataset": "a", "true": "fear", "predicted": "happiness"},
        {"dataset": "b", "true": "happiness", "predicted": "happiness"},
        {"dataset": "b", "true": "happiness", "predicted": "happiness"},
    ]
    write_table(tmp_path / "predictions.csv", ["dataset", "true", "predicted"], rows)
    outputs = {name: tmp_path / f"{name}.csv" for name in ("output", "by_dataset", "confusion")}
    measure_accuracy(cells=json.dumps([["WeiNet", 1]]), predictions=[tmp_path / "predictions.csv"], **outputs)
    (overall,) = read_table(outputs["output"])
    assert (overall["network"], overall["fold"], overall["n"]) == ("WeiNet", "1", "4")
    assert float(overall["accuracy"]) == 0.75
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
