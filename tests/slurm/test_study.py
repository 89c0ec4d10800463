"""A miniature study on the cluster, killed and restarted, beside the same without a cluster.

On the cluster it is a folder of its own, begun by `make study` and run from elsewhere; the other is a clone.
"""

import json
import shutil
import subprocess
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import pytest

from tests.slurm.conftest import NODES
from tests.slurm.running import Run
from tests.study_copy import (
    FACES,
    REPOSITORY,
    begin_study,
    copy_repository,
    left_out,
    snakemake,
    write_faces_table,
)

EXPRESSIONS = ["happiness", "surprise"]
SUBJECTS = 8
STUDY = {
    "run": {
        "datasets": ["mini"],
        "networks": ["SongNet"],
        "mask_sets": ["figure4"],
        "expressions": EXPRESSIONS,
    },
    "datasets": {"mini": {"reader": "csv", "root": FACES, "table": "mini.csv"}},
    "training": {
        "folds": 2,
        "augmentation": {"copies": 1},
        "networks": {"SongNet": {"input_size": 48, "epochs": 3, "batch_size": 4, "learning_rate": 1.0e-3}},
    },
    "explanation": {"positives": 2, "explainers": {"lime": {"samples": 60}}},
}
# the same on both: results depend on the number of threads
THREADS = dict.fromkeys(["prepare_faces", "train_network", "predict_expressions", "explain_images"], 1)
GPU_RULES = {"train_network": 2, "predict_expressions": 2, "explain_images": 4}
DEVICES = {(node, str(i)) for node, gpus in NODES.items() for i in range(gpus)}


@pytest.fixture(scope="module")
def clone(tmp_path_factory) -> Path:
    """A clone to begin studies from."""
    folder = tmp_path_factory.mktemp("clones") / "lookalike"
    return Path(shutil.copytree(REPOSITORY, folder, ignore=left_out))


def files(clone: Path) -> dict[Path, int]:
    """The files of a clone and when they were written, but for what Python compiles."""
    paths = (path for path in clone.rglob("*") if "__pycache__" not in path.parts)
    return {path: path.stat().st_mtime_ns for path in paths if path.is_file()}


@pytest.fixture(scope="module")
def studies(cluster, attempts, clone, tmp_path_factory):
    """The finished study twice: on the cluster, where Snakemake was killed, and on this machine.

    `attempts` is asked for only so that it runs at the same time.
    """
    folder = tmp_path_factory.mktemp("studies")
    on_cluster, local, elsewhere = (folder / name for name in ("my study", "local", "elsewhere"))
    elsewhere.mkdir()
    begin_study(clone, on_cluster, STUDY, "slurm", **{"set-threads": THREADS})
    write_faces_table(on_cluster / "mini.csv", SUBJECTS, EXPRESSIONS)
    copy_repository(local, STUDY, SUBJECTS, EXPRESSIONS, **{"set-threads": THREADS})
    before, profile = files(clone), on_cluster / "profile"

    with Run(elsewhere, profile=profile) as first:
        first.wait_until(lambda: cluster.is_running("train_network"))
        first.kill()
    cluster.cancel("train_network")
    with Run(elsewhere, "--unlock", profile=profile) as unlocking:
        unlocking.finish(seconds=60)
    with Run(elsewhere, profile=profile) as second:
        finished = snakemake(local, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        assert finished.returncode == 0, finished.stdout[-5000:]
        second.finish(seconds=400)
    assert files(clone) == before
    assert {path.suffix for path in elsewhere.iterdir()} == {".out"}  # what Snakemake printed
    return on_cluster, local


def test_all_that_the_cluster_makes_is_in_the_folder_of_the_study(studies, cluster):
    on_cluster, _ = studies
    assert {path.name for path in on_cluster.iterdir()} == {
        *("results", "logs", ".snakemake", "profile", "study.yaml", "mini.csv")
    }
    trainings = cluster.jobs_of("train_network")
    kept = {path.stem for path in (on_cluster / "logs/slurm").rglob("*.log")}  # of jobs without success
    assert kept == {job["id"] for job in trainings if job["state"] == "CANCELLED"} != set()
    log = on_cluster / "logs/training/SongNet/fold1/train_network.log"
    assert "Epoch" in log.read_text()
    assert list((on_cluster / ".snakemake/metadata").iterdir())


def gpu_jobs(folder: Path) -> list[dict]:
    """The jobs that ran a network, as the provenance of the study tells them."""
    jobs = json.loads((folder / "results/provenance.json").read_text())["jobs"]
    return [job for job in jobs if job["rule"] in GPU_RULES and job["node"]]


def test_every_gpu_job_has_one_device_and_no_two_share_one(studies):
    """From what a job logs first, with the time, to when it logs last: Snakemake's records are later."""
    jobs = gpu_jobs(studies[0])
    assert len(jobs) >= 4
    used = {(job["node"], job["cuda_visible_devices"]): [] for job in jobs}
    assert used.keys() <= DEVICES
    for job in jobs:
        began = datetime.fromisoformat(job["began"]).timestamp()
        used[job["node"], job["cuda_visible_devices"]].append(
            (began, log_of(job, studies[0]).stat().st_mtime)
        )
    for times in used.values():
        assert all(began < ended for began, ended in times)
        for one, other in pairwise(sorted(times)):
            assert one[1] <= other[0], (one, other)


def log_of(job: dict, folder: Path) -> Path:
    """The log of a job that ran a network: it lies where its output does."""
    output = Path(next(iter(job["outputs"])))
    place = output.parent if job["rule"] != "explain_images" else output.with_suffix("")
    return folder / "logs" / place.relative_to("results") / f"{job['rule']}.log"


def test_jobs_of_networks_run_where_the_gpus_are_and_small_ones_where_snakemake_does(studies, cluster):
    for rule, n in GPU_RULES.items():
        nodes = [job["node"] for job in cluster.jobs_of(rule) if job["state"] == "COMPLETED"]
        assert len(nodes) == n and all(NODES[node] for node in nodes), rule
    for rule in ("prepare_faces", "standardize_explanations", "compare_network"):
        nodes = [job["node"] for job in cluster.jobs_of(rule)]
        assert nodes and not any(NODES[node] for node in nodes), rule
    assert cluster.jobs_of("average_heatmaps") == []


def test_the_killed_training_was_cancelled_and_ran_again(studies, cluster):
    states = [job["state"] for job in cluster.jobs_of("train_network")]
    assert "CANCELLED" in states
    assert states.count("COMPLETED") == GPU_RULES["train_network"]


def test_results_are_those_of_an_undisturbed_run_on_this_machine_to_the_byte(studies):
    on_cluster, local = (folder / "results" for folder in studies)
    names = [
        path.relative_to(local)
        for pattern in ("**/*.csv", "standardization/**/*", "comparison/masks/**/*.png")
        for path in sorted(local.glob(pattern))
        if path.is_file()
    ]
    assert sum(name.suffix == ".npy" for name in names) == 4
    assert sum(name.suffix == ".h5" for name in names) == 4
    assert len(names) > 25
    different = [
        str(name) for name in names if (on_cluster / name).read_bytes() != (local / name).read_bytes()
    ]
    assert different == []


def test_nothing_is_left_to_do(studies):
    finished = snakemake(studies[0], "-n", stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert "Nothing to be done" in finished.stdout
