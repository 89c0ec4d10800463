from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow_scripts.errors import StudyError
from workflow_scripts.faces.face_store import Face, write_faces
from workflow_scripts.tables import read_table, write_table
from workflow_scripts.training.assign_folds import assign_folds
from workflow_scripts.training.folds import subject_folds

subjects = st.lists(st.sampled_from([f"S{i}" for i in range(12)]), min_size=30, max_size=80)


@given(subjects, st.integers(2, 4), st.integers(0, 99))
def test_every_subject_has_one_fold_and_every_fold_subjects(names, n_folds, seed):
    if len(set(names)) < n_folds:
        return
    folds = subject_folds(names, n_folds, seed, "toy")
    assert folds.keys() == set(names)
    assert set(folds.values()) == set(range(1, n_folds + 1))


@given(subjects, st.integers(2, 4), st.integers(0, 99))
def test_folds_differ_by_less_than_the_images_of_the_largest_subject(names, n_folds, seed):
    if len(set(names)) < n_folds:
        return
    folds = subject_folds(names, n_folds, seed, "toy")
    sizes = Counter(folds[name] for name in names)
    assert max(sizes.values()) - min(sizes.values()) <= max(Counter(names).values())


@given(subjects, st.integers(0, 99), st.randoms())
def test_the_order_of_images_does_not_matter(names, seed, random):
    shuffled = random.sample(names, len(names))
    if len(set(names)) >= 3:
        assert subject_folds(names, 3, seed, "toy") == subject_folds(shuffled, 3, seed, "toy")


def test_seeds_and_data_sets_draw_differently():
    names = [f"S{i}" for i in range(20)]
    drawn = {
        tuple(subject_folds(names, 5, seed, dataset).items()) for seed in (1, 2) for dataset in ("a", "b")
    }
    assert len(drawn) == 4


def test_too_few_subjects_names_the_data_set_and_the_key():
    with pytest.raises(StudyError, match=r"'jaffe' has 2 subjects.*training\.folds"):
        subject_folds(["a", "b", "b"], 3, seed=1, dataset="jaffe")


def test_assign_folds_lists_every_aligned_face_once(tmp_path, blank_face):
    index = tmp_path / "index.csv"
    rows = [
        {"image_id": f"toy/{s}{i}", "subject": s, "expression": "fear"} for s in ("ann", "bob") for i in "12"
    ]
    write_table(index, ["image_id", "subject", "expression"], rows)
    faces = tmp_path / "faces.h5"
    kept = [row["image_id"] for row in rows if row["image_id"] != "toy/bob2"]  # bob2 was rejected
    write_faces(
        faces,
        [Face(name, blank_face.image, blank_face.landmarks) for name in kept],
        len(blank_face.image),
        region_maps=False,
    )
    output = tmp_path / "folds.csv"
    assign_folds(["toy"], index=[index], faces=[faces], folds=2, seed=1, output=output)
    table = read_table(output)
    assert [row["image_id"] for row in table] == kept
    assert {row["subject"]: row["fold"] for row in table}.keys() == {"ann", "bob"}
    assert {row["dataset"] for row in table} == {"toy"}
