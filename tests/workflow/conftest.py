"""The finished miniature study, for all tests of the workflow."""

import os
import shutil
from pathlib import Path

import pytest
from filelock import FileLock

from tests.workflow.miniature import make_study, run_study

# Python runs a module of this name at its start
SITE_CUSTOMIZE = """
import atexit, sys

def print_modules():
    ours = [name for name in sys.modules if name.startswith("workflow_scripts")]
    sys.stderr.write(" ".join(["loaded:", *ours]) + "\\n")

atexit.register(print_modules)
"""


@pytest.fixture(scope="session")
def finished(tmp_path_factory) -> Path:
    """The folder of the finished study, which stays as it is; all workers share it.

    The log of each job says which modules of ours it loaded; each of its processes has a line "loaded: ...".
    """
    folder = of_all_workers(tmp_path_factory) / "finished" / "lookalike"
    with FileLock(folder.parent.with_suffix(".lock")):
        if not (folder / "results/provenance.json").exists():  # which a run writes last
            shutil.rmtree(folder, ignore_errors=True)
            make_study(folder)
            (folder.parent / "sitecustomize.py").write_text(SITE_CUSTOMIZE)
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv("PYTHONPATH", str(folder.parent), prepend=os.pathsep)
                run_study(folder)
    return folder


def of_all_workers(tmp_path_factory) -> Path:
    """The folder of this run of pytest; with several workers each has a folder of its own in it."""
    folder = tmp_path_factory.getbasetemp()
    return folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder


@pytest.fixture(scope="module")
def finished_copy(finished, tmp_path_factory) -> Path:
    """A copy of the finished study for the tests of one file to change."""
    folder = tmp_path_factory.mktemp("copy") / "lookalike"
    shutil.copytree(finished, folder, symlinks=True)
    return folder
