"""The finished miniature study, for all tests of the workflow."""

import os
import shutil
from pathlib import Path

import pytest

from tests.workflow.miniature import make_study, run_study

# Python runs a module of this name at its start
SITE_CUSTOMIZE = """
import atexit, sys

def print_modules():
    print("loaded:", *(name for name in sys.modules if name.startswith("workflow_scripts")), file=sys.stderr)

atexit.register(print_modules)
"""


@pytest.fixture(scope="session")
def finished(tmp_path_factory) -> Path:
    """The folder of the finished study, which stays as it is.

    The log of each job ends with the modules of ours that it loaded: "loaded: ...".
    """
    folder = tmp_path_factory.mktemp("finished") / "lookalike"
    make_study(folder)
    (folder.parent / "sitecustomize.py").write_text(SITE_CUSTOMIZE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(folder.parent), prepend=os.pathsep)
        run_study(folder)
    return folder


@pytest.fixture(scope="module")
def finished_copy(finished, tmp_path_factory) -> Path:
    """A copy of the finished study for the tests of one file to change."""
    folder = tmp_path_factory.mktemp("copy") / "lookalike"
    shutil.copytree(finished, folder, symlinks=True)
    return folder
