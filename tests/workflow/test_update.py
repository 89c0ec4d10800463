"""`make update`: a rerun ends where the files come out as they were.

Which jobs ran is told by their benchmarks, which every job writes anew.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

from tests.study_copy import plan_rows, plan_study
from tests.workflow.miniature import STUDY, run_study

READER = "workflow_scripts/datasets/readers/csv.py"
MODEL = "results/training/WeiNet/fold1/model.keras"
INDEXED = {"datasets/mini/index_dataset"}


def command(*arguments: str) -> list[str]:
    program = [sys.executable, "-m", "workflow_scripts.tools.update_study"]
    return [*program, "--profile", "profile", *arguments]


def with_python() -> dict[str, str]:
    """The environment, in which jobs find the Python that runs the tests."""
    return os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}


def update(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    """Run `make update`'s program in `folder` with arguments of Snakemake."""
    return subprocess.run(command(*arguments), cwd=folder, env=with_python(), text=True, capture_output=True)


@contextmanager
def jobs_run(folder: Path) -> Iterator[set[str]]:
    """The jobs that ran in the block, as the paths of their benchmarks under logs/ without .tsv."""
    logs, found = folder / "logs", set()
    before = {path: path.stat().st_mtime_ns for path in logs.rglob("*.tsv")}
    yield found
    after = {path: path.stat().st_mtime_ns for path in logs.rglob("*.tsv")}
    found |= {
        str(path.relative_to(logs).with_suffix("")) for path in after if after[path] != before.get(path)
    }


@contextmanager
def edited(file: Path, more: str) -> Iterator[None]:
    """A file with a statement more."""
    text = file.read_text()
    file.write_text(text + more)
    try:
        yield
    finally:
        file.write_text(text)


def contents(folder: Path) -> dict[str, bytes]:
    """All results but the provenance, which says when they were made."""
    results = folder / "results"
    files = (path for path in results.rglob("*") if path.is_file() and path.name != "provenance.json")
    return {str(path.relative_to(results)): path.read_bytes() for path in files}


def written(folder: Path) -> str:
    return json.loads((folder / "results/provenance.json").read_text())["written"]


def test_an_edit_that_leaves_the_index_as_it_was_runs_the_index_and_no_more(finished_copy):
    before, provenance = contents(finished_copy), written(finished_copy)
    with edited(finished_copy / READER, "\nUNUSED = 1\n"):
        plan = plan_study(finished_copy, "--profile", "profile").stdout
        depend = re.search(
            r"^(\d+) jobs would run: 1 for certain, (\d+) depend on what these write", plan, re.M
        )
        assert int(depend[2]) == int(depend[1]) - 1 > 60
        with jobs_run(finished_copy) as ran:
            finished = update(finished_copy)
        assert finished.returncode == 0, finished.stderr[-3000:]
        assert ran == INDEXED
        assert f"Running 1 index_dataset; {depend[2]} jobs wait for what these write" in finished.stdout
        assert f"{depend[2]} jobs dropped, because their inputs did not change; 0 are left" in finished.stdout
        assert contents(finished_copy) == before
        assert written(finished_copy) > provenance  # it tells of the job that ran
        assert "Nothing to be done" in update(finished_copy).stdout
        assert "Nothing to be done" in run_study(finished_copy)
    assert update(finished_copy).returncode == 0  # the edit undone


OWN_SETTINGS = ("train_network", "explain_images", "explain_controls", "measure_quality")


def test_the_plan_tells_settings_that_changed_behind_another_change(finished_copy):
    study = json.loads(json.dumps(STUDY))
    study["training"]["networks"]["SongNet"]["epochs"] = 3
    study["explanation"]["explainers"]["lime"]["samples"] = 70
    (finished_copy / "study.yaml").write_text(yaml.safe_dump(study))
    try:
        plan = plan_study(finished_copy, "--profile", "profile").stdout
    finally:
        (finished_copy / "study.yaml").write_text(yaml.safe_dump(STUDY))
    explained = [row for row in plan_rows(plan) if row[1] == "explain_images"]
    assert [row[:3] for row in explained] == [("12", "explain_images", "settings changed: samples 60 → 70")]
    certain = {row[1]: int(row[0]) for row in plan_rows(plan) if row[2].startswith("settings changed")}
    # two trainings, the explanations, those of control networks, what examines them, and the page
    assert certain.keys() == {*OWN_SETTINGS, "write_report"}
    assert f"jobs would run: {sum(certain.values())} for certain, " in plan


def test_a_training_repeated_with_the_same_result_explains_nothing_again(finished_copy):
    before = contents(finished_copy)
    with jobs_run(finished_copy) as ran:
        finished = update(finished_copy, "--forcerun", MODEL)
    assert finished.returncode == 0, finished.stderr[-3000:]
    assert ran == {"training/WeiNet/fold1/train_network"}
    assert contents(finished_copy) == before
    assert "Nothing to be done" in run_study(finished_copy)


def test_targets_are_respected(finished_copy):
    other = "results/training/SongNet/fold1/predictions.csv"
    with edited(finished_copy / READER, "\nUNUSED = 2\n"):
        provenance = written(finished_copy)
        with jobs_run(finished_copy) as ran:
            assert update(finished_copy, "--forcerun", MODEL, "--", other).returncode == 0
        assert written(finished_copy) == provenance  # as after any run of a part
    assert ran == {*INDEXED, "training/WeiNet/fold1/train_network"}
    assert update(finished_copy).returncode == 0


def test_a_change_runs_to_the_end_and_gives_what_snakemake_gives(finished, tmp_path):
    study = json.loads(json.dumps(STUDY))
    study["training"]["networks"]["SongNet"]["epochs"] += 1
    plain, updated = tmp_path / "plain", tmp_path / "updated"
    for folder in (plain, updated):
        shutil.copytree(finished, folder, symlinks=True)
        (folder / "study.yaml").write_text(yaml.safe_dump(study))
    run_study(plain)
    with jobs_run(updated) as ran:
        run = update(updated)
    assert run.returncode == 0, run.stderr[-3000:]
    assert contents(updated) == contents(plain) != contents(finished)
    assert {"training/SongNet/fold1/train_network", "report/write_report"} < ran
    assert not any("WeiNet/fold" in job for job in ran)
    assert "Running the rest: " in run.stdout
    assert "Nothing to be done" in run_study(updated)


def test_a_failed_job_ends_it_with_snakemake_s_status_and_the_next_update_goes_on(finished_copy):
    with edited(finished_copy / READER, "\nraise SystemExit('out of order')\n"):
        finished = update(finished_copy)
    assert finished.returncode == 1
    assert "out of order" in finished.stderr
    assert "Once that is fixed, resume with: " in finished.stderr
    assert "Traceback" not in finished.stderr
    with jobs_run(finished_copy) as ran:
        assert update(finished_copy).returncode == 0
    assert ran == INDEXED  # Snakemake removes what a failed job has made


def test_a_study_that_another_snakemake_runs_is_left_alone(finished_copy):
    lock = finished_copy / ".snakemake/locks/0.output.lock"
    lock.parent.mkdir(exist_ok=True)
    lock.write_text("results/datasets/mini/index.csv\n")
    try:
        with jobs_run(finished_copy) as ran:
            finished = update(finished_copy, "--forcerun", "index_dataset")
    finally:
        lock.unlink()
    assert finished.returncode == 1
    assert "--unlock" in finished.stderr
    assert not ran


@pytest.mark.parametrize("arguments", [["--configfile", "config.yaml"], ["no_such_target"]])
def test_a_study_that_cannot_be_planned_says_why(finished_copy, arguments):
    finished = update(finished_copy, *arguments)
    assert finished.returncode == 1
    assert "Snakemake cannot plan this study" in finished.stderr
    assert finished.stdout == ""


def test_ctrl_c_ends_the_job_that_runs_and_the_rounds(finished_copy):
    log = finished_copy / "logs/training/WeiNet/fold1/train_network.log"
    log.unlink()
    process = subprocess.Popen(
        command("--forcerun", MODEL),
        cwd=finished_copy,
        env=with_python(),
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    end = time.monotonic() + 120
    while not log.exists():
        assert process.poll() is None
        assert time.monotonic() < end
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does
    printed, _ = process.communicate(timeout=120)
    assert process.returncode == 128 + signal.SIGINT
    assert "update_study.py" not in printed  # no traceback of ours
    assert not list((finished_copy / ".snakemake/locks").glob("*"))
    assert update(finished_copy).returncode == 0
    assert "Nothing to be done" in run_study(finished_copy)
