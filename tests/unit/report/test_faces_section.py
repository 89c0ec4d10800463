"""The page's section on other people's faces, and the figures of differences."""

import json
from types import SimpleNamespace

import cv2
import h5py
import numpy as np
import pytest

from tests.drawings import faults
from tests.unit.report.test_figures import learned_table
from workflow_scripts.common.tables import write_table
from workflow_scripts.comparison.contrasts import CONTRASTS
from workflow_scripts.comparison.scores import load_metrics
from workflow_scripts.report.draw_contrasts import draw_contrasts
from workflow_scripts.report.figures.difference_colors import contrasted, difference_scale
from workflow_scripts.report.page.entries import COLUMNS, DIFFERENCES, Differences, Entries
from workflow_scripts.report.page.faces_section import faces_section, places_sentence
from workflow_scripts.report.page.study import Comparison
from workflow_scripts.standardization.standard_face import HEIGHT, WIDTH


def difference(a: str, b: str, metric: str, claim: str, **numbers) -> dict[str, str]:
    row = dict.fromkeys(DIFFERENCES, "") | {"kind": "network", "name_a": a, "name_b": b}
    row |= {"expression": "average", "metric": metric, "claim": claim, "estimate": "0.1", "p": "0.01"}
    return row | {"low": "0.05", "high": "0.15", "folds": "5"} | numbers


def contrast(a: str, b: str, **values) -> dict[str, str]:
    row = dict.fromkeys(CONTRASTS, "") | {"kind": "network", "name_a": a, "name_b": b}
    return row | {"expression": "average", "subjects": "9"} | values


TESTED = {"differs": "0.2", "more_a": "0.15", "more_b": "0.05", "smallest_p": "0.01", "q": "0.02"}


def shown(differences, contrasts=()) -> str:
    comparison = Comparison("lime", "drawn", [], Entries({}), [], Differences.of(differences))
    study = SimpleNamespace(
        folds=[],
        datasets={},
        comparisons=[comparison],
        comparisons_of=lambda explainer: [comparison],
        metrics=load_metrics(["iou", "auc"]),
        explainers=["lime"],
        did_learn={"A": True, "B": True, "C": False},
        contrasts={"lime": contrasts},
        figures={},
    )
    return "\n".join(map(str, faces_section(study)))


def test_differences_over_faces_have_their_interval_and_the_mark_of_small_designs():
    rows = [
        difference("A", "B", "auc", "trainings", low="-0.9", high="0.9", q="0.8"),
        difference("A", "B", "auc", "faces", q="0.01", coverage="0.95"),
        difference("A", "C", "auc", "faces", q="0.2", coverage="0.9"),
        difference("A", "C", "iou", "faces", coverage="0.95"),
    ]
    text = shown(rows)
    assert "A − B" in text
    assert "A − C †" in text
    assert text.count("faces [0.050, 0.150]") == 2
    assert text.count("faces [0.050, 0.150]‡") == 1
    assert "0.900" not in text
    assert "1 of 2 pairs of these networks differs in average AUC" in text
    assert "A – B." in text


def test_without_intervals_over_faces_there_is_no_table():
    assert "<table" not in shown([difference("A", "B", "auc", "trainings", q="0.01")])


def test_rows_of_both_claims_never_take_each_others_place():
    both = [
        difference("A", "B", "auc", claim) | {"low": low}
        for claim, low in (("trainings", "1"), ("faces", "2"))
    ]
    for rows in (both, both[::-1]):
        found = Differences.of(rows)
        assert found.get("network", "A", "B", "average", "auc", "trainings")["low"] == "1"
        assert [row["claim"] for row in found.of_kind("network", "average", "auc")] == ["trainings"]
        assert found.faces("network", "", "average")["A", "B"]["auc"]["low"] == "2"
        row = dict.fromkeys(COLUMNS, "") | {
            "kind": "network",
            "name": "A",
            "metric": "auc",
            "expression": "fear",
        }
        entries = Entries.of([row | {key: one[key] for key in ("claim", "low")} for one in rows])
        assert entries.score("A", "fear", "auc")["low"] == "1"
        assert entries.faces("A", "fear", "auc")["low"] == "2"


def test_places_are_summed_up_in_a_sentence():
    more = TESTED | {"differs": "0.4"}
    assert places_sentence([contrast("A", "B", **TESTED), contrast("A", "C", **more)], "networks") == (
        "2 of 2 pairs of networks differ somewhere in the face (q\xa0<\xa00.05 over the pairs, 9 people), in "
        "20.0 to 40.0 % of it."
    )
    weak = contrast("A", "B", **(TESTED | {"q": "0.5"}))
    assert places_sentence([weak], "networks").startswith("In none of 1 pair of networks")
    few = contrast("A", "B", reason="too few", subjects="3")
    assert places_sentence([few], "networks") == (
        "Where in the face networks differ cannot be tested: at most 3 people have explanations on both "
        "sides of a pair, and 6 are needed."
    )
    assert "<table" not in shown([], [few])
    text = shown([], [contrast("A", "C", **TESTED), few])
    assert "20.0 %" in text
    assert "A – C †" in text


@pytest.mark.parametrize("networks", [["A", "B", "C"], ["A"]])
def test_the_pairs_are_drawn_below_the_diagonal(tmp_path, background, networks):
    names = [("network", "", "A", "B", "average", ""), ("network", "", "A", "C", "average", "too few")]
    names += [("network", "", "B", "C", "average", ""), ("network", "", "A", "B", "fear", "")]
    names += [("expression", "average", "fear", "joy", "", "")]
    keys = ("kind", "of", "name_a", "name_b", "expression", "reason")
    rows = [dict.fromkeys(CONTRASTS) | dict(zip(keys, one, strict=True)) for one in names]
    if len(networks) == 1:
        rows = []
    write_table(tmp_path / "contrasts.csv", CONTRASTS, rows)
    with h5py.File(tmp_path / "contrasts.h5", "w") as file:
        file["mean"] = np.full((len(rows), 46, 37), 0.01, np.float32)
        file["p"] = np.full((len(rows), 46, 37), 0.01, np.float32)
    files = {
        key: [tmp_path / f"{name}.{key}" for name in ("networks", "expressions")] for key in ("svg", "png")
    }
    draw_contrasts(
        tmp_path / "contrasts.csv",
        maps=tmp_path / "contrasts.h5",
        learned=learned_table(tmp_path),
        networks=json.dumps(networks),
        expressions=json.dumps(["fear", "joy"]),
        background=background,
        output=files["svg"],
        png=files["png"],
    )
    assert [fault for path in files["svg"] for fault in faults(path)] == []
    sizes = [cv2.imread(str(path)).shape for path in files["png"]]
    assert all(300 < width < 1600 for _, width, _ in sizes)
    assert sizes[0][0] > (600 if len(networks) == 3 else 300)


def test_differences_grow_lighter_from_less_to_more():
    """So that they are told apart in grey, too."""
    scale = difference_scale()[..., ::-1].astype(np.float32)
    lightness = cv2.cvtColor(scale, cv2.COLOR_BGR2LAB)[0, :, 0]
    assert (np.maximum.accumulate(lightness) - lightness).max() < 0.5  # of 100; 1 can just be seen
    assert min(lightness[128] - lightness[0], lightness[-1] - lightness[128]) > 14


def test_only_what_differs_is_opaque_and_outlined():
    face, values, p = np.full((HEIGHT, WIDTH, 3), 0.5), np.ones((46, 37)), np.ones((46, 37))
    values[:, :18], p[10:30, 5:12], p[:3] = -1, 0.01, np.nan
    picture = contrasted(face, values, p)
    significant, other, outside = picture[120, 50], picture[120, 20], picture[5, 50]
    assert np.abs(significant - 0.5).sum() > 1.5 * np.abs(other - 0.5).sum() > 0
    np.testing.assert_allclose(outside, 0.5)
    assert (significant[2] > significant[0]) == (other[2] > other[0])  # blue: less
    assert picture[120, 200][0] > picture[120, 200][2]  # orange: more
    assert (picture == 1).all(axis=2).sum() > 100  # the outline
    assert (contrasted(face, values, np.ones((46, 37))) < 1).any(axis=2).all()
