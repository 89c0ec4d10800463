"""Which jobs of a plan are certain, and what runs before the rest is planned again."""

from collections.abc import Set

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow_scripts.common.errors import StudyError
from workflow_scripts.orchestration.dry_run import PlannedJob, reasons_of
from workflow_scripts.orchestration.own_reasons import Reasons, are_certain
from workflow_scripts.orchestration.rounds import ends, next_round, refuse_repetition


def job(name: str, reads: str = "", certain: bool = True) -> PlannedJob:
    """A job that writes the file of its name."""
    return PlannedJob(name, "stage", {}, "a reason", tuple(reads.split()), (name,), certain)


def names(jobs: list[PlannedJob]) -> list[str]:
    return [each.rule for each in jobs]


@pytest.mark.parametrize(
    ("reason", "own"),
    [
        ("Input files updated by another job: a.csv, b.csv", False),
        ("Updated input files: ; Input files updated by another job: a.csv", False),
        ("Missing output files: c.csv; Input files updated by another job: a.csv", False),
        ("Updated input files: mine.csv; Input files updated by another job: a.csv", True),
        ("Set of input files has changed since last execution", True),
        ("Code has changed since last execution", True),
        ("Input files updated by another job: a.csv; Params have changed since last execution: 1", True),
        ("Software environment definition has changed since last execution", True),
        ("Incomplete output files: c.csv", True),
        ("Forced execution", True),
        ("A reason of a later Snakemake", True),
    ],
)
def test_a_job_has_a_reason_of_its_own_unless_others_run_before_it_or_its_file_is_missing(reason, own):
    assert reasons_of(reason) == Reasons(own=own, missing=reason.startswith("Missing"))


def test_a_deleted_file_is_made_again_for_a_job_that_is_certain_or_at_the_end_of_the_plan():
    own, missing, neither = Reasons(own=True), Reasons(own=False, missing=True), Reasons(own=False)
    deleted_in_between = [["folds"], ["model", "sample"], ["stack"]], [["model"], ["stack"], ["page"]]
    assert are_certain([missing, neither, neither], *deleted_in_between) == [False, False, False]
    assert are_certain([missing, missing, neither], *deleted_in_between) == [False, False, False]
    assert are_certain([missing, neither, own], *deleted_in_between) == [False, False, True]
    assert are_certain([missing, missing, missing], *deleted_in_between) == [True, True, True]
    assert are_certain([missing, own, neither], *deleted_in_between) == [True, True, False]


def test_a_round_is_what_is_certain_and_waits_for_nothing_that_is_not():
    plan = [
        job("index"),
        job("table", "index"),
        job("faces", "index", certain=False),
        job("model", "faces table"),
        job("masks"),
    ]
    assert names(next_round(plan)) == ["index", "table", "masks"]
    assert names(next_round(plan[2:])) == ["masks"]


def test_where_nothing_is_certain_the_first_jobs_run():
    plan = [job("a", certain=False), job("b", "a", certain=False), job("c", certain=False)]
    assert names(next_round(plan)) == ["a", "c"]


def test_snakemake_is_told_the_last_files_of_a_round_alone():
    assert ends([job("index"), job("table", "index"), job("faces", "index"), job("masks")]) == [
        "table",
        "faces",
        "masks",
    ]


def test_a_job_that_would_run_again_as_soon_as_it_has_run_is_an_error():
    ran = [job("index"), job("masks")]
    refuse_repetition(ran, [job("faces", "index")])
    with pytest.raises(
        StudyError, match=r"^masks: masks has run, and would run again \(a reason; 1 of 2 jobs"
    ):
        refuse_repetition(ran, [job("masks")])


@st.composite
def studies(draw):
    """For each job: the jobs before it that it reads from; then sets of jobs: edited, deleted, changing."""
    number = draw(st.integers(1, 9))
    reads = [draw(st.sets(st.integers(0, i - 1))) if i else set() for i in range(number)]
    some = st.sets(st.integers(0, number - 1))
    return reads, draw(some), draw(some), draw(some)


class Study:
    """Snakemake in small: plans the jobs with a reason of their own and all behind them."""

    def __init__(self, reads: list[set[int]], edited: Set[int], deleted: Set[int], changing: Set[int]):
        self.reads, self.changing = reads, changing
        self.pending, self.missing = set(edited), set(deleted)
        self.ran = []

    def plan(self) -> list[PlannedJob]:
        read = set().union(*self.reads)
        planned = self.pending | (self.missing - read)
        grown = None
        while planned != grown:
            grown = set(planned)
            planned |= {i for i, reads in enumerate(self.reads) if reads & planned}
            planned |= {i for i in self.missing if any(i in self.reads[j] for j in planned)}
        jobs = sorted(planned)
        reasons = [Reasons(i in self.pending, i in self.missing) for i in jobs]
        inputs, outputs = [[str(j) for j in self.reads[i]] for i in jobs], [[str(i)] for i in jobs]
        certain = are_certain(reasons, inputs, outputs)
        return [
            PlannedJob(str(i), "stage", {}, "", tuple(reads), tuple(makes), sure)
            for i, reads, makes, sure in zip(jobs, inputs, outputs, certain, strict=True)
        ]

    def run(self, jobs: list[PlannedJob]) -> None:
        for i in (int(each.rule) for each in jobs):
            self.ran.append(i)
            self.pending.discard(i)
            self.missing.discard(i)
            if i in self.changing:
                self.pending |= {j for j, reads in enumerate(self.reads) if i in reads}


@given(studies())
def test_rounds_run_each_job_once_at_most_and_leave_nothing_to_do(drawn):
    study = Study(*drawn)
    while plan := study.plan():
        now = next_round(plan)
        assert now
        study.run(now)
    assert len(set(study.ran)) == len(study.ran)


@given(studies())
def test_rounds_run_what_was_edited_and_what_reads_a_changed_file_and_nothing_else(drawn):
    reads, edited, _, changing = drawn
    study = Study(reads, edited, set(), changing)
    while plan := study.plan():
        study.run(next_round(plan))
    expected = set()
    for i, before in enumerate(reads):
        if i in edited or before & expected & changing:
            expected.add(i)
    assert set(study.ran) == expected


@given(studies())
def test_what_the_last_files_of_a_round_need_is_the_round(drawn):
    study = Study(*drawn)
    plan = study.plan()
    now = next_round(plan) if plan else []
    needed = set(ends(now))
    for each in reversed(plan):
        if needed & set(each.outputs):
            needed |= {path for path in each.inputs if any(path in other.outputs for other in plan)}
    assert needed == {path for each in now for path in each.outputs}
