import subprocess

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow_scripts.common import registry, seeds
from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.files import atomic_write, made_again, write_hashes
from workflow_scripts.common.tables import read_table, write_table


def test_a_file_appears_only_when_it_is_whole(tmp_path):
    target = tmp_path / "folder" / "scores.csv"

    def fail():
        with atomic_write(target) as unfinished:
            unfinished.write_text("half")
            assert not target.exists()
            raise RuntimeError("killed")

    with pytest.raises(RuntimeError):
        fail()
    assert list(target.parent.iterdir()) == []
    with atomic_write(target) as unfinished:
        unfinished.write_text("whole")
    assert [path.read_text() for path in target.parent.iterdir()] == ["whole"]


def test_hashes_are_those_of_sha256sum(tmp_path):
    files = [tmp_path / "fear.h5", tmp_path / "joy.h5"]
    for file in files:
        file.write_text(file.name)
    write_hashes(files, tmp_path / "heatmaps.sha256")
    check = ["sha256sum", "--check", "--strict", "heatmaps.sha256"]
    printed = subprocess.run(check, cwd=tmp_path, check=True, capture_output=True, text=True).stdout
    assert printed == "fear.h5: OK\njoy.h5: OK\n"


def test_what_makes_a_file_again_names_the_hashes_that_stand_for_it(tmp_path):
    listed, other = tmp_path / "fear.h5", tmp_path / "no fear.h5"
    for path in (listed, other):
        path.touch()
    assert made_again(listed) == made_again(other) == "delete it and rerun"
    write_hashes([listed], tmp_path / "heatmaps.sha256")
    assert made_again(listed) == "delete it and heatmaps.sha256 beside it and rerun"
    assert made_again(other) == "delete it and rerun"
    listed.unlink()
    assert made_again(listed) == "delete heatmaps.sha256 beside it and rerun"


def test_a_failed_rewrite_keeps_the_old_file(tmp_path):
    target = tmp_path / "scores.csv"
    target.write_text("old")

    def fail():
        with atomic_write(target) as unfinished:
            unfinished.write_text("new")
            raise RuntimeError("killed")

    with pytest.raises(RuntimeError):
        fail()
    assert target.read_text() == "old"


def test_what_killed_jobs_left_goes_with_the_next_writing_of_the_same_file(tmp_path):
    (tmp_path / ".unfinished-12-a.csv").write_text("half")
    (tmp_path / ".unfinished-345-a.csv").write_text("less")
    others = [".unfinished-12-b-a.csv", ".unfinished-12-a.csv.part", "unfinished-1-a.csv", "b-a.csv"]
    for name in others:
        (tmp_path / name).write_text("of another")
    with atomic_write(tmp_path / "a.csv") as unfinished:
        unfinished.write_text("whole")
    assert {path.name for path in tmp_path.iterdir()} == {"a.csv", *others}
    assert (tmp_path / "a.csv").read_text() == "whole"


def test_of_two_jobs_that_write_one_file_the_first_fails_and_the_second_is_whole(tmp_path):
    def first():
        with atomic_write(tmp_path / "a.csv") as mine:
            mine.write_text("first")
            (tmp_path / ".unfinished-1-a.csv").write_text("second")  # it began later and took mine away
            mine.unlink()

    with pytest.raises(StudyError, match=r"a\.csv: another job is writing this file; stop it"):
        first()
    assert not (tmp_path / "a.csv").exists()
    assert (tmp_path / ".unfinished-1-a.csv").read_text() == "second"


@given(st.integers(0, 2**31), st.lists(st.one_of(st.text(max_size=8), st.integers(-9, 9)), max_size=4))
def test_the_same_purpose_draws_the_same_numbers(seed, purpose):
    draws = [seeds.generator(seed, *purpose).random(3) for _ in range(2)]
    np.testing.assert_array_equal(*draws)


def test_purposes_do_not_run_into_each_other():
    purposes = [("a", "bc"), ("ab", "c"), ("abc",), ("a", "b", "c"), (1, 2), ("1", "2"), (12,)]
    assert len({seeds.derived_seed(1, *purpose) for purpose in purposes}) == len(purposes)
    assert seeds.derived_seed(1, "a", bits=32) < 2**32


cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\0"), max_size=12)


@given(st.lists(st.fixed_dictionaries({"path": cells, "expression": cells}), max_size=6))
def test_tables_keep_any_text(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("tables") / "table.csv"
    write_table(path, ["path", "expression"], rows)
    assert read_table(path, ["path"]) == rows


@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_tables_keep_every_float32(tmp_path_factory, value):
    path = tmp_path_factory.mktemp("tables") / "table.csv"
    write_table(path, ["value"], [{"value": float(value)}])
    assert np.float32(read_table(path)[0]["value"]) == np.float32(value)


def test_a_missing_column_is_named_with_the_remedy(tmp_path):
    path = tmp_path / "folds.csv"
    path.write_text("image_id,subject\na,b\n")
    with pytest.raises(StudyError, match=r"folds\.csv: column fold is missing.*image_id, subject.*rerun"):
        read_table(path, ["image_id", "fold"])


@pytest.mark.parametrize("line", ["a", "a,b,c"])
def test_a_ragged_row_is_named_by_its_line(tmp_path, line):
    path = tmp_path / "folds.csv"
    path.write_text(f"image_id,fold\nx,1\n{line}\n")
    with pytest.raises(StudyError, match=r"folds\.csv, line 3"):
        read_table(path)


def test_of_a_wide_table_only_the_columns_that_are_asked_for_are_kept(tmp_path):
    """Those that may be absent, too; and a row with too few fields is an error all the same."""
    path = tmp_path / "index.csv"
    path.write_text("age,image_id,map\n30,x,m\n31,y,\n")
    assert read_table(path, ["image_id"], ["map", "sequence"]) == [
        {"image_id": "x", "map": "m"},
        {"image_id": "y", "map": ""},
    ]
    assert read_table(path, ["image_id"], []) == [{"image_id": "x"}, {"image_id": "y"}]
    assert read_table(path)[0] == {"age": "30", "image_id": "x", "map": "m"}
    path.write_text("age,image_id,map\n30,x\n")
    with pytest.raises(StudyError, match=r"index\.csv, line 2"):
        read_table(path, ["image_id"], [])


def test_a_registry_imports_the_entry_it_is_asked_for_and_lists_the_others():
    package = "workflow_scripts.comparison.mask_kinds"
    names = registry.entry_names(package)
    assert names == sorted(names)
    assert {"action_units", "images", "outlines", "region_maps"} <= set(names)
    assert registry.load_entry(package, "images").__name__ == f"{package}.images"
    with pytest.raises(StudyError, match=r"no entry '\.\./x'.*action_units"):
        registry.load_entry(package, "../x")
