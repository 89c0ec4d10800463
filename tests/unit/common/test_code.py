"""Code counts by its meaning, and a job is of one code from its plan to its end."""

import ast
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow_scripts.common.code import PLANNED, _meaning, file_state, fingerprint

REPOSITORY = Path(__file__).parents[3]
# written with one Python, to be the same with every other
STORED = {
    "d044270cb3d3c326": "",
    "f432f4fd7751696d": "def f(a, /, b=1.5, *, c: int = 2) -> str:\n    return f'{a!r:>{b}} and ' f'{c}'\n",
    "f05f629fb05a302b": "class A(B, c=D):\n  async def g(self):\n    async for x in y:\n      await x\n",
    "7e07f9626564072d": "match x:\n  case {'a': [1, *_], **b} if b:\n    1\n  case A(b=2) | None:\n    2\n",
    "ddf5c8dcaf627617": "try:\n    x = 1_000 + 1e-3 + 2j\nexcept* (A, B) as e:\n    raise C from e\n",
    "b8f3cc747a99f0b1": "x: list[int] = [y for z in range(3) if (y := z)]\nz = b'\\x00' b'' if x else ...\n",
}


@pytest.mark.parametrize("stored", STORED)
def test_fingerprints_are_the_same_on_every_python(stored):
    assert fingerprint(STORED[stored]) == stored


SOURCE = """
import os
import shutil


def area(width, height=2):
    return width * height


class Box:
    side = 3
"""


@pytest.mark.parametrize(
    "other",
    [
        SOURCE + "# a comment\n",
        SOURCE.replace("\n\n\n", "\n"),
        SOURCE.replace("    ", "  "),
        SOURCE.replace("width * height", "(width\n        * height)"),
        SOURCE.replace("import os", "'''What it does.'''\nimport os"),
        SOURCE.replace("    return", "    'Area of a box.'\n    return"),
        SOURCE.replace("    side", "    '''A box.'''\n    side") + "    'in cm'\n",
        SOURCE.replace("\n", "\r\n"),
    ],
)
def test_what_has_no_meaning_does_not_count(other):
    assert other != SOURCE
    assert fingerprint(other) == fingerprint(SOURCE)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("2", "2.0"),
        ("width *", "height *"),
        ("*", "+"),
        ("import os", "import sys"),
        ("side", "edge"),
        ("3", "'3'"),
    ],
)
def test_what_has_meaning_counts(old, new):
    assert fingerprint(SOURCE.replace(old, new)) != fingerprint(SOURCE)


def test_code_that_is_none_counts_by_its_text():
    assert fingerprint("def (") != fingerprint("def ((")


@given(st.lists(st.one_of(st.text("ab{}\n'\\"), st.sampled_from("xy").map(ast.Name)), max_size=6))
def test_an_f_string_counts_however_its_text_is_cut(parts):
    """Pythons differ in how many constants they make of the text between two fields."""
    whole, cut = [], []
    for part in parts:
        if isinstance(part, str):
            whole.append(ast.Constant(part))
            cut += map(ast.Constant, part)
        else:
            whole.append(ast.FormattedValue(part, -1))
            cut.append(ast.FormattedValue(part, -1))
    assert _meaning(ast.JoinedStr(whole)) == _meaning(ast.JoinedStr(cut))


def test_each_of_our_modules_has_a_fingerprint_of_its_own():
    paths = [path for path in (REPOSITORY / "workflow_scripts").rglob("*.py") if path.name != "__init__.py"]
    assert len({file_state(path)[1] for path in paths}) == len(paths) > 100


JOB = """
from pathlib import Path

from workflow_scripts.common.command_line import run
from workflow_scripts.common.registry import entry_function


def job(*, edit: str = "", text: str = "", output: Path) -> None:
    value = entry_function("", "own.py:value", "")()
    if edit:
        with open(edit, "a") as file:
            file.write(text)
    output.write_text(str(value))


if __name__ == "__main__":
    run(job)
"""


@pytest.fixture
def copy(tmp_path) -> Path:
    """A package with what jobs share, a job of its own, and a user's file with a local import."""
    folder = tmp_path / "workflow_scripts"
    shutil.copytree(REPOSITORY / "workflow_scripts/common", folder / "common")
    (folder / "__init__.py").touch()
    (folder / "job.py").write_text(JOB)
    (tmp_path / "own.py").write_text("from helper import seven\n\n\ndef value():\n    return seven\n")
    (tmp_path / "helper.py").write_text("seven = 7\n")
    return tmp_path


def run_job(folder: Path, planned: dict, **options) -> subprocess.CompletedProcess:
    arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
    command = [sys.executable, "-m", "workflow_scripts.job", "--output", "out.txt", *arguments]
    environment = os.environ | {PLANNED: json.dumps(planned)}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


def plan_of(folder: Path) -> dict:
    return {path.relative_to(folder).as_posix(): file_state(path) for path in folder.rglob("*.py")}


EDITED = ["workflow_scripts/common/registry.py", "own.py", "helper.py"]


@pytest.mark.parametrize("path", EDITED)
def test_a_job_of_another_code_than_planned_fails(copy, path):
    planned = plan_of(copy)
    with (copy / path).open("a") as file:
        file.write("MORE = 1\n")
    done = run_job(copy, planned)
    assert done.returncode == 1
    assert done.stderr.startswith(f"Error: {path}: edited while it ran, or since the run was planned")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("path", EDITED)
def test_a_job_fails_whose_code_is_edited_while_it_runs(copy, path):
    done = run_job(copy, plan_of(copy), edit=path, text="MORE = 1\n")
    assert (done.returncode, f"Error: {path}: edited while it ran" in done.stderr) == (1, True)


def test_by_hand_too(copy):
    path = "workflow_scripts/common/registry.py"
    done = run_job(copy, {}, edit=path, text="MORE = 1\n")
    assert (done.returncode, f"Error: {path}: edited while it ran" in done.stderr) == (1, True)
    assert run_job(copy, {}).returncode == 0


def test_comments_may_be_edited_at_any_time_and_other_modules_too(copy):
    (copy / "workflow_scripts/other.py").write_text("x = 1\n")
    planned = plan_of(copy)
    (copy / "workflow_scripts/other.py").write_text("x = 2\n")
    with (copy / "helper.py").open("a") as file:
        file.write("# seven\n")
    done = run_job(copy, planned, edit="own.py", text="# more\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert (copy / "out.txt").read_text() == "7"
