"""Subsets in a configuration: what jobs are given, and what is told before any runs."""

import json
from pathlib import Path

import pytest

from workflow_scripts.common.errors import StudyError
from workflow_scripts.orchestration import slices
from workflow_scripts.orchestration.config_check import read_config
from workflow_scripts.orchestration.config_names import doubts

FILES = [Path(__file__).parents[3] / "config.yaml"]


def study(run: list[str], **subsets) -> dict:
    return read_config(FILES, {"run": {"subsets": run}, "comparison": {"subsets": subsets}})


def test_jobs_get_the_definitions_of_the_run_alone():
    config = study(["view", "correct"], view={"by": "view", "values": ["left"], "min_images": 4})
    given = json.loads(slices.subsets_slice(config))
    assert list(given) == ["correct", "view"]
    assert given["view"] == {"by": "view", "values": ["left"], "cuts": [], "min_images": 4}
    shown = json.loads(slices.report_slice(config, {}))["setup"]["comparison"]["subsets"]
    assert shown == given
    assert json.loads(slices.subsets_slice(study([]))) == {}


@pytest.mark.parametrize(
    ("run", "subsets", "message"),
    [
        (["sexes"], {}, r"run\.subsets names sexes, .*did you mean sex\?"),
        (["age"], {"age": {"by": "age", "cuts": [45, 30]}}, r"age\.cuts: \[45, 30\] is not ascending"),
        (["age"], {"age": {"cuts": [45]}}, r"subsets\.age: 'by' is a required property"),
        (["age"], {"age": {"by": "age", "values": ["a", "a"]}}, r"values: a is listed more than once"),
    ],
)
def test_definitions_that_cannot_be_used_are_refused(run, subsets, message):
    with pytest.raises(StudyError, match=message):
        study(run, **subsets)


def test_cuts_of_predictions_are_said_to_do_nothing():
    (line,) = doubts(study(["correct"], correct={"cuts": [1]}))
    assert "comparison.subsets.correct.cuts has no effect" in line
