"""What Snakemake plans, without running it: the published study, a network of one's own."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.study_copy import REPOSITORY, left_out, plan_rows, plan_study
from workflow_scripts.common.tables import read_table
from workflow_scripts.tools.list_rules import rule_table

DATASETS = ["ckplus", "bu4dfe", "jaffe", "wsefep", "fega"]


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("plan") / "lookalike"
    shutil.copytree(REPOSITORY, folder, ignore=left_out)
    return folder


def dry_run(folder: Path, changes: dict, *targets: str, command=("-n",)) -> subprocess.CompletedProcess:
    """`snakemake -n` on config.yaml with `changes` on top."""
    (folder / "changes.yaml").write_text(yaml.safe_dump(changes))
    arguments = [*command, "--configfile", "config.yaml", "changes.yaml", "--", *targets]
    program = [sys.executable, "-m", "snakemake", *arguments]
    return subprocess.run(program, cwd=folder, text=True, capture_output=True)


def planned_jobs(folder: Path, changes: dict) -> dict[str, int]:
    """Number of jobs of each rule in the plan."""
    finished = dry_run(folder, changes)
    assert finished.returncode == 0, finished.stdout[-3000:] + finished.stderr[-3000:]
    table = finished.stdout.split("Job stats:")[1].split("total")[0]
    return {rule: int(n) for rule, n in re.findall(r"^(\w+) +(\d+)$", table, re.MULTILINE)}


def test_the_published_study_is_sixty_trainings_and_360_explanations(copy, tmp_path):
    roots = {name: {"root": str(tmp_path)} for name in DATASETS}
    jobs = planned_jobs(copy, {"datasets": roots})
    assert {rule: jobs[rule] for rule in ("index_dataset", "prepare_faces")} == {
        "index_dataset": 5,
        "prepare_faces": 5,
    }
    assert (jobs["train_network"], jobs["predict_expressions"]) == (60, 60)
    assert (jobs["explain_images"], jobs["standardize_explanations"]) == (360, 60)
    assert jobs["compare_network"] == 2 * 12
    assert jobs["fetch_weights"] == 8


OWN = {
    "run": {"datasets": ["embedded"], "networks": ["Mine"]},
    "training": {
        "networks": {
            "Mine": {
                "architecture": "my_networks.py:small",
                "input_size": 32,
                "epochs": 1,
                "optimizer": "adam",
                "learning_rate": 0.001,
            }
        }
    },
}


def test_the_file_of_a_network_of_one_s_own_has_to_be_there(copy):
    missing = dry_run(copy, OWN)
    assert missing.returncode != 0
    assert "training.networks.Mine.architecture: there is no file my_networks.py" in missing.stdout
    (copy / "my_networks.py").write_text("def small(input_shape, classes): ...\n")
    assert planned_jobs(copy, OWN)["train_network"] == 5


@pytest.mark.parametrize("weights", ["imagenet", None])
def test_the_table_of_rules_in_the_report_is_the_workflow_s(copy, weights):
    networks = {"MobileNetV3": {"weights": weights}}
    run = {"datasets": ["embedded"], "networks": ["WeiNet", "MobileNetV3"], "mask_sets": ["figure4", "truth"]}
    finished = dry_run(copy, {"run": run, "training": {"networks": networks}}, command=["--rulegraph", "dot"])
    table = read_table(REPOSITORY / "resources/rule_graph.csv")
    if weights is None:  # then nothing is fetched
        table = [
            row | {"reads": row["reads"].replace(" fetch_weights", "")}
            for row in table
            if row["rule"] != "fetch_weights"
        ]
    assert rule_table(finished.stdout, REPOSITORY / "rules") == table


SMALL = {
    "run": {"datasets": ["embedded"], "networks": ["WeiNet"], "mask_sets": ["figure4"]},
    "training": {
        "folds": 4,
        "augmentation": {"copies": 5},
        "networks": {"WeiNet": {"input_size": 32, "epochs": 3, "learning_rate": 1e-9}},
    },
    "explanation": {"positives": 7, "explainers": {"lime": {"samples": 50}}},
}


def test_a_plan_counts_its_jobs_and_costs_exactly_these(copy):
    (copy / "changes.yaml").write_text(yaml.safe_dump(SMALL))
    targets = [f"results/explanation/lime/WeiNet/fold1/{name}.h5" for name in ("anger", "fear")]
    arguments = ["--configfile", "config.yaml", "changes.yaml", "--faces", "100"]
    finished = plan_study(copy, *targets, *arguments)
    assert finished.returncode == 0, finished.stderr
    assert plan_rows(finished.stdout) == {
        ("1", "index_dataset", "missing output", "embedded"),
        ("1", "check_datasets", "missing output"),
        ("1", "prepare_faces", "missing output", "embedded"),
        ("1", "assign_folds", "missing output"),
        ("1", "train_network", "missing output", "WeiNet x fold 1"),
        ("1", "predict_expressions", "missing output", "WeiNet x fold 1"),
        ("1", "sample_positives", "missing output", "WeiNet x fold 1"),
        ("2", "explain_images", "missing output", "lime x WeiNet x fold 1 x 2 expressions (anger, fear)"),
    }
    assert "9 jobs would run" in finished.stdout
    (costs,) = (line.split() for line in finished.stdout.splitlines() if line.startswith("WeiNet"))
    trainings, images, per_epoch, steps, explained, passes = costs[2:8]
    assert (trainings, images) == ("1", "75")  # three quarters of the faces
    assert (per_epoch, steps) == ("3", "9")  # 375 copies in batches of 128, three times
    assert (explained, passes) == ("14", "725")  # 2 x 7 x 50, and a quarter of the faces predicted
    said = " ".join(finished.stdout.split())
    assert "warning: WeiNet: 9 steps at learning rate 1e-09 move a weight by 9e-09 at most" in said
    assert max(map(len, finished.stdout.splitlines())) <= 100
    assert finished.stderr == ""  # TensorFlow's word about itself is no news


def test_what_is_wrong_with_the_configuration_is_said_instead_of_a_plan(copy):
    (copy / "changes.yaml").write_text(yaml.safe_dump({"training": {"folds": 0}}))
    finished = plan_study(copy, "--configfile", "config.yaml", "changes.yaml")
    assert finished.returncode == 1
    assert "training.folds: 0 is less than the minimum of 1" in finished.stderr
    assert "cannot plan this study" in finished.stderr
    assert "Traceback" not in finished.stderr
    assert finished.stdout == ""


def test_subsets_are_one_job_per_network_and_none_unless_asked_for(copy, tmp_path):
    roots = {"datasets": {name: {"root": str(tmp_path)} for name in DATASETS}}
    without = planned_jobs(copy, roots)
    jobs = planned_jobs(copy, roots | {"run": {"subsets": ["correct", "dataset"]}})
    added = {"compare_subsets": 12, "summarize_subsets": 2, "average_subsets": 1, "draw_subsets": 1}
    assert {rule: n for rule, n in jobs.items() if without.get(rule) != n} == added
    refused = dry_run(copy, roots | {"run": {"subsets": ["sexes"]}})
    assert refused.returncode != 0
    assert "run.subsets names sexes, which the configuration does not define" in refused.stdout


def test_the_examples_of_other_trainings_can_be_planned(copy, tmp_path):
    example = yaml.safe_load((copy / "examples/leave_one_data_set_out.yaml").read_text())
    roots = {"datasets": {name: {"root": str(tmp_path)} for name in DATASETS}}
    jobs = planned_jobs(copy, example | roots)
    assert jobs["train_network"] == 12 * len(DATASETS)
    example = yaml.safe_load((copy / "examples/confounds.yaml").read_text())
    example["run"]["datasets"] = ["embedded"]
    jobs = planned_jobs(copy, example)
    assert (jobs["train_network"], jobs["fetch_weights"]) == (8 * 5, 2)
