"""The files a rule names as its code are the files Python really loads."""

import json
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

from workflow_scripts.common.stages import STAGES
from workflow_scripts.orchestration.code_inputs import code_files

REPOSITORY = Path(__file__).parents[3]
LOADED = """
import json, sys, importlib
importlib.import_module(sys.argv[1])
ours = [m.__file__ for n, m in sorted(sys.modules.items()) if n.split(".")[0] == "workflow_scripts"]
print(json.dumps(ours))
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


@pytest.mark.parametrize("module", entry_points())
def test_all_and_only_the_modules_that_are_loaded(module):
    output = subprocess.run(
        [sys.executable, "-c", LOADED, module], cwd=REPOSITORY, capture_output=True, text=True, check=True
    ).stdout
    loaded = {Path(path).relative_to(REPOSITORY).as_posix() for path in json.loads(output.splitlines()[-1])}
    assert set(code_files(module)) == loaded
