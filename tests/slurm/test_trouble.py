"""What goes wrong on a cluster, and ends well.

With the repository's profile, on rules that only sleep: those of the study would take too long.
"""

import time

import pytest

from tests.slurm.running import Run, small_workflow

CHAIN = """
rule last:
    input: "first.txt"
    output: "last.txt"
    resources: mem_mb=300, runtime=5
    shell: "cat {input} > {output}; echo last >> {output}"

rule first:
    output: "first.txt"
    resources: mem_mb=300, runtime=5
    shell: "touch started; sleep 25; echo first > {output}"
"""


@pytest.fixture(scope="module")
def finished(attempts):
    """The folder of the workflow whose rules fail at first, once it has finished."""
    attempts.finish(seconds=240)
    return attempts.folder


def test_a_cancelled_job_is_submitted_again(finished, cluster):
    assert [job["state"] for job in cluster.jobs_of("cancelled")] == ["CANCELLED", "COMPLETED"]
    assert (finished / "cancelled.txt").read_text() == "2\n"


def test_a_job_that_hits_its_time_limit_gets_more_time(finished, cluster):
    tries = [(job["state"], job["limit"]) for job in cluster.jobs_of("too_long")]
    assert tries == [("TIMEOUT", "1:00"), ("COMPLETED", "2:00")]
    assert (finished / "too_long.txt").read_text() == "2\n"


def test_a_job_that_needs_more_memory_gets_it(finished, cluster):
    tries = [(job["state"], job["memory"]) for job in cluster.jobs_of("too_large")]
    assert tries == [("FAILED", "300M"), ("COMPLETED", "600M")]
    assert (finished / "too_large.txt").read_text() == "600\n"


def test_nothing_is_lost_while_the_controller_is_down(finished, cluster, tmp_path):
    with Run(small_workflow(tmp_path, CHAIN)) as run:
        run.wait_until((tmp_path / "started").exists)
        cluster.stop_controller()
        time.sleep(20)
        assert run.process.poll() is None
        cluster.start_controller()
        run.finish(seconds=240)
    assert (tmp_path / "last.txt").read_text() == "first\nlast\n"
    for rule in ("first", "last"):
        assert [job["state"] for job in cluster.jobs_of(rule)] == ["COMPLETED"]
