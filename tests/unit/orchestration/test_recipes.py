"""The recipes of CONTRIBUTING.md, followed to the letter in a copy of the repository, make what they say."""

import csv
import re
import shutil
import subprocess
import sys
from pathlib import Path

import cv2
import pytest
import yaml

from tests.study_copy import REPOSITORY, environment, left_out
from workflow_scripts.orchestration.config_check import merge

GUIDE = (REPOSITORY / "CONTRIBUTING.md").read_text(encoding="utf-8")
# a line that names a file, and the block below it
BLOCK = re.compile(r"^`([^`\n]+)`[^`\n]*:\n\n```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCKS = BLOCK.findall(GUIDE)
MINE = "mine.yaml"
FILES = {path: text for path, kind, text in BLOCKS if kind != "diff" and path != MINE}
# by registry, what the recipe adds to it; the page has sections instead
ENTRIES = {
    "workflow_scripts.datasets.readers": "tagged",
    "workflow_scripts.training.architectures": "pooled",
    "workflow_scripts.explanation.explainers": "gradients",
    "workflow_scripts.comparison.metrics": "overlap_coefficient",
    "workflow_scripts.comparison.mask_kinds": "discs",
}
TESTS = [path for path in FILES if path.startswith("tests/")]
OF_THE_HOUSE = [  # tests that hold for every module, setting and entry that is there
    "tests/unit/orchestration/test_house.py",
    "tests/unit/orchestration/test_small_jobs.py",
    "tests/unit/orchestration/test_code_params.py::test_all_and_only_the_modules_that_are_loaded"
    "[workflow_scripts.report.write_report]",
    "tests/unit/common/test_shared_modules.py",
    "tests/unit/comparison/test_metrics.py",
    "tests/unit/datasets/test_readers.py",
    "tests/unit/training/test_networks.py::test_the_schema_beside_an_architecture_says_the_smallest_size_that_"
    "can_be_built[pooled]",
    "tests/workflow/test_settings_read.py::test_there_is_an_example_of_every_key_of_the_schemas",
    "workflow_scripts/comparison/metrics",
]


def python(folder: Path, *arguments: str) -> str:
    """Run a module in `folder`; what it prints."""
    command = [sys.executable, "-m", *arguments]
    done = subprocess.run(command, cwd=folder, env=environment(), capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-3000:]
    return done.stdout + done.stderr


def snakemake(folder: Path, *arguments: str) -> str:
    """Run the study of the recipes; what Snakemake prints."""
    study = ("--profile", "profiles/demo", "--configfile", "config.yaml", MINE)
    return python(folder, "snakemake", *study, *arguments)


def apply(path: Path, difference: str) -> None:
    """Change the places of a file that a difference shows, each of which is there once; @@ parts them."""
    text = path.read_text(encoding="utf-8")
    for place in difference.split("@@\n"):
        lines = place.splitlines(keepends=True)
        old, new = ("".join(line[1:] for line in lines if line[0] in kept) for kept in (" -", " +"))
        assert text.count(old) == 1, f"{path.name} has not once: {old}"
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def followed(tmp_path_factory) -> Path:
    """The copy, with all that the recipes add, and a study that uses all of it on images of the data set."""
    folder = tmp_path_factory.mktemp("recipes") / "lookalike"
    study = {}
    for path, _, text in BLOCKS:
        if path == MINE:
            merge(study, yaml.safe_load(text))
    shutil.copytree(REPOSITORY, folder, ignore=left_out)
    (folder / MINE).write_text(yaml.safe_dump(study))
    shutil.copytree(REPOSITORY / "tests", folder / "tests", ignore=shutil.ignore_patterns("__pycache__"))
    for path, text in FILES.items():
        assert not (folder / path).exists(), f"the recipe adds {path}, which is there"
        (folder / path).write_text(text, encoding="utf-8")
    for path, kind, text in BLOCKS:
        if kind == "diff":
            apply(folder / path, text)
    root = folder / study["datasets"]["tagged"]["root"]
    root.mkdir(parents=True)
    faces = sorted((REPOSITORY / "resources/embedded_faces/images").glob("S0??_happiness.jpg"))
    for face in faces[:10]:
        image = cv2.imread(str(face))
        for light, label in (("day", "happy"), ("lamp", "surprised")):
            cv2.imwrite(str(root / f"S{face.name[2:4]}_{label}_{light}.png"), image)
    return folder


def test_there_is_a_recipe_with_its_test_for_every_kind_of_addition():
    recipes = GUIDE.partition("\n# Recipes\n")[2].split("\n## ")[1:]
    added = [*(package.replace(".", "/") for package in ENTRIES), "workflow_scripts/report/page"]
    assert len(recipes) == len(added)
    for recipe, package in zip(recipes, added, strict=True):
        paths = [path for path, _, _ in BLOCK.findall(recipe)]
        assert paths[0].startswith(f"{package}/")
        assert sum(path.startswith("tests/unit/") for path in paths) == 1
    assert len(BLOCKS) == GUIDE.count("\n```") / 2  # none is overlooked


def test_entries_are_found_by_the_names_of_their_modules(followed):
    code = (
        "from workflow_scripts.common.registry import load_entry\n"
        f"print(*(load_entry(*entry).__file__ for entry in {list(ENTRIES.items())}))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=followed, capture_output=True, text=True)
    expected = [followed / package.replace(".", "/") / f"{name}.py" for package, name in ENTRIES.items()]
    assert list(map(Path, done.stdout.split())) == expected, done.stderr


def test_the_tests_of_the_recipes_and_those_of_the_house_pass(followed):
    places = ("-p", "no:cacheprovider", "--basetemp", str(followed.parent / "tests"))
    printed = python(followed, "pytest", *places, *TESTS, *OF_THE_HOUSE)
    assert " passed" in printed
    assert len(TESTS) == len(ENTRIES) + 1


def test_what_is_added_is_in_shape(followed):
    for arguments in (["check"], ["format", "--check"]):
        python(followed, "ruff", *arguments, "--no-cache", ".")


def test_the_plan_of_a_study_with_all_of_them_is_accepted(followed):
    printed = snakemake(followed, "--dry-run", "--printshellcmds")
    for made in ("tagged", "Pooled", "gradients", "corners", "overlap_coefficient"):
        assert made in printed


def test_the_lines_of_configuration_reach_the_jobs(followed):
    index, mask = "results/datasets/tagged/index.csv", "results/comparison/masks/corners/happiness.png"
    snakemake(followed, "--cores", "1", "--", index, mask)
    with (followed / index).open(newline="", encoding="utf-8") as table:
        rows = list(csv.DictReader(table))
    assert len(rows) == 10
    assert {(row["light"], row["expression"]) for row in rows} == {("day", "happiness")}
    assert len({row["subject"] for row in rows}) == 10
    drawn = cv2.imread(str(followed / mask), cv2.IMREAD_GRAYSCALE)
    assert (drawn > 0).sum() == pytest.approx(2 * 3.1416 * 15**2, rel=0.02)
