"""What a run of the miniature study does not show of its provenance: git, conda, GPUs, trouble."""

import base64
import os
import subprocess
from pathlib import Path
from types import SimpleNamespace

from workflow_scripts.common import version as lookalike
from workflow_scripts.orchestration import provenance

LOG = """I0000 some noise
TensorFlow 2.21.0, Keras 3.15.1, /physical_device:GPU:0, /physical_device:GPU:1
node gn1.cluster, CUDA_VISIBLE_DEVICES 2,3
began 2026-11-24T10:32:09.123+00:00
Epoch 1/6
"""


def test_the_device_of_a_job_is_read_from_its_log(tmp_path):
    log = tmp_path / "train_network.log"
    log.write_text(LOG)
    assert provenance.network_log(log) == {
        "tensorflow": "2.21.0",
        "keras": "3.15.1",
        "device": "/physical_device:GPU:0, /physical_device:GPU:1",
        "node": "gn1.cluster",
        "cuda_visible_devices": "2,3",
        "began": "2026-11-24T10:32:09.123+00:00",
    }
    assert set(provenance.network_log(tmp_path / "none.log").values()) == {None}


def test_a_job_too_short_to_be_measured_has_no_numbers(tmp_path):
    path = tmp_path / "draw_masks.tsv"
    path.write_text("s\tmax_rss\tcpu_time\n0.0312\tNA\tNA\n")
    expected = {"seconds": 0.0312, "cpu_seconds": None, "peak_memory_mb": None}
    assert provenance.measurements(path) == expected
    assert set(provenance.measurements(tmp_path / "none.tsv").values()) == {None}


def test_the_environment_counts_only_where_conda_made_one():
    content = base64.b64encode(b"dependencies: []").decode()
    used = SimpleNamespace(conda_env=content, software_stack_hash="0" * 32)
    assert provenance.environment(used) == b"dependencies: []"
    unused = SimpleNamespace(conda_env=content, software_stack_hash=provenance.NO_ENVIRONMENT)
    assert provenance.environment(unused) is None


def test_files_of_one_job_are_each_held_to_their_own_time(tmp_path):
    svg, png, lost = paths = [tmp_path / name for name in ("a.svg", "a.png", "a.csv")]
    for nanoseconds, path in enumerate((svg, png), start=1):
        path.write_text(path.suffix)
        os.utime(path, ns=(0, nanoseconds * 10**6))
    records = {str(path): SimpleNamespace(endtime=path.stat().st_mtime) for path in (svg, png)}
    job = SimpleNamespace(output=paths)
    times = provenance.output_times(job, SimpleNamespace(metadata=lambda path: records.get(str(path))))

    def now():
        return [provenance.output_entry(path, times[str(path)], {})["now"] for path in paths]

    assert now() == ["as made", "as made", "deleted"]
    lost.write_text("of nobody knows whom")
    os.utime(png, ns=(0, 10**6))
    assert now() == ["as made", "written since", "written since"]


def git(folder: Path, *arguments: str) -> str:
    who = ["-c", "user.name=x", "-c", "user.email=x@localhost"]
    command = ["git", *who, "-C", folder, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def test_the_version_is_the_commit_and_what_differs_from_it(tmp_path):
    root = tmp_path / "lookalike"
    (root / "rules").mkdir(parents=True)
    (root / "Snakefile").write_text('include: "rules/faces.smk"\n')
    (root / "rules/faces.smk").write_text("# one\n")
    git(tmp_path, "init", "--quiet")
    outside = provenance.code_version(root)  # another repository's folder: its commits are not ours
    assert (outside["commit"], outside["changed"]) == (None, None)
    git(tmp_path, "add", "lookalike")
    git(tmp_path, "commit", "--quiet", "-m", "one")
    (root / "mine.yaml").write_text("run: {}\n")
    clean = provenance.code_version(root)
    commit = {"commit": git(root, "rev-parse", "HEAD"), "changed": []}
    assert clean == commit | {"version": lookalike.version(), "sha256": outside["sha256"]}
    (root / "rules/faces.smk").write_text("# two\n")
    edited = provenance.code_version(root)
    assert (edited["commit"], edited["changed"]) == (clean["commit"], ["rules/faces.smk"])
    assert edited["sha256"] != clean["sha256"]


def test_without_git_the_version_is_the_hash(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "Snakefile").write_text("")
    version = provenance.code_version(tmp_path)
    assert (version["commit"], version["changed"], len(version["sha256"])) == (None, None, 64)


def test_trouble_is_told_and_not_raised(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("results").write_text("a file where the folder should be")
    whole = SimpleNamespace(rule=SimpleNamespace(name="all"), output=[])
    workflow = SimpleNamespace(
        dag=SimpleNamespace(jobs=[whole]), default_target="all", persistence=None, basedir=tmp_path
    )
    provenance.write_provenance(workflow, {"seed": 1})
    assert (
        "results/provenance.json was not written: StudyError: results: File exists" in capsys.readouterr().err
    )
