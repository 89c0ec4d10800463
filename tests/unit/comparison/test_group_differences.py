import numpy as np
import pytest
from scipy import stats

from workflow_scripts.comparison.cells import Cells
from workflow_scripts.comparison.differences import DIFFERENCES, differences
from workflow_scripts.comparison.group_differences import division_p
from workflow_scripts.comparison.score_columns import PAPER, cell_columns

FOLDS = (1, 2, 3)
LEVELS = {"A": 0.5, "B": 0.52, "C": 0.54, "D": 0.1, "E": 0.12, "F": 0.14, "G": 0.16}


def study(groups, missing=(), levels=LEVELS) -> Cells:
    """Cells of one expression, whose scores are a level for each network and a step for each fold."""
    rows = []
    for network, level in levels.items():
        for fold in FOLDS:
            row = dict.fromkeys(cell_columns()) | {"network": network, "fold": fold, "expression": "fear"}
            value = None if (network, fold) in missing else level + 0.01 * fold**2
            rows.append(row | dict.fromkeys(PAPER, value) | {"n": 10})
    learned = dict.fromkeys(levels, True)
    return Cells(rows, list(levels), ["fear"], PAPER, learned, min_images=1, groups=groups)


def found(cells, claim, expression="fear"):
    rows = [row for row in differences(cells) if row["kind"] == "group" and row["metric"] == "iou"]
    assert all(set(row) == set(DIFFERENCES) for row in rows)
    return [row for row in rows if (row["claim"], row["expression"]) == (claim, expression)]


def test_p_is_that_of_all_divisions():
    draw = np.random.default_rng(1)
    a, b = draw.normal(0.5, 1, 5).tolist(), draw.normal(0, 1, 4).tolist()
    exact = stats.permutation_test((a, b), lambda x, y: abs(np.mean(x) - np.mean(y)), alternative="greater")
    assert division_p(a, b, draw) == pytest.approx(exact.pvalue)
    assert division_p([1.0] * 3, [1.0] * 4, draw) == 1.0


def test_divisions_too_many_to_enumerate_are_drawn():
    a, b = (np.arange(12) / 10).tolist(), (np.arange(12) / 10 + 2).tolist()
    first, again = (division_p(a, b, np.random.default_rng(3)) for _ in range(2))
    assert first == again == 1 / 20_001


def test_groups_are_compared_by_their_networks_and_over_their_trainings():
    cells = study({"high": ["A", "B", "C"], "low": ["D", "E", "F", "G"]})
    (over_networks,) = found(cells, "networks")
    assert over_networks["estimate"] == pytest.approx(0.52 - 0.13)
    assert over_networks["p"] == 1 / 35  # the most extreme of all divisions into three and four
    (over_trainings,) = found(cells, "trainings")
    assert over_trainings["estimate"] == pytest.approx(0.39)
    assert over_trainings["folds"] == 3
    assert over_trainings["p"] is None  # the groups differ by the same in every fold


def test_only_folds_that_all_networks_have_are_compared_over_trainings():
    (row,) = found(study({"high": ["A", "B"], "low": ["D", "E"]}, missing={("A", 2)}), "trainings")
    assert row["folds"] == 2


def test_there_is_no_p_where_no_division_could_reach_the_level():
    (row,) = found(study({"high": ["A", "B", "C"], "low": ["D", "E", "F"]}), "networks")
    assert (row["estimate"], row["p"]) == (pytest.approx(0.4), None)  # 2 of 20 are as extreme


def test_groups_that_share_a_network_are_not_compared():
    assert found(study({"high": ["A", "B", "C"], "low": ["C", "D", "E"]}), "networks") == []


def test_all_pairs_of_groups_are_one_family():
    levels = LEVELS | {"H": 0.8, "I": 0.82, "J": 0.84, "K": 0.9}
    groups = {"one": ["A", "B", "C"], "two": ["D", "E", "F", "G"], "three": ["H", "I", "J", "K"]}
    rows = found(study(groups, levels=levels), "networks")
    p = [row["p"] for row in rows]
    assert len(p) == 3
    assert [row["q"] for row in rows] == pytest.approx(stats.false_discovery_control(p))
    assert max(row["p_holm"] for row in rows) >= max(p)
