"""The same versions everywhere: requirements.in, requirements.lock, envs/."""

import re
from pathlib import Path

import pytest
import yaml

REPOSITORY = Path(__file__).parents[3]
LOCKED = dict(
    re.findall(r"^([a-z0-9-]+)==([^ ;\\]+)", (REPOSITORY / "requirements.lock").read_text(), re.MULTILINE)
)


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


def test_the_lock_has_hashes_and_no_index_address():
    lock = (REPOSITORY / "requirements.lock").read_text()
    assert "://" not in lock
    assert "--index-url" not in lock
    entries = re.findall(r"^[a-z0-9-]+==.*?(?=^[a-z0-9-]+==|\Z)", lock, re.MULTILINE | re.DOTALL)
    assert len(entries) >= len(LOCKED)
    assert all("--hash=sha256:" in entry for entry in entries)


def test_the_lock_holds_what_requirements_in_pins():
    pins = re.findall(r"^([a-z0-9-]+)==([^ ;]+)", (REPOSITORY / "requirements.in").read_text(), re.MULTILINE)
    assert pins
    for name, version in pins:
        assert LOCKED[name] == version
