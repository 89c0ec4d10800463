"""What the finished miniature study says of where its results come from, and what a change would rerun."""

import hashlib
import json
import platform
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import yaml

from tests.study_copy import plan_rows, plan_study
from tests.workflow.miniature import EXPRESSIONS, STUDY, run_study
from workflow_scripts.common.code import file_state
from workflow_scripts.orchestration.config_check import read_config

MERGES = "results/similarity/lime/happiness_merges.csv"  # which no other job reads


def provenance(folder: Path) -> dict:
    return json.loads((folder / "results/provenance.json").read_text())


def outputs(content: dict) -> dict[str, dict]:
    return {path: entry for job in content["jobs"] for path, entry in job["outputs"].items()}


def test_every_file_has_its_record_and_hash(finished_copy):
    content = provenance(finished_copy)
    made = outputs(content)
    files = {path for path in (finished_copy / "results").rglob("*") if path.is_file()}
    copies = set((finished_copy / "results/report/tables").iterdir())
    itself = finished_copy / "results/provenance.json"
    assert {finished_copy / path for path in made} == files - copies - {itself}
    assert {entry["now"] for entry in made.values()} == {"as made"}
    hashes = {path: entry["sha256"] for path, entry in made.items()}
    for path, sha256 in (hashes | content["inputs"]).items():
        assert hashlib.sha256((finished_copy / path).read_bytes()).hexdigest() == sha256, path
    for path, fingerprint in content["code"]["files"].items():
        assert file_state(finished_copy / path)[1] == fingerprint, path
    assert {job["accepted"] for job in content["jobs"]} == {False}
    assert {"mini.csv", "my masks/happiness.png", "resources/standard_face.csv"} <= content["inputs"].keys()
    assert "workflow_scripts/training/architectures/weinet.py" in content["code"]["files"]


def test_the_study_is_told_with_its_versions(finished_copy):
    content = provenance(finished_copy)
    assert content["config"] == read_config([finished_copy / "config.yaml", finished_copy / "study.yaml"])
    assert content["packages"]["snakemake"] == version("snakemake")
    assert content["packages"]["lime"] == version("lime")
    assert content["python"] == platform.python_version()
    assert (content["code"]["commit"], content["environments"]) == (None, {})  # a copy without git and conda


def test_a_job_is_told_with_settings_place_and_time(finished_copy):
    jobs = provenance(finished_copy)["jobs"]
    wildcards = {"network": "WeiNet", "fold": "2"}
    (training,) = (job for job in jobs if job["rule"] == "train_network" and job["wildcards"] == wildcards)
    assert STUDY["training"]["networks"]["WeiNet"].items() <= training["params"]["settings"].items()
    assert training["params"]["expressions"] == EXPRESSIONS
    assert training["params"]["seed"] == 1
    assert training["inputs"] == ["results/faces/mini/faces.sha256", "results/training/folds.csv"]
    assert (training["device"], training["node"]) == ("1 CPU threads", platform.node())
    assert training["tensorflow"] == version("tensorflow-cpu")
    began, ended = (datetime.fromisoformat(training[key]) for key in ("began", "ended"))
    assert 0 < (ended - began).total_seconds() < training["seconds"] + 1
    assert training["peak_memory_mb"] > 100
    of_networks = {job["rule"] for job in jobs if job["device"]}
    networks = {"train_network", "predict_expressions", "explain_images"}
    assert of_networks == networks | {"train_control", "explain_controls", "measure_quality"}


def test_records_are_of_the_job_that_made_the_file_in_whichever_run(finished_copy):
    before = provenance(finished_copy)
    run_study(finished_copy, "--force", "results/report/figure6.svg")
    assert provenance(finished_copy) == before  # not a run of the whole study
    kept = (finished_copy / MERGES).rename(finished_copy / "merges.csv")
    try:
        run_study(finished_copy, "--forcerun", "draw_accuracy")
    finally:
        kept.rename(finished_copy / MERGES)
    after = provenance(finished_copy)
    assert after["written"] > before["written"]
    pairs = list(zip(after["jobs"], before["jobs"], strict=True))
    rerun = {job["rule"] for job, old in pairs if job["ended"] != old["ended"]}
    assert rerun == {"draw_color_scale", "draw_accuracy", "write_report", "write_atlas"}
    states = {path: entry["now"] for path, entry in outputs(after).items()}
    assert {path for path, now in states.items() if now != "as made"} == {MERGES}
    assert states[MERGES] == "deleted"


def test_jobs_whose_old_results_were_accepted_are_marked(finished_copy):
    """Also in a later run, until they are made again."""

    def accepted() -> set[str]:
        return {job["rule"] for job in provenance(finished_copy)["jobs"] if job["accepted"]}

    module = finished_copy / "workflow_scripts/report/draw_accuracy.py"
    content = module.read_bytes()
    module.write_bytes(content + b"EDITED = True\n")
    try:
        run_study(finished_copy, "--touch")
        assert accepted() == {"draw_accuracy", "write_report", "write_atlas"}
        assert plan_study(finished_copy, "--profile", "profile").stdout.startswith("Nothing to be done")
        run_study(finished_copy, "--forcerun", "draw_color_scale")
        assert accepted() == {"draw_accuracy"}
    finally:
        module.write_bytes(content)
    run_study(finished_copy)
    assert accepted() == set()


def test_the_plan_tells_what_an_edit_causes(finished_copy):
    written = (finished_copy / "results/provenance.json").read_bytes()
    assert plan_study(finished_copy, "--profile", "profile").stdout.startswith("Nothing to be done")
    study = json.loads(json.dumps(STUDY))
    study["training"]["networks"]["SongNet"]["epochs"] = 3
    (finished_copy / "study.yaml").write_text(yaml.safe_dump(study))
    try:
        plan = plan_study(finished_copy, "--profile", "profile").stdout
    finally:
        (finished_copy / "study.yaml").write_text(yaml.safe_dump(STUDY))
    rows = plan_rows(plan)
    assert ("2", "train_network", "settings changed: epochs 2 → 3", "SongNet x 2 folds") in rows
    assert ("2", "predict_expressions", "upstream runs: train_network", "SongNet x 2 folds") in rows
    assert not any(of.startswith("WeiNet") for *_, of in rows)
    assert "\nWeiNet" not in plan  # it costs nothing
    assert (finished_copy / "results/provenance.json").read_bytes() == written
