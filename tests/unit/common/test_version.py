"""One version number, of all that says one."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from workflow_scripts.common.version import version

REPOSITORY = Path(__file__).parents[3]


def test_the_version_is_that_of_the_project():
    assert f'\nversion = "{version()}"\n' in (REPOSITORY / "pyproject.toml").read_text()
    assert re.search(r"^## (\S+)", (REPOSITORY / "CHANGELOG.md").read_text(), re.MULTILINE)[1] == version()


@pytest.mark.parametrize("module", ["training.assign_folds", "tools.plan_study", "tools.update_study"])
def test_every_command_tells_it(module):
    command = [sys.executable, "-m", f"workflow_scripts.{module}", "--version"]
    finished = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True)
    assert (finished.stdout, finished.returncode) == (f"{version()}\n", 0), finished.stderr


def test_no_other_file_says_it():
    """A number in two places will be two numbers; the list of changes has it as a heading."""
    texts = [*REPOSITORY.glob("*.md"), *REPOSITORY.glob("*.cff"), REPOSITORY / "Makefile"]
    texts += [*REPOSITORY.glob("workflow_scripts/**/*.py"), *REPOSITORY.glob("rules/*.smk")]
    number = re.compile(rf"(?<![\d.]){re.escape(version())}(?![\d.]*\d)")
    found = {path.name for path in texts if number.search(path.read_text(encoding="utf-8"))}
    assert found <= {"CHANGELOG.md"}
