"""Estimates against the images that networks were really given, for every explainer and for examinations."""

import keras
import numpy as np
import pytest

from tests.counting import Counted
from tests.toy_networks import SIZE, default_settings, reader, toy_faces
from workflow_scripts.common.places import ROOT
from workflow_scripts.common.registry import entry_names
from workflow_scripts.explanation.explaining import EXPLAINERS, built_explainer, explained_faces
from workflow_scripts.explanation.measure_quality import Examination
from workflow_scripts.orchestration.config_check import read_config
from workflow_scripts.orchestration.quality import examined_images, quality_passes
from workflow_scripts.tools.estimate_cost import network_cost
from workflow_scripts.tools.work import Work

NAMES = entry_names(EXPLAINERS)
FEW = {"samples": 160, "orders": 2, "steps": 4, "regions": 35}  # of which SLIC makes 36 cells at 48 px
ASKED = {"images": 2, "seeds": 2, "masks": 20, "regions": [20, 35], "hide": ["black", "mean"]}
LANDMARKS = np.random.default_rng(1).uniform(SIZE / 4, 3 * SIZE / 4, (68, 2))
# where more is estimated than counted: one number for faces with more regions and with fewer; gradients that
# go back through the last layers alone
LOOSE = {"occlusion": 1.15, "grad_cam": 3}


@pytest.fixture
def faces():
    return [(image, image_id, LANDMARKS) for image, image_id, _ in toy_faces(ASKED["images"])]


def study(name):
    """A configuration with as many images as there are here, and the settings of one explainer."""
    settings = default_settings(name)
    settings |= {key: value for key, value in FEW.items() if key in settings}
    return read_config(
        [ROOT / "config.yaml"],
        {
            "run": {"explainers": [name], "quality": [name], "networks": ["WeiNet"]},
            "explanation": {"positives": ASKED["images"], "quality": ASKED, "explainers": {name: settings}},
        },
    )


def explanations(config, name, network, faces):
    explainer = built_explainer(network, config["explanation"]["explainers"][name], seed=1)
    return list(explained_faces(explainer, faces, 1, threads=1))


def estimated(config, **work):
    none = {"trainings": 0, "predictions": 0, "explanations": {}, "standardizations": 0}
    return network_cost("WeiNet", 0, config, Work(**none | work), faces=None).forward_passes


@pytest.mark.parametrize("name", NAMES)
def test_an_explainer_s_passes_are_those_that_its_network_is_asked_for(name, faces):
    config, counted = study(name), Counted(reader("mouth"))
    found = explanations(config, name, counted.network, faces)
    assert sum(one.samples for one in found) == counted.forwards
    passes = estimated(config, explanations={name: 1})
    assert counted.passes <= passes <= LOOSE.get(name, 1) * counted.passes


@pytest.mark.parametrize("name", NAMES)
def test_so_are_those_of_an_examination(name, faces):
    config, counted = study(name), Counted(reader("mouth"))
    found = explanations(config, name, counted.network, faces)
    before = counted.passes
    settings, seed = config["explanation"]["explainers"][name], config["seed"]
    examination = Examination(counted.network, settings, config["explanation"]["quality"], seed, threads=1)
    assert len(list(examination.of_cell(faces, found, 1))) == len(faces)
    per_expression = estimated(config, examined=[name]) / len(config["run"]["expressions"])
    assert per_expression == examined_images(config) / 6 * quality_passes(config, name)
    assert counted.passes - before <= per_expression <= 1.1 * (counted.passes - before)


def test_a_counter_counts_images_and_gradients():
    counted = Counted(reader("mouth"))
    assert counted.passes == 0
    counted.network.predict(np.zeros((3, SIZE, SIZE, 3)), verbose=0)
    assert (counted.forwards, counted.passes) == (3, 3)
    assert isinstance(counted.network, keras.Model)
