"""A copy of the repository in which a small study can run without touching the results that are there."""

import csv
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Collection, Mapping
from itertools import pairwise
from pathlib import Path

import yaml

REPOSITORY = Path(__file__).parents[1]
FACES = "resources/embedded_faces"
UNNEEDED = ("results", "logs", "demo", "tests", "benchmarks", "report.zip")


def left_out(folder: str, names: list[str]) -> set[str]:
    """What a copy of the repository does without, for shutil.copytree: results above all."""
    unneeded = UNNEEDED if Path(folder) == REPOSITORY else ()
    return {name for name in names if name.startswith(".") or name == "__pycache__" or name in unneeded}


def write_faces_table(path: Path, subjects: int, expressions: Collection[str]) -> None:
    """A table of the embedded faces of the first `subjects` subjects that show one of `expressions`."""
    with (REPOSITORY / FACES / "faces.csv").open(newline="") as table:
        rows = list(csv.DictReader(table))
    names = sorted({row["subject"] for row in rows})[:subjects]
    with path.open("w", newline="") as table:
        writer = csv.DictWriter(table, rows[0].keys())
        writer.writeheader()
        writer.writerows(row for row in rows if row["subject"] in names and row["expression"] in expressions)


def copy_repository(
    folder: Path, study: Mapping, subjects: int, expressions: Collection[str], **profile_changes
) -> None:
    """Copy the repository to `folder`, with a `study`, its profile, and mini.csv, a table of a few faces."""
    shutil.copytree(REPOSITORY, folder, ignore=left_out)
    write_faces_table(folder / "mini.csv", subjects, expressions)
    (folder / "study.yaml").write_text(yaml.safe_dump(dict(study)))
    profile = yaml.safe_load((REPOSITORY / "profiles/demo/config.yaml").read_text())
    profile |= {"configfile": ["config.yaml", "study.yaml"]} | profile_changes
    (folder / "profile").mkdir()
    (folder / "profile/config.yaml").write_text(yaml.safe_dump(profile))


def begin_study(clone: Path, study: Path, settings: Mapping, profile: str, **profile_changes) -> None:
    """A study in a folder of its own as `make study` of `clone` begins it, with these settings."""
    command = [sys.executable, "-m", "workflow_scripts.tools.begin_study", study, "--profile", profile]
    done = subprocess.run(command, cwd=clone, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (study / "study.yaml").write_text(yaml.safe_dump(dict(settings)))
    begun = yaml.safe_load((study / "profile/config.yaml").read_text())
    (study / "profile/config.yaml").write_text(yaml.safe_dump(begun | profile_changes))


def snakemake(folder: Path, *arguments: str, **options) -> subprocess.CompletedProcess:
    """Run Snakemake in `folder` with the study's profile; `options` go to subprocess.run."""
    command = [sys.executable, "-m", "snakemake", "--profile", "profile", *arguments]
    return subprocess.run(command, cwd=folder, env=environment(), text=True, **options)


def environment() -> dict[str, str]:
    """The environment in which jobs find the Python that runs the tests."""
    return os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}


def plan_study(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    """Run `make plan`'s program in `folder` with arguments of Snakemake."""
    command = [sys.executable, "-m", "workflow_scripts.tools.plan_study", *arguments]
    return subprocess.run(command, cwd=folder, text=True, capture_output=True)


def plan_rows(printed: str) -> set[tuple[str, ...]]:
    """The rows of a plan as (jobs, rule, why, of), whole; without `of` where the rule has no wildcards."""
    lines = printed.splitlines()
    begins = [lines[0].index(title) for title in ("rule", "why", "of")]
    rows = []
    for line in lines[1:]:
        if re.match(r"\d+ jobs would run", line):
            break
        cells = [line[start:end].strip() for start, end in pairwise([0, *begins, None])]
        if cells[0]:
            rows.append(cells)
        else:  # the row before goes on; paths are broken behind slashes
            rows[-1] = [
                (f"{cell}{more}" if cell.endswith("/") else f"{cell} {more}").strip()
                for cell, more in zip(rows[-1], cells, strict=True)
            ]
    return {tuple(row if row[3] else row[:3]) for row in rows}
