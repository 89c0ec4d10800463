"""Tables and sentences that fit a terminal."""

from hypothesis import given
from hypothesis import strategies as st

from workflow_scripts.orchestration.dry_run import PlannedJob
from workflow_scripts.tools.columns import WIDTH, table
from workflow_scripts.tools.costs import Cost, print_costs
from workflow_scripts.tools.plan_study import extent, print_plan

LETTERS = st.text("ab/ ", max_size=300)


@given(st.lists(st.tuples(st.text("1", max_size=4), st.text("r", max_size=24), LETTERS, LETTERS), min_size=1))
def test_no_line_is_too_long_and_no_letter_is_lost(rows):
    lines = table(rows, right=[0]).splitlines()
    assert all(len(line) <= WIDTH for line in lines)
    for letter in "1rab/":
        assert sum(line.count(letter) for line in lines) == sum("".join(row).count(letter) for row in rows)


def test_what_goes_on_stands_below_its_beginning():
    printed = table(
        [("jobs", "rule", "why", "of"), ("2", "train", "code changed: a/b.py, c/d.py", "x")], [0], 34
    )
    assert printed.splitlines() == [
        "jobs  rule   why                of",
        "   2  train  code changed: a/   x",
        "             b.py, c/d.py",
    ]


def test_a_plan_of_long_reasons_fits_and_counts_right(capsys):
    modules = ", ".join(
        f"workflow_scripts/comparison/mask_kinds/a_long_name_{number}.py" for number in range(3)
    )
    sets = ["figure4", "facs", "truth", "published"]
    jobs = [
        PlannedJob(
            "draw_masks", "comparison", {"mask_set": name, "expression": each}, f"code changed: {modules}"
        )
        for name in sets
        for each in ("anger", "happiness")
    ][:-1]
    print_plan(jobs)
    printed = capsys.readouterr().out
    assert max(map(len, printed.splitlines())) <= WIDTH
    assert "7 of 8: 4 mask sets x 2" in " ".join(printed.split())
    assert extent([job.wildcards for job in jobs]) == "7 of 8: 4 mask sets x 2 expressions (anger, happiness)"


def test_costs_of_the_largest_study_fit(capsys):
    numbers = {"parameters": 184_852_038, "trainings": 60, "images": 36_300, "steps_per_epoch": 1_418}
    numbers |= {"steps": 290_000, "reach": 0.1, "training_images": 13_000_000, "explanations": 36_000}
    numbers |= {"forward_passes": 360_000_000, "disk_mb": 13_000.0, "training_hours": 20.0}
    names = ["EfficientNetV2-from-scratch-with-a-long-name", "SilNet"]
    costs = [Cost(name, explanation_hours=47.0, warning="few steps " * 20, **numbers) for name in names]
    print_costs(costs, None, "one GPU")
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= WIDTH
    assert lines[1].startswith("EfficientNet") and "…" in lines[1]
    assert lines[2].split() == [
        *("SilNet", "184,852,038", "60", "36,300", "1,418", "290,000", "36,000", "360,000,000", "13.00"),
        *("20.0", "h", "47.0", "h"),
    ]
