"""Control networks in the configuration: which networks have which, what they cost, and errors."""

import pytest

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.places import ROOT
from workflow_scripts.explanation.positives import images_asked
from workflow_scripts.orchestration.config_check import read_config
from workflow_scripts.orchestration.config_names import doubts
from workflow_scripts.orchestration.controls import controlled_networks, controls_of, networks_of

KINDS = ["untrained", "shuffled_labels", "randomized_layers"]
BROUGHT = {
    "model": "theirs{fold}.keras",
    "classes": ["anger", "disgust", "fear", "happiness", "sadness", "surprise"],
    "scaling": "unit",
    "trained_on": "none",
}


def study(controls, run=KINDS, networks=None):
    changes = {"training": {"controls": controls, "networks": networks or {}}, "run": {"controls": run}}
    return read_config([ROOT / "config.yaml"], changes)


def test_none_run_unless_asked_for():
    assert controlled_networks(read_config([ROOT / "config.yaml"])) == []


def test_all_kinds_together_take_an_eighth_of_the_passes():
    config = study({})
    images = sum(
        controls_of(config, "WeiNet")[network.control]["positives"]
        for network in networks_of(config, "WeiNet")
    )
    assert {network.kind for network in networks_of(config, "WeiNet")} == set(KINDS)
    assert images <= config["training"]["folds"] * images_asked(config["explanation"]["positives"]) / 8


def test_a_control_is_of_the_networks_it_names():
    config = study({"untrained": {"of": ["WeiNet"]}}, ["untrained"])
    assert controlled_networks(config) == ["WeiNet"]


def test_a_network_from_elsewhere_is_not_trained_on_shuffled_labels():
    config = study({}, networks={"Theirs": BROUGHT})
    assert set(controls_of(config, "Theirs")) == {"untrained", "randomized_layers"}


@pytest.mark.parametrize(
    ("controls", "said"),
    [
        ({"untrained": {"folds": [6]}}, "training.controls.untrained.folds: there is no fold 6"),
        ({"untrained": {"of": ["WeiNett"]}}, "names WeiNett, which .* did you mean WeiNet"),
        ({"untrained": {"groups": 2}}, "training.controls.untrained.groups: .* no other kind has it"),
        ({"shuffled_labels": {"of": ["Theirs"]}}, "was trained elsewhere"),
        ({"untrained": {"kind": "unlearned"}}, "untrained"),
    ],
)
def test_errors_name_the_key(controls, said):
    with pytest.raises(StudyError, match=said):
        study(controls, networks={"Theirs": BROUGHT})


def test_a_control_that_no_network_of_the_run_has_is_warned_of():
    idle = study({"untrained": {"of": ["Theirs"]}}, networks={"Theirs": BROUGHT})
    assert [line for line in doubts(idle) if "run.controls" in line] == [
        "run.controls names untrained, but no network of run.networks has it (training.controls.untrained.of)"
    ]
    assert not [line for line in doubts(study({})) if "run.controls" in line]


def test_undefined_controls_are_refused():
    with pytest.raises(StudyError, match=r"run.controls names shuffled, .*shuffled_labels"):
        study({}, ["shuffled"])
