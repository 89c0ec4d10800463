"""As a module of another workflow: its jobs, its settings, and a provenance that a rule writes."""

import json
import shutil
from pathlib import Path

import pytest

from tests.study_copy import snakemake
from workflow_scripts.orchestration.config_check import read_config

IMPORTING = """
configfile: "study.yaml"

module lookalike:
    snakefile: {snakefile!r}
    config: config

use rule * from lookalike as faces_*

rule count_rows:
    default_target: True
    input: rules.faces_all.input, "results/training/folds.csv"
    output: "rows.txt"
    shell: "wc -l < results/training/folds.csv > {{output}}"
"""


@pytest.fixture(scope="module")
def run(finished, tmp_path_factory) -> tuple[Path, str]:
    """The finished study under another workflow, run to its end; what Snakemake printed."""
    folder = tmp_path_factory.mktemp("module") / "their study"
    shutil.copytree(finished, folder, symlinks=True)
    (folder / "results/provenance.json").unlink()
    face = folder / "resources/mean_face.png"  # a copy would be a picture of the study's own
    face.unlink()
    face.symlink_to(finished / "resources/mean_face.png")
    (folder / "Snakefile").write_text(IMPORTING.format(snakefile=str(finished / "Snakefile")))
    profile = folder / "profile/config.yaml"
    profile.write_text(profile.read_text().replace("- config.yaml\n", ""))
    done = snakemake(folder, capture_output=True)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return folder, done.stdout + done.stderr


def test_only_what_the_importing_workflow_adds_is_left_to_do(run):
    folder, printed = run
    rules = {line.split()[1].rstrip(":") for line in printed.splitlines() if "rule " in line[:10]}
    assert rules == {"count_rows", "faces_record_provenance"}
    assert int((folder / "rows.txt").read_text()) > 1


def test_provenance_tells_of_our_jobs_and_of_no_others(run, finished):
    folder, _ = run
    ours, theirs = (
        json.loads((place / "results/provenance.json").read_text()) for place in (finished, folder)
    )
    assert theirs["config"] == read_config([finished / "study.yaml"])
    assert {job["rule"] for job in theirs["jobs"]} == {f"faces_{job['rule']}" for job in ours["jobs"]}
    assert [job["outputs"].keys() for job in theirs["jobs"]] == [
        job["outputs"].keys() for job in ours["jobs"]
    ]
    assert {entry["now"] for job in theirs["jobs"] for entry in job["outputs"].values()} == {"as made"}
    assert theirs["code"]["files"] == ours["code"]["files"]


def test_a_wrong_setting_is_told_as_ever(run):
    folder, _ = run
    (folder / "study.yaml").write_text("training: {foldz: 3}\n")
    done = snakemake(folder, "-n", capture_output=True)
    assert done.returncode != 0
    assert "training.foldz: no such key here; did you mean folds?" in done.stdout + done.stderr
