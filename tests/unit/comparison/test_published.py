"""The published heatmaps beside a study's own: made images with known answers, and the real ones."""

import json
from pathlib import Path

import cv2
import h5py
import numpy as np
import pytest

from tests.unit.comparison.test_summary import study
from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.intervals import over_trainings
from workflow_scripts.common.tables import read_table
from workflow_scripts.comparison.beside import PUBLISHED
from workflow_scripts.comparison.cells import Cells
from workflow_scripts.comparison.compare_beside import compare_beside
from workflow_scripts.comparison.differences import differences
from workflow_scripts.comparison.import_published import import_published
from workflow_scripts.comparison.mask_image import write_mask
from workflow_scripts.comparison.published_heatmaps import NAMES, published_files
from workflow_scripts.comparison.score_columns import ALL, PAPER, cell_columns
from workflow_scripts.comparison.score_tables import ranking_table
from workflow_scripts.comparison.summary import summarized
from workflow_scripts.orchestration import published
from workflow_scripts.orchestration.config_check import read_config
from workflow_scripts.standardization.heatmaps import read_heatmap
from workflow_scripts.standardization.standard_face import HEIGHT, WIDTH
from workflow_scripts.tools.score_heatmaps import score_heatmaps

REPOSITORY = Path(__file__).parents[3]
STANDARD_FACE = REPOSITORY / "resources/standard_face.csv"
SHARED = REPOSITORY.parent / "shared/published"


@pytest.fixture
def images(tmp_path) -> Path:
    """Two networks in two folds: a constant image, one that is missing, and files that are none of these."""
    folder, draw = tmp_path / "images", np.random.default_rng(1)
    folder.mkdir()
    for name in ("AlexNet_CV1_Fear", "AlexNet_CV2_Fear", "my-net_2_CV1_fear", "my-net_2_CV1_JOY"):
        cv2.imwrite(str(folder / f"{name}_heatmap.png"), draw.integers(0, 256, (HEIGHT, WIDTH), np.uint8))
    cv2.imwrite(str(folder / "AlexNet_CV1_joy_heatmap.png"), np.full((HEIGHT, WIDTH), 7, np.uint8))
    for name in ("AlexNet_CV1_Anger_heatmap.png", "AlexNet_CV1_Fear.png", "LICENSE"):
        (folder / name).touch()
    return folder


def config(folder, expressions=("fear", "joy")) -> dict:
    return {"comparison": {"published": str(folder)}, "run": {"expressions": list(expressions)}}


def imported(of: dict, output: Path) -> Path:
    import_published(
        [Path(path) for path in published.images(of).values()],
        cells=json.dumps(list(published.images(of))),
        networks=json.dumps(published.folds(of)),
        expressions=json.dumps(of["run"]["expressions"]),
        output=output,
    )
    return output


def test_names_tell_network_fold_and_expression_and_the_others_are_told(images):
    found, others = published_files(str(images), ["fear", "joy"])
    assert sorted(found) == [
        ("published-AlexNet", 1, "fear"),
        ("published-AlexNet", 1, "joy"),
        ("published-AlexNet", 2, "fear"),
        ("published-my-net_2", 1, "fear"),
        ("published-my-net_2", 1, "joy"),
    ]
    assert sorted(others) == ["AlexNet_CV1_Anger_heatmap.png", "AlexNet_CV1_Fear.png", "LICENSE"]
    assert published.folds(config(images)) == {"published-AlexNet": [1, 2], "published-my-net_2": [1]}
    assert published_files("", ["fear"]) == published_files(str(images / "nowhere"), ["fear"]) == ({}, [])


def test_heatmaps_keep_their_grey_levels_and_missing_ones_say_why(images, tmp_path):
    results = imported(config(images), tmp_path / "results")
    image = cv2.imread(str(images / "AlexNet_CV1_Fear_heatmap.png"), cv2.IMREAD_GRAYSCALE)
    heatmap = read_heatmap(results / "AlexNet/fold1/fear.h5")
    assert heatmap.dtype == np.float32
    np.testing.assert_array_equal(heatmap, image)
    other = cv2.imread(str(images / "AlexNet_CV2_Fear_heatmap.png"), cv2.IMREAD_GRAYSCALE)
    np.testing.assert_allclose(read_heatmap(results / "AlexNet/fear.npy"), (image / 2 + other / 2))
    reasons = {}
    for fold in (1, 2):
        with h5py.File(results / f"AlexNet/fold{fold}/joy.h5") as file:
            assert np.isnan(file["heatmap"][:]).all()
            reasons[fold] = file.attrs["missing"]
    assert reasons == {1: "the same everywhere", 2: "no published heatmap"}
    assert np.isnan(read_heatmap(results / "AlexNet/joy.npy")).all()
    for fold in (1, 2):
        hashes = (results / f"AlexNet/fold{fold}/heatmaps.sha256").read_text().splitlines()
        assert [line.split("  ")[1] for line in hashes] == ["fear.h5", "joy.h5"]


def test_an_image_of_another_size_is_refused_by_name(images, tmp_path):
    cv2.imwrite(str(images / "AlexNet_CV2_Fear_heatmap.png"), np.eye(64, dtype=np.uint8))
    with pytest.raises(StudyError, match=r"AlexNet_CV2_Fear_heatmap\.png: .* 224 x 275 .* 64 x 64"):
        imported(config(images), tmp_path / "results")


def test_a_row_for_each_cell_that_has_a_mask(images, tmp_path):
    results = imported(config(images), tmp_path / "results")
    mask = np.zeros((HEIGHT, WIDTH), bool)
    mask[100:180, 60:160] = True
    write_mask(tmp_path / "joy.png", mask)
    cells = [(f"published-{name}", fold, "joy") for name, fold in (("AlexNet", 1), ("my-net_2", 1))]
    compare_beside(
        [results / f"{name.removeprefix('published-')}/fold{fold}/joy.h5" for name, fold, _ in cells],
        cells=json.dumps(cells),
        masks=[tmp_path / "joy.png"],
        expressions='["joy"]',
        standard_face=STANDARD_FACE,
        output=tmp_path / "scores.csv",
    )
    constant, scored = read_table(tmp_path / "scores.csv", cell_columns())
    assert (constant["missing"], constant["iou"], constant["amplitude"]) == ("the same everywhere", "", "0")
    assert (scored["network"], scored["fold"], scored["amplitude"]) == ("published-my-net_2", "1", "255")
    assert 0 < float(scored["iou"]) < 1
    assert scored["n"] == scored["share_correct"] == scored["median_r2"] == scored["missing"] == ""


def test_doubts_and_problems_have_thing_place_and_remedy(images, tmp_path):
    lacking, absent, left_out = published.doubts(config(images, ["fear", "joy", "neutral"]))
    assert "no published heatmaps of neutral" in lacking
    assert "1 heatmaps are missing, the first of published-AlexNet, fold 2, joy" in absent
    assert "3 files are left out" in left_out
    assert not list(published.problems(config(images)))
    assert not list(published.doubts(config(""))) and not list(published.problems(config("")))
    (line,) = published.problems(config(tmp_path / "nowhere"))
    assert line.startswith(f"comparison.published: there is no folder {tmp_path}/nowhere (relative to ")
    (line,) = published.problems(config(images, ["contempt"]))
    assert NAMES in line and "contempt" in line and "set the key to ''" in line
    (images / "AlexNet_CV1_FEAR_heatmap.png").touch()
    published._read.cache_clear()
    (line,) = published.problems(config(images))
    assert "AlexNet_CV1_FEAR_heatmap.png and" in line and "keep one" in line


IOUS = {
    ("A", "fear"): [0.2, 0.4, 0.3],
    ("A", "joy"): [0.5, 0.7, 0.9],
    ("B", "fear"): [0.1, 0.1, 0.4],
    ("B", "joy"): [0.2, 0.3, 0.4],
}
THEIRS = {"fear": [0.6, 0.5, 0.7, 0.8, 0.3], "joy": [0.3, 0.1, 0.2, 0.35, 0.15]}


@pytest.fixture
def with_published() -> Cells:
    """Two networks in three folds, and a published one in five."""
    own = study(IOUS)
    rows = list(own.rows)
    for expression, values in THEIRS.items():
        for fold, iou in enumerate(values, start=1):
            row = dict.fromkeys(cell_columns()) | {"network": "published-A", "fold": fold}
            row |= {"expression": expression, "amplitude": 200.0, **dict.fromkeys(PAPER, iou)}
            row |= {f"face_{metric}": 0.4 for metric in PAPER} | {
                f"chance_face_{metric}": 0.1 for metric in PAPER
            }
            rows.append(row)
    names = ["A", "B", "published-A"]
    return Cells(rows, names, own.expressions, PAPER, own.learned, 1, beside={"published-A": 5})


def test_published_networks_are_marked_and_change_no_number_of_the_others(with_published):
    rows = summarized(with_published)
    theirs = [row for row in rows if "published-A" in (row["name"], row["of"])]
    assert [row for row in rows if row not in theirs] == summarized(study(IOUS))
    own = [row for row in theirs if row["kind"] == "network"]
    assert {(row["not_ranked"], row["learned"], row["q"]) for row in own} == {
        (PUBLISHED.not_ranked, "", None)
    }
    assert [row["not_ranked"] for row in ranking_table(rows)] == ["", ""]
    assert with_published.averaged == ["A", "B"]


def test_their_interval_counts_their_own_folds(with_published):
    rows = summarized(with_published)
    found = {(row["name"], row["expression"]): row for row in rows if row["metric"] == "iou"}
    for name, values, k in (("published-A", THEIRS["fear"], 5), ("A", IOUS["A", "fear"], 3)):
        expected = over_trainings(np.mean(values), np.std(values, ddof=1), k, k)
        row = found[name, "fear"]
        assert (row["folds"], row["claim"]) == (k, "trainings")
        assert (row["low"], row["high"]) == pytest.approx((expected.low, expected.high))


def test_a_network_and_a_published_one_are_not_paired_by_folds(with_published):
    rows = [row for row in differences(with_published) if row["metric"] == "iou"]
    found = {(row["name_a"], row["name_b"], row["expression"]): row for row in rows}
    row = found["A", "published-A", "fear"]
    assert row["estimate"] == pytest.approx(0.3 - 0.58)
    assert row["claim"] == ""
    assert {row[key] for key in ("sd", "low", "high", "n", "folds", "p", "q", "p_holm")} == {None}
    of_own = {"A", "B", "average", "face", "chance_face"}
    kept = [row for row in rows if {row["name_a"], row["name_b"]} <= of_own]
    assert kept == [row for row in differences(study(IOUS)) if row["metric"] == "iou"]
    against_face = found["published-A", "face", "fear"]
    assert (against_face["folds"], against_face["claim"], against_face["q"]) == (5, "trainings", None)


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs the published heatmaps")
def test_published_scores_are_those_of_the_tool(tmp_path):
    """Of one network, against the published masks."""
    (tmp_path / "some").mkdir()
    for path in (SHARED / "heatmaps").glob("VGG16_*.png"):
        (tmp_path / "some" / path.name).symlink_to(path)
    expressions = ["anger", "disgust", "fear", "happiness", "sadness", "surprise"]
    of = config(tmp_path / "some", expressions)
    results = imported(of, tmp_path / "results")
    cells = [("published-VGG16", fold, name) for fold in range(1, 6) for name in expressions]
    masks = [
        next(path for path in (SHARED / "masks").iterdir() if path.name.lower().startswith(name))
        for name in expressions
    ]
    compare_beside(
        [results / f"VGG16/fold{fold}/{name}.h5" for _, fold, name in cells],
        cells=json.dumps(cells),
        masks=masks,
        expressions=json.dumps(expressions),
        standard_face=STANDARD_FACE,
        metrics=json.dumps(ALL),
        output=tmp_path / "ours.csv",
    )
    score_heatmaps(tmp_path / "some", masks=SHARED / "masks", pattern=NAMES, output=tmp_path / "theirs.csv")
    ours, theirs = (
        {(row["fold"], row["expression"]): row | {"network": ""} for row in read_table(tmp_path / name)}
        for name in ("ours.csv", "theirs.csv")
    )
    assert len(ours) == 30
    assert ours == theirs


@pytest.mark.parametrize(
    "changes",
    [
        {"training": {"networks": {"published-AlexNet": {"architecture": "alexnet"}}}},
        {"training": {"groups": {"published": ["AlexNet"]}}},
        {"explanation": {"explainers": {"published": {"explainer": "lime"}}}},
    ],
    ids=["network", "group", "explainer"],
)
def test_names_that_published_results_have_are_refused(changes):
    with pytest.raises(StudyError, match=r"published[\w-]*: the tables and figures use this name; choose"):
        read_config([REPOSITORY / "config.yaml"], changes)
