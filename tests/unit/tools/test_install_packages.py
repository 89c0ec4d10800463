"""Packages are installed by the lock's content, and from a folder where there is no internet."""

import hashlib
import io
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from workflow_scripts.tools.install_packages import named, stage

REPOSITORY = Path(__file__).parents[3]
# what builds the package that comes as source: it needs the module of another package of the lock
BACKEND = """
import setuptools, zipfile

def get_requires_for_build_wheel(settings=None):
    return []

def build_wheel(folder, settings=None, metadata=None):
    name = "connection_pool-1.0-py3-none-any.whl"
    with zipfile.ZipFile(f"{folder}/{name}", "w") as wheel:
        for path, text in setuptools.wheel_of("connection_pool").items():
            wheel.writestr(path, text)
    return name
"""
PROJECT = '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "backend"\nbackend-path = ["."]\n'


def wheel_of(name: str, code: str = "") -> dict[str, str]:
    info = f"{name}-1.0.dist-info"
    return {
        f"{name}.py": code,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: none\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/RECORD": f"{name}.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n",
    }


WHEEL_OF = f"""
FILES = {wheel_of("NAME")!r}

def wheel_of(name):
    return {{path.replace("NAME", name): text.replace("NAME", name) for path, text in FILES.items()}}
"""


def made_index(folder: Path) -> str:
    """Write three wheels and a source distribution; returns the lock that names them with their hashes."""
    folder.mkdir()
    for name, code in {"ready": "", "setuptools": WHEEL_OF, "wheel": ""}.items():
        with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as wheel:
            for path, text in wheel_of(name, code).items():
                wheel.writestr(path, text)
    files = {"PKG-INFO": wheel_of("connection-pool")["connection-pool-1.0.dist-info/METADATA"]}
    files |= {"pyproject.toml": PROJECT, "backend.py": BACKEND}
    with tarfile.open(folder / "connection_pool-1.0.tar.gz", "w:gz") as archive:
        for name, text in files.items():
            entry = tarfile.TarInfo(f"connection_pool-1.0/{name}")
            entry.size = len(text.encode())
            archive.addfile(entry, io.BytesIO(text.encode()))
    lines = []
    for path in sorted(folder.iterdir()):
        name = path.name.partition("-")[0].replace("_", "-")
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        lines.append(f"{name}==1.0 \\\n    --hash=sha256:{digest}\n")
    return "".join(lines)


def clone(folder: Path, lock: str) -> Path:
    """What of the repository an installation needs, with a lock."""
    (folder / "workflow_scripts/tools").mkdir(parents=True)
    for name in ("__init__.py", "tools/__init__.py", "tools/install_packages.py"):
        shutil.copy(REPOSITORY / "workflow_scripts" / name, folder / "workflow_scripts" / name)
    shutil.copy(REPOSITORY / "Makefile", folder)
    (folder / "requirements.lock").write_text(lock)
    return folder


def make(
    folder: Path, *arguments: str, network: bool = False, **environment: str
) -> subprocess.CompletedProcess:
    command = [*([] if network else ["unshare", "--net"]), "make", *arguments, f"PYTHON={sys.executable}"]
    kept = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL")}
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, env=kept | environment)


def installed(folder: Path) -> set[str]:
    return {path.name.partition("-")[0] for path in folder.glob(".venv/lib/*/site-packages/*-1.0.dist-info")}


ALL = {"ready", "setuptools", "wheel", "connection_pool"}


@pytest.fixture(scope="module")
def collected(tmp_path_factory) -> tuple[str, Path]:
    """A lock, and the folder in which `make wheels` has collected it; the index is gone."""
    if not shutil.which("unshare") or subprocess.run(["unshare", "--net", "true"]).returncode:
        pytest.skip("the network cannot be taken away here")
    folder = tmp_path_factory.mktemp("collected")
    lock = made_index(folder / "index")
    index = {"PIP_FIND_LINKS": str(folder / "index"), "PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull}
    wheels = folder / "my wheels"
    done = make(clone(folder / "there", lock), "wheels", f"DIR={wheels}", network=True, **index)
    assert done.returncode == 0, done.stderr
    assert "4 files, 0 MB" in done.stdout
    shutil.rmtree(folder / "index")
    return lock, wheels


@pytest.fixture(scope="module")
def first(collected, tmp_path_factory) -> Path:
    lock, wheels = collected
    folder = clone(tmp_path_factory.mktemp("first") / "here", lock)
    done = make(folder, ".venv/installed", f"WHEELS={wheels}", PIP_INDEX_URL="http://unreachable.invalid")
    assert done.returncode == 0, done.stderr
    return folder


def test_packages_are_installed_without_a_network(first):
    assert installed(first) == ALL


def test_a_lock_counts_by_its_content(first, collected, tmp_path):
    os.utime(first / "requirements.lock")
    assert "Nothing to be done" in make(first, ".venv/installed").stdout
    other = clone(tmp_path / "other", collected[0])
    (other / ".venv").symlink_to(first / ".venv")
    assert "Nothing to be done" in make(other, ".venv/installed").stdout
    changed = collected[0][: collected[0].index("wheel==")]
    (other / "requirements.lock").write_text(changed)
    done = make(other, ".venv/installed", f"WHEELS={collected[1]}")
    assert done.returncode == 0, done.stderr
    assert installed(other) == ALL - {"wheel"}
    assert installed(first) == ALL  # the link went, not what it led to


def test_what_is_missing_is_named_with_what_to_do(collected, tmp_path):
    lock, wheels = collected
    none = make(clone(tmp_path / "a", lock), ".venv/installed", "WHEELS=nowhere")
    assert "There is no folder nowhere; `make wheels DIR=nowhere` collects" in none.stderr
    few = shutil.copytree(wheels, tmp_path / "few")
    (few / "ready-1.0-py3-none-any.whl").unlink()
    lacking = make(clone(tmp_path / "b", lock), ".venv/installed", f"WHEELS={few}")
    assert lacking.returncode != 0
    assert "Packages could not be installed: Could not find a version" in lacking.stderr
    assert f"ready==1.0 (from versions: none); {few} must be collected with this lock" in lacking.stderr
    assert "Traceback" not in lacking.stderr
    assert not (tmp_path / "b/.venv/installed").exists()


def test_a_folder_has_to_be_named():
    assert "Name a folder: make wheels DIR=wheels" in make(REPOSITORY, "wheels", network=True).stderr


def test_the_lock_names_its_packages_and_pip_s_lines_say_how_far_it_is():
    names = named(REPOSITORY / "requirements.lock")
    assert {"snakemake", "lime", "setuptools", "wheel"} < set(names)
    assert "tensorflow" in named(REPOSITORY / "requirements-gpu.lock")
    lines = ["Ignoring a: markers", "Collecting b==1 (from -r c)", "Collecting d==1 (from -r c)"]
    assert stage(lines, 9) == "fetching 2 of 8: d==1"
    assert stage([], 9) == "starting"
