"""The other views of the atlas: what they show is in the tables, and what they open."""

import re
from itertools import combinations

import h5py
import numpy as np
import pytest

from workflow_scripts.common.tables import read_table


@pytest.fixture(scope="module")
def networks(shown) -> list[str]:
    return shown.all("store.study.networks.map(one => one.name)")


@pytest.fixture(scope="module")
def expressions(shown) -> list[str]:
    return shown.all("store.study.expressions")


def similarities(studied, expression: str) -> dict[frozenset[str], dict[str, str]]:
    rows = read_table(studied / f"results/similarity/lime/{expression}.csv")
    return {frozenset((row["network_a"], row["network_b"])): row for row in rows}


def test_r_of_two_means_is_that_of_the_table(shown, studied, networks, expressions):
    known = 0
    for expression in expressions:
        table = similarities(studied, expression)
        for a, b in combinations(networks, 2):
            shown.show(view="compare", network=a, b_network=b, expression=expression, b_expression=expression)
            said = shown.page.locator("#compare-r").text_content()
            r = table[frozenset((a, b))]["r_face"]
            if not r:
                assert "none" in said
                continue
            found = re.search(r"= (−?)(\d\.\d+)", said)
            assert float(found[1].replace("−", "-") + found[2]) == pytest.approx(float(r), abs=0.00501)
            assert "from the table" in said
            known += 1
    assert known


def test_a_map_does_not_differ_from_itself(shown):
    cell = shown.cell()
    shown.show(view="compare", way="difference", **cell, **{f"b_{key}": value for key, value in cell.items()})
    assert "The two maps are the same everywhere." in shown.page.locator("#main").text_content()


def test_swapping_twice_changes_nothing(shown):
    shown.show(view="compare", b_fold=2, **shown.cell())
    before = shown.page.locator("#compare-a figcaption").text_content(), shown.all("state.get()")
    shown.page.locator("#compare-swap").click()
    shown.settle()
    assert shown.page.locator("#compare-b figcaption").text_content()[3:] == before[0][3:]
    assert shown.all("state.get()") != before[1]
    shown.page.locator("#compare-swap").click()
    shown.settle()
    assert (shown.page.locator("#compare-a figcaption").text_content(), shown.all("state.get()")) == before


def test_the_matrix_has_the_distances_of_the_table_and_opens_a_comparison(shown, studied, expressions):
    checked = 0
    for expression in expressions:
        shown.show(view="similarity", expression=expression)
        table = similarities(studied, expression)
        for mark in shown.page.locator("#similarity-matrix [data-a][data-b]").all():
            pair, distance = re.fullmatch(
                r"(.*): distance (\d\.\d\d).*", mark.get_attribute("aria-label")
            ).groups()
            row = table[frozenset(pair.replace(" †", "").split(" and "))]
            assert float(distance) == pytest.approx(float(row["distance_face"]), abs=0.00501)
            checked += 1
    assert checked
    for expression in expressions:
        shown.show(view="similarity", expression=expression)
        if shown.page.locator("#similarity-matrix [data-a][data-b]").count():
            break
    mark = shown.page.locator("#similarity-matrix [data-a][data-b]").first
    pair = mark.get_attribute("aria-label").split(":")[0].replace(" †", "").split(" and ")
    mark.focus()
    shown.page.keyboard.press("Enter")
    shown.settle()
    pictured = shown.all("[store.networkName(state.get().network), store.networkName(state.get().b_network)]")
    assert shown.all("state.get().view") == "compare"
    assert set(pictured) == set(pair)


def test_a_tile_of_the_overview_opens_its_panel(shown, networks, expressions):
    shown.show(view="overview")
    row = shown.page.locator("#grid .panels[data-network='0'] a.tile")
    assert row.count() == len(expressions)
    tile = row.nth(1)
    assert tile.get_attribute("aria-label").startswith(f"{networks[0]}, {expressions[1]}: ")
    tile.focus()
    shown.page.keyboard.press("Enter")
    shown.settle()
    now = shown.all("state.get()")
    assert (now["view"], now["network"], now["fold"], now["expression"]) == ("explore", 0, 0, 1)
    assert shown.page.locator("#explore-title").text_content().startswith(f"{networks[0]}: {expressions[1]}")
    shown.page.go_back()
    shown.settle()
    assert shown.all("state.get().view") == "overview"


def test_scores_in_the_overview_are_those_of_the_summary(shown, studied, networks, expressions):
    masks = shown.all("store.study.maskSets[0].name")
    rows = read_table(studied / f"results/comparison/lime/{masks}/summary.csv")
    for metric in shown.all("store.study.metrics.map(one => one.name)"):
        shown.show(view="overview", metric=metric)
        scores = {
            (row["name"], row["expression"]): row["estimate"]
            for row in rows
            if row["kind"] == "network" and row["metric"] == metric and row["claim"] != "faces"
        }
        for n, network in enumerate(networks):
            labels = shown.page.locator(f"#grid .panels[data-network='{n}'] a.tile")
            for x, expression in enumerate(expressions):
                found = re.search(r": \w+ (\d\.\d{3})", labels.nth(x).get_attribute("aria-label"))
                estimate = scores.get((network, expression), "")
                assert bool(found) == bool(estimate)
                assert not found or float(found[1]) == pytest.approx(float(estimate), abs=5.01e-4)


@pytest.mark.parametrize("metric", ["iou", "auc"])
def test_the_legend_of_scores_names_what_is_drawn_and_what_intervals_are_over(shown, metric):
    """Two folds have no interval over trainings, in the legend, the table or what is said of a strip."""
    assert shown.all("store.study.folds.length") < 3
    shown.show(view="overview", metric=metric)
    section = shown.page.locator("section[aria-labelledby='score-title']")
    legend = section.locator(".legend li").all_text_contents()
    section.locator("summary").click()
    section.locator("tbody tr").first.wait_for()
    rows = [row.locator("td").all_text_contents() for row in section.locator("tbody tr").all()]
    section.locator("summary").click()
    _, intervals, _, beside, _ = map(" ".join, zip(*rows, strict=True))
    for name in ("the whole face", "places drawn at random", "a blurred spot at the centre"):
        assert (name in legend) == (name in beside)
    assert (" over faces" in intervals) == any("interval over faces" in text for text in legend)
    assert "over trainings" not in " ".join([intervals, *legend, *section.all_text_contents()])


def test_evidence_has_the_explanations_of_the_cell(shown, studied):
    cell = shown.cell()
    shown.show(view="evidence", **cell)
    name = "{explainer}/{network}/fold{fold}/{expression}.h5".format(**cell)
    with h5py.File(studied / "results/explanation" / name) as file:
        images = [one.decode() for one in file["image_id"][:]]
        place = list(file.attrs["expressions"]).index(cell["expression"])
        probabilities = file["probability"][:, place]
    found = shown.page.evaluate("place => store.evidence(...place)", place_of(shown, cell))
    known = shown.all("store.explained()")["id"]
    assert [known[one] for one in found["image"]] == images
    assert np.abs(np.array(found["probability"]) - probabilities).max() <= 5.01e-5
    text = shown.page.locator("#main").text_content()
    for image in images:
        assert image in text or image.rpartition("/")[2] in text


def place_of(shown, cell: dict) -> list[int]:
    return shown.page.evaluate(
        """cell => [store.study.explainers.indexOf(cell.explainer),
            store.study.networks.findIndex(one => one.name === cell.network),
            store.study.folds.indexOf(cell.fold) + 1, store.study.expressions.indexOf(cell.expression)]""",
        cell,
    )
