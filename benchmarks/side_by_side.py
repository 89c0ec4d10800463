"""Candidates measured side by side: every round runs each once, so that noise of the machine strikes all."""

import os
import platform
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml

REPOSITORY = Path(__file__).parents[1]
DEMO = REPOSITORY / "demo"


@dataclass(frozen=True)
class Row:
    """One line of the table: what was measured, who did it, and how it compares.

    `value` is in `unit`; `ratio` is the speed beside the first candidate's, or None; `goal` says what
    the ratio, or the value, is to reach.
    """

    measured: str
    candidate: str
    value: float
    unit: str
    ratio: float | None = None
    goal: str = ""


def medians(candidates: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Median seconds of each candidate over interleaved rounds, after one warm-up each."""
    for candidate in candidates.values():
        candidate()
    seconds = {name: [] for name in candidates}
    for _ in range(rounds):
        for name, candidate in candidates.items():
            with stopwatch() as measured:
                candidate()
            seconds[name].append(measured[0])
    return {name: statistics.median(values) for name, values in seconds.items()}


@contextmanager
def stopwatch() -> Iterator[list[float]]:
    """A list that holds, after the block, the seconds it took."""
    measured = []
    start = time.perf_counter()
    yield measured
    measured.append(time.perf_counter() - start)


def speed_rows(
    measured: str, seconds: Mapping[str, float], reference: str, goals: Mapping[str, str] | None = None
) -> list[Row]:
    """Rows in milliseconds, with the speed of each candidate relative to `reference`."""
    return [
        Row(measured, name, value * 1000, "ms", seconds[reference] / value, (goals or {}).get(name, ""))
        for name, value in seconds.items()
    ]


def print_rows(rows: list[Row]) -> None:
    """The rows for a person, grouped by what was measured."""
    title = None
    for row in rows:
        if row.measured != title:
            title = row.measured
            print(f"\n{title}\n{'':46}{'':>12}{'speed':>9}  goal")
        ratio = "" if row.ratio is None else f"{row.ratio:.3f}"
        print(f"{row.candidate:46}{row.value:>9.4g} {row.unit:<4}{ratio:>7}  {row.goal}", flush=True)


def machine(threads: int) -> dict[str, object]:
    """What the measurements ran on."""
    models = [line for line in _lines("/proc/cpuinfo") if line.startswith("model name")]
    return {
        "processor": models[0].partition(":")[2].strip() if models else platform.processor(),
        "cores": os.cpu_count(),
        "threads": threads,
        "system": platform.platform(),
        "python": platform.python_version(),
    }


def demo_models() -> dict[str, Path]:
    """The trained networks of the demo's first fold; says so where it has not run."""
    networks = yaml.safe_load((REPOSITORY / "profiles/demo/study.yaml").read_text())["run"]["networks"]
    paths = {name: DEMO / "results/training" / name / "fold1/model.keras" for name in networks}
    found = {name: path for name, path in paths.items() if path.is_file()}
    if len(found) < len(networks):
        missing = ", ".join(sorted(paths.keys() - found))
        print(f"\nLeft out, as {DEMO} has no trained network: {missing}; run make demo")
    return found


def _lines(path: str) -> list[str]:
    return Path(path).read_text().splitlines() if Path(path).is_file() else []
