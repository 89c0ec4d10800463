"""Measures everything and prints one table: `make bench`, or python -m benchmarks.measure_all [--quick].

How to read it: benchmarks/README.md. The table and the machine go to benchmarks/results/speed.json.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict

import cyclopts

from benchmarks.face_speed import face_rows
from benchmarks.many_faces import face_count_rows
from benchmarks.orchestration import orchestration_rows
from benchmarks.side_by_side import REPOSITORY, Row, machine, print_rows
from benchmarks.start_up import NETWORKS as STARTED
from benchmarks.start_up import start_up_rows
from benchmarks.warp_speed import warp_rows

os.environ.setdefault("TQDM_DISABLE", "1")  # stock lime's progress, across the table
RESULTS = REPOSITORY / "benchmarks/results/speed.json"


def measure_all(*, quick: bool = False, threads: int = 2) -> None:
    """Measure, print and keep the table.

    Parameters
    ----------
    quick
        Two minutes on two cores, not half an hour and more: fewer samples and rounds, no networks of the
        demo, and nothing that needs a process of its own for each measurement.
    threads
        Threads TensorFlow may use, and processes for faces.
    """
    rows: list[Row] = []
    for part in parts(quick, threads):
        print_rows(part)
        rows += part
    RESULTS.parent.mkdir(exist_ok=True)
    about = machine(threads) | {"quick": quick}
    RESULTS.write_text(json.dumps({"machine": about, "rows": [asdict(row) for row in rows]}, indent=1) + "\n")


def parts(quick: bool, threads: int) -> Iterator[list[Row]]:
    """The rows of one benchmark after the other."""
    yield orchestration_rows(quick)
    yield face_rows(*((1, 100) if quick else (3, 700)), threads)
    yield warp_rows(*((3, 5) if quick else (5, 20)))
    here = {"": REPOSITORY}
    yield start_up_rows(["WeiNet"], 1, here) if quick else start_up_rows(list(STARTED), 3, here)
    if not quick:
        yield face_count_rows([1_000, 10_000])
    # not at the top: the processes for faces import this module again, and TensorFlow takes seconds
    from benchmarks.job_memory import memory_rows
    from benchmarks.kept_memory import kept_memory_rows
    from benchmarks.lime_speed import NETWORKS, lime_rows, precision_rows
    from benchmarks.simulated_device import busy_rows
    from benchmarks.training_feed import feed_rows
    from workflow_scripts.training.tensorflow_setup import set_up_tensorflow

    set_up_tensorflow(threads, seed=1)
    if not quick:
        yield memory_rows(100, 64)
        yield kept_memory_rows(3, 250, 10, threads)
    for network in NETWORKS:
        yield lime_rows(network, *((1, 100, 1) if quick else (3, 1000, 1)))
    yield busy_rows(*((300, 3) if quick else (1000, 20)))
    yield feed_rows(*((1, 4, 3) if quick else (5, 8, 40)))
    if not quick:
        yield precision_rows(1000, 6)


if __name__ == "__main__":
    cyclopts.run(measure_all)
