"""The jobs that see all faces run as the benchmark calls them: their command lines are those of the rules."""

from benchmarks.many_faces import IMAGES_OF_SUBJECT, face_count_rows, jobs


def test_every_job_that_sees_all_faces_runs_on_made_ones():
    rows = face_count_rows([6 * IMAGES_OF_SUBJECT])
    assert [row.measured for row in rows if row.unit == "s"] == [
        f"Processor time of {name}" for name in jobs()
    ]
    assert all(row.value > 0 for row in rows)
