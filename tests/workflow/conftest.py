"""What tests of the workflow share."""

import shutil
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def finished_copy(finished, tmp_path_factory) -> Path:
    """A copy of the finished study for the tests of one file to change."""
    folder = tmp_path_factory.mktemp("copy") / "lookalike"
    shutil.copytree(finished, folder, symlinks=True)
    return folder
