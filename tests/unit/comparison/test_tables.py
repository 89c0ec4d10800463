import json
import subprocess
import sys
from pathlib import Path

import cv2
import h5py
import numpy as np
import pandas as pd
import pytest

from workflow_scripts.comparison.cell_scores import COLUMNS, SCORE_COLUMNS
from workflow_scripts.comparison.compare_masks import compare_masks
from workflow_scripts.comparison.mask_image import write_mask
from workflow_scripts.comparison.score_heatmaps import score_heatmaps
from workflow_scripts.comparison.score_tables import ranking_table, score_table
from workflow_scripts.comparison.summarize_comparison import summarize_comparison
from workflow_scripts.errors import StudyError
from workflow_scripts.standardization.standard_face import HEIGHT, WIDTH
from workflow_scripts.tables import read_table, write_table

REPOSITORY = Path(__file__).parents[3]
SHARED = REPOSITORY.parent / "shared"
PUBLISHED_NAMES = {"MobileNetV3": "MobileNetV3Large", "EfficientNetV2": "EfficientNetV2B0"}


def cells(ious: dict[tuple[str, int, str], float | None]) -> pd.DataFrame:
    """Scores of cells whose IoU is given and whose other scores are derived from it."""
    rows = []
    for (network, fold, expression), iou in ious.items():
        scores = dict.fromkeys(SCORE_COLUMNS, None if iou is None else iou / 2) | {"iou": iou}
        rows.append({"network": network, "fold": fold, "expression": expression} | scores)
    return pd.DataFrame(rows)


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


def test_entries_are_means_over_folds_with_their_standard_deviation():
    table = score_table(FOUR, ["A", "B"], ["fear", "happiness"], ("iou", "f1"))
    assert list(table.index) == ["A", "B", "average", "all_face", "chance"]
    assert table.loc["A", "fear_iou"] == pytest.approx(0.3)
    assert table.loc["A", "fear_iou_sd"] == pytest.approx(np.std([0.2, 0.4], ddof=1))
    assert table.loc["A", "happiness_iou"] == pytest.approx(0.5)  # the missing fold is left out
    assert np.isnan(table.loc["A", "happiness_iou_sd"])  # of one fold there is none
    assert np.isnan(table.loc["B", "happiness_iou"])  # missing, not zero
    assert table.loc["A", "average_iou"] == pytest.approx((0.3 + 0.5) / 2)
    assert table.loc["average", "fear_iou"] == pytest.approx((0.3 + 0.1) / 2)
    assert table.loc["average", "average_iou"] == pytest.approx(((0.3 + 0.1) / 2 + 0.5) / 2)
    assert table.loc["all_face", "fear_iou"] == pytest.approx((0.15 + 0.05) / 2)


def test_a_missing_cell_changes_no_baseline_and_adds_no_deviation():
    """The all-face scores are constants of the masks, so they have no deviation and one mean."""
    of_mask = {"fear": 0.2, "happiness": 0.3, "sadness": 0.45}
    rows = []
    for network in "ABC":
        for fold in (1, 2):
            for expression, score in of_mask.items():
                missing = (network, fold, expression) in {("A", 1, "sadness"), ("B", 2, "fear")}
                missing |= network == "C" and expression == "happiness"
                scores = dict.fromkeys(SCORE_COLUMNS, None if missing else score)
                rows.append({"network": network, "fold": fold, "expression": expression} | scores)
    table = score_table(pd.DataFrame(rows), list("ABC"), list(of_mask), ("iou", "f1"))
    assert table.loc["all_face", "average_iou"] == pytest.approx(np.mean(list(of_mask.values())))
    assert table.loc["A", "average_iou_sd"] == 0
    for name in table.index:
        row = table.loc[name]
        assert (row.filter(like="_sd").dropna() == 0).all()
        expressions = row[[f"{expression}_f1" for expression in of_mask]]
        assert row["average_f1"] == pytest.approx(expressions.mean())


def test_rounding_is_no_deviation():
    for score in np.random.default_rng(0).random(12):
        same = cells({(network, fold, "fear"): score for network in "ABC" for fold in range(1, 6)})
        table = score_table(same, list("ABC"), ["fear"], ("iou",))
        assert (table["fear_iou_sd"] == 0).all()


def test_ranking_never_names_a_network_best_and_worst():
    for n in range(1, 9):
        names = [f"N{i}" for i in range(n)]
        scores = cells({(name, 1, "fear"): i / 10 for i, name in enumerate(names)})
        table = ranking_table(score_table(scores, names, ["fear"], ("iou",)), names, ["fear"])
        best, worst = (
            [part.split()[0] for part in table.loc[0, side].split(". ")[1:]] for side in ("best", "worst")
        )
        assert not set(best) & set(worst)
        assert best[0] == f"N{n - 1}"
        if n >= 6:
            assert (best, worst) == ([f"N{n - i}" for i in (1, 2, 3)], ["N0", "N1", "N2"])


def heatmap_file(path: Path, heatmap: np.ndarray, n: int) -> Path:
    with h5py.File(path, "w") as file:
        file["heatmap"] = heatmap.astype(np.float32)
        file.create_dataset(
            "image_id", data=[f"toy/{i}" for i in range(n)], shape=(n,), dtype=h5py.string_dtype()
        )
    return path


def test_a_cell_has_one_row_and_a_cell_without_explanations_an_empty_one(tmp_path):
    mask = np.zeros((HEIGHT, WIDTH), bool)
    mask[:100] = True
    write_mask(tmp_path / "mask.png", mask)
    full = heatmap_file(tmp_path / "full.h5", mask * 0.3, 4)
    empty = heatmap_file(tmp_path / "empty.h5", np.full(mask.shape, np.nan), 0)
    cell = {"network": "A", "fold": 1, "expression": "fear"}
    compare_masks(full, tmp_path / "mask.png", **cell, output=tmp_path / "full.csv")
    compare_masks(empty, tmp_path / "mask.png", **cell, output=tmp_path / "empty.csv")
    (row,), (missing,) = read_table(tmp_path / "full.csv"), read_table(tmp_path / "empty.csv")
    assert (row["n"], float(row["iou"]), float(row["all_face_precision"])) == (
        "4",
        1,
        pytest.approx(100 / 275),
    )
    assert missing["n"] == "0"
    assert all(missing[name] == "" for name in SCORE_COLUMNS)


def test_a_cell_job_imports_nothing_heavy_and_takes_less_than_a_second_of_cpu(tmp_path):
    """From the start of Python to the table on disk."""
    mask = np.zeros((HEIGHT, WIDTH), bool)
    mask[:100] = True
    write_mask(tmp_path / "mask.png", mask)
    heatmap_file(tmp_path / "full.h5", mask * 0.3, 4)
    script = """
import sys, time
from workflow_scripts.command_line import run
from workflow_scripts.comparison.compare_masks import compare_masks
try:
    run(compare_masks)
except SystemExit as end:
    assert not end.code, end
heavy = {"pandas", "skimage", "sklearn", "scipy", "tensorflow", "matplotlib"}
print(time.process_time(), sorted(heavy & set(sys.modules)))
"""
    cell = ["--network", "A", "--fold", "1", "--expression", "fear", "--output", tmp_path / "cell.csv"]
    output = subprocess.run(
        [sys.executable, "-c", script, tmp_path / "full.h5", tmp_path / "mask.png", *cell],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    seconds, imported = output.split(maxsplit=1)
    assert len(read_table(tmp_path / "cell.csv")) == 1
    assert imported.strip() == "[]"
    assert float(seconds) < 1


def test_summary_names_what_is_missing_and_what_is_not_compared(tmp_path, capsys):
    paths = []
    for i, row in enumerate(FOUR.replace({np.nan: None}).to_dict("records")):
        path = tmp_path / f"{i}.csv"
        write_table(path, COLUMNS, [dict.fromkeys(COLUMNS) | row])
        paths.append(path)
    outputs = {name: tmp_path / f"{name}.csv" for name in ("scores_output", "table3", "table4", "table5")}
    summarize_comparison(
        paths,
        explainer="lime",
        mask_set="figure4",
        networks=json.dumps(["A", "B"]),
        expressions=json.dumps(["fear", "happiness", "neutral"]),
        **outputs,
    )
    printed = capsys.readouterr().out
    assert "missing, without explanations: B, fold 2, happiness" in printed
    assert "neutral: explained and mapped, but figure4 has no mask" in printed
    scores = pd.read_csv(outputs["scores_output"])
    assert len(scores) == 8
    assert scores.iou.isna().sum() == 3
    table = pd.read_csv(outputs["table3"], index_col="network")
    assert table.loc["A", "fear_iou"] == pytest.approx(0.3)
    assert not [column for column in table if column.startswith("neutral")]


def test_a_mask_set_without_any_expression_of_the_study_gives_empty_tables(tmp_path):
    outputs = {name: tmp_path / f"{name}.csv" for name in ("scores_output", "table3", "table4", "table5")}
    summarize_comparison(
        None, explainer="lime", mask_set="facs", networks='["A"]', expressions='["neutral"]', **outputs
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
    )
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
    assert tables.loc["all_face", "average_iou"] == pytest.approx(0.2575, abs=5e-5)
    assert tables.loc["all_face", "average_f1"] == pytest.approx(0.4083, abs=5e-5)
    assert tables.loc["chance", "average_iou"] == pytest.approx(0.135, abs=5e-4)
    assert (pd.read_csv(tmp_path / "scores.csv").groupby("network").size() == 30).all()


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
