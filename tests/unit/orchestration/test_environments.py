"""The same versions everywhere: requirements.in, the locks, envs/."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml

REPOSITORY = Path(__file__).parents[3]


def locked_versions(lock: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9-]+)==([^ ;\\]+)", (REPOSITORY / lock).read_text(), re.MULTILINE))


LOCKED = locked_versions("requirements.lock")


@pytest.mark.parametrize("path", sorted((REPOSITORY / "envs").glob("*.yaml")), ids=lambda path: path.name)
def test_environments_pin_the_versions_of_the_lock(path):
    dependencies = yaml.safe_load(path.read_text())["dependencies"]
    pinned = next(entry["pip"] for entry in dependencies if isinstance(entry, dict))
    assert pinned
    for requirement in pinned:
        name, version = requirement.split("==")
        assert LOCKED[name.split("[")[0]] == version, requirement


def test_every_direct_dependency_has_a_reason_and_is_locked():
    lines = (REPOSITORY / "requirements.in").read_text().splitlines()
    requirements = [line for line in lines if line and not line.startswith("#")]
    for line in requirements:
        requirement, _, reason = line.partition("  # ")
        assert reason, f"no reason for: {line}"
        assert re.match(r"[a-z0-9-]+", requirement).group() in LOCKED


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-gpu.lock"])
def test_the_locks_have_hashes_and_no_index_address(name):
    lock = (REPOSITORY / name).read_text()
    assert "://" not in lock
    assert "--index-url" not in lock
    entries = re.findall(r"^[a-z0-9-]+==.*?(?=^[a-z0-9-]+==|\Z)", lock, re.MULTILINE | re.DOTALL)
    assert len(entries) >= len(locked_versions(name))
    assert all("--hash=sha256:" in entry for entry in entries)


def test_the_lock_for_gpus_differs_in_tensorflow_and_its_libraries_alone():
    for_gpus = locked_versions("requirements-gpu.lock")
    libraries = {name for name in for_gpus if name.startswith("nvidia-")}
    assert {"nvidia-cudnn-cu12", "nvidia-cublas-cu12"} <= libraries
    assert for_gpus.keys() - libraries == LOCKED.keys() - {"tensorflow-cpu"}
    assert {name: version for name, version in for_gpus.items() if name in LOCKED} == {
        name: version for name, version in LOCKED.items() if name != "tensorflow-cpu"
    }
    assert for_gpus["tensorflow"] == LOCKED["tensorflow-cpu"]


def test_the_lock_holds_what_requirements_in_pins():
    pins = re.findall(r"^([a-z0-9-]+)==([^ ;]+)", (REPOSITORY / "requirements.in").read_text(), re.MULTILINE)
    assert pins
    for name, version in pins:
        assert LOCKED[name] == version


@pytest.mark.parametrize("name", ['a"b', "a$b", "a`b", "a\\b", "{a}"])
def test_make_names_the_character_in_its_folder_s_path_before_it_installs(tmp_path, name):
    folder = tmp_path / name
    folder.mkdir()
    for file in ("Makefile", "requirements.lock"):
        (folder / file).write_text((REPOSITORY / file).read_text())
    made = subprocess.run(["make", ".venv/installed"], cwd=folder, capture_output=True, text=True)
    first, second, *_ = made.stderr.splitlines()
    assert first.startswith(
        "This folder's path has one of the characters \" $ ` \\ { } in it, which pip, make"
    )
    assert first.endswith(f"trip over: {folder}")
    assert second == "Move or rename the folder, and run make again."
    assert not (folder / ".venv").exists()


def test_make_takes_a_folder_with_other_characters(tmp_path):
    folder = tmp_path / "a'b c%d#é&;(日)"
    folder.mkdir()
    for file in ("Makefile", "requirements.lock"):
        (folder / file).write_text((REPOSITORY / file).read_text())
    made = subprocess.run(["make", ".venv/installed", "PYTHON="], cwd=folder, capture_output=True, text=True)
    assert made.stderr.startswith("lookalike needs Python 3.11")
