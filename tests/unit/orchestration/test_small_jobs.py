"""Only the jobs that run a network pay for importing one's library."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from workflow_scripts.common.registry import entry_names, schema_file
from workflow_scripts.orchestration.config_check import fill_defaults
from workflow_scripts.orchestration.registries import REGISTRIES, read_schema

REPOSITORY = Path(__file__).parents[3]
NETWORK_RULES = {"train_network", "train_control", "import_network", "predict_expressions"}
NETWORK_RULES |= {"explain_images", "explain_controls", "explain_training", "measure_quality"}
CODE = """
import importlib, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
    heavy = {"tensorflow", "keras", "torch", "lime"} & sys.modules.keys()
    assert not heavy, f"{name} imports {heavy}"
"""


def test_no_other_job_imports_tensorflow():
    text = "".join(path.read_text() for path in (REPOSITORY / "rules").glob("*.smk"))
    modules = set(re.findall(r"python -m (workflow_scripts[.\w]+)", text))
    small = {module for module in modules if module.rpartition(".")[2] not in NETWORK_RULES}
    assert len(modules) - len(small) == len(NETWORK_RULES)
    entries = {
        f"workflow_scripts.{package.replace('/', '.')}.{path.stem}"
        for package in (
            "datasets/readers",
            "faces/detectors",
            "explanation/explainers",
            "comparison/mask_kinds",
            "comparison/metrics",
        )
        for path in (REPOSITORY / "workflow_scripts" / package).glob("[!_]*.py")
    }
    assert {"datasets", "faces", "explanation", "comparison"} == {name.split(".")[1] for name in entries}
    finished = subprocess.run(
        [sys.executable, "-c", CODE, *sorted(small | entries)], cwd=REPOSITORY, capture_output=True, text=True
    )
    assert finished.returncode == 0, finished.stderr


NETWORKS = """
import sys
from workflow_scripts.training import import_network, light_keras, predict_expressions, train_network
from workflow_scripts.explanation import explain_images
assert not {"matplotlib", "pandas", "sklearn", "PIL", "scipy"} & sys.modules.keys()

from workflow_scripts.explanation.explainers.lime import build
image = light_keras.keras.Input((8, 8, 3))
build(light_keras.keras.Model(image, light_keras.keras.layers.Flatten()(image)), {SETTINGS}, 1)
assert not {"lime", "matplotlib", "pandas", "sklearn"} & sys.modules.keys()

import matplotlib.pyplot, pandas, PIL.Image, scipy.stats  # as a user's file may
assert pandas.DataFrame({"a": [1]}).a.sum() == 1
"""


def test_jobs_of_networks_import_nothing_that_only_keras_asks_for():
    settings = {"explainer": "lime"}
    schema = read_schema(schema_file(REGISTRIES["explainer"].package, "lime"))
    fill_defaults(settings, schema, schema)
    code = NETWORKS.replace("{SETTINGS}", repr(settings))
    finished = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True)
    assert finished.returncode == 0, finished.stderr


DECLARED = """
import json, sys
from workflow_scripts.orchestration.passes import declared_passes
print(declared_passes(json.loads(sys.argv[1]), 6))
assert not {"tensorflow", "keras", "torch", "lime"} & sys.modules.keys()
"""


@pytest.mark.parametrize("entry", entry_names(REGISTRIES["explainer"].package))
def test_every_explainer_declares_its_passes_without_tensorflow(entry):
    schema = read_schema(schema_file(REGISTRIES["explainer"].package, entry))
    settings = {"explainer": entry}
    fill_defaults(settings, schema, schema)
    finished = subprocess.run(
        [sys.executable, "-c", DECLARED, json.dumps(settings)], cwd=REPOSITORY, capture_output=True, text=True
    )
    assert finished.returncode == 0, finished.stderr
    assert int(finished.stdout) >= 1
