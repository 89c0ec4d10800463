"""Folds: groups whole, expressions balanced, whatever the order of rows and the other data sets."""

import json
from collections import Counter
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.tables import read_table, write_table
from workflow_scripts.faces.face_store import Face, write_faces
from workflow_scripts.training.assign_folds import assign_folds
from workflow_scripts.training.folds import balanced_folds, untrained_expressions

EXPRESSIONS = ["anger", "disgust", "fear", "happiness", "sadness", "surprise"]


def images(*shown: tuple[str, str], dataset: str = "toy") -> list[dict[str, str]]:
    """Images of (subject, expression)."""
    return [
        {"dataset": dataset, "group": f"{dataset}/{subject}", "expression": expression}
        for subject, expression in shown
    ]


def one_image_each(n: int, expressions: list[str]) -> list[dict[str, str]]:
    return images(*((f"S{i}", expressions[i % len(expressions)]) for i in range(n)))


def cells(rows: list[dict[str, str]], folds: dict[str, int], n_folds: int) -> Counter:
    """Images of every (data set, expression, fold), zeros included."""
    counts = Counter((row["dataset"], row["expression"], folds[row["group"]]) for row in rows)
    for dataset, expression, _ in list(counts):
        counts.update({(dataset, expression, fold): 0 for fold in range(1, n_folds + 1)})
    return counts


tables = st.lists(
    st.tuples(st.sampled_from([f"S{i}" for i in range(12)]), st.sampled_from(EXPRESSIONS)),
    min_size=30,
    max_size=80,
).filter(lambda rows: len({subject for subject, _ in rows}) >= 4)


@given(tables, st.integers(2, 4), st.integers(0, 99))
def test_every_group_has_one_fold_and_every_fold_groups(shown, n_folds, seed):
    rows = images(*shown)
    folds = balanced_folds(rows, n_folds, seed)
    assert folds.keys() == {row["group"] for row in rows}
    assert set(folds.values()) == set(range(1, n_folds + 1))


@given(tables, st.integers(2, 4), st.integers(0, 99))
def test_sizes_of_folds_differ_by_a_few_subjects_at_most(shown, n_folds, seed):
    rows = images(*shown)
    folds = balanced_folds(rows, n_folds, seed)
    sizes = Counter(folds[row["group"]] for row in rows)
    largest = max(Counter(row["group"] for row in rows).values())
    kinds = len({row["expression"] for row in rows})
    assert max(sizes.values()) - min(sizes.values()) <= largest * (1 + kinds)


@given(tables, st.integers(0, 99), st.randoms())
def test_the_order_of_images_does_not_matter(shown, seed, random):
    rows = images(*shown)
    assert balanced_folds(random.sample(rows, len(rows)), 3, seed) == balanced_folds(rows, 3, seed)


@given(tables, tables, st.integers(0, 99))
def test_another_data_set_changes_nothing_unless_it_shares_images(shown, others, seed):
    rows, more = images(*shown), images(*others, dataset="a")
    both = balanced_folds([*more, *rows], 4, seed)
    assert both == balanced_folds(rows, 4, seed) | balanced_folds(more, 4, seed)


def test_seeds_and_data_sets_draw_differently():
    shown = [(f"S{i}", "fear") for i in range(20)]
    drawn = {
        tuple(balanced_folds(images(*shown, dataset=dataset), 5, seed).values())
        for seed in (1, 2)
        for dataset in ("a", "b")
    }
    assert len(drawn) == 4


@pytest.mark.parametrize("seed", range(20))
def test_six_expressions_of_two_subjects_each_are_in_both_folds(seed):
    rows = one_image_each(12, EXPRESSIONS)
    folds = balanced_folds(rows, 2, seed)
    assert set(cells(rows, folds, 2).values()) == {1}
    assert (
        untrained_expressions([row | {"fold": folds[row["group"]]} for row in rows], EXPRESSIONS, [1, 2])
        == []
    )


def test_240_images_of_240_subjects_are_spread_evenly():
    """By the number of images alone, the smallest of the 30 cells had 4 of 8 images (median of 200 seeds)."""
    rows = one_image_each(240, EXPRESSIONS)
    smallest = [min(cells(rows, balanced_folds(rows, 5, seed), 5).values()) for seed in range(20)]
    assert (median(smallest), min(smallest)) == (8, 8)


def test_a_rare_expression_is_spread_though_subjects_show_it_beside_others():
    shown = [(f"S{i}", name) for i in range(40) for name in ["happiness"] * (1 + i % 4)]
    shown += [(f"S{i}", "fear") for i in range(0, 40, 4)]
    rows = images(*shown)
    for seed in range(20):
        counts = cells(rows, balanced_folds(rows, 5, seed), 5)
        assert [counts["toy", "fear", fold] for fold in range(1, 6)] == [2] * 5
        assert all(19 <= counts["toy", "happiness", fold] <= 21 for fold in range(1, 6))


def test_subjects_that_show_everything_leave_no_difference():
    rows = images(*((f"S{i}", name) for i in range(100) for name in EXPRESSIONS))
    assert set(cells(rows, balanced_folds(rows, 5, 1), 5).values()) == {20}


def test_too_few_subjects_names_the_data_set_and_the_key():
    with pytest.raises(StudyError, match=r"'jaffe' has 2 subjects.*training\.folds to 2 or less"):
        balanced_folds(images(("a", "fear"), ("b", "fear"), ("b", "fear"), dataset="jaffe"), 3, seed=1)


def test_an_expression_in_one_fold_alone_is_told_with_what_helps():
    rows = [
        {"expression": "fear", "group": "a/S1", "fold": 2},
        {"expression": "fear", "group": "a/S1", "fold": 2},
        {"expression": "anger", "group": "a/S2", "fold": 1},
        {"expression": "anger", "group": "b/S1", "fold": 1},
        {"expression": "sadness", "group": "a/S1", "fold": 1},
        {"expression": "sadness", "group": "b/S1", "fold": 2},
    ]
    one, several, none = untrained_expressions(rows, ["sadness", "fear", "anger", "disgust"], [1, 2])
    assert one.startswith("fear: all its usable images (2) lie in fold 2")
    assert "a/S1. Add subjects that show it, or take it out of run.expressions" in one
    assert "a/S2, b/S1. Lower training.folds, try another seed, add subjects" in several
    assert none.startswith("disgust: no image of it can be used")


@pytest.fixture
def assigned(tmp_path, blank_face):
    """A function: the table of folds of data sets given by rows of their index, and images without a face."""

    def assign(
        rejected: set[str] = frozenset(), folds: int = 2, split: str = "{}", **data_sets: list[dict]
    ) -> list[dict]:
        for name, rows in data_sets.items():
            write_table(tmp_path / f"{name}.csv", list(rows[0]), rows)
            kept = [row["image_id"] for row in rows if row["image_id"] not in rejected]
            faces = [Face(kept_id, blank_face.image, blank_face.landmarks) for kept_id in kept]
            write_faces(tmp_path / f"{name}.h5", faces, len(blank_face.image), region_maps=False)
        shown = sorted({row["expression"] for rows in data_sets.values() for row in rows})
        assign_folds(
            list(data_sets),
            index=[tmp_path / f"{name}.csv" for name in data_sets],
            faces=[tmp_path / f"{name}.h5" for name in data_sets],
            expressions=json.dumps(shown),
            folds=folds,
            split=split,
            seed=1,
            output=tmp_path / "folds.csv",
        )
        return read_table(tmp_path / "folds.csv")

    return assign


def index_row(name: str, subject: str, expression: str = "fear", **changes: str) -> dict[str, str]:
    return {"image_id": name, "subject": subject, "expression": expression, "sha256": name} | changes


def test_assign_folds_lists_every_aligned_face_once(assigned):
    rows = [index_row(f"toy/{s}{i}", s) for s in ("ann", "bob") for i in "12"]
    table = assigned({"toy/bob2"}, toy=rows)
    assert [row["image_id"] for row in table] == ["toy/ann1", "toy/ann2", "toy/bob1"]
    assert {(row["subject"], row["group"]) for row in table} == {("ann", "toy/ann"), ("bob", "toy/bob")}
    assert {(row["dataset"], row["sequence"], row["identical"]) for row in table} == {("toy", "", "")}
    assert len({row["fold"] for row in table}) == 2


def test_unknown_subjects_stay_unknown_and_each_image_is_a_group(assigned, capsys):
    table = assigned(toy=[index_row(f"toy/{i}", "") for i in range(6)])
    assert {row["subject"] for row in table} == {""}
    assert [row["group"] for row in table] == [row["image_id"] for row in table]
    assert Counter(row["fold"] for row in table) == {"1": 3, "2": 3}
    assert "toy: subjects are unknown; the same person may be in several folds" in capsys.readouterr().out


def test_sequences_are_kept_where_a_data_set_has_them(assigned):
    ckplus = [index_row(f"ckplus/{i}", f"S{i}", sequence="001") for i in range(2)]
    table = assigned(ckplus=ckplus, toy=[index_row(f"toy/{i}", f"S{i}") for i in range(2)])
    assert [row["sequence"] for row in table] == ["001", "001", "", ""]


def test_byte_identical_images_lie_in_one_fold_across_subjects_and_data_sets(assigned):
    """Eight of ten such pairs lay in different folds when only subjects were kept whole."""
    toy = [index_row(f"toy/{i}", f"S{i}", sha256=f"same{i}") for i in range(10)]
    other = [index_row(f"other/{i}", "", sha256=f"same{i}") for i in range(10)]
    table = {row["image_id"]: row for row in assigned(folds=5, toy=toy, other=other)}
    for i in range(10):
        one, two = table[f"toy/{i}"], table[f"other/{i}"]
        assert one["fold"] == two["fold"]
        assert one["group"] == two["group"] == f"other/{i}"
        assert one["identical"] == two["identical"] == f"other/{i}"
        assert (one["subject"], two["subject"]) == (f"S{i}", "")


def test_an_expression_that_a_training_lacks_is_refused_with_a_remedy(assigned, tmp_path):
    rows = [index_row(f"toy/{i}", f"S{i}") for i in range(4)] + [index_row("toy/x", "S1", "anger")]
    with pytest.raises(
        StudyError, match=r"anger: all its usable images \(1\) .*toy/S1\. Add subjects that show"
    ):
        assigned(toy=rows)
    assert not (tmp_path / "folds.csv").exists()


def test_a_fold_that_cannot_test_an_expression_is_told(assigned, capsys):
    rows = [index_row(f"toy/{i}", f"S{i}") for i in range(6)]
    rows += [index_row(f"toy/x{i}", f"S{i}", "anger") for i in range(2)]
    table = assigned(folds=3, toy=rows)
    (lacking,) = {"1", "2", "3"} - {row["fold"] for row in table if row["expression"] == "anger"}
    assert f"warning: fold {lacking} has no image of anger to test a network on" in capsys.readouterr().out


def test_an_official_split_is_kept_and_what_lies_across_it_is_told(assigned, capsys):
    """The same image, and the same person, in both parts: counted by name, and not moved."""
    rows = [index_row(f"toy/{i}", f"S{i % 3}", part="train" if i < 4 else "test") for i in range(6)]
    rows += [index_row("toy/val", "S9", part="val"), index_row("toy/copy", "S8", sha256="toy/0", part="test")]
    table = assigned(folds=1, split=json.dumps({"toy": "part"}), toy=rows)
    assert {row["image_id"]: row["fold"] for row in table} == {
        **{f"toy/{i}": "0" for i in range(4)},
        **dict.fromkeys(("toy/4", "toy/5", "toy/copy"), "1"),
    }
    assert [row["image_id"] for row in table if row["identical"] == "toy/0"] == ["toy/0", "toy/copy"]
    printed = capsys.readouterr().out
    assert "toy: 1 images of the part val are neither trained nor tested on" in printed
    assert "toy, fold 0: 4 images" in printed
    assert "toy/copy, fold 1: byte-identical, across the split, to toy/0" in printed
    assert "subject toy/S1: 2 images across the split" in printed  # toy/1 and toy/4
    assert "subject toy/S8" not in printed


def test_given_folds_are_the_folds(assigned):
    rows = [index_row(f"toy/{i}", "", fold=str(1 + i % 3)) for i in range(6)]
    table = assigned(folds=3, split='{"toy": ""}', toy=rows)
    assert [row["fold"] for row in table] == ["1", "2", "3", "1", "2", "3"]


def test_a_part_whose_faces_were_all_rejected_is_told(assigned):
    rows = [index_row(f"toy/{i}", "", split="train" if i else "test") for i in range(3)]
    with pytest.raises(StudyError, match="no usable image of any data set lies in fold 1"):
        assigned({"toy/0"}, folds=1, split='{"toy": ""}', toy=rows)
