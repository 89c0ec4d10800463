"""What observers did in the uncovering task, as tables: made observers of whom everything is known."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from tests.unit.comparison.uncovering import effects, made_trials, people
from workflow_scripts.common.tables import read_table, write_table
from workflow_scripts.comparison.fit_network_trials import fit_network_trials
from workflow_scripts.comparison.hazard_file import read_hazards, write_hazards
from workflow_scripts.comparison.observed import (
    OBSERVERS,
    TABLES,
    confusion_rows,
    curve_rows,
    effect_rows,
    formula_weights,
    observe,
    observer_rows,
)
from workflow_scripts.comparison.observer_trials import (
    Fold,
    after_start,
    network_trials,
    people_trials,
    shown_tiles,
)
from workflow_scripts.comparison.summarize_trials import summarize_trials
from workflow_scripts.comparison.uncovering_trials import RIGHT, Trials, TrialTable
from workflow_scripts.explanation.explanation_contract import Explanation
from workflow_scripts.explanation.explanation_contract import Trials as Uncovered
from workflow_scripts.explanation.explanation_stack import write_stack
from workflow_scripts.explanation.uncovering_grid import TILES, read_grid, tile_areas
from workflow_scripts.standardization.standard_face import face_area, read_standard_face

EXPRESSIONS = ["anger", "fear"]
AREAS = np.ones(TILES)


def from_start(trials: Trials) -> Trials:
    """The same trials with the tile T before all others."""
    order = np.column_stack([np.full(len(trials.order), TILES), trials.order])
    return Trials(order, trials.seen + 1, trials.event, trials.cluster, trials.weight)


def made(own: dict[str, np.ndarray], seed: int, clusters: int = 20, each: int = 40) -> TrialTable:
    """The trials of observers with these effects on right answers, by expression."""
    draw = np.random.default_rng(seed)
    nothing = np.zeros(TILES)
    parts = [from_start(made_trials(right, nothing, clusters, each, draw)) for right in own.values()]
    fields = (np.concatenate([getattr(one, name) for one in parts]) for name in Trials.__dataclass_fields__)
    trials = Trials(*fields)
    shown = np.repeat(list(own), clusters * each)
    answers = np.where(trials.event == RIGHT, shown, "other")
    return TrialTable(trials, shown, answers, np.array([f"face{n}" for n in range(len(shown))]))


@pytest.fixture(scope="module")
def of_tiles() -> dict[str, np.ndarray]:
    draw = np.random.default_rng(7)
    return {name: effects(TILES, 0.6, draw) for name in EXPRESSIONS}


@pytest.fixture(scope="module")
def observers(of_tiles):
    """People, a network with the same effects, and one with people's effects of the other expression."""
    swapped = dict(zip(EXPRESSIONS, reversed(of_tiles.values()), strict=True))
    tables = {"people": made(of_tiles, 1), "same": made(of_tiles, 2), "swapped": made(swapped, 3)}
    return {name: (observe(name, table, AREAS, 1, 3), table) for name, table in tables.items()}


def rows_of(observers, name: str) -> dict[str, dict]:
    found = observer_rows(observers[name][0], {"people": observers["people"][0]}, EXPRESSIONS, seed=1)
    return {row["expression"]: row for row in found}


def test_a_network_that_uses_peoples_tiles_agrees_up_to_the_ceiling(observers):
    rows = rows_of(observers, "same")
    for expression in EXPRESSIONS:
        row = rows[expression]
        assert row["r"] > 0.7
        assert row["r_low"] < row["r"] < row["r_high"]
        assert row["ratio"] == pytest.approx(1, abs=0.15)
        assert abs(row["r_others"]) < 0.4 < row["r"]
    assert min(rows[name]["needed"] for name in EXPRESSIONS) <= rows["average"]["needed"] < TILES
    assert rows["average"]["r"] == pytest.approx(np.mean([rows[name]["r"] for name in EXPRESSIONS]))
    assert rows["average"]["r_low"] < rows["average"]["r"] < rows["average"]["r_high"]


def test_tiles_of_another_expression_are_no_agreement(observers):
    rows = rows_of(observers, "swapped")
    for expression in EXPRESSIONS:
        assert abs(rows[expression]["r"]) < 0.4 < rows[expression]["r_others"]
    # of the two ways to assign two expressions, the observed one is the worse
    assert rows["average"]["p"] == 1.0
    assert rows_of(observers, "same")["average"]["p"] == 0.5


def test_tables_have_their_columns_and_say_what_was_answered(observers):
    found, table = observers["people"]
    curves = list(curve_rows(found))
    assert [row["tiles"] for row in curves if row["expression"] == "fear"] == list(range(TILES + 1))
    assert all(tuple(row) == TABLES["curves"] for row in curves)
    last = next(row for row in curves if row["expression"] == "fear" and row["tiles"] == TILES)
    of_fear = table.expression == "fear"
    assert last["right"] == pytest.approx(np.mean(table.trials.event[of_fear] == RIGHT))
    assert {tuple(row) for row in effect_rows(found)} == {TABLES["effects"]}
    assert sum(row["effect"] for row in effect_rows(found)) == pytest.approx(0, abs=1e-6)
    confused = [row for row in confusion_rows("people", table) if row["shown"] == "fear"]
    assert sum(row["share"] for row in confused) == pytest.approx(1)
    assert {tuple(row) for row in confused} == {TABLES["confusions"]}
    (row, *_) = observer_rows(found, {}, EXPRESSIONS, seed=1)
    assert set(row) == set(OBSERVERS)
    assert row["r"] is None


def test_few_answers_give_a_reason_instead_of_numbers(of_tiles):
    few = made(of_tiles, 5, clusters=4, each=3)
    found = observe("few", few, AREAS, 1, 3)
    rows = list(observer_rows(found, {"people": found}, EXPRESSIONS, seed=1))
    assert all("right answers" in row["reason"] for row in rows[:2])
    assert rows[2]["reason"] == "no fit of anger, fear"
    assert all(row["r"] is None and row["reliability"] is None for row in rows)
    assert list(effect_rows(found)) == []


def test_a_trial_from_the_start_loses_nothing_but_the_start(of_tiles):
    table = made(of_tiles, 4, clusters=3, each=5)
    after = after_start(table.trials)
    np.testing.assert_array_equal(after.seen, table.trials.seen - 1)
    np.testing.assert_array_equal(shown_tiles(table.trials)[:, :TILES], shown_tiles(after))
    assert shown_tiles(table.trials)[:, TILES].all()
    np.testing.assert_array_equal(shown_tiles(after).sum(axis=1), after.seen)


def test_formula_weights_average_over_faces_by_their_weights():
    """One face needs tile 0 alone, the other tile 1; the second stands for three images."""
    order = np.full((4, TILES + 1), -1)
    order[:, 0] = TILES
    order[0, 1:2], order[1, 1:4], order[2, 1:2], order[3, 1:4] = [0], [0, 5, 6], [1], [1, 5, 6]
    seen, event = np.array([2, 4, 2, 4]), np.full(4, RIGHT)
    weight = np.array([1.0, 1.0, 3.0, 3.0])
    trials = Trials(order, seen, event, np.array(["s"] * 4), weight)
    found = formula_weights(trials, ["a", "a", "b", "b"])
    assert found[1] > found[0] > found[2]
    np.testing.assert_allclose((found[1] + 1) / (found[0] + 1), 3)
    assert found.mean() == pytest.approx(0, abs=1e-12)
    assert np.isnan(
        formula_weights(Trials(order, seen, event * 0, trials.cluster, weight), list("aabb"))
    ).all()


def stack(path: Path, expression: str, images: list[str], answers: np.ndarray) -> Path:
    """A stack of images whose trials uncover tiles in the order of their numbers."""
    orders = np.tile(np.arange(TILES, dtype=np.uint8), (len(answers), 1))
    trials = Uncovered(orders, answers.astype(np.uint8), np.full(answers.shape, 0.5, np.float16))
    explanation = Explanation(
        probability=np.array([0.5, 0.5]),
        samples=7,
        regions=np.zeros((4, 4), int),
        weights=np.zeros((1, 2)),
        trials=trials,
    )
    with write_stack(path, 4, expression, EXPRESSIONS) as writer:
        for image in images:
            writer.append(image, explanation)
    return path


def settling(at: int, answer: int) -> np.ndarray:
    """The answers of a trial that settles after `at` tiles: before, the other one."""
    return np.where(np.arange(TILES + 1) < at, 1 - answer, answer)


@pytest.fixture
def fold(tmp_path) -> tuple[Fold, dict[str, str], Path]:
    """Two images predicted as anger, one of which shows fear, explained of four; none predicted as fear."""
    of_anger = np.array([settling(3, 0), settling(0, 0)])
    stacks = [
        stack(tmp_path / "anger.h5", "anger", ["a", "b"], of_anger),
        stack(tmp_path / "fear.h5", "fear", [], of_anger),
    ]
    rows = [{"image_id": "a", "true": "anger"}, {"image_id": "b", "true": "fear"}]
    write_table(tmp_path / "positives.csv", ["image_id", "true"], rows)
    write_table(tmp_path / "predictions.csv", ["predicted"], [{"predicted": "anger"}] * 4)
    subjects = {"a": "ann", "b": "bob"}
    table = [{"image_id": image, "group": group} for image, group in subjects.items()]
    write_table(tmp_path / "folds.csv", ["image_id", "group"], table)
    fold = Fold(stacks, tmp_path / "predictions.csv", tmp_path / "positives.csv")
    return fold, subjects, tmp_path / "folds.csv"


def test_a_networks_trials_count_by_what_the_image_shows_and_for_the_images_they_stand_for(fold):
    found = network_trials([fold[0]], fold[1], EXPRESSIONS, "settled")
    assert found.expression.tolist() == ["anger", "anger", "fear", "fear"]
    assert found.answer.tolist() == ["anger"] * 4
    assert found.poser.tolist() == ["a", "a", "b", "b"]
    assert found.trials.cluster.tolist() == ["ann", "ann", "bob", "bob"]
    assert found.trials.event.tolist() == [1, 1, 2, 2]
    assert found.trials.weight.tolist() == [2.0] * 4
    assert (found.trials.seen - 1).tolist() == [3, 0, 3, 0]
    assert after_start(found.trials).order[0].tolist() == [0, 1, 2] + [-1] * (TILES - 3)
    never = network_trials([fold[0]], fold[1], EXPRESSIONS, 0.9)
    assert never.trials.event.tolist() == [0] * 4
    assert (never.trials.seen - 1).tolist() == [TILES] * 4
    assert set(never.answer) == {"none"}


def test_the_job_of_a_network_writes_all_tables_and_they_are_put_together(fold, tmp_path, capsys):
    given, _, folds = fold
    fit_network_trials(
        given.stacks,
        network="WeiNet",
        predictions=[given.predictions],
        positives=[given.positives],
        folds=folds,
        expressions=json.dumps(EXPRESSIONS),
        settings=json.dumps({"ends": "settled"}),
        grid=Path("resources/wegrzyn2017/grid.csv"),
        standard_face=Path("resources/standard_face.csv"),
        seed=1,
        output=tmp_path / "out",
    )
    assert "WeiNet, anger: 1 right and 0 wrong answers. 1 right answers" in capsys.readouterr().out
    tables = [tmp_path / "out" / f"{name}.csv" for name in TABLES]
    outputs = [tmp_path / "all" / f"{name}.csv" for name in TABLES]
    summarize_trials([*tables, *tables], outputs=outputs)
    for name, one, both in zip(TABLES, tables, outputs, strict=True):
        rows = read_table(one, list(TABLES[name]))
        assert read_table(both, list(TABLES[name])) == rows + rows
    before = {row["expression"]: row for row in read_table(tables[0], list(OBSERVERS))}
    assert (before["anger"]["right"], before["anger"]["before"], before["fear"]["right"]) == ("1", "0.5", "0")
    assert before["anger"]["needed"] == "0"


def test_a_network_without_any_image_has_empty_tables_but_is_told(tmp_path, fold):
    given, subjects, _ = fold
    empty = Fold([given.stacks[1]], given.predictions, given.positives)
    table = network_trials([empty], subjects, EXPRESSIONS, "settled")
    found = observe("none", table, AREAS, 1, 3)
    (row,) = observer_rows(found, {}, EXPRESSIONS, 1)
    assert row["expression"] == "average"
    assert row["trials"] is None
    assert list(curve_rows(found)) == list(confusion_rows("none", table)) == []


def test_hazards_come_back_from_their_file(observers, tmp_path):
    found = observers["people"][0]
    write_hazards(tmp_path / "hazards.h5", found.hazards, found.reliabilities, found.weights)
    hazards, reliabilities, weights = read_hazards(tmp_path / "hazards.h5")
    assert reliabilities == found.reliabilities
    for name, hazard in found.hazards.items():
        np.testing.assert_array_equal(hazards[name].changes, hazard.changes)
        np.testing.assert_array_equal(weights[name], found.weights[name])
        assert (hazards[name].answers, hazards[name].clusters) == (hazard.answers, hazard.clusters)


def test_tiles_share_the_standard_face_among_them():
    points = read_standard_face("resources/standard_face.csv")[:68]
    face = face_area(points)
    areas = tile_areas(face, points, read_grid("resources/wegrzyn2017/grid.csv"))
    assert areas.sum() == np.count_nonzero(face)
    assert np.count_nonzero(areas) > 30
    rows = areas.reshape(6, 8).sum(axis=0)  # of the grid's eight rows; tiles are numbered down columns
    columns = areas.reshape(6, 8).sum(axis=1)
    assert columns[2:4].sum() > columns[[0, 5]].sum()
    assert rows[3] > rows[7]


def test_people_of_the_study_have_our_words_and_their_own_counts():
    people()  # skips where they are not at hand
    from tests.unit.comparison.uncovering import PEOPLE
    from workflow_scripts.comparison.people_data.wegrzyn2017 import LABELS

    table = people_trials(PEOPLE, LABELS)
    assert set(table.expression) == set(LABELS.values()) == set(table.answer)
    assert np.median(after_start(table.trials).seen[table.trials.event == RIGHT]) == 10
    assert math.isclose(np.mean(table.trials.event == RIGHT), 0.7063, abs_tol=1e-4)
