"""Data on people in a configuration: which are used, which files they are, what is told before a job runs."""

import copy
from pathlib import Path

import pytest

from workflow_scripts.common.errors import StudyError
from workflow_scripts.orchestration import beside, inputs, people, slices
from workflow_scripts.orchestration.config_check import merge, read_config
from workflow_scripts.orchestration.config_names import doubts
from workflow_scripts.orchestration.preflight import refuse_incomplete

REPOSITORY = Path(__file__).parents[3]
FILES = [REPOSITORY / "config.yaml", REPOSITORY / "profiles/demo/study.yaml"]
TILES = {"data": "tiles", "rows": 8, "columns": 6, "width": 300, "height": 400}
SHOWN = ["anger", "disgust", "fear", "happiness", "sadness", "surprise"]


def study(changes: dict) -> dict:
    return copy.deepcopy(read_config(FILES, changes))


def of_people(entry: dict, **run) -> dict:
    return {"run": {"people": ["mine"]} | run, "comparison": {"people": {"mine": entry}}}


def refusal(config: dict) -> list[str]:
    with pytest.raises(StudyError) as error:
        refuse_incomplete(config)
    return [line.removeprefix("  - ") for line in str(error.value).splitlines()[1:-1]]


@pytest.fixture
def maps(tmp_path) -> str:
    """The pattern of two people's images for five of the six expressions; one has a label of its own."""
    for person in "ab":
        for expression in ("joy", *SHOWN[:3], SHOWN[4]):
            (tmp_path / f"{person}_{expression}.png").touch()
    return str(tmp_path / "{person}_{expression}.png")


def test_people_may_be_used_by_masks_alone():
    config = study({"run": {"mask_sets": ["people", "figure4"]}})
    assert people.used_people(config) == ["wegrzyn2017"]
    assert beside.folds(config) == {}
    maps_file = "results/comparison/people/wegrzyn2017/maps.h5"
    assert inputs.mask_inputs(config, "people", "fear") == [maps_file]
    assert inputs.source_option(config, "people", "fear") == ["--source", maps_file]
    merge(config, {"run": {"people": ["wegrzyn2017"]}})
    assert people.used_people(config) == ["wegrzyn2017"]
    assert beside.folds(config) == {"people-wegrzyn2017": [1]}
    assert inputs.cell_heatmaps("lime", [("people-wegrzyn2017", 1, "fear")]) == [
        "results/comparison/people/wegrzyn2017/fold1/fear.h5"
    ]
    assert people.used_people(study({})) == []


def test_each_kind_of_what_is_put_beside_has_a_group_of_rows():
    names = ["published-A", "people-lab", "published-B"]
    assert beside.with_beside({"deep": ["A"]}, names) == {
        "deep": ["A"],
        "published": ["published-A", "published-B"],
        "people": ["people-lab"],
    }
    assert beside.with_beside({"deep": ["A"]}, []) == {"deep": ["A"]}
    assert slices.grid_title("heatmaps_people", {}) == "People"
    assert slices.grid_title("heatmaps_published", {}) == "Networks of the published study"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"run": {"people": ["wegrzyn"]}}, "run.people names wegrzyn, .*did you mean wegrzyn2017"),
        (
            {"comparison": {"mask_sets": {"people": {"people": "nobody"}}}},
            r"comparison\.mask_sets\.people\.people names nobody, which the configuration does not define",
        ),
        (of_people({"data": "maps", "maps": "maps/{person}.png"}), r"comparison\.people\.mine\.maps"),
        (of_people(TILES), r"comparison\.people\.mine: 'table' is a required property"),
        (of_people({"data": "wegrzyn2017", "table": "x"}), r"comparison\.people\.mine\.table: no such key"),
        (
            {"training": {"networks": {"people-A": {"architecture": "alexnet"}}}},
            "use this name; choose another",
        ),
        ({"training": {"groups": {"people": []}}}, "use this name; choose another"),
        ({"explanation": {"explainers": {"people": {"explainer": "lime"}}}}, "use this name; choose another"),
        ({"explanation": {"explainers": {"beside": {"explainer": "lime"}}}}, "use this name; choose another"),
    ],
)
def test_names_and_keys_that_cannot_be_used_are_refused(changes, message):
    with pytest.raises(StudyError, match=message):
        study(changes)


def test_files_that_are_not_there_are_told_with_their_setting(tmp_path, monkeypatch):
    monkeypatch.chdir(REPOSITORY)
    entry = TILES | {"table": "no.csv", "landmarks": str(REPOSITORY / "README.md")}
    config = study(of_people(entry))
    assert refusal(config) == [
        f"comparison.people.mine.table: there is no file no.csv (relative to {REPOSITORY})"
    ]
    config = study(of_people({"data": "maps", "maps": f"{tmp_path}/{{expression}}.png"}))
    (line,) = refusal(config)
    assert line.startswith(f"comparison.people.mine.maps: no file matches {tmp_path}/{{expression}}.png")
    config = study(of_people({"data": "mapps"}))
    assert "comparison.people.mine.data: there is no 'mapps'; did you mean maps?" in refusal(config)


def test_a_folder_without_the_files_says_how_to_get_them(tmp_path, monkeypatch):
    monkeypatch.chdir(REPOSITORY)
    config = study(
        {"run": {"people": ["wegrzyn2017"]}, "comparison": {"people": {"wegrzyn2017": {"folder": "x"}}}}
    )
    (line,) = refusal(config)
    assert line.startswith(
        "comparison.people.wegrzyn2017.folder: there is no file x/rawTables/pandas_logfile001.csv;"
    )
    assert "get a copy of the public repository" in line and "run.people" in line
    config["comparison"]["people"]["wegrzyn2017"]["folder"] = str(tmp_path)
    (tmp_path / "trials.csv").touch()
    assert "tile_weights.csv" in refusal(config)[0]
    (tmp_path / "tile_weights.csv").touch()
    refuse_incomplete(config)
    config["comparison"]["people"]["wegrzyn2017"]["folder"] = ""
    refuse_incomplete(config)  # downloaded: nothing to miss


def test_expressions_that_nobody_has_maps_of_are_told(maps):
    entry = {"data": "maps", "maps": maps, "labels": {"joy": "happiness"}}
    config = study(of_people(entry))
    assert doubts(config) == [
        "comparison.people.mine: there are no maps of surprise; their columns stay empty"
    ]
    config["comparison"]["mask_sets"]["people"] |= {"people": "mine"}
    config["run"]["mask_sets"] = ["people"]
    assert refusal(config) == [
        "comparison.mask_sets.people.expressions: mine has no maps of surprise; take them out of the list"
    ]
    (own, _) = doubts(config)
    assert own.startswith("run.mask_sets names people, whose masks are the places of people-mine")


def test_a_mean_or_one_person_is_told_to_have_no_ceiling(tmp_path):
    for expression in SHOWN:
        (tmp_path / f"{expression}.png").touch()
    config = study(of_people({"data": "maps", "maps": f"{tmp_path}/{{expression}}.png"}))
    (line,) = doubts(config)
    assert line.startswith("comparison.people.mine: the maps are of one person, or a mean")


def test_neutral_faces_have_no_places_of_the_94_people():
    shown = ["neutral", "happiness"]
    config = study({"run": {"people": ["wegrzyn2017"], "expressions": shown}})
    assert doubts(config) == [
        "comparison.people.wegrzyn2017: there are no maps of neutral; their columns stay empty"
    ]


def test_where_fetched_data_come_from_is_no_setting_of_the_maps():
    config = study({})
    before = slices.people_slice(config, "wegrzyn2017")
    config["comparison"]["people"]["wegrzyn2017"]["folder"] = "elsewhere"
    assert slices.people_slice(config, "wegrzyn2017") == before
    config["comparison"]["people"]["wegrzyn2017"]["share"] = 0.1
    assert slices.people_slice(config, "wegrzyn2017") != before


def test_only_people_that_are_used_are_settings_of_the_page(maps):
    plain = slices.report_slice(study({}), {})
    defined = study({"comparison": {"people": {"mine": {"data": "maps", "maps": maps}}}})
    assert slices.report_slice(defined, {}) == plain
