"""Entries of one's own: files of a user's, named in the settings, and none of ours touched."""

import itertools
import shutil
from pathlib import Path

import cv2
import h5py
import numpy as np
import pandas as pd
import pytest
import yaml

from tests.own_metrics import OUTSIDE
from tests.study_copy import plan_rows, plan_study
from tests.workflow.miniature import EXPRESSIONS, MASK_SETS, MASKED, NETWORKS, run_study
from workflow_scripts.comparison.score_columns import PAPER
from workflow_scripts.faces.face_store import FaceReader
from workflow_scripts.standardization.standard_face import read_standard_face

OWN_FILES = Path(__file__).parent / "own_entries"
STRENGTH, SHARE = 2.0, 0.4  # of the settings below, and the default of my_kind.schema.yaml
OWN = {
    "run": {"explainers": ["lime", "lower"], "mask_sets": [*MASK_SETS, "lower"]},
    "explanation": {
        "explainers": {"lower": {"explainer": "mine/my_explainer.py:build", "strength": STRENGTH}}
    },
    "comparison": {"mask_sets": {"lower": {"kind": "mine/my_kind.py:draw", "expressions": MASKED}}},
}
FILES = ["--configfile", "config.yaml", "study.yaml", "own.yaml"]
# all that is there before; the page and Figure 4 show what is added
KEPT = ["datasets", "faces", "training", "explanation", "standardization", "comparison", "similarity"]
SIZES = {"WeiNet": 32, "SongNet": 48}


def contents(folder: Path) -> dict[Path, tuple[bytes, int]]:
    """Bytes and time of each file of the study without entries of one's own."""
    places = [folder / "results" / stage for stage in KEPT] + [folder / "results/report/lime"]
    files = [path for place in places for path in place.rglob("*") if path.is_file()]
    return {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in files}


@pytest.fixture(scope="module")
def before(finished_copy) -> dict[Path, tuple[bytes, int]]:
    return contents(finished_copy)


@pytest.fixture(scope="module")
def study(finished_copy, before) -> Path:
    """The copy with entries of one's own, run."""
    shutil.copytree(OWN_FILES, finished_copy / "mine", ignore=shutil.ignore_patterns("__pycache__"))
    (finished_copy / "own.yaml").write_text(yaml.safe_dump(OWN))
    run_study(finished_copy, *FILES)
    return finished_copy


def test_what_was_there_stays_as_it_is(study, before):
    after = contents(study)
    lime = [study / "results/comparison/lime", study / "results/report/lime"]
    joined = {lime[0] / "rankings.csv", lime[1] / "answer.svg", lime[1] / "answer.png"}
    kept = before.keys() - joined  # these are of all mask sets, which are one more
    assert len(kept) == len(before) - 3
    assert {path: after[path] for path in kept} == {path: before[path] for path in kept}
    added = {path.relative_to(study / "results").parts for path in after.keys() - before.keys()}
    between = {("similarity", f"{name}.csv") for name in ("explainers", "excess", "findings")}
    assert between <= added  # there are two explainers now
    added -= between
    assert added
    assert all("lower" in parts for parts in added)


@pytest.mark.parametrize("network", NETWORKS)
def test_the_heatmap_of_an_explainer_of_one_s_own_is_the_known_one(study, network):
    """Its map rises with the rows of an image, and a warp that is affine between points keeps such a map: at
    each point of the standard face stands how low that point is in the images, on average."""
    results = study / "results"
    points = read_standard_face(study / "resources/standard_face.csv")[:68]
    columns, rows = np.rint(points).astype(int).T
    tried = 0
    for fold in (1, 2):
        positives = pd.read_csv(results / f"explanation/{network}/fold{fold}/positives.csv")
        answers = pd.read_csv(
            results / f"training/{network}/fold{fold}/predictions.csv", index_col="image_id"
        )
        for expression in EXPRESSIONS:
            image_ids = list(positives.image_id[positives.expression == expression])
            path = f"lower/{network}/fold{fold}/{expression}.h5"
            with h5py.File(results / "standardization" / path) as file:
                assert list(file["image_id"].asstr()) == image_ids
                assert np.isnan(file.attrs["median_r2"])
                heatmap = file["heatmap"][:]
            if not image_ids:
                assert np.isnan(heatmap).all()
                continue
            with FaceReader([results / "faces/mini/faces.h5"]) as reader:
                shrunk = SIZES[network] / reader.size
                lows = [(reader.landmarks(name)[:, 1] + 0.5) * shrunk - 0.5 for name in image_ids]
            weights = answers.loc[image_ids, expression].to_numpy()
            expected = STRENGTH * np.mean(weights[:, None] * np.array(lows), axis=0)
            np.testing.assert_allclose(heatmap[rows, columns], expected, rtol=0.03)
            tried += 1
    assert tried


def test_the_mask_of_a_kind_of_one_s_own_is_the_known_one(study):
    for expression in MASKED:
        mask = cv2.imread(
            str(study / f"results/comparison/masks/lower/{expression}.png"), cv2.IMREAD_GRAYSCALE
        )
        first = round(275 * (1 - SHARE))
        assert not mask[:first].any()
        assert (mask[first:] == 255).all()


def test_tables_and_page_have_what_was_added(study):
    page = (study / "results/report/index.html").read_text(encoding="utf-8")
    tables = page.partition('<section id="comparison">')[2].partition("</section>")[0]
    of_lime, of_lower = tables.partition(">Explainer lime ")[2].split("<b>Explainer lower</b>")
    for found in (of_lime, of_lower):
        assert found.count(">Masks lower ") == 1
    assert "Table 3. IoU and F1 against lower" in page
    assert "–: lower reports no fit, so there is no R²." in page
    for mask_set in (*MASK_SETS, "lower"):
        scores = pd.read_csv(study / f"results/comparison/lower/{mask_set}/scores.csv")
        assert scores.median_r2.isna().all()
        explained = scores[scores.n > 0]
        assert len(explained)
        assert explained[["iou", "f1", "amplitude"]].notna().all(axis=None)
        if mask_set == "lower":  # what is above a threshold of such a map lies in the lower part
            assert explained.iou.min() > 0.5


def test_both_explainers_are_put_on_a_side_of_chance(study):
    results = study / "results"
    excess, findings = (pd.read_csv(results / f"similarity/{name}.csv") for name in ("excess", "findings"))
    panels = ["mask_set", "network", "expression"]
    assert set(excess.metric) == set(findings.metric) == {"auc"}  # the others have a threshold
    assert set(excess.mask_set) == {*MASK_SETS, "lower"}
    assert list(excess.explainer[:2]) == ["lime", "lower"]
    assert len(excess) == 2 * len(findings) == 2 * len(findings.drop_duplicates(panels))
    for row in excess.itertuples():
        summary = pd.read_csv(results / f"comparison/{row.explainer}/{row.mask_set}/summary.csv")
        auc = summary[(summary.metric == "auc") & (summary.expression == row.expression)]
        own = auc[(auc.name == row.network) & (auc.claim == "faces")].iloc[0]
        nulls = pd.read_csv(results / f"comparison/{row.explainer}/{row.mask_set}/nulls.csv")
        on_grid = nulls[(nulls.metric == "auc") & (nulls.network == row.network)]
        on_grid = on_grid[on_grid.expression == row.expression]
        np.testing.assert_allclose(row.estimate, own.estimate)
        if len(on_grid):
            np.testing.assert_allclose(row.excess, (on_grid.score - on_grid.null_mean).iloc[0], atol=1e-8)
        assert np.isnan(row.low) == (np.isnan(own.low) or np.isnan(row.excess))
        if not np.isnan(row.low):  # wider, as there are two explainers
            assert row.low <= own.low - row.chance and own.high - row.chance <= row.high
    lower = excess[(excess.explainer == "lower") & (excess.mask_set == "lower")].excess.dropna()
    assert len(lower) and (lower > 0).all()  # such a map is brightest where such a mask lies
    assert "Does it depend on the explainer?" in (results / "report/index.html").read_text(encoding="utf-8")


def test_the_dense_explainer_makes_a_study_alone(study):
    """Nothing of it asks for LIME's settings: not the page, and not the plan, which counts its passes."""
    alone = {"run": {"explainers": ["lower"]}}
    fewer = alone | {"explanation": {"positives": 2}}  # so that there is something to plan
    (study / "alone.yaml").write_text(yaml.safe_dump(fewer))
    plan = plan_study(study, "--profile", "profile", *FILES, "alone.yaml")
    assert plan.returncode == 0, plan.stderr
    explained = {row for row in plan_rows(plan.stdout) if row[1] == "explain_images"}
    assert {int(row[0]) for row in explained} == {len(NETWORKS) * 2 * len(EXPRESSIONS)}
    for network in NETWORKS:
        (costs,) = (line.split() for line in plan.stdout.splitlines() if line.startswith(network))
        controls = 5 if network == "WeiNet" else 0
        images = (2 + controls) * len(EXPRESSIONS) * 2
        assert costs[-3:-1] == [str(images)] * 2  # explained, and passes
    (study / "alone.yaml").write_text(yaml.safe_dump(alone))
    run_study(study, *FILES, "alone.yaml")
    page = (study / "results/report/index.html").read_text(encoding="utf-8")
    assert "Fit of lower: median R²" in page
    assert "Fit of lime" not in page


def test_a_metric_of_one_s_own_reruns_the_comparison_and_is_the_known_one(study, before):
    """Of all that was there, the tables of scores are made again, with a column more."""
    (study / "mine/my_metric.py").write_text(OUTSIDE)
    metrics = [*PAPER, "mine/my_metric.py:outside"]
    (study / "metric.yaml").write_text(yaml.safe_dump({"comparison": {"metrics": metrics}}))
    run_study(study, *FILES, "metric.yaml")
    after = contents(study)
    changed = {path for path, content in before.items() if after[path] != content}
    assert changed
    figures = {path for path in changed if path.parent.parent.name == "report"}
    assert {path.stem for path in figures} == {"controls", "answer", "scoring"}  # drawn from tables of scores
    assert {path.relative_to(study / "results").parts[0] for path in changed - figures} == {"comparison"}
    assert not any("masks" in path.parts for path in changed)
    for explainer, mask_set in itertools.product(("lime", "lower"), ("figure4", "lower")):
        scores = pd.read_csv(study / f"results/comparison/{explainer}/{mask_set}/scores.csv")
        scored = scores[scores.iou.notna()]
        assert len(scored)
        for row in scored.itertuples():
            cell = f"{row.network}/fold{row.fold}/{row.expression}.h5"
            with h5py.File(study / f"results/standardization/{explainer}/{cell}") as file:
                heatmap = file["heatmap"][:].astype(float)
            mask = cv2.imread(str(study / f"results/comparison/masks/{mask_set}/{row.expression}.png"), 0)
            heatmap -= heatmap.min()
            assert row.outside == pytest.approx(1 - heatmap[mask > 0].sum() / heatmap.sum())
        summary = pd.read_csv(study / f"results/comparison/{explainer}/{mask_set}/summary.csv")
        assert (summary.metric == "outside").any()
    page = (study / "results/report/index.html").read_text(encoding="utf-8")
    assert "mass outside" in page


def test_an_explainer_that_does_not_keep_its_contract_is_told_before_a_job_runs(study):
    path = study / "mine/my_explainer.py"
    text = path.read_text()
    path.write_text(text.replace("def passes", "def number_of_passes"))
    try:
        plan = plan_study(study, "--profile", "profile", *FILES)
    finally:
        path.write_text(text)
    assert plan.returncode == 1
    assert (
        "explanation.explainers.lower.explainer: 'mine/my_explainer.py:build' has no function" in plan.stderr
    )
    assert "Traceback (most recent call last)" not in plan.stderr
