"""Subsets of the explained images, added to the finished miniature study."""

from pathlib import Path

import pytest
import yaml

from tests.workflow.miniature import MASK_SETS, NETWORKS, run_study
from workflow_scripts.common.tables import read_table
from workflow_scripts.comparison.subset_file import read_subset_heatmaps

SUBSETS = {
    "run": {"subsets": ["correct", "sex"]},
    "comparison": {"subsets": {name: {"min_images": 1} for name in ("correct", "sex")}},
}
FILES = ["--configfile", "config.yaml", "study.yaml", "subsets.yaml"]


@pytest.fixture(scope="module")
def study(finished_copy) -> Path:
    """The copy with subsets, run."""
    (finished_copy / "subsets.yaml").write_text(yaml.safe_dump(SUBSETS))
    run_study(finished_copy, *FILES)
    return finished_copy / "results"


def counts(rows, subset: str) -> dict[tuple[str, str, str], int]:
    """The images of a division by network, fold and expression."""
    cells = {
        (row["network"], row["fold"], row["expression"], row["value"]): int(row["n"])
        for row in rows
        if (row["kind"], row["subset"]) == ("value", subset) and row["fold"]
    }
    found = {}
    for (*cell, _), n in cells.items():
        found[tuple(cell)] = found.get(tuple(cell), 0) + n
    return found


@pytest.mark.parametrize("mask_set", MASK_SETS)
def test_every_explained_image_is_in_one_subset_or_counted_as_unknown(study, mask_set):
    rows = read_table(study / f"comparison/lime/{mask_set}/subsets.csv")
    explained = {
        (row["network"], row["fold"], row["expression"]): int(row["n"])
        for row in read_table(study / "explanation/counts.csv")
        if row["fold"] != "all"
    }
    for subset in ("correct", "sex"):
        found = counts(rows, subset)
        assert {network for network, _, _ in found} == {*NETWORKS}
        assert found == {cell: explained[cell] for cell in found}


def test_subsets_have_heatmaps_and_a_section_of_the_page(study):
    for name in ("subsets", *(f"subsets/{network}" for network in NETWORKS)):
        list(read_subset_heatmaps(study / f"comparison/lime/{name}.h5"))
    page = (study / "report/index.html").read_text(encoding="utf-8")
    assert 'id="subsets"' in page
    assert "By right and wrong predictions" in page
