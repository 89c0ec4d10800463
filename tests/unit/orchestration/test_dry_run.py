"""Snakemake's reasons in words; the doctests have the simple cases."""

import json

import pytest

from workflow_scripts.orchestration.dry_run import changed_settings, in_words

BEFORE_AND_NOW = "Union of exclusive params before and now across all output: before: {} now: {} "


def difference(before: list, now: list, command: str = "") -> list[str]:
    """The changes that Snakemake's words for these values give."""
    texts = [",".join(map(repr, values)) or "<nothing exclusive>" for values in (before, now)]
    return changed_settings(BEFORE_AND_NOW.format(*texts), command)


def test_settings_are_told_by_name_at_every_depth():
    before = json.dumps({"lime": {"samples": 100, "regions": 30}, "weights": None})
    now = json.dumps({"lime": {"samples": 200, "regions": 30}, "weights": "imagenet"})
    assert difference([before], [now]) == ["lime.samples 100 → 200", "weights nothing → imagenet"]


def test_a_value_without_a_name_has_that_of_its_option():
    assert difference([5], [7], "sample --positives 7 --seed 1") == ["positives 5 → 7"]
    names = json.dumps(["a", "c", "b"])
    assert difference([json.dumps(["a", "d"])], [names], f"draw --names '{names}'") == ["names: +c, +b, -d"]
    assert difference([json.dumps(["b", "a"])], [json.dumps(["a", "b"])]) == ["order"]


def test_a_name_that_could_be_another_s_is_not_guessed():
    assert difference([5], [7], "sample --positives 7 --seed 7") == ["5 → 7"]
    assert difference([1, 2], [3, 4], "fold --folds 3 --seed 4") == ["folds now 3", "seed now 4"]


def test_a_value_that_another_setting_had_before_leaves_the_settings_unnamed():
    assert difference([1], [], "fold --folds 2 --seed 2") == []
    reason = "Params have changed since last execution: " + BEFORE_AND_NOW.format("1", "<nothing exclusive>")
    assert in_words(reason, "", {}) == "settings changed"


@pytest.mark.parametrize("detail", ["", "before: <object at 1> now: 2 ", "another wording"])
def test_what_cannot_be_read_is_left_out(detail):
    assert changed_settings(detail, "") == []


def test_modules_are_told_apart_from_settings():
    old, new = (f"workflow_scripts/a.py {digit * 16}" for digit in "01")
    params = "Params have changed since last execution: "
    code = params + BEFORE_AND_NOW.format(repr(old), repr(new))
    assert in_words(code, "", {}) == "code changed: workflow_scripts/a.py"
    both = params + BEFORE_AND_NOW.format(f"2,{old!r}", f"3,{new!r}")
    assert in_words(both, "train --epochs 3", {}) == (
        "code changed: workflow_scripts/a.py; settings changed: epochs 2 → 3"
    )
    added = params + BEFORE_AND_NOW.format("<nothing exclusive>", repr(new))
    assert in_words(added, "", {}) == "code changed: workflow_scripts/a.py"


def test_every_reason_of_a_job_is_told_once():
    reason = (
        "Updated input files: a.csv, b.csv, c.csv, d.csv; Input files updated by another job: x.csv; "
        "Params have changed since last execution: " + BEFORE_AND_NOW.format("2", "3")
    )
    assert in_words(reason, "train --epochs 3", {"x.csv": "assign_folds"}) == (
        "input changed: a.csv, b.csv, c.csv and 1 more; settings changed: epochs 2 → 3"
    )
    nothing_but_upstream = "Updated input files: ; Input files updated by another job: x.csv"
    assert in_words(nothing_but_upstream, "", {"x.csv": "assign_folds"}) == "upstream runs: assign_folds"
    assert in_words("A reason of a later Snakemake", "", {}) == "A reason of a later Snakemake"
