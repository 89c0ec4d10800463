import json
import re
from html.parser import HTMLParser
from itertools import product
from pathlib import Path
from urllib.parse import unquote, unquote_to_bytes

import h5py
import numpy as np
import pandas as pd
import pytest

from tests.own_metrics import DICE, OUTSIDE
from tests.unit.report.test_people_section import network as agreement_of
from tests.unit.report.test_people_section import references
from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.figures import figure_files
from workflow_scripts.common.tables import read_table, write_table
from workflow_scripts.common.version import version
from workflow_scripts.comparison.action_unit_regions import UNITS
from workflow_scripts.comparison.agreement_rows import AGREEMENT
from workflow_scripts.comparison.cell_table import cell_row
from workflow_scripts.comparison.cells import Cells, Compared
from workflow_scripts.comparison.contrasts import CONTRASTS
from workflow_scripts.comparison.control_rows import CONTROLS
from workflow_scripts.comparison.observed import OBSERVERS
from workflow_scripts.comparison.observed import TABLES as OF_TRIALS
from workflow_scripts.comparison.quality_rows import QUALITY
from workflow_scripts.comparison.rankings import RANKINGS
from workflow_scripts.comparison.reference_tables import TABLES
from workflow_scripts.comparison.score_columns import PAPER, cell_columns, metric_names
from workflow_scripts.comparison.score_tables import write_tables
from workflow_scripts.comparison.scores import load_metrics
from workflow_scripts.comparison.subject_file import Changes
from workflow_scripts.comparison.summarize_comparison import summarize_comparison
from workflow_scripts.faces.blend_faces import SUBJECT_COLUMNS as SUBJECTS
from workflow_scripts.report.write_report import OF_COMPARISON, write_report
from workflow_scripts.similarity.resampled_tables import GROUPS, RELIABILITY, SUPPORT, TREES
from workflow_scripts.standardization.standard_face import HEIGHT, WIDTH, face_area, read_standard_face
from workflow_scripts.training.accuracy import SCORES, SUMMARY, accuracy_summary
from workflow_scripts.training.recognised import COLUMNS as RECOGNISED

RESOURCES = Path(__file__).parents[3] / "resources"
# a study so small that its numbers are known: two networks, two expressions, two folds
HOSTILE = '<script>alert("1")</script>'
HOSTILE_EXPRESSION = "fear\"><img src=x>&amp; 'ärger' $x$"
NETWORKS = ["WeiNet", HOSTILE]
EXPRESSIONS = ["happiness", HOSTILE_EXPRESSION]
IOU = {  # by network and expression: of folds 1 and 2; None is missing
    ("WeiNet", "happiness"): [0.6, 0.7],
    ("WeiNet", HOSTILE_EXPRESSION): [0.2, 0.3],
    (HOSTILE, "happiness"): [None, None],
    (HOSTILE, HOSTILE_EXPRESSION): [0.1, 0.2],
}
FACE = {"happiness": 0.5, HOSTILE_EXPRESSION: 0.24}
CHANCE = {"happiness": 0.16, HOSTILE_EXPRESSION: 0.18}


def toy_scores() -> list[dict]:
    """Rows of scores.csv; every metric has the value of IoU."""
    rows = []
    for (network, expression), values in IOU.items():
        for fold, iou in enumerate(values, start=1):
            row = dict.fromkeys(cell_columns()) | {"explainer": "lime", "mask_set": "drawn"}
            row |= {"network": network, "fold": fold, "expression": expression, "median_r2": 0.2 + fold / 10}
            row |= {"samples": 100, "noise": fold / 20, "bias_bound": 0.2}
            row |= {"n": 0 if iou is None else 4, "missing": "no explanations" if iou is None else ""}
            row["amplitude"] = iou
            for metric in PAPER:
                row |= {metric: iou, f"face_{metric}": FACE[expression]}
                row[f"chance_face_{metric}"] = None if iou is None else CHANCE[expression]
            rows.append(row)
    return rows


def toy_changes() -> dict[str, Changes]:
    """How amplitudes change without each of three subjects of each fold, of both networks."""
    found = {}
    for place, network in enumerate(NETWORKS):
        cells = [
            (fold, expression)
            for (name, expression), values in IOU.items()
            for fold, iou in enumerate(values, start=1)
            if name == network and iou is not None
        ]
        subjects = {cell: [f"toy/{cell[0]}{who}" for who in "abc"] for cell in cells}
        changes = {(*cell, "amplitude"): np.array([0.01, -0.02, 0.01]) * (1 + place) for cell in cells}
        found[network] = Changes(subjects, changes)
    return found


def toy_contrasts() -> list[dict]:
    """Rows of contrasts.csv: the pair of networks differs, that of expressions cannot be tested."""
    pair = dict.fromkeys(CONTRASTS) | {"kind": "network", "name_a": "WeiNet", "name_b": HOSTILE}
    pair |= {"expression": "average", "subjects": 7, "differs": 0.25, "more_a": 0.2, "more_b": 0.05}
    pair |= {"smallest_p": 0.03125, "q": 0.03125, "possible_p": 0.015625, "reason": ""}
    few = dict.fromkeys(CONTRASTS) | {"kind": "expression", "of": "average", "subjects": 2}
    few |= {"name_a": "happiness", "name_b": HOSTILE_EXPRESSION, "reason": "2 subjects are too few"}
    return [pair, few]


def write_comparison(folder: Path, unlearned=(), scores=(), beside=None) -> dict[str, list[Path]]:
    """The tables of the toy study's comparison, by their names, each a list."""
    learned = {name: name not in unlearned for name in NETWORKS}
    files = {name: folder / f"{name}.csv" for name in OF_COMPARISON if name != "scores"}
    compared = toy_references()
    for name, columns in TABLES.items():
        write_table(files[name], columns, getattr(compared, name, ()))
    cells = Cells(
        scores or toy_scores(),
        [*NETWORKS, *(beside or ())],
        EXPRESSIONS,
        PAPER,
        learned,
        min_images=3,
        compared=compared,
        beside=beside,
    )
    write_tables(cells, files, changes=toy_changes())
    return {name: [path] for name, path in files.items()}


def of_trees(folder: Path) -> dict[str, list[Path]]:
    """Tables on trees of networks, by their names."""
    rows = {
        "support": [dict.fromkeys(SUPPORT)],
        "trees": [dict.fromkeys(TREES)],
        "reliability": [
            dict.fromkeys(RELIABILITY) | {"network": "WeiNet", "expression": "happiness", "ceiling": 0.875}
        ],
        "groups": [
            dict.fromkeys(GROUPS)
            | {"expression": "average", "groups": "deep (2), flat (4)", "between": 0.75}
            | {"within": 0.25, "splits": 15, "p": 0.0625}
        ],
    }
    for name, of_table in rows.items():
        write_table(folder / f"{name}.csv", list(of_table[0]), of_table)
    return {name: [folder / f"{name}.csv"] for name in rows}


def toy_references() -> Compared:
    """What the toy scores are compared with."""
    references = [
        {"network": network, "fold": fold, "expression": expression, "reference": "other_expressions"}
        | {"metric": "iou", "score": 0.125}
        for (network, expression), values in IOU.items()
        for fold, iou in enumerate(values, start=1)
        if iou is not None
    ]
    references += [
        {"network": "", "fold": "", "expression": expression, "reference": "centre", "metric": "iou"}
        | {"score": 0.375}
        for expression in EXPRESSIONS
    ]
    matrix = [
        {"network": network, "expression": one, "mask_expression": other, "metric": "iou", "folds": 2}
        | {"score": 0.45 if one == other else 0.15, "double_centred": 0.15 if one == other else -0.15}
        for network in ("WeiNet", "average")
        for one in EXPRESSIONS
        for other in EXPRESSIONS
    ]
    nulls = [
        {"network": "WeiNet", "expression": expression, "metric": "iou", "folds": 2, "score": 0.4, "p": p}
        | {"null_mean": 0.2, "null_low": 0.1, "null_high": 0.3}
        for expression, p in zip(EXPRESSIONS, (0.004, 0.6), strict=True)
    ]
    return Compared(references, matrix, nulls)


def toy_accuracy(*values: list[float], **changes: float) -> list[dict]:
    """Rows of accuracy.csv; values: of each network by fold, the same by all scores but for `changes`."""
    return [
        {"network": network, "fold": fold, "n": 2}
        | dict.fromkeys(SCORES[1:4], value)
        | {"chance": 0.5, "majority_rate": 0.6}
        | changes
        for network, of_network in zip(NETWORKS, values, strict=True)
        for fold, value in enumerate(of_network, start=1)
    ]


def accuracy_files(folder: Path, rows: list[dict]) -> dict[str, Path]:
    """accuracy.csv and the means over its folds, by the names of the manifest."""
    files = {"accuracy": folder / "accuracy.csv", "accuracy_means": folder / "accuracy_means.csv"}
    write_table(files["accuracy"], list(rows[0]), rows)
    write_table(files["accuracy_means"], SUMMARY, accuracy_summary(rows))
    return files


def write_toy_study(folder: Path) -> dict:
    """Write all tables and (blank) figures; the arguments of write_report but settings and output."""

    def table(name: str, columns: list[str], rows: list[dict]) -> Path:
        write_table(folder / f"{name}.csv", columns, rows)
        return folder / f"{name}.csv"

    def figure(name: str) -> Path:
        path = folder / "report" / f"{name}.svg"
        with figure_files([path, path.with_suffix(".png")], 2, 1) as drawing:
            drawing.text(0.02, 0.5, name, fontsize=9)
        return path

    counts = [
        {"expression": name, "images": 5, "subjects": 5, "used": "yes", "reason": ""} for name in EXPRESSIONS
    ]
    counts.append({"expression": "neutral", "images": 7, "subjects": 5, "used": "no", "reason": "not asked"})
    rejected = {"image_id": "toy/a", "path": "a", "expression": "happiness", "reason": f"{HOSTILE}: 2"}
    faces = [
        {"image_id": f"toy/{fold}{name}", "dataset": "toy", "subject": f"S{fold}", "expression": name}
        | {"identical": "", "fold": fold}
        for fold in (1, 2)
        for name in EXPRESSIONS
    ]
    accuracy = toy_accuracy([0.9, 0.8], [0.5, 0.5])
    learned = [
        {"network": network, "n": 4, "subjects": 2, "balanced_accuracy": value, "standard_error": 0.05}
        | {"chance": 0.5, "learned": "yes"}
        for network, value in zip(NETWORKS, (0.85, 0.5), strict=True)
    ]
    scores = toy_scores()
    ranking = {"best": "1. WeiNet (0.65) 2. Other (0.15)", "worst": "1. Other (0.15) 2. WeiNet (0.65)"}
    ranking["not_ranked"] = f"{HOSTILE}: few images: 1 in fold 2; Third: did not learn"
    pair = {"network_a": "WeiNet", "network_b": HOSTILE, "r_face": 0.25, "distance_face": 0.75}
    explained = [
        {"network": network, "fold": fold, "expression": expression, "n": n}
        | {"right": n // 2, "share_right": 0.5 if n else None}
        for (network, expression), values in IOU.items()
        for fold, n in ((1, 4), (2, 4), ("all", 8))
        for n in [0 if None in values else n]
    ]
    units = [
        dict.fromkeys(UNITS)
        | {"network": "WeiNet", "expression": "average", "action_unit": unit}
        | {"metric": "density", "estimate": 0.5 * unit, "folds": 2}
        for unit in (1, 12)
    ]
    by = ("drawn", 0, "iou"), ("drawn", 4, "iou")
    rankings_rows = [dict(zip(RANKINGS, (*by[0], *by[1], 0.25, 4), strict=True))]
    comparison = write_comparison(folder)
    rankings = [{"expression": name, **ranking} for name in EXPRESSIONS]
    comparison["table5"] = [table("ranking", list(rankings[0]), rankings)]
    return {
        "counts": [table("counts", list(counts[0]), counts)],
        "rejected": [table("rejected", list(rejected), [rejected])],
        "folds": table("folds", list(faces[0]), faces),
        **accuracy_files(folder, accuracy),
        "learned": table("learned", list(learned[0]), learned),
        "recognised": table("recognised", list(RECOGNISED), []),
        "half_subjects": [],
        "explained": table("explained", list(explained[0]), explained),
        "scores": [table("scores", list(scores[0]), scores)],
        **comparison,
        "action_units": [table("action_units", list(UNITS), units)],
        "rankings": [table("rankings", list(RANKINGS), rankings_rows)],
        "contrasts": [table("contrasts", list(CONTRASTS), toy_contrasts())],
        **of_trees(folder),
        "similarity": [table(f"similarity{i}", list(pair), [pair]) for i in range(len(EXPRESSIONS))],
        "figure4": [figure("figure4")],
        "figure5": figure("figure5"),
        "figure6": figure("figure6"),
        "figure7": [figure("lime/figure7")],
        "heatmaps": [figure("lime/heatmaps_very_flat"), figure("lime/heatmaps_ungrouped")],
        "figure10": [figure("lime/figure10")],
        "contrasts_networks": [figure("lime/contrasts_networks")],
        "contrasts_expressions": [figure("lime/contrasts_expressions")],
        "answer": [figure("lime/answer")],
        "training": [figure("training")],
        "confusions_of_networks": figure("confusions"),
        "scoring": [figure("lime/scoring")],
        "mean_face": [],
        **{name: [] for name in ("between_explainers", "excess", "findings")},
        "controls": [],
        "figure_controls": [],
        "quality": [],
        "agreement": [],
        "people": [],
        "figure_people": [],
        **{name: [] for name in ("observers", "curves", "effects", "confusions", "figure_trials")},
        "rule_graph": figure("rule_graph"),
        "deviations": RESOURCES / "deviations.csv",
    }


NOTE = "Synthetic <faces> & not photographs"
SETTINGS = {
    "run": {
        "datasets": ["toy"],
        "networks": NETWORKS,
        "expressions": EXPRESSIONS,
        "explainers": ["lime"],
        "mask_sets": ["drawn"],
        "people": [],
    },
    "report": {"title": f"Do they look? {HOSTILE}", "notes": {"toy": NOTE, "other": "not of this run"}},
    "kinds": {"drawn": "outlines"},
    "groups": [["very_flat", ["WeiNet"]], ["ungrouped", [HOSTILE]]],
    "positives": 5,
    "min_images": 3,
    "metrics": PAPER,
    "setup": {"seed": 1, "lime": {"samples": 200}, "note": HOSTILE},
}


def write(folder: Path, output: Path | None = None, settings: dict | None = None, **changes) -> Path:
    """Write the page of the toy study, with `changes` of its files."""
    files = write_toy_study(folder) | changes
    manifest = {name: paths if isinstance(paths, list) else [paths] for name, paths in files.items()}
    comparisons = [["lime", "drawn"]] if files["scores"] else []
    output = output or folder / "report" / "index.html"
    write_report(
        settings=json.dumps(SETTINGS | (settings or {})),
        manifest=json.dumps(manifest | {"comparisons": comparisons}, default=str),
        output=output,
        methods=output.with_name("methods.txt"),
    )
    output.with_name("atlas.html").touch()  # which another rule writes beside the page
    return output


class Page(HTMLParser):
    """What a browser would make of the page; refuses elements that are not closed in order."""

    VOID = ("meta", "img", "br")

    def __init__(self, path: Path):
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.images: list[dict] = []
        self.texts: list[str] = []
        self.rows: list[list[str]] = []
        self.feed(path.read_text(encoding="utf-8"))
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.tags.add(tag)
        if tag not in self.VOID:
            self.open.append(tag)
        if tag == "img":
            self.images.append(found)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
        self.ids += [found["id"]] if "id" in found else []
        self.links += [found["href"]] if "href" in found else []

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)
        if "td" in self.open or "th" in self.open:
            self.rows[-1][-1] += data

    @property
    def text(self) -> str:
        return "".join(self.texts)

    def row(self, name: str, column: str) -> list[str]:
        """The first row of that name in a table after the header that has `column`."""
        start = next(i for i, row in enumerate(self.rows) if column in row)
        return next(row for row in self.rows[start:] if row[:1] == [name])


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return write(tmp_path_factory.mktemp("study"))


@pytest.fixture(scope="module")
def page(path):
    return Page(path)


def test_names_and_notes_are_shown_as_text_and_never_as_markup(page):
    assert not page.tags & {"script", "faces"}
    assert all(image["src"].startswith("data:image/") for image in page.images)
    for text in (HOSTILE, HOSTILE_EXPRESSION, SETTINGS["report"]["title"], NOTE):
        assert text in page.text


def test_every_link_leads_to_a_file_beside_the_page_or_a_place_in_it(page, path):
    assert len(page.links) > 20
    for link in page.links:
        assert ":" not in link.split("#")[0], f"{link} needs a network"
        if link.startswith("#"):
            assert link[1:] in page.ids
        else:
            assert (path.parent / unquote(link)).is_file(), link
    assert len(page.ids) == len(set(page.ids))


def test_figures_are_inside_the_page_to_the_byte(page, path):
    embedded = {unquote_to_bytes(image["src"].partition(",")[2]) for image in page.images}
    files = {file.read_bytes() for file in path.parent.rglob("*") if file.suffix == ".svg"}
    assert len(embedded) == len(page.images)
    assert embedded <= files


def test_every_figure_has_an_alternative_text_and_its_size(page):
    assert len(page.images) == 13  # Figures 4 to 7, 10, two groups, pairs, rules, and 4 of `picture_sections`
    assert all(image["alt"] and int(image["width"]) > 0 for image in page.images)


def test_what_the_faces_are_stands_before_all_sections_and_at_each_figure_of_faces(page):
    assert page.text.index(NOTE) < page.text.index("short answer")
    assert (
        page.text.count(NOTE) == 1 + 7
    )  # Figures 4 and 7, the groups, the pairs, the answer, and what is scored
    assert page.text.count("mean of rendered, synthetic faces") == 7
    assert "not of this run" not in page.text


MEAN_FACE = {"dataset": "toy", "subjects": 12, "images": 34, "unknown": 0, "shown": "yes"}


@pytest.mark.parametrize(
    ("rows", "note"),
    [
        ([MEAN_FACE], "The face is the mean of 12 subjects (34 images) of data set toy."),
        (
            [MEAN_FACE, MEAN_FACE | {"dataset": "other"}, MEAN_FACE | {"dataset": "x", "subjects": 0}],
            "The face is the mean of 24 subjects (68 images) of data sets toy and other.",
        ),
        (
            [MEAN_FACE | {"subjects": 1, "images": 3, "shown": "no"}],
            "The face is the mean of rendered, synthetic faces (resources/mean_face.png): the images of "
            "data set toy, which may be shown, are of 1 known subject, and in a mean of fewer than 10, "
            "single people might be recognised.",
        ),
    ],
)
def test_each_figure_of_faces_says_whose_mean_the_face_is(tmp_path, rows, note):
    table = tmp_path / "mean_face.csv"
    write_table(table, list(MEAN_FACE), rows)
    path = write(tmp_path, mean_face=[table])
    page = Page(path)
    assert page.text.count(note) == 7
    assert page.text.count("The face is") == 7
    assert (path.parent / "tables/mean_face.csv").read_bytes() == table.read_bytes()
    assert "tables/mean_face.csv" in page.links


def test_a_face_of_the_study_s_own_is_not_called_synthetic(tmp_path):
    text = Page(write(tmp_path, settings={"own_face": True})).text
    assert text.count("The face is the study's own picture (resources/mean_face.png).") == 7
    assert "The face is the mean of rendered" not in text


def test_the_short_answer_agrees_with_the_tables(page):
    assert "Largest overlap: WeiNet, happiness, IoU 0.650 (mean of 2 folds, 8 explained images" in page.text
    assert "2 of 3 ranked panels (network × expression) overlap the mask more than the whole" in page.text
    assert "2 of 3 overlap it more than a random region" in page.text
    assert "Average IoU of 1 network over the 2 expressions with masks: 0.450 (16 expl" in page.text
    assert "explained images); whole face 0.370; random region of the face 0.170." in page.text
    assert page.row("WeiNet", "IoU")[1:4] == ["0.650 ± 0.071\nchance 0.160"] * 2 + ["8 (2)"]
    assert page.row("whole face", "IoU")[1] == "0.500"
    assert page.row("average of 1", "IoU")[1] == "0.650 ± 0.071\nchance 0.160"


def test_what_heatmaps_rest_on_is_said_beside_the_answer(page, tmp_path):
    total = sum(8 for values in IOU.values() if None not in values)
    assert f"The heatmaps rest on {total} explanations, " in page.text
    assert "In 50\xa0% of them the face shows that expression" in page.text
    assert "that are noisy" not in page.text
    scores = [row | {"noise": 0.2 if row["noise"] else None} for row in toy_scores()]
    large = sum(bool(row["noise"]) for row in scores)
    write_table(tmp_path / "noisy.csv", list(scores[0]), scores)
    noisy = Page(write(tmp_path, scores=[tmp_path / "noisy.csv"]))
    assert f"that are noisy: {large} of {large} (lime). With another seed" in noisy.text


def test_differences_over_faces_are_shown_apart_from_those_over_trainings(page):
    assert "range of the heatmap" not in page.text  # one network lacks an expression: there is no average
    assert (
        "1 of 1 pair of networks differs somewhere in the face (q\xa0<\xa00.05 over the pairs, 7 people)"
        in page.text
    )
    assert f"WeiNet – {HOSTILE}" in page.text
    assert "Where in the face expressions differ cannot be tested: at most 2 people" in page.text


def test_missing_scores_are_a_dash_and_named_never_zero(page):
    assert page.row(HOSTILE, "IoU")[1:5] == ["–", "–", "", "0.150 ± 0.071\nchance 0.180"]
    assert page.row(HOSTILE, "IoU")[-3] == "–"  # a network without a panel has no average
    assert f"{HOSTILE}, happiness, folds 1 and 2: no explanations" in page.text
    assert (
        "8 of 8 heatmaps of single folds are based on fewer than the 5 images requested; 2 of them"
        in page.text
    )
    assert (
        page.row("happiness", "not ranked")[-1] == f"{HOSTILE}: few images: 1 in fold 2\nThird: did not learn"
    )


def test_fits_that_explain_little_are_said_with_what_that_means(page):
    assert "fits of lime explain less than half of the variance" in page.text
    assert "WeiNet (0.35)" in page.text
    assert ["WeiNet", "0.30 to 0.40", "0.30 to 0.40"] in page.rows
    assert "R² says how much of the variation" in page.text


def test_an_explainer_without_fits_has_dashes_and_is_told_of_no_weak_ones(tmp_path):
    scores = [row | {"median_r2": None} for row in toy_scores()]
    folder = tmp_path / "unfitted"
    write_table(folder / "scores.csv", list(scores[0]), scores)
    comparison = write_comparison(folder, scores=scores) | {"scores": [folder / "scores.csv"]}
    page = Page(write(tmp_path, **comparison))
    assert ["WeiNet", "–", "–"] in page.rows
    assert "–: lime reports no fit, so there is no R²." in page.text
    assert "R² says how much" not in page.text
    assert "explain less than half" not in page.text


def test_what_else_bounds_a_sample_is_said_where_images_are_few(tmp_path):
    settings = {"positives": {"images": 5, "per_subject": 2, "per_sequence": 1}}
    text = Page(write(tmp_path, settings=settings)).text
    assert text.count("(at most 2 per subject and 1 per sequence)") == 3  # also in the methods


def test_the_foot_says_which_version_made_the_page(page):
    assert f"Made by lookalike {version()} from the tables" in page.text


def test_data_left_out_or_rejected_is_counted(page):
    assert page.row("happiness", "images found") == ["happiness", "5", "5", "1", "2", ""]
    assert page.row("neutral", "images found")[-1] == "not asked"
    assert page.row(HOSTILE, "reason") == [HOSTILE, "1"]


def test_accuracy_is_shown_with_its_spread_and_a_weak_network_is_named(page):
    assert page.row("WeiNet", "macro F1") == ["WeiNet", "4", "2", *["0.850 ± 0.071"] * 3, "0.050", "yes"]
    assert f"{HOSTILE}: mean balanced accuracy below 1.5 times chance (0.500)" in page.text
    assert "an accuracy of 0.600" in page.text  # always the most frequent expression


def test_the_warning_goes_by_balanced_accuracy(tmp_path):
    """Always the same answer, of seven in ten faces: accuracy 0.70, balanced accuracy that of guessing."""
    rows = toy_accuracy([0.7, 0.7], [0.7, 0.7], balanced_accuracy=0.5, macro_f1=0.4, majority_rate=0.7)
    (tmp_path / "constant").mkdir()
    files = accuracy_files(tmp_path / "constant", rows)
    said = Page(write(tmp_path, **files)).text.split("mean balanced accuracy below")[0]
    assert "WeiNet and" in said[-60:]


def test_a_single_training_that_failed_is_named(tmp_path):
    """The network learned over its folds; one of its trainings answers as by guessing."""
    (tmp_path / "one").mkdir()
    files = accuracy_files(tmp_path / "one", toy_accuracy([1.0, 0.5], [0.9, 0.9]))
    text = Page(write(tmp_path, **files)).text
    assert "though the network learned in others: WeiNet, fold 2 (0.500)." in text
    assert "mean balanced accuracy below" not in text


def unlearned(folder: Path, *networks: str) -> Path:
    """learned.csv of the toy study where `networks` did not learn, and Table 3 that follows."""
    rows = read_table(write_toy_study(folder)["learned"])
    path = folder / "unlearned.csv"
    write_table(
        path,
        list(rows[0]),
        [row | {"learned": "no" if row["network"] in networks else "yes"} for row in rows],
    )
    return path


def test_networks_that_did_not_learn_are_marked_and_told(tmp_path):
    (tmp_path / "marked").mkdir()
    tables = write_comparison(tmp_path / "marked", unlearned=["WeiNet"])
    page = Page(write(tmp_path, learned=unlearned(tmp_path, "WeiNet"), **tables))
    assert "Did not learn, as the balanced accuracy" in page.text
    assert "WeiNet (0.850)" in page.text
    assert page.row("WeiNet †", "IoU")[1].startswith("0.650")
    assert ["WeiNet"] not in [row[:1] for row in page.rows]  # marked in every table
    assert page.row("WeiNet †", "macro F1")[-1] == "no"
    assert "Largest overlap: WeiNet" not in page.text
    assert "Fewer than two networks that learned" in page.text


def test_where_no_network_learned_that_is_the_answer(tmp_path):
    page = Page(write(tmp_path, learned=unlearned(tmp_path, *NETWORKS)))
    assert "No network learned" in page.text


def test_the_differences_from_the_paper_are_those_of_the_readme(page):
    """One table in both places."""
    rows = read_table(RESOURCES / "deviations.csv")
    readme = (RESOURCES.parent / "README.md").read_text(encoding="utf-8")
    assert len(rows) >= 10
    for row in rows:
        assert list(row.values()) in page.rows
        assert "| " + " | ".join(row.values()) + " |" in readme


def test_settings_are_listed(page):
    assert page.row("lime.samples", "setting") == ["lime.samples", "200"]


def test_the_same_study_gives_the_same_bytes(path, tmp_path):
    assert write(tmp_path).read_bytes() == path.read_bytes()


def test_the_report_s_folder_can_be_moved(path, tmp_path):
    path.parent.rename(moved := tmp_path / "elsewhere")
    try:
        for link in Page(moved / "index.html").links:
            assert link.startswith("#") or (moved / unquote(link)).is_file()
    finally:
        moved.rename(path.parent)


def test_one_fold_gives_no_standard_deviation(tmp_path):
    folds = tmp_path / "one_fold.csv"
    rows = [{"image_id": "toy/a", "dataset": "toy", "subject": "S", "expression": "happiness"}]
    rows[0] |= {"identical": "", "fold": 1}
    write_table(folds, list(rows[0]), rows)
    assert "One fold gives no standard deviation" in Page(write(tmp_path, folds=folds)).text


def test_repeats_of_the_cross_validation_are_told_and_their_folds_listed(tmp_path):
    """The repeat has the images of the toy study, of S1 in fold 4 and of S2 in fold 3, which saw an image."""
    first = read_table(write_toy_study(tmp_path)["folds"])
    again = [row | {"fold": {"1": "4", "2": "3"}[row["fold"]]} for row in first]
    write_table(tmp_path / "again.csv", list(first[0]), again)
    accuracy = toy_accuracy([0.9, 0.8, 0.7, 0.6], [0.5] * 4)
    accuracy[2] |= {"n": 1}  # of two images of fold 3
    (tmp_path / "mine").mkdir()
    files = accuracy_files(tmp_path / "mine", accuracy)
    files |= {"folds": [tmp_path / "folds.csv", tmp_path / "again.csv"]}
    models = {"WeiNet": {"trained_on": "seen.csv", "one": False}}
    page = Page(write(tmp_path, settings={"models": models}, **files))
    assert "4 images of 2 subjects in 1 data set, in 2 repeats of 2 folds." in page.text
    assert "The cross-validation was repeated: 2 repeats of 2 folds, numbered from 1 to 4." in page.text
    assert "An image counts once in each repeat" in page.text
    assert "± is the standard deviation over the 4 folds" in page.text
    assert "or on identical files: 1 image;" in page.text
    start = next(i for i, row in enumerate(page.rows) if row[:1] == ["fold"])
    assert [row[0] for row in page.rows[start + 1 : start + 5]] == ["1", "2", "3", "4"]
    assert "tables/folds_repeat_2.csv" in page.links
    once = Page(write(tmp_path))
    assert "2 repeats of" not in once.text
    assert "The cross-validation was repeated" not in once.text
    assert "in 1 data set, in 2 folds." in once.text


def test_a_study_without_subjects_counts_none(tmp_path):
    folds, counts = tmp_path / "unknown.csv", tmp_path / "unknown_counts.csv"
    rows = [{"dataset": "toy", "subject": "", "expression": "happiness"} for _ in range(4)]
    rows = [row | {"image_id": n, "identical": "", "fold": 1 + n % 2} for n, row in enumerate(rows)]
    write_table(folds, list(rows[0]), rows)
    found = {"expression": "happiness", "images": 5, "subjects": "", "used": "yes", "reason": ""}
    hidden = {"expression": "", "images": 2, "subjects": "", "used": "no", "reason": "hidden file"}
    write_table(counts, list(found), [found, hidden])
    page = Page(write(tmp_path, folds=folds, counts=[counts]))
    assert "The study is based on 4 images of unknown subjects (data set toy) in 1 data set" in page.text
    assert "All images of a subject lie in one fold" not in page.text
    assert page.row("happiness", "images found")[2] == "unknown"
    assert page.row("(left out by the reader)", "images found")[2] == "–"
    assert page.row("1", "subjects")[-1] == "unknown"


def test_a_study_without_mask_sets_has_a_page(tmp_path):
    without = {name: [] for name in (*OF_COMPARISON, "figure4", "scoring")}
    for name, columns in (("action_units", UNITS), ("rankings", RANKINGS)):
        write_table(tmp_path / f"no_{name}.csv", columns, [])
        without[name] = [tmp_path / f"no_{name}.csv"]
    settings = {"run": SETTINGS["run"] | {"mask_sets": []}}
    assert (
        "does not compare the heatmaps with masks" in Page(write(tmp_path, settings=settings, **without)).text
    )


def test_a_figure_outside_the_report_s_folder_is_refused(tmp_path):
    with pytest.raises(StudyError, match=r"figure5\.svg lies outside the report's folder"):
        write(tmp_path, output=tmp_path / "other" / "index.html")


def test_a_figure_that_is_not_there_is_named(tmp_path):
    with pytest.raises(StudyError, match=r"gone\.svg.*rerun"):
        write(tmp_path, figure5=tmp_path / "report" / "gone.svg")


def test_a_number_of_files_that_does_not_fit_is_refused(tmp_path):
    with pytest.raises(StudyError, match="--manifest: 0 files of rejected for 1"):
        write(tmp_path, rejected=[])


def test_a_table_without_its_columns_is_named(tmp_path):
    bare = tmp_path / "bare.csv"
    bare.write_text("network\n")
    with pytest.raises(StudyError, match=r"bare\.csv: column .*accuracy"):
        write(tmp_path, accuracy=bare)
    write(tmp_path)
    lines = (tmp_path / "summary.csv").read_text().splitlines(keepends=True)
    bare.write_text("".join([lines[0].replace("estimate,", "mine,"), *lines[1:]]))
    with pytest.raises(StudyError, match=r"bare\.csv: column estimate is missing .*mine"):
        write(tmp_path, summary=[bare])


def test_subjects_that_nobody_knows_are_not_counted(tmp_path):
    arguments = write_toy_study(tmp_path)
    rows = [row | {"subjects": ""} for row in read_table(arguments["learned"])]
    write_table(tmp_path / "unknown.csv", list(rows[0]), rows)
    page = Page(write(tmp_path, learned=tmp_path / "unknown.csv"))
    assert page.row("WeiNet", "macro F1")[1:3] == ["4", "unknown"]
    assert "treats images as independent where subjects are unknown" in page.text


def test_a_metric_of_one_s_own_is_scored_averaged_and_shown(tmp_path):
    """From its file to the page: nothing else is edited. Heatmaps move away from the mask by fold."""
    entries = [*PAPER]
    for name, text in {"dice": DICE, "outside": OUTSIDE}.items():
        (tmp_path / f"my_{name}.py").write_text(text)
        entries.append(f"{tmp_path}/my_{name}.py:{name}")
    metrics = json.dumps(entries)
    mask = np.zeros((HEIGHT, WIDTH), bool)
    mask[50:150] = True
    face, used = face_area(read_standard_face(RESOURCES / "standard_face.csv")), load_metrics(entries)
    cells = []
    for i, (network, expression, fold) in enumerate(product(NETWORKS, EXPRESSIONS, (1, 2))):
        with h5py.File(tmp_path / "cell.h5", "w") as file:
            file["heatmap"] = np.roll(mask, 10 * fold + 40 * (network == HOSTILE), axis=0).astype(np.float32)
            file.create_dataset("image_id", data=["a"], dtype=h5py.string_dtype())
            file.attrs.update({"missing": "", "averaged": 9, "amplitude": 0.3, "median_r2": 0.6})
            file.attrs.update({"samples": 100, "noise": 0.04, "bias_bound": 0.2})
        cells.append(tmp_path / f"{i}.csv")
        row = cell_row((network, fold, expression), tmp_path / "cell.h5", [], mask, face, used)
        write_table(cells[-1], cell_columns(metric_names(entries)), [row])
    files = {name: tmp_path / "own" / f"{name}.csv" for name in OF_COMPARISON}
    for name, columns in TABLES.items():
        write_table(files[name], columns, [])
    summarize_comparison(
        cells,
        compared=[files[name] for name in ("references", "matrix", "nulls")],
        folds=2,
        seed=1,
        explainer="lime",
        mask_set="drawn",
        min_images=3,
        metrics=metrics,
        networks=json.dumps(NETWORKS),
        expressions=json.dumps(EXPRESSIONS),
        learned=write_toy_study(tmp_path)["learned"],
        scores_output=files["scores"],
        **{name: path for name, path in files.items() if name not in ("scores", *TABLES)},
    )
    own = {name: [path] for name, path in files.items()}
    page = Page(path := write(tmp_path, settings={"metrics": entries}, **own))
    assert "Further metrics against drawn: Dice (higher is better) and mass outside (lower is b" in page.text
    further = page.row("WeiNet", "mass outside")
    assert further[1] == page.row("WeiNet", "IoU")[2]  # Dice is F1
    assert further[2] == "0.150 ± 0.071"  # of 10 and 20 in 100 lines; a map has no chance
    assert page.row("whole face", "mass outside")[1] == page.row("whole face", "IoU")[2]
    table = path.read_text(encoding="utf-8").partition(">mass outside<")[2].partition("</table>")[0]
    best = re.findall(r'<td class="number best above"><span>([\d.]+)', table)
    assert best == ["0.150"] * 3  # the least of each column, and less than the whole face
    differing = pd.read_csv(files["differences"]).query("metric == 'outside' and name_b == 'face'")
    assert (differing.estimate < 0).all()


def test_an_official_split_says_what_it_is(tmp_path):
    folds = tmp_path / "official.csv"
    rows = [{"dataset": "toy", "subject": "S1", "expression": "happiness", "identical": "toy/0"}] * 2
    rows = [row | {"image_id": f"toy/{n}", "fold": n} for n, row in enumerate(rows)]
    write_table(folds, list(rows[0]), rows)
    page = Page(write(tmp_path, settings={"split": "official"}, folds=folds))
    assert "in 1 data set, in 1 fold." in page.text
    assert "One official split gives no standard deviation and no interval" in page.text
    assert "toy/0 (fold 0) = toy/1 (fold 1)" in page.text
    assert page.row("none: training only", "subjects")[1:] == ["1", "0", "1", "1"]
    assert (
        "neither for training nor for testing (but for validation, say): 7 images of toy." in page.text
    )  # of 10 found, 1 is rejected and 2 are here


def test_networks_that_were_trained_elsewhere_are_named_with_what_they_saw(tmp_path):
    said = {"trained_on": "none", "one": True}
    page = Page(write(tmp_path, settings={"models": {"WeiNet": said}}))
    assert "2 networks were trained, 1 of them elsewhere, to tell" in page.text
    assert (
        "WeiNet was trained elsewhere and only used here; according to the settings, it was trained on none"
        in page.text
    )
    assert "It is one model for all folds: its ± is over subsets of the images" in page.text
    said = {"trained_on": "seen.csv", "one": False}
    accuracy = toy_accuracy([0.9, 0.8], [0.5, 0.5])
    accuracy[0] |= {"n": 1}  # of two images of fold 1
    (tmp_path / "mine").mkdir()
    files = accuracy_files(tmp_path / "mine", accuracy)
    page = Page(write(tmp_path, settings={"models": {"WeiNet": said}}, **files))
    assert "because it was trained on them or on identical files: 1 image" in page.text
    assert "one model for all folds" not in page.text
    assert "trained elsewhere" not in Page(write(tmp_path)).text


def test_the_section_on_worth_shows_references_tests_and_what_scores_hang_on(tmp_path):
    page = Page(write(tmp_path))
    assert "2 expressions are too few to show that heatmaps are specific to the expression." in page.text
    assert "1 of 2 panels (network × expression) scores higher than 95 % of masks" in page.text
    assert page.row("a blurred spot at the centre", "IoU")[1] == "0.375"
    assert page.row("heatmaps of the other expressions", "IoU")[1] == "0.125"
    assert "0.004 (0.008)" in page.text  # p and q of the two panels
    assert "0.60 (0.60)" in page.text
    assert page.row("WeiNet", "AU 12")[1:] == ["0.50", "6.00"]
    assert page.row("drawn, IoU, by +4 px", "tau")[1:] == ["0.25", "4"]


def test_trees_have_ceilings_and_tests_of_groups_beside_them(tmp_path):
    page = Page(write(tmp_path))
    assert "Percentages, with three folds or more: how often a cluster occurs with exactly" in page.text
    row = page.row("mean distance over expressions", "between")
    assert row[1:] == ["0.750", "0.250", "0.06", "15"]
    assert "the same group (deep (2), flat (4))" in page.text
    assert "0.875" in page.text


def test_people_are_put_beside_the_networks_as_people(tmp_path):
    people = [
        row | {"network": "people-theirs", "fold": 1, "n": None, "iou": 0.0625, "learned": ""}
        for row in toy_scores()
        if (row["network"], row["fold"]) == ("WeiNet", 1)
    ]
    drawing = tmp_path / "report/lime/heatmaps_people.svg"
    with figure_files([drawing, drawing.with_suffix(".png")], 2, 1):
        pass
    files = write_toy_study(tmp_path)
    tables = write_comparison(tmp_path / "own", scores=toy_scores() + people, beside={"people-theirs": 1})
    groups = [*SETTINGS["groups"], ["people", ["people-theirs"]]]
    page = Page(
        write(
            tmp_path,
            settings={"groups": groups},
            **{name: paths for name, paths in tables.items() if name != "table5"},
            heatmaps=[*files["heatmaps"], drawing],
        )
    )
    row = page.row("people-theirs", "IoU")
    assert row[1].startswith("0.062") and "±" not in row[1] and "[" not in row[1]
    assert row[3] == "– (1)"
    assert "People are not trained, so they have one heatmap and no interval over trainings" in page.text
    assert "Where people look, from other faces: a row per data set" in page.text
    assert "People are not redrawn, since they have no folds." in page.text
    assert "ublished network" not in page.text and "published-" not in page.text


def test_half_faces_have_their_section_with_who_shows_all_of_it(tmp_path):
    """Its verdicts are tested beside it; here that the tables arrive, each of its data set."""
    of_toy, of_other = tmp_path / "subjects_toy.csv", tmp_path / "subjects_other.csv"
    for path, missing in ((of_toy, ""), (of_other, "happiness")):
        write_table(path, SUBJECTS, [dict(zip(SUBJECTS, ("ann", 2, 1, missing), strict=True))])
    run = SETTINGS["run"] | {"datasets": ["toy", "other"]}
    halves = {"datasets": {"other": "mouth", "toy": "mouth"}, "mask_sets": {}}  # sorted, as in JSON
    tables = write_toy_study(tmp_path)
    twice = {name: tables[name] * 2 for name in ("counts", "rejected")}
    settings = {"run": run, "halves": halves}
    page = Page(write(tmp_path, settings=settings, half_subjects=[of_toy, of_other], **twice))
    assert "no mask set of the run is that half" in page.text
    for name, table in (("toy", of_toy), ("other", of_other)):
        assert f"{name}: subjects of half faces" in page.texts
        copied = tmp_path / f"report/tables/{name}_subjects_of_half_faces.csv"
        assert copied.read_bytes() == table.read_bytes()
    assert "expressions that are recognised" in page.texts


def toy_control(metric, **numbers) -> dict:
    """A row of controls.csv, of untrained networks beside WeiNet; IoU and AUC are against masks."""
    about = {"network": "WeiNet", "control": "untrained", "kind": "untrained", "randomized": 0, "groups": 0}
    about |= {"mask_set": "drawn" if metric in ("iou", "auc") else "", "expression": "average", "draws": 2}
    return dict.fromkeys(CONTROLS) | about | {"metric": metric} | numbers


def toy_quality(measure, better, **numbers) -> dict:
    """A row of quality.csv of WeiNet."""
    about = {"network": "WeiNet", "expression": "average", "measure": measure, "better": better}
    return dict.fromkeys(QUALITY) | about | {"n": 9, "left_out": 0, "subjects": 9} | numbers


def test_explanations_are_said_to_be_better_than_chance_only_where_it_is_shown(tmp_path):
    interval = {"low": 0.125, "high": 0.375}
    shown = {"baseline": 0.5, "difference": -0.25, "difference_low": -0.375, "difference_high": -0.125}
    shown |= {"p": 0.001, "q": 0.002}
    rows = [
        toy_quality("deletion", "lower", estimate=0.75, expression="happiness"),
        toy_quality("deletion", "lower", estimate=0.25, median=0.125, **interval, **shown),
        toy_quality("insertion", "higher", estimate=0.25, **interval, **shown),  # worse than chance
        toy_quality("infidelity", "lower", estimate=0.25, left_out=2, n=1),
        toy_quality("stability_seeds", "higher", estimate=0.875, median=0.9),
        toy_quality("stability_regions", "higher", estimate=0.5),
        toy_quality("ranks_regions", "higher", estimate=0.125),
        toy_quality("r2", "higher", estimate=None, n=0, left_out=9),
    ]
    write_table(tmp_path / "quality.csv", QUALITY, rows)
    run = SETTINGS["run"] | {"quality": ["lime"]}
    page = Page(write(tmp_path, settings={"run": run}, quality=[tmp_path / "quality.csv"]))
    said = (
        "WeiNet: deletion better than chance, insertion and infidelity not shown to be better than chance; "
    )
    assert f"{said}agreement 0.88 over seeds and 0.50 over regions." in page.text
    assert page.row("WeiNet", "deletion")[1:] == [
        "0.250\n[0.125, 0.375]\nmedian 0.125\nchance 0.500",
        "0.250\n[0.125, 0.375]\nchance 0.500",
        "0.250\nwithout 2 images",
        "0.875",
        "0.500\nranks 0.125",
        "–\nwithout 9 images",
    ]
    assert "over what hides" not in page.text  # which was not measured
    assert "Are the explanations any good?" not in Page(write(tmp_path / "none")).text


def test_control_networks_are_beside_the_trained_ones_with_a_verdict(tmp_path):
    interval = {"difference_low": 0.05, "difference_high": 0.15, "p": 0.002, "q": 0.004, "coverage": 0.95}
    auc = {"trained": 0.7, "estimate": 0.6, "difference": 0.1, "lowest": 0.58, "highest": 0.62} | interval
    shuffled = {"control": "shuffled_labels", "kind": "shuffled_labels", "kept": 0.37, "kept_by_chance": 0.19}
    rows = [
        toy_control("iou", trained=0.5, estimate=0.3, difference=0.2),
        toy_control("auc", **auc),
        toy_control("auc", **auc | {"q": 0.06, "control": "other"}),
        toy_control("auc", **auc | {"highest": 0.75, "control": "wide"}),
        toy_control("auc", missing="control network: the same everywhere", **shuffled),
        toy_control("auc", **auc | {"q": 0.5, "control": "random", "kind": "randomized_layers"}),
        toy_control("rank_correlation", estimate=0.125, low=-0.25, high=0.5),
        toy_control("amplitude_ratio", estimate=0.0625, low=0.03, high=0.13),
    ]
    write_table(tmp_path / "controls.csv", CONTROLS, rows)
    figure = tmp_path / "report/lime/controls.svg"
    with figure_files([figure, figure.with_suffix(".png")], 2, 1) as drawing:
        drawing.text(0.1, 0.5, "controls")
    of_controls = {"controls": [tmp_path / "controls.csv"], "figure_controls": [figure]}
    page = Page(write(tmp_path, **of_controls))
    assert "the same architecture, all weights as they are drawn before any training" in page.text
    assert "37 % of the images keep their label, 19 % would by chance." in page.text
    said = "AUC against drawn, each network minus its controls:\n"
    said += "WeiNet: untrained (2 draws) 0.100 [0.050, 0.150], higher; "
    said += "other (2 draws) 0.100 [0.050, 0.150], no difference shown; wide (2 draws) 0.100 [0.050, 0.150], "
    said += "between its draws; shuffled labels: no heatmap of control network: the same everywhere; "
    said += "1 other control: no difference shown\n"
    assert said in page.text
    assert page.row("WeiNet", "IoU, trained")[1:] == ["untrained", "0.500", "0.300"]
    row = page.row("WeiNet", "rank correlation")
    assert row[1:] == ["untrained", "0.125\n[−0.250, 0.500]‡", "0.062\n[0.030, 0.130]‡", "–"]
    assert "Would a network that learned nothing" not in Page(write(tmp_path / "none")).text


def test_people_come_first_in_the_answer_and_have_a_section(tmp_path):
    assert "people" not in Page(write(tmp_path / "without")).ids
    names = ["seen", HOSTILE]
    drawing = tmp_path / "report/lime/people.svg"
    with figure_files([drawing, drawing.with_suffix(".png")], 2, 1) as figure:
        figure.text(0.1, 0.5, "people")
    write_table(
        tmp_path / "networks.csv", AGREEMENT, [*agreement_of("WeiNet", 0.7), *agreement_of("average", 0.7)]
    )
    write_table(tmp_path / "people.csv", AGREEMENT, references())
    path = write(
        tmp_path,
        settings={
            "run": SETTINGS["run"] | {"people": names},
            "people": {name: {"data": "maps", "share": 0.25} for name in names},
        },
        agreement=[tmp_path / "networks.csv"] * 2,
        people=[tmp_path / "people.csv"] * 2,
        figure_people=[drawing] * 2,
    )
    page = Page(path)
    assert "people" in page.ids
    assert page.links.count("#people") == 4  # of the contents, of an answer each, at the heading
    assert page.text.count("average AUC of WeiNet on the maps of 94 people 0.700 [0.650, 0.750]") == 4
    assert "Neither people's gaze nor their perception was measured" not in page.text
    assert page.row("other half of the people", "share of the ceiling")[1].startswith("0.830")
    assert "tables/lime_people_seen.csv" in page.links
    assert "script" not in page.tags


def test_the_uncovering_task_has_a_section_and_its_tables_are_beside_the_page(tmp_path):
    drawing = tmp_path / "report/uncovering/trials.svg"
    with figure_files([drawing, drawing.with_suffix(".png")], 2, 1) as figure:
        figure.text(0.1, 0.5, "curves")
    network = dict.fromkeys(OBSERVERS, "") | {"observer": "WeiNet", "expression": "average"}
    rows = {"observers": [network | {"right": 0.6, "before": 0.1, "needed": 31}]}
    for name, columns in OF_TRIALS.items():
        write_table(tmp_path / f"{name}.csv", columns, rows.get(name, []))
    path = write(
        tmp_path,
        settings={
            "uncovering": ["uncovering"],
            "setup": SETTINGS["setup"] | {"explanation": {"explainers": {"uncovering": {"ends": "settled"}}}},
        },
        **{name: [tmp_path / f"{name}.csv"] for name in OF_TRIALS},
        figure_trials=[drawing],
    )
    page = Page(path)
    assert "trials" in page.ids
    assert "Half of all trials had ended with a right answer: WeiNet after 31 tiles." in page.text
    assert "tables/uncovering_trials_observers.csv" in page.links
    assert "trials" not in Page(write(tmp_path / "without")).ids
