"""One clone, many studies: each a folder anywhere, with its own settings, results and records."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

from tests.study_copy import REPOSITORY, begin_study, environment, left_out
from tests.workflow.miniature import STUDY, make_data
from workflow_scripts.tools.begin_study import of_study

RUN = {"networks": ["WeiNet"], "mask_sets": ["figure4", "mine"]}  # half of the miniature study
ALONE = ("datasets/mini", "faces", "training/folds", "comparison/masks/figure4", "comparison/masks/mine")
SHOW_THE_FACE = {
    "draw_answer",
    "draw_contrasts",
    "draw_heatmaps",
    "draw_mask_sets",
    "draw_scoring",
    "write_report",
    "write_atlas",
}
COMPARED = ("*.csv", "*.npy", "*.png", "*.svg", "model.keras")


def copy_of_the_repository(folder: Path) -> Path:
    return Path(shutil.copytree(REPOSITORY, folder, ignore=left_out))


@pytest.fixture(scope="module")
def clone(tmp_path_factory) -> Iterator[Path]:
    """A clone that nobody can write to, where that can be had."""
    folder = copy_of_the_repository(tmp_path_factory.mktemp("clones") / "it's a clone")
    mounted = not subprocess.run(["mount", "--bind", folder, folder], capture_output=True).returncode
    if mounted:
        subprocess.run(["mount", "-o", "remount,bind,ro", folder], check=True)
    yield folder
    if mounted:
        subprocess.run(["umount", folder], check=True)


def snakemake(study: Path, *arguments: str) -> subprocess.CompletedProcess:
    """Snakemake with the study's profile, called from a folder that has nothing to do with it."""
    command = [sys.executable, "-m", "snakemake", "--profile", study / "profile", *arguments]
    return subprocess.run(command, cwd="/", env=environment(), capture_output=True, text=True)


@pytest.fixture(scope="module")
def study(clone, tmp_path_factory) -> Path:
    """The miniature study in a folder of its own, run; beside it another, at the same time."""
    folder, other = (tmp_path_factory.mktemp("studies") / name for name in ("one", "another study"))
    for each in (folder, other):
        settings = STUDY | {"run": STUDY["run"] | RUN, "report": {"title": each.name}}
        begin_study(clone, each, settings, "workstation", **{"set-threads": {"train_network": 1}})
        make_data(each)
    target = "results/report/figure4.svg"
    command = [sys.executable, "-m", "snakemake", "--profile", other / "profile", target]
    beside = subprocess.Popen(
        command, cwd="/", env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    done = snakemake(folder)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    printed, _ = beside.communicate()
    assert beside.returncode == 0, printed[-3000:]
    assert (other / target).is_file()
    assert not (other / "results/training").exists()
    return folder


def test_a_study_in_a_folder_has_the_results_of_one_in_the_clone(study, finished):
    """To the byte, in all that does not join networks or mask sets."""
    files = {path for pattern in COMPARED for path in (finished / "results").rglob(pattern)}
    names = {path.relative_to(finished / "results").as_posix(): path for path in files}
    of_network = {name for name in names if "WeiNet" in name and not re.search("SongNet|facs|truth", name)}
    expected = [names[name] for name in of_network | {name for name in names if name.startswith(ALONE)}]
    assert len(expected) > 20
    for path in expected:
        made = study / path.relative_to(finished)
        assert made.read_bytes() == path.read_bytes(), made
    assert {path.name for path in study.iterdir()} == {
        *("results", "logs", ".snakemake", "profile", "study.yaml", "mini.csv", "my masks")
    }


def planned(study: Path) -> set[str]:
    """The rules of the jobs that would run."""
    done = snakemake(study, "--summary")
    assert done.returncode == 0, done.stderr
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    rule, plan = rows[0].index("rule"), rows[0].index("plan")
    return {row[rule] for row in rows[1:] if row[plan] != "no update"}


def test_nothing_is_left_to_do_wherever_the_clone_lies(study, tmp_path):
    assert planned(study) == set()
    moved = copy_of_the_repository(tmp_path / "moved")
    profile = study / "profile/config.yaml"
    text = profile.read_text()
    profile.write_text(yaml.safe_dump(yaml.safe_load(text) | {"snakefile": str(moved / "Snakefile")}))
    try:
        assert planned(study) == set()
        face = moved / "resources/mean_face.png"
        face.write_bytes(face.read_bytes() + b"\0")
        assert planned(study) == SHOW_THE_FACE
    finally:
        profile.write_text(text)


@contextmanager
def images_shown(study: Path) -> Iterator[None]:
    """The settings of the study say that the images of its data set may be shown."""
    settings = study / "study.yaml"
    text = settings.read_text()
    changed = yaml.safe_load(text)
    changed["datasets"]["mini"]["shareable"] = True
    settings.write_text(yaml.safe_dump(changed))
    try:
        yield
    finally:
        settings.write_text(text)


def test_a_file_of_the_study_comes_before_the_shipped_one(study):
    own = study / "resources/mean_face.png"
    own.parent.mkdir()
    shutil.copy(REPOSITORY / "resources/mean_face.png", own)
    try:
        assert planned(study) == SHOW_THE_FACE
        with images_shown(study):  # before the mean of the study's faces, too
            assert planned(study) == SHOW_THE_FACE
    finally:
        shutil.rmtree(own.parent)
    assert planned(study) == set()
    with images_shown(study):
        assert planned(study) == SHOW_THE_FACE | {"average_faces"}


@pytest.mark.parametrize("target", ["plan", "update", "unlock"])
def test_make_serves_the_study(study, clone, target):
    recipe = subprocess.run(
        ["make", "--dry-run", "--old-file", ".venv/installed", target, f"STUDY={study}"],
        cwd=clone, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    (command,) = (line for line in recipe.splitlines() if "profile" in line)
    done = subprocess.run(
        ["bash", "-c", command], cwd=clone, env=environment(), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    if target != "unlock":
        assert "Nothing to be done" in done.stdout


def test_a_study_is_begun_once_and_never_over_another(clone, tmp_path):
    command = [sys.executable, "-m", "workflow_scripts.tools.begin_study", tmp_path]
    assert subprocess.run(command, cwd=clone).returncode == 0
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert len(before) == 2
    done = subprocess.run(command, cwd=clone, capture_output=True, text=True)
    assert (done.returncode, "exists already; nothing was written" in done.stderr) == (1, True)
    assert {path: path.read_bytes() for path in before} == before
    plan = snakemake(tmp_path, "-n")
    assert "datasets.mine.root is empty" in plan.stdout + plan.stderr
    wrong = subprocess.run([*command, "--profile", "pbs"], cwd=clone, capture_output=True, text=True)
    assert "there is no profile pbs; there are demo, slurm, workstation" in wrong.stderr


@pytest.mark.parametrize("profile", ["slurm", "workstation"])
def test_the_profile_of_a_study_differs_from_the_shipped_one_by_its_places(profile, tmp_path):
    shipped = (REPOSITORY / f"profiles/{profile}/config.yaml").read_text()
    own = yaml.safe_load(of_study(shipped, tmp_path))
    places = {
        "snakefile": str(REPOSITORY / "Snakefile"),
        "directory": "..",
        "configfile": "../study.yaml",
    }
    assert own.items() >= places.items()
    rest = {key: value for key, value in own.items() if key not in places}
    gpus = "profiles/workstation/one_gpu"
    expected = yaml.safe_load(shipped.replace(gpus, f"{REPOSITORY}/{gpus}"))
    del expected["configfile"]
    assert rest == expected
