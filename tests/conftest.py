"""What tests of several stages share."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

from tests.workflow.miniature import make_study, run_study
from workflow_scripts.faces.face_store import Face
from workflow_scripts.standardization.standard_face import HEIGHT, WIDTH, read_standard_face

REPOSITORY = Path(__file__).parents[1]

# pages are compared to the byte, and a test may run past midnight
os.environ.setdefault("SOURCE_DATE_EPOCH", "1750000000")

# a busy machine is no failure: speed is measured in benchmarks/
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


# what takes long begins first, so that no worker waits for another in the end
FIRST = ("tests/slurm/", "tests/workflow/", "tests/browser/")

# Python runs a module of this name at its start
SITE_CUSTOMIZE = """
import atexit, sys

def print_modules():
    ours = [name for name in sys.modules if name.startswith("workflow_scripts")]
    sys.stderr.write(" ".join(["loaded:", *ours]) + "\\n")

atexit.register(print_modules)
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: [not item.nodeid.startswith(folder) for folder in FIRST])


class ByFile(LoadScopeScheduling):
    """One worker runs the tests of a file, which share what they rest on. There is one Slurm for all."""

    def _split_scope(self, nodeid: str) -> str:
        return FIRST[0] if nodeid.startswith(FIRST[0]) else nodeid.partition("::")[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> ByFile:
    return ByFile(config, log)


@pytest.fixture(scope="session")
def finished(tmp_path_factory) -> Path:
    """The folder of the finished miniature study, which stays as it is; all workers share it.

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


@pytest.fixture(scope="session")
def standard_landmarks():
    """The 68 landmarks of the standard face, resized to a 64 x 64 image: float32 (68, 2)."""
    points = read_standard_face(REPOSITORY / "resources/standard_face.csv")
    return (points[:68] * (64 / WIDTH, 64 / HEIGHT)).astype(np.float32)


@pytest.fixture(scope="session")
def blank_face(standard_landmarks):
    """A 64 x 64 face without any picture, with landmarks in plausible places."""
    return Face("toy/blank", np.zeros((64, 64), np.uint8), standard_landmarks)


@pytest.fixture
def mounted(tmp_path) -> Iterator[Callable[[Path, str], None]]:
    """Mounts a file system in memory on a folder, with options of tmpfs; gone after the test."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a file system")
    folders = []

    def mount(folder: Path, options: str) -> None:
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            pytest.skip(f"no file system can be mounted here: {done.stderr.strip()}")
        folders.append(folder)

    yield mount
    for folder in reversed(folders):
        subprocess.run(["umount", folder], check=True)
