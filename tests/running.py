"""Snakemake as it runs, so that tests can do something to it meanwhile."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path


class SnakemakeRun:
    """`snakemake` in `folder`, started: a context, at whose end it is over."""

    def __init__(self, folder: Path, *arguments: str):
        environment = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
        command = [sys.executable, "-m", "snakemake", *arguments]
        self.folder = folder
        self.output = folder / f"snakemake{time.monotonic_ns()}.out"
        with self.output.open("wb") as out:
            self.process = subprocess.Popen(
                command, cwd=folder, env=environment, stdout=out, stderr=out, stdin=subprocess.DEVNULL
            )

    def __enter__(self) -> "SnakemakeRun":
        return self

    def __exit__(self, *error) -> None:
        self.kill()

    def finish(self, seconds: float) -> str:
        """Wait for its end; returns what it printed."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"not finished after {seconds} s: {self.printed()[-5000:]}") from None
        assert self.process.returncode == 0, self.printed()[-5000:]
        return self.printed()

    def kill(self) -> None:
        """End it at once, as kill -9 does."""
        self.process.kill()
        self.process.wait()

    def wait_until(self, happened: Callable[[], object], seconds: float = 120, every: float = 0.2) -> None:
        """Wait until something has happened while it runs, looking `every` so many seconds."""
        end = time.monotonic() + seconds
        while not happened():
            assert self.process.poll() is None, f"ended too early: {self.printed()[-5000:]}"
            assert time.monotonic() < end, f"nothing after {seconds} s: {self.printed()[-5000:]}"
            time.sleep(every)

    def printed(self) -> str:
        return self.output.read_text(errors="replace")
