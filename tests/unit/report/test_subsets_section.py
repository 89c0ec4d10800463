"""The page's section on subsets of the explained images, and its figure."""

from types import SimpleNamespace

import numpy as np
import pytest

from tests.drawings import faults
from workflow_scripts.comparison.subset_file import SubsetHeatmap, write_subset_heatmaps
from workflow_scripts.comparison.subset_rows import SUBSETS
from workflow_scripts.report.draw_subsets import draw_subsets
from workflow_scripts.report.page import subsets_section as module
from workflow_scripts.report.page.subsets_section import subsets_section
from workflow_scripts.standardization.standard_face import HEIGHT, WIDTH


def row(kind: str, **values: str) -> dict[str, str]:
    about = {"kind": kind, "subset": "correct", "network": "WeiNet", "mask_set": "facs", "value": "right"}
    return dict.fromkeys(SUBSETS, "") | about | values


def apart(equal: str, **values: str) -> dict[str, str]:
    found = {"value_b": "wrong", "expression": "average", "metric": "auc", "claim": "faces"}
    found |= {"equal_n": equal, "estimate": "-0.25", "low": "-0.5", "high": "0.125", "p": "0.2", "q": "0.3"}
    found |= {"score_a": "0.5", "score_b": "0.75", "n": "9", "n_b": "4", "expressions": "2"}
    return row("difference", **found | {"coverage": "0.95"} | values)


ROWS = [
    row("value", fold="1", expression="fear", metric="auc", estimate="0.5", n="9"),
    row("value", fold="1", expression="fear", metric="iou", estimate="0.1", n="9"),
    row("value", fold="1", expression="fear", n="3", value="", reason="no value"),
    apart("no", estimate="-0.5"),
    apart("yes", n="4"),
    row("difference", network="SongNet", value_b="wrong", expression="fear", reason="few images"),
]


@pytest.fixture
def section(monkeypatch):
    monkeypatch.setattr(module, "figure_part", lambda study, name: name)
    learned = {"WeiNet": True, "SongNet": False}

    def written(rows=ROWS, by="correct") -> str:
        study = SimpleNamespace(
            explainers=["lime"],
            subsets={"lime": {"facs": rows}} if rows else {},
            setup={"comparison": {"subsets": {"correct": {"by": by}}}},
            networks=list(learned),
            did_learn=learned,
        )
        return "".join(subsets_section(study))

    return written


def test_the_difference_at_equal_numbers_stands_beside_that_of_all_images(section):
    page = section()
    assert "By right and wrong predictions" in page
    assert "0.500 (9), 0.750 (4)" in page
    before, after = page.index("−0.500"), page.index("−0.250")
    assert before < after
    assert "[−0.500, 0.125]" in page
    assert "p\xa0=\xa00.20 (q\xa0=\xa00.30)" in page
    assert "4 in 2 expressions" in page


def test_too_few_images_and_unknown_values_are_told(section):
    page = section()
    songnet = page[page.index("SongNet") :]
    assert "too few images" in songnet[:200]
    assert '<th scope="row">unknown</th><td class="number">3</td><td class="number">0</td>' in page
    assert '<th scope="row">right</th><td class="number">9</td>' in page  # once, not by metric


def test_an_interval_over_trainings_is_not_passed_off_as_one_over_faces(section):
    page = section([apart("no", claim="trainings"), apart("yes", claim="trainings")])
    assert "[−0.500" not in page
    assert "p\xa0=" not in page


def test_parts_that_cannot_be_compared_at_all_have_no_table(section):
    assert "Masks facs: too few images" in section(ROWS[2:3] + ROWS[5:])
    assert "Masks facs: there is one value" in section(ROWS[:2])


def test_names_of_columns_are_text(section):
    assert "<script>" not in section(by="<script>")
    assert section([]) == ""


def test_the_figure_has_a_row_for_each_value_and_says_where_images_are_few(tmp_path, background):
    heatmap = np.linspace(0, 1, HEIGHT * WIDTH, dtype=np.float32).reshape(HEIGHT, WIDTH)
    found = [
        SubsetHeatmap("sex", "F", "fear", 5, 1, heatmap),
        SubsetHeatmap("sex", "M", "fear", 0, 0, np.full_like(heatmap, np.nan)),
    ]
    for name, of in (("some", found), ("none", [])):
        write_subset_heatmaps(tmp_path / f"{name}.h5", of)
        draw_subsets(
            tmp_path / f"{name}.h5",
            expressions='["fear"]',
            background=background,
            output=tmp_path / f"{name}.svg",
            png=tmp_path / f"{name}.png",
        )
        assert faults(tmp_path / f"{name}.svg") == []
    drawn = (tmp_path / "some.svg").read_text(encoding="utf-8")
    for text in ("sex: F", "sex: M", "5 images", "few images", "Mean of the networks that learned"):
        assert text in drawn
    assert "no network learned" in (tmp_path / "none.svg").read_text(encoding="utf-8")
