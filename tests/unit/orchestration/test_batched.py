"""Explainers whose cells share jobs: how they say so, and what their jobs request and cost."""

import pytest

from workflow_scripts.common.places import ROOT
from workflow_scripts.orchestration.config_check import read_config
from workflow_scripts.orchestration.dry_run import PlannedJob
from workflow_scripts.orchestration.passes import batched_explainers, is_batched
from workflow_scripts.orchestration.resources import batched_minutes, explanation_minutes
from workflow_scripts.tools.plan_study import planned_work
from workflow_scripts.tools.work import whole_study

CONFIG = read_config([ROOT / "config.yaml"], {"run": {"explainers": ["lime", "uncovering"]}})


def test_a_shipped_one_says_so_in_its_module():
    batched = batched_explainers(CONFIG)
    assert "uncovering" in batched
    assert "lime" not in batched


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("BATCHED = True", True),
        ("BATCHED: bool = True", True),
        ("BATCHED = False", False),
        ("BATCHED = True\nBATCHED = False", False),
        ("BATCHED = 'True'", False),
        ("def build():\n    BATCHED = True", False),
        ("BATCHED = True\nimport a_module_that_is_not_here", True),  # it is read, not run
        ("BATCHED = True (", False),
        ("", False),
    ],
)
def test_one_of_a_user_s_says_so_in_its_file(tmp_path, text, expected):
    (tmp_path / "mine.py").write_text(text)
    assert is_batched({"explainer": f"{tmp_path}/mine.py:build"}) is expected


@pytest.mark.parametrize("name", ["nowhere.py:build", "no_such_entry"])
def test_what_is_not_there_is_told_by_the_check_of_the_study(name):
    assert not is_batched({"explainer": name})


def test_a_job_requests_the_time_of_all_expressions_and_starts_once():
    one = explanation_minutes(CONFIG, "WeiNet", "uncovering") - 30
    assert one > 5
    assert batched_minutes(CONFIG, "WeiNet", "uncovering") - 30 == pytest.approx(6 * one, abs=3)


def test_a_plan_of_everything_costs_what_the_whole_study_does():
    expressions = CONFIG["run"]["expressions"]
    jobs = [
        PlannedJob(rule, "", {"network": "WeiNet", "fold": str(fold), **more}, "")
        for fold in range(1, 6)
        for rule, more in [
            ("train_network", {}),
            ("predict_expressions", {}),
            ("explain_training", {"explainer": "uncovering"}),
            *(("explain_images", {"explainer": "lime", "expression": one}) for one in expressions),
            ("standardize_explanations", {"explainer": "lime"}),
        ]
    ]
    assert planned_work(jobs, CONFIG)["WeiNet"].standardizations == 60
    assert planned_work(jobs, CONFIG)["WeiNet"].explanations == {"lime": 30, "uncovering": 30}
    whole = whole_study(CONFIG)["WeiNet"]
    assert (whole.standardizations, whole.explanations) == (60, {"lime": 30, "uncovering": 30})
