"""Which files are a study's own."""

import shutil

import pytest

from workflow_scripts.common.places import ROOT, is_own

FACE = "resources/mean_face.png"


@pytest.mark.parametrize("place", [shutil.copy, lambda source, target: target.symlink_to(source)])
def test_a_copy_of_a_shipped_file_is_the_study_s_own_and_a_link_to_it_is_not(tmp_path, monkeypatch, place):
    monkeypatch.chdir(tmp_path)
    assert not is_own(FACE)
    (tmp_path / FACE).parent.mkdir()
    place(ROOT / FACE, tmp_path / FACE)
    assert is_own(FACE) == (place is shutil.copy)


def test_no_file_is_a_study_s_own_where_it_lies_in_the_clone(monkeypatch):
    monkeypatch.chdir(ROOT)
    assert not is_own(FACE)
