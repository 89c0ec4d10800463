"""A miniature of the whole study, run by Snakemake on a copy of the repository, and its outputs checked."""

import html.parser
import re
import subprocess
import sys
from pathlib import Path

import cv2
import h5py
import numpy as np
import pandas as pd
import pytest

from tests.drawings import faults
from tests.workflow.miniature import EXPRESSIONS, MASK_SETS, MASKED, NETWORKS, SUBJECTS, run_study
from workflow_scripts.standardization.heatmaps import read_heatmap
from workflow_scripts.standardization.standard_face import face_area, read_standard_face


@pytest.fixture(scope="module")
def results(finished_copy) -> Path:
    return finished_copy / "results"


def cells() -> list[tuple[str, int, str]]:
    return [(network, fold, name) for network in NETWORKS for fold in (1, 2) for name in EXPRESSIONS]


def test_images_of_other_expressions_are_counted_and_left_out(results):
    counts = pd.read_csv(results / "datasets/mini/counts.csv").set_index("expression")
    assert counts.loc["fear", "used"] == "no"
    assert counts.loc["fear", "images"] == SUBJECTS
    index = pd.read_csv(results / "datasets/mini/index.csv")
    assert set(index.expression) == set(EXPRESSIONS)


def test_no_image_is_lost(results):
    index = pd.read_csv(results / "datasets/mini/index.csv")
    rejected = pd.read_csv(results / "faces/mini/rejected.csv")
    folds = pd.read_csv(results / "training/folds.csv")
    assert sorted([*folds.image_id, *rejected.image_id]) == sorted(index.image_id)


def test_no_subject_is_in_two_folds(results):
    folds = pd.read_csv(results / "training/folds.csv")
    assert (folds.groupby("subject").fold.nunique() == 1).all()
    assert set(folds.fold) == {1, 2}


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("fold", [1, 2])
def test_predictions_cover_the_test_fold_and_no_other(results, network, fold):
    folds = pd.read_csv(results / "training/folds.csv")
    predictions = pd.read_csv(results / f"training/{network}/fold{fold}/predictions.csv")
    assert list(predictions.image_id) == list(folds[folds.fold == fold].image_id)
    np.testing.assert_allclose(predictions[EXPRESSIONS].sum(axis=1), 1, atol=1e-5)
    assert (predictions[EXPRESSIONS].idxmax(axis=1) == predictions.predicted).all()


def test_accuracy_is_that_of_the_predictions(results):
    for row in pd.read_csv(results / "training/accuracy.csv").itertuples():
        predictions = pd.read_csv(results / f"training/{row.network}/fold{row.fold}/predictions.csv")
        assert row.accuracy == pytest.approx((predictions.true == predictions.predicted).mean())


def test_means_of_accuracy_are_those_of_the_folds(results):
    folds = pd.read_csv(results / "training/accuracy.csv").groupby("network").accuracy
    means = pd.read_csv(results / "training/summary.csv").query("metric == 'accuracy'").set_index("network")
    for network in NETWORKS:
        assert means.estimate[network] == pytest.approx(folds.mean()[network])
        assert means.sd[network] == pytest.approx(folds.std()[network], abs=1e-9)
    assert means.estimate["average"] == pytest.approx(folds.mean().mean())


@pytest.mark.parametrize("cell", cells(), ids=str)
def test_every_cell_explains_its_positives(results, cell):
    network, fold, expression = cell
    positives = pd.read_csv(results / f"explanation/{network}/fold{fold}/positives.csv")
    expected = list(positives[positives.expression == expression].image_id)
    path = f"lime/{network}/fold{fold}/{expression}.h5"
    counts = pd.read_csv(results / "explanation/counts.csv", dtype={"fold": str})
    counts = counts.set_index(["network", "fold", "expression"])
    assert counts.loc[(network, str(fold), expression), "n"] == len(expected)
    with h5py.File(results / "explanation" / path) as stack:
        assert list(stack["image_id"].asstr()) == expected
        assert list(stack.attrs["expressions"]) == EXPRESSIONS
    with h5py.File(results / "standardization" / path) as file:
        heatmap, explanations = file["heatmap"][:], file["explanations"][:]
    assert len(explanations) == len(expected)
    if expected:
        np.testing.assert_allclose(heatmap, explanations.mean(axis=0), atol=1e-6)
        assert heatmap.min() >= 0
    else:
        assert np.isnan(heatmap).all()


def learned(results) -> dict[str, bool]:
    table = pd.read_csv(results / "training/learned.csv")
    return dict(zip(table.network, table.learned == "yes", strict=True))


def test_heatmaps_are_averaged_level_by_level_over_the_networks_that_learned(results):
    folder, did = results / "standardization/lime", learned(results)
    for expression in EXPRESSIONS:
        networks = []
        for network in NETWORKS:
            folds = []
            for fold in (1, 2):
                with h5py.File(folder / network / f"fold{fold}" / f"{expression}.h5") as file:
                    folds.append(file["heatmap"][:])
            networks.append(np.load(folder / network / f"{expression}.npy"))
            present = [heatmap for heatmap in folds if not np.isnan(heatmap).any()]
            if present:
                np.testing.assert_allclose(networks[-1], np.mean(present, axis=0), atol=1e-6)
            else:
                assert np.isnan(networks[-1]).all()
        overall = np.load(folder / f"{expression}.npy")
        present = [
            heatmap
            for name, heatmap in zip(NETWORKS, networks, strict=True)
            if did[name] and not np.isnan(heatmap).any()
        ]
        if present:
            np.testing.assert_allclose(overall, np.mean(present, axis=0), atol=1e-6)
        else:
            assert np.isnan(overall).all()


def test_a_network_that_did_not_learn_is_marked_wherever_it_is_and_in_no_average(results):
    """Eight subjects are too few to show that anything was learned, so that all are marked."""
    did = learned(results)
    assert set(did.values()) == {False}
    assert (pd.read_csv(results / "training/accuracy.csv").learned == "no").all()
    page = (results / "report/index.html").read_text(encoding="utf-8")
    assert "No network learned" in page
    for name in NETWORKS:
        assert f"{name} †" in page
    for mask_set in MASK_SETS:
        table = pd.read_csv(results / f"comparison/lime/{mask_set}/table3.csv", index_col="network")
        assert table.loc["average"].drop("learned").isna().all()
        assert (table.loc[NETWORKS, "learned"] == "no").all()
        ranking = pd.read_csv(results / f"comparison/lime/{mask_set}/table5.csv")
        assert ranking[["best", "worst"]].isna().all(axis=None)
        assert all(ranking.not_ranked.str.count("did not learn") == len(NETWORKS))


@pytest.mark.parametrize("mask_set", MASK_SETS)
def test_tables_are_the_means_of_the_scores_and_have_their_baselines(results, mask_set):
    folder = results / f"comparison/lime/{mask_set}"
    scores = pd.read_csv(folder / "scores.csv")
    masked = ["happiness"] if mask_set == "mine" else MASKED
    assert set(scores.expression) == set(masked)  # neutral is mapped, but not compared
    assert len(scores) == len(NETWORKS) * 2 * len(masked)
    for name, metrics in {"table3.csv": ["iou", "f1"], "table4.csv": ["precision", "recall"]}.items():
        table = pd.read_csv(folder / name, index_col="network")
        assert list(table.index) == [*NETWORKS, "average", "face"]
        for (network, expression), rows in scores.groupby(["network", "expression"]):
            for metric in metrics:
                assert table.loc[network, f"{expression}_{metric}"] == pytest.approx(
                    rows[metric].mean(), nan_ok=True
                )
        summary = pd.read_csv(folder / "summary.csv").query("kind == 'network' and expression == 'happiness'")
        for row in summary[summary.metric.isin(metrics)].itertuples():
            assert row.estimate == pytest.approx(table.loc[row.name, f"happiness_{row.metric}"], nan_ok=True)
    mask = cv2.imread(str(results / f"comparison/masks/{mask_set}/happiness.png"), cv2.IMREAD_GRAYSCALE)
    face = face_area(read_standard_face("resources/standard_face.csv"))
    expected = np.count_nonzero(face & (mask > 0)) / np.count_nonzero(face | (mask > 0))
    table = pd.read_csv(folder / "table3.csv", index_col="network")
    assert table.loc["face", "happiness_iou"] == pytest.approx(expected)
    positives = pd.concat(
        [
            pd.read_csv(path).assign(network=path.parts[-3], fold=int(path.parts[-2][4:]))
            for path in results.glob("explanation/*/fold*/positives.csv")
        ]
    )
    right = (positives.true == positives.expression).groupby(
        [positives.network, positives.fold, positives.expression]
    )
    cells_of = scores.set_index(["network", "fold", "expression"])
    for cell, share in right.mean().items():
        if cell in cells_of.index:
            assert cells_of.loc[cell, "share_correct"] == pytest.approx(share)
            assert cells_of.loc[cell, "median_r2"] <= 1
            assert cells_of.loc[cell, "amplitude"] >= 0


def test_similarities_are_correlations_of_the_heatmaps(results):
    face = face_area(read_standard_face("resources/standard_face.csv"))
    for expression in EXPRESSIONS:
        heatmaps = [
            np.load(results / f"standardization/lime/{network}/{expression}.npy") for network in NETWORKS
        ]
        row = pd.read_csv(results / f"similarity/lime/{expression}.csv").set_index(["network_a", "network_b"])
        found = row.loc[tuple(NETWORKS)]
        if any(np.isnan(heatmap).any() or np.ptp(heatmap) == 0 for heatmap in heatmaps):
            assert np.isnan(found.r_face)
        else:
            inside = [heatmap[face] for heatmap in heatmaps]
            assert found.r_face == pytest.approx(np.corrcoef(inside)[0, 1], abs=1e-6)
            on_canvas = [heatmap.ravel() for heatmap in heatmaps]
            assert found.r_canvas == pytest.approx(np.corrcoef(on_canvas)[0, 1], abs=1e-6)


def test_the_worth_of_trees_is_that_of_the_fold_heatmaps(results):
    """Two networks and two folds: their trees have one node, and nothing that a group could be told from."""
    face = face_area(read_standard_face("resources/standard_face.csv"))
    folder = results / "similarity/lime"
    agreement = pd.read_csv(folder / "reliability.csv").set_index(["network", "expression"])
    assert len(agreement) == len(NETWORKS) * len(EXPRESSIONS)
    for (network, expression), row in agreement.iterrows():
        cells = [f"standardization/lime/{network}/fold{fold}/{expression}.h5" for fold in (1, 2)]
        inside = [read_heatmap(results / cell)[face] for cell in cells]
        inside = [values for values in inside if np.isfinite(values).all() and np.ptp(values)]
        assert row.folds == len(inside)
        if len(inside) == 2:
            assert [row.r_folds, row.r_rest] == pytest.approx([np.corrcoef(inside)[0, 1]] * 2, abs=1e-6)
        else:
            assert np.isnan(row.ceiling)
    support = pd.read_csv(folder / "support.csv")
    assert set(support.members) <= {" ".join(NETWORKS)}
    assert set(support.support.dropna()) <= {1}
    groups = pd.read_csv(folder / "groups.csv")
    assert list(groups.expression) == [*EXPRESSIONS, "average"]
    assert groups.p.isna().all()


class Links(html.parser.HTMLParser):
    """Collects what a page refers to."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attributes):
        self.found += [value for key, value in attributes if key in ("src", "href") and value]


def test_the_figure_of_a_group_has_its_own_caption(results):
    page = (results / "report/index.html").read_text(encoding="utf-8")
    captions = re.findall(
        r"<figcaption><p><b>Heatmaps, ([\w ]+)\. </b>.*?href=\"lime/heatmaps_(\w+)\.svg", page
    )
    assert captions == [("low depth", "low_depth"), ("deep", "deep")]


def test_every_figure_has_text_that_can_be_read_and_colours_for_the_dark(results):
    figures = sorted(results.rglob("*.svg"))
    assert len(figures) > 12
    assert [fault for path in figures for fault in faults(path)] == []


def test_the_page_needs_nothing_but_its_folder(results):
    page = results / "report/index.html"
    links = Links()
    links.feed(page.read_text(encoding="utf-8"))
    assert sum(link.startswith("data:image/") for link in links.found) >= 6
    files = [link for link in links.found if not link.startswith(("#", "data:image/"))]
    assert any(link.endswith(".csv") for link in files)
    for link in files:
        assert not link.startswith(("http:", "https:", "//")), link
        assert (page.parent / link).is_file(), link


def test_a_second_run_has_nothing_to_do(finished_copy, results):
    assert "Nothing to be done" in run_study(finished_copy)


def test_the_same_seed_gives_the_same_bytes(finished_copy, results):
    """Train and explain one cell again: what comes out is what was there, to the byte."""
    names = [
        "training/WeiNet/fold1/history.csv",
        "training/WeiNet/fold1/predictions.csv",
        "standardization/lime/WeiNet/fold1/happiness.h5",
        "standardization/lime/WeiNet/happiness.npy",
        "comparison/lime/figure4/scores/WeiNet.csv",
    ]
    before = {name: (results / name).read_bytes() for name in names}
    times = {name: (results / name).stat().st_mtime_ns for name in names}
    model, made = "results/training/WeiNet/fold1/model.keras", [f"results/{name}" for name in names]
    run_study(finished_copy, "--forcerun", model, "--", *made)
    for name in names:
        assert (results / name).read_bytes() == before[name], name
        assert (results / name).stat().st_mtime_ns > times[name], name


def test_a_study_without_data_stops_with_each_missing_root_and_the_way_out(finished_copy):
    finished = subprocess.run(
        [sys.executable, "-m", "snakemake", "-n", "--configfile", "config.yaml"],
        cwd=finished_copy,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert finished.returncode != 0
    for name in ("ckplus", "bu4dfe", "jaffe", "wsefep", "fega"):
        assert f"datasets.{name}.root is empty" in finished.stdout
    assert "make demo" in finished.stdout
