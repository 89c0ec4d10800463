"""The examples that change config.yaml are studies."""

import json
from itertools import chain
from pathlib import Path

import pytest

from workflow_scripts.common.errors import StudyError
from workflow_scripts.orchestration import slices
from workflow_scripts.orchestration.config_check import read_config
from workflow_scripts.orchestration.config_names import doubts

REPOSITORY = Path(__file__).parents[3]
PUBLISHED = REPOSITORY / "config.yaml"


def example(name: str, **changes) -> dict:
    return read_config([PUBLISHED, REPOSITORY / f"examples/{name}.yaml"], changes)


@pytest.mark.parametrize("path", sorted((REPOSITORY / "examples").glob("*.yaml")), ids=lambda path: path.stem)
def test_an_example_is_a_study_without_doubts(path):
    assert doubts(read_config([PUBLISHED, path])) == []


def test_each_data_set_is_left_out_once():
    config = example("leave_one_data_set_out")
    folds = json.loads(slices.split_slice(config))
    assert folds == {name: fold for fold, name in enumerate(config["run"]["datasets"], start=1)}
    assert config["training"]["folds"] == len(folds) == 5


@pytest.mark.parametrize("changes", [{"folds": 4}, {"folds": 1}, {"repeats": 2}])
def test_data_sets_are_as_many_folds_as_there_are(changes):
    with pytest.raises(StudyError, match=r"training\.split is datasets"):
        example("leave_one_data_set_out", training=changes)


def test_of_confounds_each_comparison_changes_what_it_says():
    config = example("confounds")
    networks, groups = config["training"]["networks"], config["training"]["groups"]
    assert {networks[name]["input_size"] for name in config["run"]["networks"]} == {224}
    assert sorted(config["run"]["networks"]) == sorted(chain(*groups.values()))
    assert {networks[name]["weights"] for name in groups["deep"]} == {"imagenet"}
    assert {networks[name]["weights"] for name in groups["low_depth"] + groups["deep_scratch"]} == {None}
    pairs = zip(groups["deep"], groups["deep_scratch"], strict=True)
    for pretrained, scratch in pairs:
        assert networks[pretrained]["architecture"] == networks[scratch]["architecture"]
