"""What people bring, in the miniature study: models that were trained elsewhere, an official split."""

import csv
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from tests.study_copy import FACES, REPOSITORY, plan_rows, plan_study
from tests.workflow.miniature import EXPRESSIONS, run_study
from workflow_scripts.training.model_file import read_facts

FILES = ["--configfile", "config.yaml", "study.yaml"]
LONDON = REPOSITORY / "examples/london.yaml"
MODEL = {"classes": EXPRESSIONS, "scaling": "none"}  # the scaling of a network of ours is in it
BROUGHT = {
    "run": {"networks": ["WeiNet", "Folds", "One"], "mask_sets": ["figure4"]},
    "training": {
        "networks": {
            "Folds": MODEL | {"model": "mine/fold{fold}.keras", "trained_on": "other_folds"},
            "One": MODEL | {"model": "mine/fold1.keras", "trained_on": "mine/seen.csv"},
        }
    },
}


@pytest.fixture(scope="module")
def brought(finished_copy) -> Path:
    """The finished study with copies of the models of WeiNet as two more networks."""
    results, mine = finished_copy / "results", finished_copy / "mine"
    mine.mkdir()
    for fold in (1, 2):
        shutil.copy(results / f"training/WeiNet/fold{fold}/model.keras", mine / f"fold{fold}.keras")
    folds = pd.read_csv(results / "training/folds.csv")
    folds[folds.fold == 2].iloc[::2][["image_id"]].to_csv(mine / "seen.csv", index=False)
    (finished_copy / "brought.yaml").write_text(yaml.safe_dump(BROUGHT))
    plan = plan_study(finished_copy, "--profile", "profile", *FILES, "brought.yaml")
    assert plan.returncode == 0, plan.stderr
    rows = plan_rows(plan.stdout)
    assert "train_network" not in {row[1] for row in rows}
    assert sum(int(row[0]) for row in rows if row[1] == "import_network") == 4
    assert "trained elsewhere, and only used here: Folds, One" in plan.stdout
    for network in ("Folds", "One"):
        (costs,) = (line.split() for line in plan.stdout.splitlines() if line.startswith(network))
        assert costs[2] == "0"  # trainings
    run_study(finished_copy, *FILES, "brought.yaml")
    return results


def predictions(results: Path, network: str, fold: int) -> pd.DataFrame:
    return pd.read_csv(results / f"training/{network}/fold{fold}/predictions.csv").set_index("image_id")


@pytest.mark.parametrize("fold", [1, 2])
def test_a_model_that_is_brought_answers_as_where_it_was_trained(brought, fold):
    own, same = predictions(brought, "WeiNet", fold), predictions(brought, "Folds", fold)
    assert list(same.index) == list(own.index)
    assert (same.predicted == own.predicted).all()
    np.testing.assert_allclose(same[EXPRESSIONS], own[EXPRESSIONS], rtol=1e-5, atol=1e-7)
    assert not (brought / f"training/Folds/fold{fold}/history.csv").exists()
    assert read_facts(brought / f"training/Folds/fold{fold}/model.keras").network == "Folds"


def test_the_heatmaps_of_the_same_model_are_the_same(brought):
    for expression in EXPRESSIONS:
        own, same = (
            np.load(brought / f"standardization/lime/{network}/{expression}.npy")
            for network in ("WeiNet", "Folds")
        )
        np.testing.assert_allclose(same, own, atol=1e-5, equal_nan=True)


def test_one_model_is_tested_on_what_it_has_not_seen(brought):
    seen = set(pd.read_csv(brought.parent / "mine/seen.csv").image_id)
    folds = pd.read_csv(brought / "training/folds.csv")
    for fold in (1, 2):
        expected = [name for name in folds[folds.fold == fold].image_id if name not in seen]
        table = predictions(brought, "One", fold)
        assert list(table.index) == expected
        positives = pd.read_csv(brought / f"explanation/One/fold{fold}/positives.csv")
        assert not seen & set(positives.image_id)
    log = (brought.parent / "logs/training/One/fold2/predict_expressions.log").read_text()
    of_fold = (folds.fold == 2).sum()
    assert f"left out {len(seen)} of {of_fold} images: the network was trained on them" in log


def test_the_page_and_the_tables_say_what_the_networks_are(brought):
    page = (brought / "report/index.html").read_text(encoding="utf-8")
    assert "3 networks were trained, 2 of them elsewhere, to tell" in page
    assert "trained separately for each fold, on the other folds" in page
    seen = len(pd.read_csv(brought.parent / "mine/seen.csv"))
    assert f"because it was trained on them or on identical files: {seen} images" in page
    summary = pd.read_csv(brought / "comparison/lime/figure4/summary.csv", keep_default_na=False)
    own = summary[(summary.kind == "network") & (summary.metric == "iou")]
    claims = own.groupby("name").claim.unique().map(list)
    assert (claims["Folds"], claims["One"]) == (["trainings"], [""])


@pytest.fixture(scope="module")
def official(brought) -> Path:
    """The study anew, on a table that says what to train on; one image of its test part is a copy."""
    folder = brought.parent
    with (folder / "mini.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    names = sorted({row["subject"] for row in rows})
    rows = [row | {"part": "test" if row["subject"] in names[:3] else "train"} for row in rows]
    original = next(row for row in rows if row["part"] == "train" and row["expression"] == "happiness")
    copy = original | {"path": "copy.png", "part": "test", "subject": names[0]}
    shutil.copy(folder / FACES / original["path"], folder / FACES / copy["path"])
    rows += [copy, next(row for row in rows if row["part"] == "test") | {"path": "val.png", "part": "val"}]
    shutil.copy(folder / FACES / original["path"], folder / FACES / "val.png")
    with (folder / "parts.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    changes = {
        "run": {"networks": ["WeiNet"], "mask_sets": ["figure4"]},
        "datasets": {"mini": {"table": "parts.csv", "split": "part"}},
        "training": {"split": "official", "folds": 1},
        "explanation": {"positives": 2},
    }
    (folder / "official.yaml").write_text(yaml.safe_dump(changes))
    run_study(folder, *FILES, "official.yaml")
    return folder


def test_an_official_split_is_one_fold_that_nothing_is_moved_in(official):
    index = pd.read_csv(official / "results/datasets/mini/index.csv").set_index("image_id")
    folds = pd.read_csv(official / "results/training/folds.csv").set_index("image_id")
    assert set(folds.fold) == {0, 1}
    assert "mini/val.png" not in folds.index
    assert ((folds.fold == 1) == (index.part[folds.index] == "test")).all()
    log = (official / "logs/training/assign_folds.log").read_text()
    assert "mini/copy.png, fold 1: byte-identical, across the split" in log
    assert "mini: 1 images of the part val are neither trained nor tested on" in log
    tested = predictions(official / "results", "WeiNet", 1)
    assert set(tested.index) == set(folds.index[folds.fold == 1])


def test_one_training_has_no_deviation_and_the_page_says_why(official):
    results = official / "results"
    for table in ("training/summary.csv", "comparison/lime/figure4/summary.csv"):
        summary = pd.read_csv(results / table)
        assert summary.sd.isna().all()
        assert summary.estimate.notna().any()
    page = (results / "report/index.html").read_text(encoding="utf-8")
    assert "One official split gives no standard deviation and no interval" in page
    assert "Warning: the official split divides 1 set of them. Test images with a copy" in page
    assert "mini/copy.png (fold 1)" in page
    assert "neither for training nor for testing (but for validation, say): 1 image of mini." in page


def test_the_example_on_photographs_can_be_planned(tmp_path):
    """Its own commands make the table, of files with the names that the data set has."""
    folder = tmp_path / "lookalike"
    shutil.copytree(REPOSITORY, folder, ignore=shutil.ignore_patterns(".*", "tests", "benchmarks", "results"))
    for kind in ("neutral_front/{}_03", "smiling_front/{}_08"):
        for person in ("001", "002", "173"):
            for ending in ("jpg", "tem"):
                path = folder / "london_study/london" / f"{kind.format(person)}.{ending}"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.touch()
    commands = re.findall(r"^#      (.*)$", LONDON.read_text(encoding="utf-8"), re.MULTILINE)
    assert sum(line.startswith("unzip") for line in commands) == 2
    script = "\n".join(line for line in commands if not line.startswith("unzip"))
    subprocess.run(["sh", "-e", "-c", script], cwd=folder, check=True)
    table = pd.read_csv(folder / "london_study/london/faces.csv", dtype=str)
    assert sorted(table.itertuples(index=False, name=None))[:2] == [
        ("neutral_front/001_03.jpg", "neutral", "001"),
        ("neutral_front/002_03.jpg", "neutral", "002"),
    ]
    assert len(table) == 6
    assert set(table.expression) == {"neutral", "smiling"}
    files = ["--directory", "london_study", "--configfile", "examples/london.yaml"]
    plan = plan_study(folder, "--profile", "profiles/demo", *files)
    assert plan.returncode == 0, plan.stderr
    jobs = {row[1]: int(row[0]) for row in plan_rows(plan.stdout)}
    assert (jobs["index_dataset"], jobs["train_network"], jobs["explain_images"]) == (1, 10, 20)
