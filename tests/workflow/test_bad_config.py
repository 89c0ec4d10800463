"""Settings that make no study are refused by Snakemake before the first job, with the key and the remedy."""

import subprocess
from pathlib import Path

import pytest

from tests.study_copy import FACES, copy_repository, snakemake

EXPRESSIONS = ["happiness", "surprise"]
STUDY = {
    "run": {"datasets": ["mini"], "networks": ["WeiNet"], "mask_sets": ["facs"], "expressions": EXPRESSIONS},
    "datasets": {"mini": {"reader": "csv", "root": FACES, "table": "mini.csv"}},
    "training": {"folds": 2},
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("copy") / "lookalike"
    copy_repository(folder, STUDY, 6, [*EXPRESSIONS, "fear"])
    return folder


def refusal(folder: Path, overlay: str) -> str:
    """What Snakemake prints when it refuses to run the study with an overlay."""
    finished = snakemake(
        folder,
        *("--configfile", "config.yaml", "study.yaml", overlay),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert finished.returncode != 0, finished.stdout
    return finished.stdout


WRONG = """
run:
  networks: [WeiNet, WeiNet]
explanation:
  positive: 3
  explainers: {lime: {samples: many}}
training:
  folds: 0
  networks:
    WeiNet: {learning_rate: 1e-3}
    ../x: {architecture: weinet, input_size: 64, epochs: 1, optimizer: adam, learning_rate: 0.1}
similarity: [average]
faces:
"""
TOLD = [
    "run.networks: WeiNet is listed more than once; keep one",
    "explanation.positive: no such key here; did you mean positives?",
    "explanation.explainers.lime.samples: 'many' is not of type 'integer', nor is it auto",
    "training.folds: 0 is less than the minimum of 1",
    "training.networks.WeiNet.learning_rate: '1e-3' is not of type 'number' (YAML reads this as text: write",
    "training.networks.../x: a name may hold letters, digits, - and _, and starts with a letter",
    "similarity: ['average'] is not of type 'object'",
    "faces: None is not of type 'object' (the value is empty: fill it in, or remove the key)",
]


def test_all_that_is_wrong_is_told_at_once_with_its_key(copy):
    (copy / "wrong.yaml").write_text(WRONG)
    printed = refusal(copy, "wrong.yaml")
    assert "Traceback" not in printed
    for line in TOLD:
        assert line in printed
    assert not (copy / "results").exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("training:\n\tfolds: 3\n", "make sure to not mix whitespace and tab"),
        ("# nothing but comments\n", "keys at top level"),
        ("training: {folds: 3}\ntraining: {folds: 2}\n", "overlay.yaml, line 2: duplicate key 'training'"),
    ],
)
def test_a_file_that_is_no_configuration_is_refused(copy, content, said):
    (copy / "overlay.yaml").write_text(content)
    assert said in refusal(copy, "overlay.yaml")
    assert not (copy / "results").exists()


def test_a_file_that_is_not_there_is_named(copy):
    assert "No such file or directory: 'gone.yaml'" in refusal(copy, "gone.yaml")
    assert not (copy / "results").exists()


def test_what_only_the_data_sets_can_tell_is_told_before_anything_is_trained(copy):
    (copy / "many.yaml").write_text(
        "run: {expressions: [contempt, happiness, surprise]}\ntraining: {folds: 7}\n"
    )
    printed = refusal(copy, "many.yaml")
    assert "run.expressions: no image of any data set shows contempt; they show happiness" in printed
    assert "or map a label to it with datasets.<name>.labels" in printed
    assert "training.folds is 7: data set mini has 6 subjects with images" in printed
    assert "Lower training.folds to 6 or less" in printed
    assert "Traceback" not in printed
    assert {path.name for path in (copy / "results/datasets").iterdir()} == {"mini"}
    for stage in ("training", "explanation"):
        assert not list((copy / "results").glob(f"{stage}/**/*.*"))
