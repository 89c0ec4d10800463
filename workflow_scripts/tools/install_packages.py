"""Installs the packages of a lock, or collects them in a folder for a machine without internet.

python -m workflow_scripts.tools.install_packages requirements.lock --into .venv [--wheels DIR]
python -m workflow_scripts.tools.install_packages requirements.lock --collect DIR

Runs before any package is there, so it needs nothing but Python.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PIP = ("-u", "-m", "pip", "--disable-pip-version-check", "--no-input")
# Wheels only, so that nothing compiles and a platform without a wheel fails within seconds; these packages
# are pure Python, and published as source only.
SOURCES = ("lime", "face-recognition-models", "connection-pool")
BUILDERS = ("setuptools", "wheel")  # what packages are built with that do not declare it
SUFFIXES = (".whl", ".gz", ".zip")
NEWS_SECONDS = 30  # between two lines where a line cannot be overwritten
POLL_SECONDS = 0.5


class Failure(Exception):
    """What went wrong, and what to do about it."""


def install(lock: Path, folder: Path, wheels: Path | None, sources: Sequence[str] = SOURCES) -> None:
    """Make a virtual environment in `folder`, replacing any there, with the packages of `lock`.

    With `wheels`, only the files of that folder are used, whatever pip's configuration. Raises Failure if a
    package is not available.
    """
    if wheels is not None and not wheels.is_dir():
        raise Failure(f"There is no folder {wheels}; `make wheels DIR={wheels}` collects the packages there.")
    new_environment(folder)
    arguments = ["install", "--require-hashes", *only(sources), "-r", str(lock)]
    environment, hint = dict(os.environ), ""
    if wheels is not None:
        arguments += ["--no-index", "--find-links", str(wheels.resolve())]
        environment = {name: value for name, value in environment.items() if not name.startswith("PIP_")}
        environment["PIP_CONFIG_FILE"] = os.devnull
        hint = f"; {wheels} must be collected with this lock and Python, on a system like this one"
    pip = Pip(folder, folder / "pip.log", environment, len(named(lock)))
    pip.run(arguments, "installed", hint)


def collect(lock: Path, folder: Path, sources: Sequence[str] = SOURCES) -> None:
    """Collect in `folder` all that `install` needs for `lock` on this system, with this Python.

    Build tools come from the lock, or are the newest if it has none.
    """
    folder.mkdir(parents=True, exist_ok=True)
    arguments = ["download", "--dest", str(folder)]
    with tempfile.TemporaryDirectory() as place:
        new_environment(Path(place))
        pip = Pip(Path(place), folder / "pip.log", dict(os.environ), len(named(lock)))
        pip.run([*arguments, "--require-hashes", *only(sources), "-r", str(lock)], "collected")
        builders = [name for name in BUILDERS if name not in named(lock)]
        if builders:
            pip.run([*arguments, "--only-binary", ":all:", *builders], "collected")
    files = [path for path in folder.iterdir() if path.suffix in SUFFIXES]
    print(f"{len(files)} files, {sum(path.stat().st_size for path in files) / 1e6:.0f} MB, in {folder}")


def only(sources: Sequence[str]) -> list[str]:
    """The pip options for wheels only, except for `sources`, which come as source."""
    return ["--only-binary", ":all:", *(["--no-binary", ",".join(sources)] if sources else [])]


def named(lock: Path) -> list[str]:
    """The packages that a lock names, each once, even if it has several lines for several systems."""
    text = lock.read_text(encoding="utf-8")
    return list(dict.fromkeys(re.findall(r"^([A-Za-z0-9._-]+)(?:\[.*?\])?==", text, re.MULTILINE)))


def new_environment(folder: Path) -> None:
    """Make a virtual environment with pip, replacing the folder; of a link, only the link is removed."""
    if folder.is_symlink():
        folder.unlink()
    elif folder.exists():
        shutil.rmtree(folder)
    try:
        venv.create(folder, with_pip=True, symlinks=os.name != "nt")
    except (subprocess.CalledProcessError, OSError) as error:
        raise Failure(f"{sys.executable} cannot make a virtual environment: {error}") from error


@dataclass(frozen=True)
class Pip:
    """The pip of an environment: its output goes to `log`, its progress to the user."""

    folder: Path
    log: Path
    environment: Mapping[str, str]
    packages: int

    def run(self, arguments: Sequence[str], done: str, hint: str = "") -> None:
        """Run it. Raises Failure with its first error if packages could not be `done`."""
        with self.log.open("wb") as out, Progress(self.packages) as progress:
            process = subprocess.Popen(
                [self.folder / "bin/python", *PIP, *arguments], stdout=out, stderr=out, env=self.environment
            )
            try:
                while process.poll() is None:
                    time.sleep(POLL_SECONDS)
                    progress.show(self.lines())
            finally:
                process.terminate()
                process.wait()
        if process.returncode:
            reason = first_error(self.lines())
            raise Failure(f"Packages could not be {done}: {reason}{hint} (whole message: {self.log})")

    def lines(self) -> list[str]:
        return self.log.read_text(encoding="utf-8", errors="replace").splitlines()


def first_error(lines: Sequence[str]) -> str:
    """The first error among lines of pip, or its last line.

    >>> first_error(["Collecting a", "ERROR: No matching distribution found for a", "ERROR: b"])
    'No matching distribution found for a'
    """
    errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
    return next(iter(errors or lines[-1:]), "pip printed nothing")


def stage(lines: Iterable[str], packages: int) -> str:
    """How far pip has got, from its lines.

    >>> stage(["Collecting a==1.0", "  Downloading a-1.0-py3-none-any.whl (7 kB)"], 20)
    'fetching 1 of 20: a-1.0-py3-none-any.whl (7 kB)'
    >>> stage(["Collecting a==1.0", "Installing collected packages: a, b"], 20)
    'unpacking 2 packages, a minute or two'
    """
    fetched, now = 0, ""
    for line in lines:
        word, _, rest = line.strip().partition(" ")
        if word == "Ignoring":
            packages -= 1
        elif word == "Collecting":
            fetched += 1
            now = rest.partition(" (from")[0]
        elif word in ("Downloading", "Processing"):
            now = rest.rpartition("/")[2]
        elif line.startswith("Installing collected packages: "):
            return f"unpacking {rest.count(',') + 1} packages, a minute or two"
    return f"fetching {fetched} of {packages}: {now}" if fetched else "starting"


class Progress:
    """Shows progress: in one line on a terminal, elsewhere in a new line every so often."""

    def __init__(self, packages: int):
        self.packages = packages
        self.begun = self.told = time.monotonic()
        self.anew = sys.stdout.isatty()

    def __enter__(self) -> "Progress":
        return self

    def __exit__(self, *error) -> None:
        self.write("\r\033[K" if self.anew else "")

    def show(self, lines: Iterable[str]) -> None:
        """Show how far pip has got, with the time it has taken."""
        now = time.monotonic()
        if self.anew or now - self.told >= NEWS_SECONDS:
            self.told = now
            minutes, seconds = divmod(round(now - self.begun), 60)
            text = f"  {minutes}:{seconds:02} {stage(lines, self.packages)}"
            width = shutil.get_terminal_size().columns - 1
            self.write(f"\r\033[K{text[:width]}" if self.anew else f"{text}\n")

    def write(self, text: str) -> None:
        sys.stdout.write(text)
        sys.stdout.flush()


def main() -> None:
    """Run the command line; on a Failure, print only its message."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lock", type=Path, help="requirements with hashes")
    place = parser.add_mutually_exclusive_group(required=True)
    place.add_argument("--into", type=Path, help="folder of the virtual environment to make")
    place.add_argument("--collect", type=Path, help="folder to collect the packages in")
    parser.add_argument("--wheels", type=Path, help="folder to install from, instead of the internet")
    parser.add_argument("--sources", default=",".join(SOURCES), help="packages that come as source")
    chosen = parser.parse_args()
    sources = [name for name in chosen.sources.split(",") if name]
    try:
        if chosen.collect:
            collect(chosen.lock, chosen.collect, sources)
        else:
            install(chosen.lock, chosen.into, chosen.wheels, sources)
    except Failure as failure:
        sys.exit(str(failure))
    except KeyboardInterrupt:
        sys.exit("Interrupted; start again.")


if __name__ == "__main__":
    main()
