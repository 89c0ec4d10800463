"""Which explanations are examined, and what that takes."""

import pytest

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.places import ROOT
from workflow_scripts.orchestration.config_check import read_config
from workflow_scripts.orchestration.config_names import doubts
from workflow_scripts.orchestration.quality import examined_explainers, quality_passes
from workflow_scripts.orchestration.resources import quality_minutes

CONFIG = ROOT / "config.yaml"


def study(run, quality=None):
    return read_config([CONFIG], {"run": run, "explanation": {"quality": quality or {}}})


def test_nothing_is_examined_unless_the_run_names_it():
    assert examined_explainers(study({})) == []
    both = study({"explainers": ["lime", "uncovering"], "quality": ["uncovering", "lime"]})
    assert examined_explainers(both) == ["lime", "uncovering"]


def test_an_explainer_that_does_not_run_is_doubted_and_an_undefined_one_refused():
    idle = study({"quality": ["uncovering"]})
    assert examined_explainers(idle) == []
    said = "run.quality names uncovering, but run.explainers does not, so that it explains nothing"
    assert [line for line in doubts(idle) if "run.quality" in line] == [said]
    with pytest.raises(StudyError, match=r"run.quality names lame, .*did you mean lime"):
        study({"quality": ["lame"]})


@pytest.mark.parametrize(
    ("quality", "explanations"),
    [
        ({}, 2 + 2 + 2),
        ({"seeds": 1, "regions": [30], "hide": ["black"]}, 0),
        ({"seeds": 2, "regions": [20, 60], "hide": ["mean", "blur"]}, 1 + 2 + 2),
    ],
)
def test_passes_are_those_of_explanations_that_are_not_there_and_of_the_measures(quality, explanations):
    config = study({"quality": ["lime"]}, quality)
    measures = 7 * 37 + 100  # two curves and five random ones of 36 regions, and masks
    assert quality_passes(config, "lime") == explanations * 1000 + measures
    assert quality_minutes(config, "VGG16", "lime") == 30 + round(
        2 * 60 * quality_passes(config, "lime") / 1000
    )
