"""The numbers that the atlas shows: those of the tables, and those of the slider, computed here once more."""

from itertools import product
from pathlib import Path

import cv2
import h5py
import numpy as np
import pytest

from workflow_scripts.common.tables import read_table

SHOWN = """() => ({
    title: document.querySelector('#explore-title').textContent,
    missing: document.querySelector('#explore-missing').checkVisibility(),
    threshold: document.querySelector('#threshold').value,
    ...Object.fromEntries(['iou', 'f1', 'precision', 'recall'].map(name =>
        [name, document.querySelector(`#score-${name}`).textContent])),
})"""
# rows of the table below the map: texts by metric, then by the column's name
TABLE = """() => {
    const columns = [...document.querySelectorAll('#scores thead th')].map(one => one.textContent);
    return Object.fromEntries([...document.querySelectorAll('#scores tbody tr')].map(row => [
        row.dataset.metric,
        Object.fromEntries([...row.children].map((cell, place) => [columns[place], cell.textContent])),
    ]));
}"""
PAPER = ["iou", "f1", "precision", "recall"]


@pytest.fixture(scope="module")
def results(studied) -> Path:
    return studied / "results"


@pytest.fixture(scope="module")
def names(shown) -> dict:
    """What the study has: the names of explainers, mask sets, networks, folds and expressions."""
    return shown.all(
        """({
            explainer: store.study.explainers, masks: store.study.maskSets.map(one => one.name),
            network: store.study.networks.map(one => one.name), fold: store.study.folds,
            expression: store.study.expressions, metric: store.study.metrics.map(one => one.name),
        })"""
    )


def value(text: str) -> float | None:
    """A number as the page writes it."""
    return None if text == "–" else float(text.replace("−", "-"))


def agrees(text: str, field: str) -> bool:
    """Whether a number that is shown is that of a table, to its last digit."""
    if not field:
        return text == "–"
    digits = len(text.partition(".")[2])
    return digits == 3 and abs(value(text) - float(field)) <= 0.5 * 10**-digits + 1e-9


def test_every_cell_has_the_scores_of_the_table_when_the_slider_stands_at_otsu_s_threshold(
    shown, names, results
):
    seen = missing = 0
    for explainer, masks in product(names["explainer"], names["masks"]):
        for row in read_table(results / f"comparison/{explainer}/{masks}/scores.csv"):
            cell = {key: row[key] for key in ("network", "fold", "expression")}
            if cell["network"] not in names["network"]:
                continue
            shown.show(view="explore", explainer=explainer, masks=masks, **cell)
            found = shown.all(SHOWN)
            assert found["title"] == f"{row['network']}: {row['expression']}, fold {row['fold']}"
            assert found["missing"] == bool(row["missing"]), row
            if row["missing"]:
                missing += 1
                continue
            assert found["threshold"] == row["threshold"]
            assert [name for name in PAPER if not agrees(found[name], row[name])] == [], (row, found)
            seen += 1
    cells = len(names["network"]) * len(names["fold"])
    assert seen + missing >= len(names["masks"]) * cells
    assert seen
    assert missing


def test_mean_maps_have_their_own_scores_beside_the_means_of_fold_scores(shown, names, results):
    seen = differ = 0
    for explainer, masks in product(names["explainer"], names["masks"]):
        folder = results / f"comparison/{explainer}/{masks}"
        summary = {
            (row["name"], row["expression"], row["metric"]): row
            for row in read_table(folder / "summary.csv")
            if row["kind"] == "network" and row["claim"] != "faces"
        }
        for row in read_table(folder / "means.csv"):
            network = "mean of networks" if row["network"] == "average" else row["network"]
            shown.show(
                view="explore",
                explainer=explainer,
                masks=masks,
                network=network,
                expression=row["expression"],
            )
            if row["missing"]:
                assert shown.all(SHOWN)["missing"]
                continue
            live, table = shown.all(SHOWN), shown.all(TABLE)
            for metric in names["metric"]:
                told = table[metric]
                assert agrees(told["score of the mean map"], row[metric]), (row, told)
                assert metric not in PAPER or live[metric] == told["score of the mean map"]
                entry = summary.get((row["network"], row["expression"], metric), {"estimate": ""})
                assert agrees(told["mean of fold scores"], entry["estimate"]), (entry, told)
                seen += 1
                differ += told["score of the mean map"] != told["mean of fold scores"]
    assert seen
    assert differ or not several(names, results)  # the miniature's panels have a heatmap in one fold each


def several(names: dict, results: Path) -> bool:
    """Whether a panel has heatmaps in more than one fold."""
    rows = read_table(results / f"comparison/{names['explainer'][0]}/{names['masks'][0]}/scores.csv")
    panels = [(row["network"], row["expression"]) for row in rows if not row["missing"]]
    return len(panels) > len(set(panels))


def test_another_threshold_has_the_scores_that_its_region_has(shown, names, results):
    explainer, masks = names["explainer"][0], names["masks"][0]
    rows = read_table(results / f"comparison/{explainer}/{masks}/scores.csv")
    scored = [row for row in rows if row["network"] in names["network"] and not row["missing"]]
    for row, threshold in zip(scored * 8, (0, 1, 40, 100, 127, 200, 254, 255), strict=False):
        cell = {key: row[key] for key in ("network", "fold", "expression")}
        shown.show(view="explore", explainer=explainer, masks=masks, threshold=threshold, **cell)
        place = "{network}/fold{fold}/{expression}".format(**row)
        with h5py.File(results / f"standardization/{explainer}/{place}.h5") as file:
            heatmap = file["heatmap"][:].astype(float)
        mask = cv2.imread(str(results / f"comparison/masks/{masks}/{row['expression']}.png"), 0) > 127
        levels = np.round((heatmap - heatmap.min()) / np.ptp(heatmap) * 255)
        region = levels > threshold
        both = (region & mask).sum()
        expected = {
            "iou": both / (region | mask).sum(),
            "f1": 2 * both / (region.sum() + mask.sum()),
            "precision": both / max(region.sum(), 1),
            "recall": both / mask.sum(),
        }
        found = shown.all(SHOWN)
        assert found["threshold"] == str(threshold)
        for name, score in expected.items():
            assert value(found[name]) == pytest.approx(score, abs=5.01e-4), (name, row, threshold)


def test_the_slider_moves_with_the_keyboard_and_returns_to_otsu_s_threshold(shown):
    shown.show(view="explore", **shown.cell())
    slider = shown.page.locator("#threshold")
    begin, before = int(slider.input_value()), shown.all(SHOWN)
    slider.focus()
    for _ in range(40):
        shown.page.keyboard.press("ArrowRight")
    shown.settle()
    assert int(slider.input_value()) == min(begin + 40, 255)
    assert shown.all(SHOWN)["recall"] != before["recall"]
    assert f"threshold={slider.input_value()}" in shown.page.url
    shown.page.locator("#otsu").click()
    shown.settle()
    assert shown.all(SHOWN) == before
    assert "threshold" not in shown.page.url
