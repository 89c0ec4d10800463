"""What people bring: settings of trained models and official splits that fit, and those that do not."""

import json
import re
from pathlib import Path

import pytest
import yaml

from workflow_scripts.common.errors import StudyError
from workflow_scripts.orchestration import inputs, slices
from workflow_scripts.orchestration.brought import missing_models, trained_networks
from workflow_scripts.orchestration.config_check import read_config
from workflow_scripts.orchestration.config_names import doubts
from workflow_scripts.orchestration.preflight import missing_entries, missing_weights
from workflow_scripts.orchestration.resources import inference_mb

REPOSITORY = Path(__file__).parents[3]
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
EXPRESSIONS = ["fear", "anger"]
MINE = {
    "model": "mine{fold}.keras",
    "classes": ["anger", "fear"],
    "scaling": "unit",
    "trained_on": "other_folds",
}


def study(entry: dict | None = None, **training) -> dict:
    """config.yaml with two expressions, and a network Mine that is trained already."""
    run = {"datasets": ["embedded"], "networks": ["WeiNet", "Mine"], "expressions": EXPRESSIONS}
    networks = {"networks": {"Mine": entry or MINE}}
    return read_config([REPOSITORY / "config.yaml"], {"run": run, "training": networks | training})


def test_a_trained_model_has_settings_of_its_own_and_no_others():
    config = study()
    assert config["training"]["networks"]["Mine"] == MINE  # no defaults of a training
    assert trained_networks(config) == ["Mine"]
    assert doubts(config) == []
    with pytest.raises(StudyError, match=r"Mine\.epochs: no such key here; the keys are model, classes"):
        study(MINE | {"epochs": 3})
    with pytest.raises(StudyError, match=r"Mine: 'trained_on' is a required property"):
        study({key: value for key, value in MINE.items() if key != "trained_on"})
    with pytest.raises(StudyError, match=r"Mine has both model.*give the model a name of its own"):
        study(MINE | {"architecture": "weinet"})
    for model in ("mine.h5", "mine{network}.keras"):
        with pytest.raises(StudyError, match=r"Mine\.model: .* cannot be used"):
            study(MINE | {"model": model})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"classes": ["anger", "fear", "joy"]}, "the model also has joy.*Add them there"),
        ({"classes": ["anger", "joy"]}, "the model also has joy"),
        ({"model": "mine.keras"}, "one model for all folds.*Name a table of the images"),
    ],
)
def test_a_model_that_the_study_contradicts_is_refused(changes, message):
    with pytest.raises(StudyError, match=rf"training\.networks\.Mine\.\w+.*{message}"):
        study(MINE | changes)


def test_a_model_that_knows_fewer_expressions_is_refused():
    run = {"datasets": ["embedded"], "networks": ["Mine"], "expressions": [*EXPRESSIONS, "surprise"]}
    changes = {"run": run, "training": {"networks": {"Mine": MINE}}}
    with pytest.raises(StudyError, match=r"Mine\.classes: the model lacks surprise"):
        read_config([REPOSITORY / "config.yaml"], changes)
    run["networks"] = ["WeiNet"]  # what does not run is not held against the study
    assert "Mine" in read_config([REPOSITORY / "config.yaml"], changes)["training"]["networks"]


def test_the_files_of_a_model_are_looked_for_by_fold(tmp_path):
    entry = MINE | {"model": f"{tmp_path}/mine{{fold}}.keras", "trained_on": f"{tmp_path}/seen.csv"}
    config = study(entry, folds=2)
    assert inputs.trained_model(config, "Mine", "2") == f"{tmp_path}/mine2.keras"
    assert inputs.seen_in_training(config, "Mine", "2") == [f"{tmp_path}/seen.csv"]
    assert inputs.seen_in_training(config, "WeiNet", "2") == []
    assert inputs.seen_in_training(study(), "Mine", "2") == []
    for name in ("mine1.keras", "seen.csv"):
        (tmp_path / name).touch()
    assert missing_models(config) == [
        f"training.networks.Mine.model: there is no file {tmp_path}/mine2.keras"
    ]
    assert missing_entries(config) == missing_weights(config) == []
    assert inference_mb(config, "Mine") == inference_mb(study(entry | {"input_size": 224}), "Mine")


def test_each_repeat_has_its_table_of_folds_and_models_of_its_own(tmp_path):
    entry = MINE | {"model": f"{tmp_path}/mine{{fold}}.keras"}
    config = study(entry, folds=2, repeats=2)
    tables = [inputs.folds_table(config, str(fold)) for fold in (1, 2, 3, 4)]
    assert tables == ["results/training/folds.csv"] * 2 + ["results/training/folds_repeat2.csv"] * 2
    assert inputs.folds_tables(config) == list(dict.fromkeys(tables))
    (tmp_path / "mine3.keras").touch()
    assert [problem.rpartition("/")[2] for problem in missing_models(config)] == [
        "mine1.keras",
        "mine2.keras",
        "mine4.keras",
    ]
    heatmaps = inputs.heatmaps_below(config, "lime/Mine")
    assert [path.split("/")[4] for path in heatmaps[:4]] == ["fold1", "fold2", "fold3", "fold4"]


def test_repeats_that_would_train_nothing_anew_are_refused():
    with pytest.raises(StudyError, match=r"training\.repeats is 3, but training\.split is official.*to 1"):
        study(folds=2, split="official", repeats=3)
    one = MINE | {"model": "one.keras", "trained_on": "none"}
    assert study(one, repeats=3)["training"]["repeats"] == 3  # WeiNet is trained
    changes = {"run": {"networks": ["Mine"], "expressions": EXPRESSIONS}}
    changes["training"] = {"networks": {"Mine": one}, "repeats": 3}
    with pytest.raises(
        StudyError, match=r"repeats is 3, .*run\.networks \(Mine\) is one model for all folds"
    ):
        read_config([REPOSITORY / "config.yaml"], changes)
    changes["training"] |= {"networks": {"Mine": MINE}}
    assert read_config([REPOSITORY / "config.yaml"], changes)["training"]["repeats"] == 3


def test_jobs_get_what_concerns_them():
    config = study()
    assert json.loads(slices.model_slice(config, "Mine")) == {"classes": ["anger", "fear"], "scaling": "unit"}
    assert slices.split_slice(config) == "{}"
    assert slices.one_model_slice(config) == "[]"
    one = study(MINE | {"model": "one.keras", "trained_on": "none"})
    assert slices.one_model_slice(one) == '["Mine"]'
    page = json.loads(slices.report_slice(one, {}))
    assert page["models"] == {"Mine": {"trained_on": "none", "one": True}}
    assert page["split"] == "subjects"


@pytest.mark.parametrize("heading", ["## Networks that are already trained", "**Official splits**"])
def test_the_settings_that_the_readme_shows_are_settings(heading):
    shown = re.search(r"```yaml\n(.*?)```", README.split(heading)[1], re.DOTALL)[1]
    changes = yaml.safe_load(shown)
    if "run" in changes:
        changes["run"]["expressions"] = ["anger", "happiness", "sadness"]
    config = read_config([REPOSITORY / "config.yaml"], changes)
    assert trained_networks(config) == (["Theirs"] if "run" in changes else [])


def test_an_official_split_is_one_fold_or_as_many_as_there_are():
    with pytest.raises(StudyError, match=r"training\.folds is 1, .*training\.split to official"):
        study(folds=1)
    assert json.loads(slices.split_slice(study(folds=1, split="official"))) == {"embedded": ""}
    assert json.loads(slices.split_slice(study(folds=4, split="official"))) == {"embedded": ""}


def test_the_split_of_a_data_set_is_no_reason_to_index_it():
    datasets = {"web": {"reader": "rafdb", "root": "r"}, "fer": {"reader": "fer2013", "root": "f"}}
    datasets["own"] = {"reader": "rafdb", "root": "r", "split": "mine"}
    changes = {"run": {"datasets": list(datasets)}, "datasets": datasets}
    config = read_config(
        [REPOSITORY / "config.yaml"], changes | {"training": {"folds": 1, "split": "official"}}
    )
    assert json.loads(slices.split_slice(config)) == {"web": "part", "fer": "usage", "own": "mine"}
    assert slices.dataset_slice(config, "own") == slices.dataset_slice(config, "web")
