"""Data sets of half faces: they stand for the settings of their source, and wrong ones are named."""

import json
from pathlib import Path

import pytest

from workflow_scripts.common.errors import StudyError
from workflow_scripts.orchestration import slices
from workflow_scripts.orchestration.config_check import complete, read_config
from workflow_scripts.orchestration.half_sets import half_sets, neutral_of
from workflow_scripts.orchestration.preflight import used_entries

REPOSITORY = Path(__file__).parents[3]
DEMO = REPOSITORY / "profiles/demo"


def study(**entries) -> dict:
    return read_config([], {"datasets": entries})


def test_half_faces_have_the_settings_of_their_source_and_their_own():
    mine = {"reader": "folders", "root": "faces", "labels": {"calm": "neutral"}}
    config = study(mine=mine, half={"half_of": "mine", "shows": "brows", "shareable": True})
    assert config["datasets"]["half"] == {
        **mine,
        "half_of": "mine",
        "shows": "brows",
        "neutral": "neutral",
        "shareable": True,
    }
    assert config["datasets"]["mine"] == mine | {"shareable": False}  # and nothing else
    assert half_sets(config) == {"embedded_mouth": "mouth", "embedded_brows": "brows", "half": "brows"}
    assert neutral_of(config, "half") == "neutral"
    assert neutral_of(config, "mine") == ""


def test_a_configuration_that_was_completed_once_stays_as_it_is():
    config = study(half={"half_of": "embedded", "shows": "brows", "neutral": "calm"})
    again = json.loads(json.dumps(config))
    complete(again)
    assert again == config


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"half_of": "embeded", "shows": "mouth"}, "half_of names embeded.*did you mean embedded"),
        ({"half_of": "embedded_mouth", "shows": "mouth"}, "half faces themselves; name embedded"),
        ({"half_of": "embedded"}, "shows: mouth or shows: brows"),
        ({"half_of": "embedded", "shows": "nose"}, r"datasets\.half\.shows: 'nose' is not one of"),
        ({"half_of": "embedded", "shows": "mouth", "neutral": "Not a word"}, r"datasets\.half\.neutral"),
        ({"half_of": ["embedded"], "shows": "mouth"}, "half_of names .*does not define"),
        (
            {"reader": "csv", "root": "a", "table": "b", "shows": "mouth"},
            r"only half faces have shows.*half_of",
        ),
        ({"half_of": "embedded", "shows": "mouth", "colour": 1}, r"datasets\.half\.colour: no such key"),
    ],
)
def test_wrong_settings_are_named(entry, message):
    with pytest.raises(StudyError, match=message):
        study(half=entry)


def test_masks_of_halves_need_a_half():
    masks = {"kind": "halves", "expressions": ["fear"]}
    with pytest.raises(StudyError, match=r"mask_sets\.mine: 'shows' is a required property"):
        read_config([], {"comparison": {"mask_sets": {"mine": masks}}})


def test_the_index_depends_on_neither_half_and_asks_for_neutral_faces():
    config = study()
    of_halves = [
        slices.dataset_slice(config, name) for name in ("embedded", "embedded_mouth", "embedded_brows")
    ]
    assert len(set(of_halves)) == 1
    assert slices.neutral_option(config, "embedded_mouth") == ["--neutral", "neutral"]
    assert slices.neutral_option(config, "embedded") == []


def test_the_page_hears_of_halves_only_where_there_are_any():
    groups = {"all": ["WeiNet"]}
    config = read_config([DEMO / "study.yaml"])
    assert "halves" not in json.loads(slices.report_slice(config, groups))
    config = read_config([DEMO / "study.yaml", DEMO / "ground_truth_brows.yaml"])
    assert json.loads(slices.report_slice(config, groups))["halves"] == {
        "datasets": {"embedded_brows": "brows"},
        "mask_sets": {"brow_half": "brows"},
    }
    assert ("datasets.embedded_brows.reader", "csv") in used_entries(config)
