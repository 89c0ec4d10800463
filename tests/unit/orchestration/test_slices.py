import json
from pathlib import Path

import pytest

from workflow_scripts.orchestration import inputs, resources, slices
from workflow_scripts.orchestration.config_check import read_config

CONFIG = read_config([Path(__file__).parents[3] / "config.yaml"])


def test_slices_do_not_depend_on_the_order_of_keys():
    assert slices.canonical({"b": 1, "a": [2, 1]}) == slices.canonical({"a": [2, 1], "b": 1})
    assert slices.canonical([2, 1]) != slices.canonical([1, 2])


def test_a_network_has_its_own_number_of_copies_or_that_of_all():
    of_all = CONFIG["training"]["augmentation"]["copies"]
    own = CONFIG["training"]["networks"]["MobileNetV3"]["copies"]
    assert own != of_all
    assert json.loads(slices.network_slice(CONFIG, "MobileNetV3"))["copies"] == own
    assert json.loads(slices.network_slice(CONFIG, "VGG16"))["copies"] == of_all
    assert "copies" not in json.loads(slices.augmentation_slice(CONFIG))


def test_a_mask_depends_on_its_own_action_units_alone():
    entry = json.loads(slices.mask_slice(CONFIG, "facs", "happiness"))
    assert entry["action_units"] == {"happiness": [6, 12]}
    assert "expressions" not in entry


def test_the_order_of_the_paper_s_metrics_is_no_setting():
    config = {"comparison": {"metrics": ["my.py:dice", "recall", "precision", "f1", "iou"]}}
    assert json.loads(slices.metrics_slice(config)) == ["iou", "f1", "precision", "recall", "my.py:dice"]


def test_groups_keep_their_order_on_the_way_to_the_page():
    groups = {"low_depth": ["WeiNet"], "deep": ["VGG16"]}
    page = json.loads(slices.report_slice(CONFIG, groups))
    assert page["groups"] == [["low_depth", ["WeiNet"]], ["deep", ["VGG16"]]]
    assert set(page["setup"]["training"]["networks"]) == set(CONFIG["run"]["networks"])


def test_a_manifest_holds_lists_of_files():
    files = {"folds": "folds.csv", "scores": ["a.csv", "b.csv"]}
    assert json.loads(slices.manifest(files, [["lime", "facs"]], "mine.csv")) == {
        "folds": ["folds.csv"],
        "scores": ["a.csv", "b.csv"],
        "deviations": ["mine.csv"],
        "comparisons": [["lime", "facs"]],
    }


def test_inputs_follow_the_configuration():
    assert inputs.pretrained_weights(CONFIG, "VGG16") == ["results/training/weights/vgg16.h5"]
    assert inputs.pretrained_weights(CONFIG, "WeiNet") == []
    assert inputs.mask_source(CONFIG, "truth", "fear") == ""
    assert inputs.mask_data(CONFIG, "truth", "x/{dataset}.csv") == ["x/embedded.csv"]
    of_networks, of_folds = (inputs.heatmaps_below(CONFIG, group) for group in ("lime", "lime/VGG16"))
    assert (len(of_networks), len(of_folds)) == (12 * 6, 5 * 6)
    assert of_networks[:2] == [
        f"results/standardization/lime/{name}/anger.npy" for name in ("AlexNet", "WeiNet")
    ]
    assert of_folds[5] == "results/standardization/lime/VGG16/fold1/disgust.h5"
    assert inputs.mean_heatmaps("lime", ["", "VGG16"], ["fear"]) == [
        "results/standardization/lime/fear.npy",
        "results/standardization/lime/VGG16/fear.npy",
    ]


@pytest.mark.parametrize("network", CONFIG["run"]["networks"])
def test_no_network_of_the_study_asks_for_more_than_a_day_or_64_gb(network):
    assert 60 < resources.training_minutes(CONFIG, network) < 24 * 60
    assert 30 < resources.explanation_minutes(CONFIG, network, "lime") < 24 * 60
    assert resources.inference_mb(CONFIG, network) < resources.changed_mb(CONFIG, network)
    assert resources.changed_mb(CONFIG, network) <= resources.training_mb(CONFIG, network) < 64_000
