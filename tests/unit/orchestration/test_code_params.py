"""The files that count as a job's code are the files that Python really loads."""

import json
import os
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

from workflow_scripts.common.stages import STAGES
from workflow_scripts.orchestration import code_params
from workflow_scripts.orchestration.code_params import UNUSED, all_code, entry_params, module_files, own_files

REPOSITORY = Path(__file__).parents[3]
# a process imports what takes long, and nothing of ours; each module is then imported in a fork of its own
LOADED = """
import importlib, json, os, sys
import keras, matplotlib.pyplot, pandas, scipy.stats, skimage, sklearn
for module in sys.argv[1:]:
    if os.fork() == 0:
        importlib.import_module(module)
        ours = [m.__file__ for n, m in sorted(sys.modules.items()) if n.split(".")[0] == "workflow_scripts"]
        print("loaded", json.dumps([module, ours]), flush=True)
        os._exit(0)
    assert os.wait()[1] == 0, module
"""


def entry_points() -> list[str]:
    """Modules that hold a function of their own name: what rules run."""
    return [
        f"workflow_scripts.{stage}.{module.name}"
        for stage in STAGES
        for module in pkgutil.iter_modules([REPOSITORY / "workflow_scripts" / stage])
        if not module.ispkg
        and f"\ndef {module.name}("
        in (REPOSITORY / "workflow_scripts" / stage / f"{module.name}.py").read_text()
    ]


@pytest.fixture(scope="module")
def loaded() -> dict[str, set[str]]:
    """The files of ours that Python loads with each entry point."""
    command = [sys.executable, "-c", LOADED, *entry_points()]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    lines = [line.removeprefix("loaded ") for line in done.stdout.splitlines() if line.startswith("loaded ")]
    return {
        module: {Path(path).relative_to(REPOSITORY).as_posix() for path in paths}
        for module, paths in map(json.loads, lines)
    }


@pytest.mark.parametrize("module", entry_points())
def test_all_and_only_the_modules_that_are_loaded(module, loaded):
    assert set(module_files(module)) == loaded[module]


@pytest.fixture
def own(tmp_path, monkeypatch) -> Path:
    """A user's folder of networks, in the folder that the study runs in."""
    monkeypatch.chdir(tmp_path)
    files = {
        "nets/mine.py": "import numpy\nimport blocks.conv\nfrom shared import width\n",
        "nets/blocks/__init__.py": "",
        "nets/blocks/conv.py": "from . import pool\nfrom .pool import size\n",
        "nets/blocks/pool.py": "from workflow_scripts.common.seeds import derived_seed\nsize = 2\n",
        "nets/shared.py": "width = 1\n",
        "nets/unused.py": "",
        "shared.py": "width = 2\n",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    code_params._planned_state.cache_clear()
    return tmp_path


def test_a_user_s_file_counts_with_what_it_imports_from_beside_it(own):
    """`shared` is that of the folder that the study runs in, which Python looks into first."""
    files = own_files("nets/mine.py")
    ours = {path for path in files if path.startswith("workflow_scripts/")}
    assert ours == set(module_files("workflow_scripts.common.seeds"))
    assert set(files) - ours == {
        "nets/mine.py",
        "nets/blocks/__init__.py",
        "nets/blocks/conv.py",
        "nets/blocks/pool.py",
        "shared.py",
    }
    loaded = "import sys; sys.path.append('nets'); import mine; print(sys.modules['shared'].__file__)"
    command = [sys.executable, "-c", loaded]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(["", str(REPOSITORY)])}
    printed = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    assert Path(printed.strip()) == own / "shared.py"


def config(**architectures: str) -> dict:
    networks = {name: {"architecture": architecture} for name, architecture in architectures.items()}
    return {
        "datasets": {"toy": {"reader": "csv"}},
        "faces": {"detector": "dlib_frontal"},
        "training": {"networks": networks},
        "explanation": {"explainers": {"lime": {"explainer": "lime"}}},
        "comparison": {"mask_sets": {}, "people": {}, "metrics": ["iou"]},
    }


def values(study: dict, network: str) -> set[str]:
    """The params of a training, as Snakemake compares them."""
    params = entry_params(study, "architecture", ("training", "networks", "{network}"))
    return {param({"network": network}) if callable(param) else param for param in params}


def test_only_the_jobs_of_an_entry_depend_on_its_files(own):
    study = config(Mine="nets/mine.py:build", WeiNet="weinet")
    before = {name: values(study, name) for name in ("Mine", "WeiNet")}
    assert UNUSED in before["Mine"] & before["WeiNet"]
    (own / "nets/blocks/pool.py").write_text(
        "from workflow_scripts.common.seeds import derived_seed\nsize = 3\n"
    )
    code_params._planned_state.cache_clear()
    after = {name: values(study, name) for name in ("Mine", "WeiNet")}
    assert after["WeiNet"] == before["WeiNet"]
    (change,) = after["Mine"] - before["Mine"]
    assert change.startswith("nets/blocks/pool.py ")
    assert values(config(WeiNet="weinet", SongNet="songnet"), "WeiNet") == before["WeiNet"]
    assert values(config(Mine="nowhere.py:build"), "Mine") == {UNUSED}


def test_a_plan_hands_all_code_to_its_jobs(own):
    states = all_code(config(Mine="nets/mine.py:build"))
    assert {"nets/mine.py", "shared.py", "workflow_scripts/training/train_network.py"} <= states.keys()
    assert all(len(digest) == len(fingerprint) == 16 for digest, fingerprint in states.values())
