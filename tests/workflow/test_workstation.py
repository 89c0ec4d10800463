"""profiles/workstation: one free GPU for every job that runs a network, with an nvidia-smi of our own."""

import os
import shutil
import signal
import subprocess
import sys
import time
from itertools import combinations
from pathlib import Path

import pytest
import yaml

from tests.study_copy import REPOSITORY

PROFILE = REPOSITORY / "profiles/workstation"
SHELL = PROFILE / "one_gpu/bash"

# lists the GPUs GPU-0, GPU-1, ..., or those of --id=0,1
NVIDIA_SMI = """#!/bin/bash
for i in {numbers}; do
    case "$1" in --id=*) [[ ",${{1#--id=}}," == *",$i,"* ]] || continue ;; esac
    echo GPU-{name}-$i
done
exit {status}
"""


@pytest.fixture
def machine(tmp_path):
    """Makes the environment of a machine with a number of GPUs that no other test knows."""
    names = []

    def environment(gpus: int, status: int = 0, **variables: str) -> dict[str, str]:
        program = tmp_path / "bin/nvidia-smi"
        program.parent.mkdir(exist_ok=True)
        name = f"{os.getpid()}-{time.monotonic_ns()}"
        names.append(name)
        numbers = " ".join(map(str, range(gpus)))
        program.write_text(NVIDIA_SMI.format(numbers=numbers, status=status, name=name))
        program.chmod(0o755)
        rest = {key: value for key, value in os.environ.items() if key != "CUDA_VISIBLE_DEVICES"}
        return rest | {"PATH": f"{program.parent}:{os.environ['PATH']}"} | variables

    yield environment
    for name in names:
        for lock in Path(f"/tmp/lookalike-gpus-{os.getuid()}").glob(f"GPU-{name}-*"):
            lock.unlink()


def job(command: str, environment: dict, **options) -> subprocess.Popen:
    """`command` as Snakemake gives it to the shell of the profile."""
    return subprocess.Popen(
        [SHELL, "-c", command], env=environment, text=True, stdout=subprocess.PIPE, **options
    )


def device_of(command: str, environment: dict) -> str:
    return job(command, environment).communicate(timeout=30)[0].strip()


SHOW = 'echo "${CUDA_VISIBLE_DEVICES-not set}"'


def test_jobs_that_run_at_once_have_different_devices_and_wait_for_one(machine, tmp_path):
    environment = machine(2)
    log = tmp_path / "log"
    command = f'start=$(date +%s%N); sleep 0.3; echo "$CUDA_VISIBLE_DEVICES $start $(date +%s%N)" >> {log}'
    jobs = [job(command, environment) for _ in range(5)]
    assert [each.wait(30) for each in jobs] == [0] * 5
    rows = [line.split() for line in log.read_text().splitlines()]
    times = [(device, int(start), int(end)) for device, start, end in rows]
    assert len({device for device, _, _ in times}) == 2
    for one, other in combinations(times, 2):
        assert one[0] != other[0] or one[2] <= other[1] or other[2] <= one[1]


def test_a_killed_job_gives_its_device_back(machine):
    environment = machine(1)
    holder = job("echo held; sleep 60", environment, start_new_session=True)
    assert holder.stdout.readline() == "held\n"
    os.killpg(holder.pid, signal.SIGKILL)
    holder.wait()
    assert device_of(SHOW, environment).endswith("-0")


def test_a_device_is_not_free_while_a_process_of_a_killed_job_lives(machine):
    environment = machine(1)
    holder = job("sleep 3 & echo held; wait", environment, start_new_session=True)
    assert holder.stdout.readline() == "held\n"
    holder.kill()  # the shell alone
    start = time.monotonic()
    assert device_of(SHOW, environment).endswith("-0")
    assert time.monotonic() - start > 1.5


def test_only_allowed_devices_are_taken(machine):
    assert device_of(SHOW, machine(3, CUDA_VISIBLE_DEVICES="2")).endswith("-2")


def test_without_gpus_commands_run_as_they_are(machine, tmp_path):
    assert device_of(SHOW, machine(2, CUDA_VISIBLE_DEVICES="")) == ""
    for program in ("bash", "id", "mkdir", "flock", "sleep"):
        (tmp_path / program).symlink_to(shutil.which(program))
    assert device_of(SHOW, {"PATH": str(tmp_path)}) == "not set"


def test_a_driver_that_does_not_answer_stops_the_job_with_the_way_out(machine):
    failing = job(SHOW, machine(0, status=9), stderr=subprocess.PIPE)
    out, errors = failing.communicate(timeout=30)
    assert (failing.returncode, out) == (1, "")
    assert "export CUDA_VISIBLE_DEVICES=" in errors


def test_snakemake_gives_each_job_of_a_network_a_device_and_stops_at_a_failed_command(machine, tmp_path):
    """The profile itself, on rules of the same names that only say what they have."""
    shutil.copytree(PROFILE, tmp_path / "profiles/workstation")
    (tmp_path / "config.yaml").write_text("{}\n")
    rules = list(yaml.safe_load((PROFILE / "config.yaml").read_text())["set-resources"])
    networks = ["train_network", "predict_expressions", "explain_images", "explain_training"]
    assert rules == [*networks, "train_control", "explain_controls", "measure_quality"]
    commands = "start=$(date +%s%N); sleep 0.5; echo $CUDA_VISIBLE_DEVICES $start $(date +%s%N) > {output}"
    text = 'rule {0}:\n    output: "{0}.txt"\n    resources: gpu=1\n    shell: "{1}; false; true"\n'
    (tmp_path / "Snakefile").write_text("".join(text.format(rule, commands) for rule in rules))
    command = [sys.executable, "-m", "snakemake", "--profile", "profiles/workstation", "--cores", "3"]
    limits = ["--resources", "gpu=3", "mem_mb=9000", "--notemp", "--keep-incomplete"]
    finished = subprocess.run(
        [*command, *limits, "--", *(f"{rule}.txt" for rule in rules)],
        cwd=tmp_path,
        env=machine(2),
        capture_output=True,
    )
    assert finished.returncode != 0  # `false` ended each job, as it does with Snakemake's own shell
    rows = [(tmp_path / f"{rule}.txt").read_text().split() for rule in rules]
    assert len({device for device, _, _ in rows}) == 2
    for one, other in combinations(rows, 2):
        assert one[0] != other[0] or int(one[2]) <= int(other[1]) or int(other[2]) <= int(one[1])
