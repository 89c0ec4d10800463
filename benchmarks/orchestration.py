"""What everything but the networks costs: planning, doing nothing, a small job, and all of the demo."""

import csv
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import cv2
import h5py
import numpy as np
import yaml

from benchmarks.side_by_side import DEMO, REPOSITORY, Row
from tests.study_copy import left_out
from workflow_scripts.standardization.standard_face import HEIGHT, WIDTH

NETWORK_RULES = {
    *("train_network", "predict_expressions", "explain_images", "explain_training"),
    *("train_control", "explain_controls", "measure_quality"),
}
DATASETS = ("ckplus", "bu4dfe", "jaffe", "wsefep", "fega")
COPIES = 10


def orchestration_rows(quick: bool) -> list[Row]:
    """CPU seconds of planning and of a small job; the demo's by what they were spent on."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "lookalike")
        shutil.copytree(REPOSITORY, copy, ignore=left_out)
        rows = plan_rows(copy, quick)
        rows.append(small_job_row(copy))
    return rows + demo_rows()


def plan_rows(copy: Path, quick: bool) -> list[Row]:
    """`snakemake -n` of the published study, of all there is, of ten times its networks; nothing to do."""
    title = "snakemake on the published study (12 networks x 5 folds x 6 expressions), CPU"
    config = yaml.safe_load((copy / "config.yaml").read_text())
    networks = config["training"]["networks"]
    explainers = list(config["explanation"]["explainers"])
    everything = {
        "explainers": explainers,
        "quality": explainers,
        "controls": list(config["training"]["controls"]),
        "people": list(config["comparison"]["people"]),
        "subsets": ["correct", "sex"],
    }
    roots = {"datasets": {name: {"root": str(copy)} for name in DATASETS}}

    def row(label: str, changes: dict, *arguments: str, goal: str = "10 or less") -> None:
        before = cpu_of_children()
        printed.append(snakemake(copy, roots | changes, *arguments))
        rows.append(Row(title, label, cpu_of_children() - before, "s", goal=goal))

    rows, printed = [], []
    row("-n", {}, "-n")
    if quick:
        return rows
    label = f"-n, everything on: {len(explainers)} explainers, quality, subsets, people, controls"
    row(label, {"run": everything}, "-n")
    many = {f"{name}-{n}": entry for name, entry in networks.items() for n in range(COPIES)}
    larger = {"run": {"networks": list(many)}, "training": {"networks": many}}
    row(f"-n, {COPIES} times the networks", larger, "-n", goal=f"{COPIES} times -n or less")
    finish(copy, roots)
    row("with nothing to do", {}, "--cores", "1")
    if "Nothing to be done" not in printed[-1]:
        raise RuntimeError(f"the finished study was not taken as finished:\n{printed[-1][-2000:]}")
    return rows


def finish(copy: Path, changes: dict) -> None:
    """Make every output of the study, empty, as if the study had run."""
    summary = snakemake(copy, changes, "--summary").splitlines()
    start = next(n for n, line in enumerate(summary) if line.startswith("output_file"))
    for row in csv.DictReader(summary[start:], delimiter="\t"):
        path = copy / row["output_file"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    snakemake(copy, changes, "--touch", "--cores", "1")


def snakemake(folder: Path, changes: dict, *arguments: str) -> str:
    """What Snakemake prints for config.yaml with `changes`, run as the demo's profile runs it."""
    (folder / "changes.yaml").write_text(yaml.safe_dump(changes))
    command = [sys.executable, "-m", "snakemake", "--configfile", "config.yaml", "changes.yaml"]
    options = ["--max-checksum-file-size", "1GB", *arguments]
    finished = subprocess.run(
        [*command, *options], cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if finished.returncode:
        raise RuntimeError(finished.stdout[-3000:])
    return finished.stdout


def small_job_row(copy: Path) -> Row:
    """CPU seconds of one compare_network process with one heatmap, from its start to its end."""
    heatmap = np.random.default_rng(0).random((HEIGHT, WIDTH), dtype=np.float32)
    with h5py.File(copy / "heatmap.h5", "w") as file:
        file["heatmap"] = heatmap
        file["explanations"] = heatmap[None]
        file["image_id"] = ["a"]
        file.attrs.update({"averaged": 1, "missing": "", "amplitude": 1.0, "median_r2": 0.5})
        file.attrs.update({"samples": 1000, "noise": 0.05, "bias_bound": 0.2})
    (copy / "positives.csv").write_text("image_id,expression,true\na,fear,fear\n")
    (copy / "folds.csv").write_text("image_id,group\na,toy/a\n")
    cv2.imwrite(str(copy / "mask.png"), np.uint8(heatmap > 0.7) * 255)
    command = [sys.executable, "-m", "workflow_scripts.comparison.compare_network", "heatmap.h5"]
    options = ["--cells", '[["a", 1, "fear"]]', "--masks", "mask.png", "--expressions", '["fear"]']
    options += ["--positives", "positives.csv", "--folds", "[1]", "--subjects", "folds.csv"]
    options += ["--standard-face", "resources/standard_face.csv"]
    options += ["--scores", "scores.csv", "--changes", "changes.h5"]
    before = cpu_of_children()
    subprocess.run([*command, *options], cwd=copy, check=True, env=os.environ, stdout=subprocess.DEVNULL)
    return Row(
        "A small job", "compare_network on one heatmap, CPU", cpu_of_children() - before, "s", goal="below 1"
    )


def cpu_of_children() -> float:
    """CPU seconds of all processes that this one has started and that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def demo_rows() -> list[Row]:
    """CPU seconds of the demo's jobs, from Snakemake's benchmark files; says so where it has not run."""
    seconds = {"networks": 0.0, "everything else": 0.0}
    for path in sorted((DEMO / "logs").rglob("*.tsv")):
        with path.open(newline="") as file:
            cpu = next(csv.DictReader(file, delimiter="\t"))["cpu_time"]
        # Snakemake samples; of jobs shorter than its interval it knows nothing
        seconds["networks" if path.stem in NETWORK_RULES else "everything else"] += float(
            cpu if cpu not in ("-", "NA") else 0
        )
    total = sum(seconds.values())
    if not total:
        print(f"\nLeft out, as {DEMO} has no logs: CPU time of the demo's jobs; run make demo")
    title = "CPU time of the demo's jobs, as Snakemake sampled it"
    return [Row(title, f"{name}: {100 * n / total:.0f} %", n, "s") for name, n in seconds.items() if total]
