"""All twelve networks through every stage, on a handful of faces: `make smoke`.

It shows that each architecture really passes training, prediction, explanation and comparison at its
own input size; the numbers mean nothing. Runs in a copy of the repository, in the folder .smoke, and
prints what each network took.
"""

import shutil
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import yaml

from tests.study_copy import FACES, REPOSITORY, copy_repository, snakemake

FOLDER = REPOSITORY / ".smoke"
EXPRESSIONS = ["happiness", "sadness", "surprise"]
SUBJECTS = 4
MEMORY_MB = 14000
PEAKS = {"train_network": 7000, "predict_expressions": 6000, "explain_images": 6000, "prepare_faces": 1000}


def study() -> dict:
    """The settings: every network of config.yaml from scratch, and as little work as possible."""
    networks = yaml.safe_load((REPOSITORY / "config.yaml").read_text())["training"]["networks"]
    return {
        "run": {"datasets": ["mini"], "networks": list(networks), "expressions": EXPRESSIONS},
        "datasets": {"mini": {"reader": "csv", "root": FACES, "table": "mini.csv"}},
        "training": {
            "folds": 2,
            "networks": {
                name: {"weights": None, "epochs": 1, "copies": 1, "batch_size": 3} for name in networks
            },
        },
        "explanation": {"positives": 1, "explainers": {"lime": {"samples": 32, "batch_size": 16}}},
        "report": {"title": "Smoke test: all networks, no meaning"},
    }


def benchmarks(results: Path) -> pd.DataFrame:
    """Seconds and peak memory of the jobs of every network, from Snakemake's benchmark files."""
    rows = []
    for path in sorted((results.parent / "logs").glob("*/**/*.tsv")):
        parts = path.relative_to(results.parent / "logs").parts
        network = next((part for part in parts if part in study()["training"]["networks"]), None)
        if network:
            table = pd.read_csv(path, sep="\t", na_values="-")
            rows.append({"network": network, "seconds": table["s"][0], "peak_mb": table["max_rss"][0]})
    grouped = pd.DataFrame(rows).groupby("network", sort=False)
    return grouped.agg(jobs=("seconds", "size"), seconds=("seconds", "sum"), peak_mb=("peak_mb", "max"))


def main() -> int:
    """Run, check that no network was skipped, print the table; 0 where all went well."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    start = time.monotonic()
    copy_repository(
        FOLDER,
        study(),
        SUBJECTS,
        EXPRESSIONS,
        **{
            "resources": [f"mem_mb={MEMORY_MB}"],
            "set-resources": {rule: {"mem_mb": mb} for rule, mb in PEAKS.items()},
        },
    )
    if snakemake(FOLDER, "--quiet", "rules", stderr=subprocess.STDOUT).returncode:
        return 1
    results = FOLDER / "results"
    table = benchmarks(results)
    accuracy = pd.read_csv(results / "training/accuracy.csv").groupby("network")["n"].sum()
    table["faces"] = accuracy
    rows = pd.read_csv(results / "comparison/lime/figure4/table3.csv", index_col="network")
    table["mean_iou"] = rows["average_iou"]
    print(table.round(3).to_string())
    print(f"{time.monotonic() - start:.0f} s in all")
    missing = [name for name in study()["run"]["networks"] if not table.loc[name, "faces"]]
    if missing:
        print(f"without predictions: {', '.join(missing)}")
    return int(bool(missing))


if __name__ == "__main__":
    sys.exit(main())
