"""What every heatmap rests on, in one view."""

import re
from types import SimpleNamespace

import pytest

from tests.unit.report.test_write_report import HOSTILE, HOSTILE_EXPRESSION, write
from workflow_scripts.report.page.cells_section import (
    CHANCE,
    EMPTY,
    EXPLAINED,
    FEW,
    NOISY,
    NONE,
    NOT_RUN,
    SHOWN,
    STATES,
    TOO_FEW,
    cell_states,
    cells_section,
    legend,
    network_rows,
    noisy_cells,
)
from workflow_scripts.report.page.markup import plain_text


def study(counts, rows=(), networks=("A",), expressions=("joy",), **changes) -> SimpleNamespace:
    """A study that asks for 5 images and ranks with 3; counts by (network, fold, expression)."""
    rows = [
        dict(zip(("network", "fold", "expression", "missing", "noise"), row, strict=True)) for row in rows
    ]
    said = {
        "networks": list(networks),
        "expressions": list(expressions),
        "explainers": ["lime"],
        "groups": {"ungrouped": list(networks)},
        "asked_positives": 5,
        "min_images": 3,
        "limits": "",
        "did_learn": dict.fromkeys(networks, True),
        "positive_counts": lambda: counts,
        "shares_right": lambda: {(a, b): 0.5 for a in networks for b in expressions},
        "cells_of": lambda explainer: rows,
    }
    return SimpleNamespace(**said | changes)


@pytest.mark.parametrize(
    ("images", "missing", "state"),
    [
        (5, "", EXPLAINED),
        (4, "", FEW),
        (3, "", FEW),
        (2, "", TOO_FEW),
        (1, "", TOO_FEW),
        (0, "no explanations", NONE),
        (5, "the same everywhere", EMPTY),
        (2, "the same everywhere", EMPTY),
    ],
)
def test_a_cell_is_what_its_images_and_its_heatmap_say(images, missing, state):
    cell = ("A", "1", "joy")
    of = study({cell: images})
    assert cell_states(of, {cell: {"missing": missing}}) == {cell: state}


def test_cells_that_no_table_has_were_not_run_and_those_without_masks_are_what_images_say():
    counts = {("A", "1", "joy"): 5, ("A", "2", "joy"): 5, ("B", "1", "joy"): 4}
    found = cell_states(study(counts, networks=["A", "B"], expressions=["joy", "fear"]), {})
    assert found["B", "1", "joy"] == FEW
    assert found["B", "2", "joy"] == NOT_RUN == found["A", "1", "fear"]
    assert len(found) == 2 * 2 * 2


def test_noise_above_a_tenth_is_noisy_unless_there_is_no_heatmap():
    row = {"missing": "", "noise": "0.11"}
    rows = {"high": row, "all": row | {"noise": "inf"}, "low": row | {"noise": "0.1"}}
    rows |= {"unknown": row | {"noise": ""}, "empty": row | {"missing": "the same everywhere"}}
    assert noisy_cells(rows) == {"high", "all"}


def test_the_legend_counts_every_cell_once_and_says_only_what_occurs():
    counts = {("A", "1", "joy"): 5, ("A", "2", "joy"): 0, ("B", "1", "joy"): 2, ("B", "2", "joy"): 4}
    of = study(counts, networks=["A", "B"], did_learn={"A": True, "B": False})
    states = cell_states(of, {})
    said = [plain_text(line) for line in legend(of, states, {("A", "1", "joy")})]
    assert [line[:1] for line in said] == ["●", "◐", "◔", "○", "≈", "†"]
    numbers = [int(re.search(r"\((\d+) of 4\)", line)[1]) for line in said]
    assert sum(numbers[:4]) == 4
    assert numbers[4:] == [1, 2]


def test_symbols_and_words_are_all_different():
    everything = (*STATES, NOISY, CHANCE)
    assert len({state.symbol for state in everything}) == len(everything) == 8
    assert len({state.word for state in everything}) == len(everything)


def test_a_cell_shows_a_symbol_per_fold_in_order_and_says_them_in_words():
    counts = {("A", "1", "joy"): 5, ("A", "2", "joy"): 0, ("A", "3", "joy"): 4}
    section = "".join(cells_section(study(counts, [("A", "3", "joy", "", "0.2")])))
    assert ">●○◐</span>" in section
    words = "fold 1: explained; fold 2: no explanations; fold 3: few images"
    assert section.count(words) == 2  # for screen readers, and for who points at it
    assert "0 to 5; 50 %" in section
    assert "≈ noisy in 1 of 3" in section
    assert "A, joy, fold 2: no explanations" in section


def test_folds_of_many_repeats_are_counted():
    counts = {("A", str(fold), "joy"): 5 if fold > 2 else 0 for fold in range(1, 51)}
    section = "".join(cells_section(study(counts)))
    assert ">48● 2○</span>" in section
    assert "folds in each state" in section


def test_networks_stand_by_group_each_once_and_none_is_lost():
    of = study({}, networks=["A", "B", "C"])
    of.groups = {"deep": ["B", "A"], "old": ["A"], "published": ["published-A"]}
    assert network_rows(of) == {"deep": ["B", "A"], "other networks": ["C"]}


def test_of_many_missing_heatmaps_the_first_are_named_and_the_rest_folded():
    names = [f"N{n:02d}" for n in range(40)]
    counts = {(name, str(fold), "joy"): 0 for name in names for fold in (1, 2)}
    section = "".join(cells_section(study(counts, networks=names)))
    shown, _, rest = section.partition("<details>")
    assert (shown.count(": no explanations</li>"), rest.count(": no explanations</li>")) == (
        SHOWN,
        40 - SHOWN,
    )
    assert f"{40 - SHOWN} more" in rest


def test_the_page_of_the_toy_study_has_the_view(tmp_path):
    page = write(tmp_path).read_text(encoding="utf-8")
    section = page[page.index('<section id="cells">') :].partition("</section>")[0]
    assert "○○" in section and "◐◐" in section
    assert "every fold: no explanations" in section
    assert "0 to" not in section
    assert HOSTILE not in section and HOSTILE_EXPRESSION not in section
