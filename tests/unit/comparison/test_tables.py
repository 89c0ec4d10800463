import json
import subprocess
import sys
from pathlib import Path

import cv2
import h5py
import numpy as np
import pandas as pd
import pytest

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.tables import read_table, write_table
from workflow_scripts.comparison.cells import Cells
from workflow_scripts.comparison.compare_network import compare_network
from workflow_scripts.comparison.mask_image import write_mask
from workflow_scripts.comparison.reference_tables import TABLES
from workflow_scripts.comparison.score_columns import PAPER, cell_columns, score_columns
from workflow_scripts.comparison.score_tables import ranking_table, score_table
from workflow_scripts.comparison.summarize_comparison import summarize_comparison
from workflow_scripts.comparison.summary import summarized
from workflow_scripts.standardization.standard_face import HEIGHT, WIDTH
from workflow_scripts.tools.score_heatmaps import score_heatmaps

REPOSITORY = Path(__file__).parents[3]
SHARED = REPOSITORY.parent / "shared"
COLUMNS = cell_columns()
SHALLOW = ["AlexNet", "SilNet", "SongNet", "WeiNet"]
DEEP = ["EfficientNetV2B0", "InceptionV3", "MobileNetV3Large", "ResNet101V2", "ResNet50", "VGG16", "VGG19"]
DEEP += ["Xception"]
PUBLISHED_NAMES = {"MobileNetV3": "MobileNetV3Large", "EfficientNetV2": "EfficientNetV2B0"}


def cells(ious: dict[tuple[str, int, str], float | None], n: int = 100) -> list[dict]:
    """Scores of cells whose IoU is given, those of chance half of it, and a face that scores 0.4."""
    rows = []
    for (network, fold, expression), iou in ious.items():
        row = dict.fromkeys(COLUMNS) | {"network": network, "fold": fold, "expression": expression}
        row |= {"n": 0 if iou is None else n, "missing": "no explanations" if iou is None else ""}
        for metric in PAPER:
            row |= {metric: iou, f"face_{metric}": 0.4}
            row[f"chance_face_{metric}"] = None if iou is None else iou / 2
        rows.append(row)
    return rows


def cells_of(scores, expressions=("fear", "happiness"), min_images=1, unlearned=()) -> Cells:
    names = list(dict.fromkeys(row["network"] for row in scores))
    learned = {name: name not in unlearned for name in names}
    return Cells(scores, names, expressions, PAPER, learned, min_images)


def tabled(scores, expressions=("fear", "happiness"), metrics=("iou", "f1"), **options) -> pd.DataFrame:
    columns, rows = score_table(summarized(cells_of(scores, expressions, **options)), metrics)
    numbers = [name for name in columns if name.rpartition("_")[2] not in ("network", "learned", "ranked")]
    return pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(numbers, float)).set_index("network")


def ranked(scores, expression="fear", **options):
    (row,) = ranking_table(summarized(cells_of(scores, [expression], **options)))
    return row


FOUR = cells(
    {
        ("A", 1, "fear"): 0.2,
        ("A", 2, "fear"): 0.4,
        ("A", 1, "happiness"): 0.5,
        ("A", 2, "happiness"): None,
        ("B", 1, "fear"): 0.1,
        ("B", 2, "fear"): 0.1,
        ("B", 1, "happiness"): None,
        ("B", 2, "happiness"): None,
    }
)


def test_entries_are_means_over_folds_with_their_standard_deviation_and_number():
    table = tabled(FOUR)
    assert list(table.index) == ["A", "B", "average", "face"]
    assert table.loc["A", "fear_iou"] == pytest.approx(0.3)
    assert table.loc["A", "fear_iou_sd"] == pytest.approx(np.std([0.2, 0.4], ddof=1))
    assert (table.loc["A", "fear_folds"], table.loc["A", "fear_n"]) == (2, 200)
    assert table.loc["A", "happiness_iou"] == pytest.approx(0.5)  # of the fold that there is
    assert (table.loc["A", "happiness_folds"], table.loc["A", "happiness_n"]) == (1, 100)
    assert np.isnan(table.loc["A", "happiness_iou_sd"])  # of one fold there is none
    assert np.isnan(table.loc["B", "happiness_iou"])  # missing, not zero
    assert table.loc["A", "average_iou"] == pytest.approx((0.3 + 0.5) / 2)
    assert (table.loc["A", "average_folds"], table.loc["A", "average_n"]) == (1, 300)


def test_chance_is_that_of_each_network():
    """It follows the area of the network's own heatmaps; one row for all of them would fit none."""
    table = tabled(FOUR)
    assert table.loc["A", "fear_iou_chance_face"] == pytest.approx(0.15)
    assert table.loc["B", "fear_iou_chance_face"] == pytest.approx(0.05)
    assert table.loc["A", "average_f1_chance_face"] == pytest.approx((0.15 + 0.25) / 2)


def test_a_network_that_never_predicts_the_hard_expression_gains_nothing_by_that():
    """A scores .1 and .5; B .5, and never the hard one. B's average of .5 was above A's .3."""
    scores = cells(
        {("A", 1, "fear"): 0.1, ("A", 1, "happiness"): 0.5}
        | {("B", 1, "fear"): None, ("B", 1, "happiness"): 0.5}
    )
    table = tabled(scores)
    assert table.loc["A", "average_iou"] == pytest.approx(0.3)
    assert np.isnan(table.loc["B", "average_iou"])
    # the average over networks is of the same ones in every column, so that rows and columns agree
    assert table.loc["average", ["fear_iou", "happiness_iou", "average_iou"]].tolist() == [0.1, 0.5, 0.3]
    assert table.loc["average", "learned"] == "1"


def test_a_network_that_did_not_learn_is_marked_and_in_no_average():
    scores = cells({(name, fold, "fear"): iou for name, iou in (("A", 0.2), ("B", 0.6)) for fold in (1, 2)})
    table = tabled(scores, ["fear"], unlearned=["B"])
    assert table["learned"].tolist() == ["yes", "no", "1", ""]
    assert table.loc["B", "fear_iou"] == pytest.approx(0.6)
    assert table.loc["average", "fear_iou"] == pytest.approx(0.2)
    assert table.loc["average", "fear_n"] == 200
    none = tabled(scores, ["fear"], unlearned=["A", "B"])
    assert none.loc["average", "learned"] == "0"
    assert none.loc["average"].drop(["learned", "fear_not_ranked", "average_not_ranked"]).dropna().empty
    assert none.loc["face", "fear_iou"] == 0.4


def test_a_missing_cell_changes_no_baseline_and_adds_no_deviation():
    """Where every score of a panel is the same, a fold without one must not look like a difference."""
    of_mask = {"fear": 0.2, "happiness": 0.3, "sadness": 0.45}
    missing = {("A", 1, "sadness"), ("B", 2, "fear"), ("C", 1, "happiness"), ("C", 2, "happiness")}
    scores = cells(
        {
            (network, fold, name): None if (network, fold, name) in missing else score
            for network in "ABC"
            for fold in (1, 2)
            for name, score in of_mask.items()
        }
    )
    table = tabled(scores, list(of_mask))
    assert table.loc["face", "average_iou"] == pytest.approx(0.4)
    assert table.loc["average", "learned"] == "2"  # C lacks a panel
    for name in table.index:
        row = table.loc[name]
        assert (row.filter(like="_sd").dropna() == 0).all()
        expressions = row[[f"{expression}_f1" for expression in of_mask]].astype(float)
        assert row["average_f1"] == pytest.approx(expressions.mean(skipna=False), nan_ok=True)


def test_an_average_with_a_panel_that_is_not_ranked_is_not_ranked_either():
    many = {("A", fold, name): iou for fold in (1, 2) for name, iou in (("fear", 0.5), ("anger", 0.1))}
    other = {("B", fold, "fear"): 0.4 for fold in (1, 2)} | {("B", 1, "anger"): 0.9, ("B", 2, "anger"): None}
    table = tabled(cells(many | other), ["fear", "anger"])
    assert table.loc["A", "average_not_ranked"] == ""
    assert table.loc["B", "average_not_ranked"] == "anger: no heatmap of fold 2"


def test_ranked_is_what_rests_on_enough_images_in_every_fold():
    """One image in one fold must not rank above five times a hundred."""
    many = cells({("A", fold, "fear"): 0.3 for fold in range(1, 6)})
    one = cells({("B", fold, "fear"): 0.9 if fold == 1 else None for fold in range(1, 6)}, n=1)
    few = cells({("C", fold, "fear"): 0.8 for fold in range(1, 6)}, n=3)
    blind = cells({("D", fold, "fear"): 0.7 for fold in range(1, 6)})
    row = ranked([*many, *one, *few, *blind], min_images=10, unlearned=["D"])
    assert row["best"] == "1. A (0.30, n 500)"
    assert row["worst"] == ""
    assert "B: no heatmap of fold 2, 3, 4, 5" in row["not_ranked"]
    assert "C: few images: 3 in fold 1, 3 in fold 2" in row["not_ranked"]
    assert "D: did not learn" in row["not_ranked"]
    assert ranked([*many, *few], min_images=3)["best"] == "1. C (0.80, n 15)"


def test_rounding_is_no_deviation():
    for score in np.random.default_rng(0).random(12):
        same = cells({(network, fold, "fear"): score for network in "ABC" for fold in range(1, 6)})
        table = tabled(same, ["fear"], ("iou",))
        assert (table["fear_iou_sd"].drop("face") == 0).all()


def test_ranking_never_names_a_network_best_and_worst():
    for n in range(1, 9):
        names = [f"N{i}" for i in range(n)]
        scores = cells({(name, 1, "fear"): i / 10 for i, name in enumerate(names)})
        row = ranked(scores)
        best, worst = ([part.split()[0] for part in row[side].split(". ")[1:]] for side in ("best", "worst"))
        assert not set(best) & set(worst)
        assert best[0] == f"N{n - 1}"
        if n >= 6:
            assert (best, worst) == ([f"N{n - i}" for i in (1, 2, 3)], ["N0", "N1", "N2"])


def heatmap_file(path: Path, heatmap: np.ndarray, n: int, missing: str = "", r2: float = 0.6) -> Path:
    with h5py.File(path, "w") as file:
        file["heatmap"] = heatmap.astype(np.float32)
        file["explanations"] = np.repeat(heatmap[None].astype(np.float32), n, axis=0)
        file.create_dataset(
            "image_id", data=[f"toy/{i}" for i in range(n)], shape=(n,), dtype=h5py.string_dtype()
        )
        file.attrs.update({"missing": missing, "averaged": n, "amplitude": 0.3, "median_r2": r2})
        file.attrs.update({"samples": 500, "noise": 0.04, "bias_bound": np.nan})
    return path


def positives_file(path: Path, true: list[str]) -> Path:
    rows = [{"image_id": f"toy/{i}", "expression": "fear", "true": name} for i, name in enumerate(true)]
    rows.append({"image_id": "toy/other", "expression": "anger", "true": "fear"})
    write_table(path, list(rows[0]), rows)
    return path


def subjects_file(path: Path) -> Path:
    write_table(path, ["image_id", "group"], [{"image_id": f"toy/{i}", "group": i} for i in range(9)])
    return path


def test_a_cell_has_one_row_with_what_it_rests_on_and_a_missing_one_its_reason(tmp_path):
    mask = np.zeros((HEIGHT, WIDTH), bool)
    mask[:100] = True
    write_mask(tmp_path / "mask.png", mask)
    nothing = np.full(mask.shape, np.nan)
    files = {
        "full": heatmap_file(tmp_path / "full.h5", mask * 0.3, 4),
        "empty": heatmap_file(tmp_path / "empty.h5", nothing, 0, "no explanations"),
        "flat": heatmap_file(tmp_path / "flat.h5", nothing, 4, "the same everywhere"),
        "unfitted": heatmap_file(tmp_path / "unfitted.h5", mask * 0.3, 4, r2=np.nan),
    }
    positives = {
        "full": positives_file(tmp_path / "p.csv", ["fear", "fear", "anger", "fear"]),
        "empty": positives_file(tmp_path / "none.csv", []),
    }
    rows = {}
    for name, path in files.items():
        compare_network(
            [path],
            cells='[["A", 1, "fear"]]',
            masks=[tmp_path / "mask.png"],
            expressions='["fear"]',
            positives=[positives.get(name, positives["full"])],
            folds="[1]",
            subjects=subjects_file(tmp_path / "folds.csv"),
            standard_face=REPOSITORY / "resources/standard_face.csv",
            scores=tmp_path / "cell.csv",
            changes=tmp_path / "changes.h5",
        )
        (rows[name],) = read_table(tmp_path / "cell.csv")
    full, empty, flat, unfitted = rows.values()
    assert unfitted == full | {"median_r2": ""}  # of an explainer that makes no fits
    assert (full["n"], float(full["iou"]), float(full["share_correct"])) == ("4", 1, 0.75)
    assert (full["samples"], full["noise"], full["bias_bound"]) == ("500", "0.04", "")
    assert (float(full["median_r2"]), float(full["amplitude"]), full["missing"]) == (0.6, 0.3, "")
    assert 0 < float(full["chance_face_iou"]) < float(full["face_iou"]) < 1
    assert (empty["n"], empty["missing"], empty["share_correct"]) == ("0", "no explanations", "")
    assert (flat["n"], flat["missing"]) == ("4", "the same everywhere")
    for row in (empty, flat):
        own = [name for name in score_columns(PAPER) if not name.startswith("face_")]
        assert all(row[name] == "" for name in own)
        assert row["face_iou"] == full["face_iou"]  # a constant of the mask


def test_a_small_job_imports_nothing_heavy_and_takes_less_than_a_second_of_cpu(tmp_path):
    """From the start of Python to the table on disk."""
    mask = np.zeros((HEIGHT, WIDTH), bool)
    mask[:100] = True
    write_mask(tmp_path / "mask.png", mask)
    heatmap_file(tmp_path / "full.h5", mask * 0.3, 4)
    positives_file(tmp_path / "p.csv", ["fear"])
    script = """
import sys, time
from workflow_scripts.common.command_line import run
from workflow_scripts.comparison.compare_network import compare_network
try:
    run(compare_network)
except SystemExit as end:
    assert not end.code, end
heavy = {"pandas", "skimage", "sklearn", "scipy", "tensorflow", "matplotlib"}
print(time.process_time(), sorted(heavy & set(sys.modules)))
"""
    cell = ["--cells", '[["A", 1, "fear"]]', "--folds", "[1]", "--positives", tmp_path / "p.csv"]
    cell += ["--masks", tmp_path / "mask.png", "--expressions", '["fear"]']
    cell += ["--standard-face", "resources/standard_face.csv", "--scores", tmp_path / "cell.csv"]
    cell += ["--subjects", subjects_file(tmp_path / "folds.csv"), "--changes", tmp_path / "changes.h5"]
    output = subprocess.run(
        [sys.executable, "-c", script, tmp_path / "full.h5", *cell],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    seconds, imported = output.splitlines()[-1].split(maxsplit=1)
    assert len(read_table(tmp_path / "cell.csv")) == 1
    assert imported.strip() == "[]"
    assert float(seconds) < 1


OUTPUTS = ("scores_output", "summary", "differences", "table3", "table4", "table5")
LEARNED = [{"network": name, "learned": "yes"} for name in "AB"]


def no_references(folder):
    """Empty tables of what scores are compared with."""
    for name, columns in TABLES.items():
        write_table(folder / f"{name}.csv", columns, [])
    return [folder / f"{name}.csv" for name in ("references", "matrix", "nulls")]


def test_summary_names_what_is_missing_and_what_is_not_compared(tmp_path, capsys):
    paths = []
    for i, row in enumerate(FOUR):
        path = tmp_path / f"{i}.csv"
        write_table(path, COLUMNS, [dict.fromkeys(COLUMNS) | row])
        paths.append(path)
    outputs = {name: tmp_path / f"{name}.csv" for name in OUTPUTS}
    write_table(tmp_path / "learned.csv", ["network", "learned"], LEARNED)
    summarize_comparison(
        paths,
        explainer="lime",
        mask_set="figure4",
        networks=json.dumps(["A", "B"]),
        expressions=json.dumps(["fear", "happiness", "neutral"]),
        learned=tmp_path / "learned.csv",
        min_images=1,
        folds=2,
        seed=1,
        compared=no_references(tmp_path),
        **outputs,
    )
    printed = capsys.readouterr().out
    assert "missing: B, fold 2, happiness: no explanations" in printed
    assert "neutral: has heatmaps, but figure4 has no mask" in printed
    scores = pd.read_csv(outputs["scores_output"])
    assert len(scores) == 8
    assert scores.iou.isna().sum() == 3
    table = pd.read_csv(outputs["table3"], index_col="network")
    assert table.loc["A", "fear_iou"] == pytest.approx(0.3)
    summary = pd.read_csv(outputs["summary"]).query(
        "name == 'A' and expression == 'fear' and metric == 'iou'"
    )
    assert summary.estimate.item() == table.loc["A", "fear_iou"]
    assert len(read_table(outputs["differences"], ["name_a", "name_b", "estimate"])) == (1 + 3 * 2) * 3 * 4
    assert not [column for column in table if column.startswith("neutral")]


def test_a_mask_set_without_any_expression_of_the_study_gives_empty_tables(tmp_path):
    outputs = {name: tmp_path / f"{name}.csv" for name in OUTPUTS}
    write_table(tmp_path / "learned.csv", ["network", "learned"], LEARNED)
    summarize_comparison(
        None,
        explainer="lime",
        mask_set="facs",
        networks='["A"]',
        expressions='["neutral"]',
        learned=tmp_path / "learned.csv",
        min_images=1,
        folds=2,
        seed=1,
        compared=no_references(tmp_path),
        **outputs,
    )
    assert read_table(outputs["scores_output"]) == []
    assert read_table(outputs["table5"]) == []
    assert pd.read_csv(outputs["table3"]).loc[0, "network"] == "A"


@pytest.mark.skipif(not SHARED.is_dir(), reason="the published heatmaps are not here")
def test_the_published_tables_come_out_to_the_last_digit(tmp_path):
    score_heatmaps(
        SHARED / "published/heatmaps",
        masks=SHARED / "published/masks",
        pattern="{network}_CV{fold}_{expression}_heatmap.png",
        output=tmp_path / "scores.csv",
        tables=tmp_path,
        metrics='["iou", "f1", "precision", "recall", "auc"]',
        groups=json.dumps({"shallow": SHALLOW, "deep": DEEP}),
        surrogates=200,
    )
    groups = pd.read_csv(tmp_path / "groups.csv").set_index("expression")
    assert len(groups) == 7  # with the mean distances
    assert np.allclose(groups.p, 1 / 495)
    assert set(pd.read_csv(tmp_path / "reliability.csv").folds) == {5}
    assert len(pd.read_csv(tmp_path / "support.csv")) == 6 * 11
    units = pd.read_csv(tmp_path / "action_units.csv").query("metric == 'density' and network == 'average'")
    of_average = units.query("expression == 'average'").set_index("action_unit").estimate
    assert of_average.idxmax() == 15
    assert of_average[15] == pytest.approx(1.79, abs=0.005)
    rankings = pd.read_csv(tmp_path / "rankings.csv").query("metric_a == 'iou'")
    assert rankings.query("metric_b == 'auc'").tau.tolist() == pytest.approx([0.485], abs=0.005)
    tables = pd.concat([pd.read_csv(tmp_path / f"table{i}.csv", index_col="network") for i in (3, 4)], axis=1)
    printed = pd.read_csv(SHARED / "study/paper_tables_3_4.csv")
    entries = [
        (row.network, row.expression, metric, getattr(row, metric))
        for row in printed.itertuples()
        for metric in ("iou", "f1", "precision", "recall")
    ]
    wrong = [
        entry
        for entry in entries
        if round(tables.loc[PUBLISHED_NAMES.get(entry[0], entry[0]), f"{entry[1]}_{entry[2]}"], 4) != entry[3]
    ]
    assert len(entries) == 364  # 288 of cells, 76 of averages
    assert wrong == []
    scores = pd.read_csv(tmp_path / "scores.csv")
    assert (scores.groupby("network").size() == 30).all()
    # few of them overlap the mask more than the face itself does
    assert tables.loc["face", "average_iou"] == pytest.approx(0.3510, abs=5e-5)
    assert tables.loc["face", "average_f1"] == pytest.approx(0.5179, abs=5e-5)
    panels = scores.groupby(["network", "expression"])[["iou", "face_iou", "chance_face_iou"]].mean()
    assert len(panels) == 72
    assert (panels.iou > panels.face_iou).sum() == 10
    assert (panels.iou > panels.chance_face_iou).sum() == 49
    # what one row of chance for all networks would average
    chance = tables.filter(regex="iou_chance_face").drop(["average", "face"]).stack()
    assert chance.max() > 2 * chance.min()


@pytest.fixture
def folder(tmp_path):
    heatmap = np.zeros((HEIGHT, WIDTH), np.uint8)
    heatmap[:100] = 200
    for name in ("A_CV1_Fear.png", "A_CV1_Neutral.png", "notes.txt"):
        (tmp_path / "heatmaps").mkdir(exist_ok=True)
        cv2.imwrite(str(tmp_path / "heatmaps" / name), heatmap) if name.endswith("png") else (
            tmp_path / "heatmaps" / name
        ).write_text("")
    write_mask(tmp_path / "masks/fear_mask.png", heatmap > 0)
    return tmp_path


def scored(folder, pattern="{network}_CV{fold}_{expression}.png", **options):
    score_heatmaps(
        folder / "heatmaps", masks=folder / "masks", pattern=pattern, output=folder / "scores.csv", **options
    )
    return read_table(folder / "scores.csv")


def test_what_cannot_be_scored_is_said(folder, capsys):
    (row,) = scored(folder)
    assert (row["network"], row["fold"], row["expression"], float(row["iou"])) == ("A", "1", "fear", 1)
    printed = capsys.readouterr().out
    assert "1 files" in printed
    assert "neutral: no mask" in printed


def test_unusable_folders_and_patterns_are_refused(folder):
    with pytest.raises(StudyError, match=r"lacks \{fold\}"):
        scored(folder, "{network}_{expression}.png")
    with pytest.raises(StudyError, match="no file in"):
        scored(folder, "{network}-{fold}-{expression}.jpg")
    write_mask(folder / "masks/fear_other.png", np.ones((HEIGHT, WIDTH), bool))
    with pytest.raises(StudyError, match=r"several files could be the mask of fear.*--mask-pattern"):
        scored(folder)


def test_masks_are_found_by_a_pattern(folder):
    """The fear mask is not the first of those whose names begin so, and the other is white everywhere."""
    write_mask(folder / "masks/Fear_all.png", np.ones((HEIGHT, WIDTH), bool))
    (row,) = scored(folder, mask_pattern="{expression}_MASK.*")
    assert (float(row["iou"]), float(row["mask_area"])) == (1, pytest.approx(100 / 275))
    (row,) = scored(folder, mask_pattern="{expression}_all.png")
    assert float(row["mask_area"]) == 1
    with pytest.raises(StudyError, match=r"--mask-pattern 'mask\.png' lacks \{expression\}"):
        scored(folder, mask_pattern="mask.png")
    with pytest.raises(StudyError, match="has a mask in"):
        scored(folder, mask_pattern="of_{expression}.png")
