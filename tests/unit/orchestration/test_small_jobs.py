"""Only the jobs that run a network pay for importing one's library."""

import re
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).parents[3]
OF_NETWORKS = {"train_network", "predict_expressions", "explain_images"}
CODE = """
import importlib, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
    heavy = {"tensorflow", "keras", "torch", "lime"} & sys.modules.keys()
    assert not heavy, f"{name} imports {heavy}"
"""


def test_no_other_job_imports_tensorflow():
    text = "".join(path.read_text() for path in (REPOSITORY / "rules").glob("*.smk"))
    modules = set(re.findall(r"python -m (workflow_scripts[.\w]+)", text))
    small = {module for module in modules if module.rpartition(".")[2] not in OF_NETWORKS}
    assert len(modules) - len(small) == len(OF_NETWORKS)
    entries = {
        f"workflow_scripts.{package.replace('/', '.')}.{path.stem}"
        for package in ("datasets/readers", "faces/detectors", "comparison/mask_kinds", "comparison/metrics")
        for path in (REPOSITORY / "workflow_scripts" / package).glob("[!_]*.py")
    }
    finished = subprocess.run(
        [sys.executable, "-c", CODE, *sorted(small | entries)], cwd=REPOSITORY, capture_output=True, text=True
    )
    assert finished.returncode == 0, finished.stderr
