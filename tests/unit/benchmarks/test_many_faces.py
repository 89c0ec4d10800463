"""The jobs that see all faces run as the benchmark calls them: their command lines are those of the rules."""

import numpy as np

from benchmarks.many_faces import IMAGES_OF_SUBJECT, face_count_rows, jobs, measured


def test_every_job_that_sees_all_faces_runs_on_made_ones():
    rows = face_count_rows([6 * IMAGES_OF_SUBJECT])
    assert [row.measured for row in rows if row.unit == "s"] == [
        f"Processor time of {name}" for name in jobs()
    ]
    assert all(row.value > 0 for row in rows)


def test_the_peak_of_a_job_is_not_that_of_the_process_that_started_it(tmp_path):
    held = np.ones(40_000_000)
    seconds, peak = measured(tmp_path, "-c", "print(1)")
    assert 0 < peak < held.nbytes / 1e9 / 4
    assert 0 < seconds < 10
