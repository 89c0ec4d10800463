"""Repeats of the cross-validation: divisions of their own, as strict as the first, which stays as it is."""

import json
from collections import Counter, defaultdict
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.tables import read_table, write_table
from workflow_scripts.training.folds import COLUMNS, balanced_folds
from workflow_scripts.training.repeat_folds import repeat_folds
from workflow_scripts.training.repeats import fold_numbers, folds_of, repeat_of

EXPRESSIONS = ["anger", "disgust", "fear", "happiness", "sadness", "surprise"]

Image = dict[str, str]


def images(*shown: tuple[str, str], dataset: str = "toy") -> list[Image]:
    """Images of (subject, expression)."""
    return [
        {"dataset": dataset, "group": f"{dataset}/{subject}", "expression": expression}
        for subject, expression in shown
    ]


def of_sizes(sizes: list[int]) -> list[Image]:
    """Subjects with so many images each, of all expressions in turn."""
    return images(*((f"S{i}", EXPRESSIONS[j % 6]) for i, size in enumerate(sizes) for j in range(size)))


tables = st.lists(
    st.tuples(st.sampled_from([f"S{i}" for i in range(12)]), st.sampled_from(EXPRESSIONS)),
    min_size=30,
    max_size=80,
).filter(lambda rows: len({subject for subject, _ in rows}) >= 4)
later = st.integers(2, 9)  # repeats


def test_the_first_repeat_is_the_division_of_a_study_without_repeats():
    """As this seed divided these subjects before there were repeats."""
    rows = [
        {"dataset": name, "group": f"{name}/S{i:02}", "expression": EXPRESSIONS[i * j % 6]}
        for name in ("toy", "web")
        for i in range(12)
        for j in range(1 + i % 4)
    ]
    folds = balanced_folds(rows, 3, seed=7)
    assert "".join(str(folds[group]) for group in sorted(folds)) == "111123332222223233133121"
    assert folds == balanced_folds(rows, 3, seed=7, repeat=1)


@given(st.integers(1, 20), st.integers(1, 20))
def test_every_fold_belongs_to_one_repeat(folds, repeats):
    numbers = [fold for repeat in range(1, repeats + 1) for fold in folds_of(repeat, folds)]
    assert numbers == list(fold_numbers({"folds": folds, "repeats": repeats}))
    assert all(fold in folds_of(repeat_of(fold, folds), folds) for fold in numbers)


@given(tables, st.integers(2, 4), st.integers(0, 99), later)
def test_every_group_has_one_fold_of_the_repeat_and_every_fold_groups(shown, n_folds, seed, repeat):
    rows = images(*shown)
    folds = balanced_folds(rows, n_folds, seed, repeat)
    assert folds.keys() == {row["group"] for row in rows}
    assert set(folds.values()) == set(folds_of(repeat, n_folds))


@given(tables, st.integers(2, 4), st.integers(0, 99), later)
def test_folds_are_as_balanced_as_those_of_the_first_but_for_a_few_subjects(shown, n_folds, seed, repeat):
    rows = images(*shown)
    folds = balanced_folds(rows, n_folds, seed, repeat)
    sizes = Counter(folds[row["group"]] for row in rows)
    largest = max(Counter(row["group"] for row in rows).values())
    kinds = len({row["expression"] for row in rows})
    assert max(sizes.values()) - min(sizes.values()) <= largest * (1 + kinds)


@given(tables, tables, st.integers(0, 99), later, st.randoms())
def test_neither_order_nor_another_data_set_matters(shown, others, seed, repeat, random):
    rows, more = images(*shown), images(*others, dataset="a")
    apart = balanced_folds(rows, 4, seed, repeat) | balanced_folds(more, 4, seed, repeat)
    both = [*more, *rows]
    assert balanced_folds(random.sample(both, len(both)), 4, seed, repeat) == apart


def together(folds: dict[str, int]) -> set[tuple[str, str]]:
    """The pairs of groups that share a fold."""
    return {(a, b) for a, b in combinations(sorted(folds), 2) if folds[a] == folds[b]}


@pytest.mark.parametrize(
    "sizes",
    [[6] * 40, list(range(5, 45)), [1 + i % 7 for i in range(40)], [3 + i * i for i in range(20)]],
    ids=["equal", "all different", "a few sizes", "very different"],
)
def test_any_two_repeats_share_the_pairs_that_chance_would_give(sizes):
    """A fifth, with five folds. Ordered by size alone, subjects of different sizes share many more."""
    rows = of_sizes(sizes)
    pairs = [together(balanced_folds(rows, 5, 1, repeat)) for repeat in range(1, 11)]
    assert len(set(map(frozenset, pairs))) == len(pairs)
    shared = [len(a & b) / len(a) for a, b in combinations(pairs[1:], 2)]
    assert 0.1 < sum(shared) / len(shared) < 0.3


@given(st.lists(st.integers(1, 12), min_size=12, max_size=20), st.integers(2, 4), st.integers(0, 99))
def test_repeats_differ_in_who_is_together(sizes, n_folds, seed):
    rows = of_sizes(sizes)
    pairs = [together(balanced_folds(rows, n_folds, seed, repeat)) for repeat in range(1, 6)]
    assert all(any(one != other for other in pairs) for one in pairs)


@pytest.fixture
def repeated(tmp_path):
    """A function: the table of a repeat of the division of some images, which it writes as the first."""

    def repeat(rows: list[Image], n: int, folds: int = 2, expressions=tuple(EXPRESSIONS)) -> list[Image]:
        fold_of = balanced_folds(rows, folds, seed=1)
        first = [
            {"image_id": f"toy/{i}", "subject": row["group"][4:], "sequence": "", "identical": ""}
            | row
            | {"fold": str(fold_of[row["group"]])}
            for i, row in enumerate(rows)
        ]
        write_table(tmp_path / "folds.csv", COLUMNS, first)
        output = tmp_path / f"folds_repeat{n}.csv"
        names = json.dumps(expressions)
        repeat_folds(tmp_path / "folds.csv", repeat=n, folds=folds, expressions=names, seed=1, output=output)
        assert read_table(tmp_path / "folds.csv") == first
        return read_table(output)

    return repeat


@given(shown=tables, n=later)
def test_a_training_and_its_test_share_no_group_and_have_the_images_of_the_first(shown, n, tmp_path_factory):
    folder, rows = tmp_path_factory.mktemp("folds"), images(*shown)
    first = [dict.fromkeys(COLUMNS, "") | row | {"image_id": str(i)} for i, row in enumerate(rows)]
    write_table(folder / "folds.csv", COLUMNS, first)
    output = folder / "more.csv"
    repeat_folds(folder / "folds.csv", repeat=n, folds=3, expressions="[]", seed=1, output=output)
    table, groups = read_table(output), defaultdict(set)
    for row in table:
        groups[row["fold"]].add(row["group"])
    assert groups.keys() == {str(fold) for fold in folds_of(n, 3)}
    assert all(groups[a].isdisjoint(groups[b]) for a, b in combinations(groups, 2))
    assert [row | {"fold": ""} for row in table] == first


def test_the_images_of_each_new_fold_are_told(repeated, capsys):
    table = repeated(of_sizes([6] * 10), 3)
    assert {row["fold"] for row in table} == {"5", "6"}
    printed = capsys.readouterr().out
    assert "toy, fold 5: 30 images (5 anger, 5 disgust" in printed
    assert "warning" not in printed


def test_two_subjects_can_be_divided_one_way_only_and_that_is_told(repeated, capsys):
    repeated(of_sizes([6, 6]), 2)
    assert "warning: repeat 2 divides the subjects as the first does" in capsys.readouterr().out


def test_an_expression_that_a_training_of_the_repeat_lacks_is_refused(repeated, tmp_path):
    rows = [*of_sizes([5] * 6), *images(("S1", "surprise"))]
    with pytest.raises(StudyError, match=r"surprise: all its usable images \(1\) lie in fold [34]"):
        repeated(rows, 2)
    assert not (tmp_path / "folds_repeat2.csv").exists()
