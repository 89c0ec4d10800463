"""About how long a run still takes."""

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from workflow_scripts.orchestration.time_left import TimeLeft

REPOSITORY = Path(__file__).parents[3]


class Clock:
    time = 0.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_jobs_take_as_long_as_those_of_their_rule_before(clock):
    left = TimeLeft({"train": 3, "draw": 2}, clock)
    assert (left.seconds(), left.words()) == (None, "")
    left.begin(1, "train")
    clock.time = 600
    left.end(1)
    left.begin(2, "train")
    clock.time = 700
    assert left.seconds() == 500 + 600  # the rest of the second, and the third
    assert left.words() == "over 18 min left"  # nobody knows how long draw takes
    left.begin(3, "draw")
    left.end(3)
    assert left.words() == "about 18 min left"


def test_jobs_side_by_side_take_less(clock):
    left = TimeLeft({"train": 10}, clock)
    for job in (1, 2):
        left.begin(job, "train")
    clock.time = 3600
    for job in (1, 2):
        left.end(job)
    assert left.seconds() == 8 * 3600 / 2
    assert left.words() == "about 4 h 0 min left"


def test_a_job_that_takes_longer_than_others_has_no_time_left(clock):
    left = TimeLeft({"train": 2}, clock)
    left.begin(1, "train")
    clock.time = 30
    left.end(1)
    assert left.words() == "under 1 min left"
    left.begin(2, "train")
    clock.time = 300
    assert (left.seconds(), left.words()) == (0, "")


SNAKEFILE = """
from workflow_scripts.orchestration.failures import tell_failures
from workflow_scripts.orchestration.time_left import tell_time_left

rule all:
    input: [f"{number}.txt" for number in range(3)]

rule write:
    output: "{number}.txt"
    log: "{number}.log"
    shell: "echo said at length > {log}; sleep 1; test {wildcards.number} != 2 && touch {output}"

onstart:
    tell_time_left(workflow)

onerror:
    tell_failures(workflow)
"""


def on_terminal(folder: Path, *command: str) -> str:
    """What a command prints on a terminal of 100 columns, without control sequences."""
    master, slave = pty.openpty()
    environment = os.environ | {
        "PYTHONPATH": str(REPOSITORY),
        "PWD": str(folder),
        "COLUMNS": "100",
        "TERM": "xterm",
    }
    process = subprocess.Popen(command, cwd=folder, stdin=slave, stdout=slave, stderr=slave, env=environment)
    os.close(slave)
    printed = b""
    while True:
        try:
            printed += os.read(master, 65536)
        except OSError:  # the other end is closed
            break
    process.wait()
    os.close(master)
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", printed.decode(errors="replace"))
    return text.replace("\r\n", "\n").replace("\r", "\n")


@pytest.mark.parametrize("logger", [[], ["--logger", "rich"]])
def test_the_bars_have_it_and_the_end_is_the_same_without_them(tmp_path, logger):
    (tmp_path / "Snakefile").write_text(SNAKEFILE)
    printed = on_terminal(tmp_path, sys.executable, "-m", "snakemake", "-c1", *logger, "--keep-going")
    assert ("under 1 min left" in printed) == bool(logger)
    assert printed.count("said at length") == (2 if logger else 3)  # in the command, and at the end
    end = printed[printed.index("Failed: write (number 2)\n  2.log ends:") :]
    assert "said at length" in end and "resume with: " in end
    assert "Traceback" not in printed
