"""The atlas of a made study whose names would do harm if they were markup."""

import json
from collections.abc import Sequence
from itertools import product
from pathlib import Path

import h5py
import numpy as np

from tests.browser.toy_evidence import write_explained
from tests.browser.toy_trust import write_findings, write_quality
from tests.unit.report.test_write_report import (
    EXPRESSIONS,
    HOSTILE,
    IOU,
    NETWORKS,
    SETTINGS,
    accuracy_files,
    toy_accuracy,
    toy_scores,
    write_comparison,
)
from workflow_scripts.common.tables import write_table
from workflow_scripts.comparison.cell_scores import score_heatmap
from workflow_scripts.comparison.compare_means import compare_means
from workflow_scripts.comparison.mask_image import read_mask, write_mask
from workflow_scripts.comparison.score_columns import PAPER, cell_columns
from workflow_scripts.comparison.scores import load_metrics
from workflow_scripts.explanation.explanation_stack import Explanation, write_stack
from workflow_scripts.report.write_atlas import write_atlas
from workflow_scripts.standardization.heatmaps import read_heatmap
from workflow_scripts.standardization.standard_face import HEIGHT, WIDTH, face_area, read_standard_face

RESOURCES = Path(__file__).parents[2] / "resources"
STANDARD_FACE = RESOURCES / "standard_face.csv"
TITLE = "<img src=x onerror=\"alert('title')\"> toy"
FOLDS = [1, 2]
SIDE = 16  # of explained images
# kinds of files -> their places in the study's folder
COMPARISON = "results/comparison/{explainer}/{mask_set}"
HEATMAPS = "results/standardization/{explainer}"
EXPLAINED = "results/explanation/{explainer}/{network}/fold{fold}"
SIMILARITY = "results/similarity/{explainer}"
FILES = {
    **{name: f"{COMPARISON}/{name}.csv" for name in ("scores", "summary", "means")},
    **{name: f"{SIMILARITY}/{name}.csv" for name in ("support", "trees")},
    **{name: f"results/training/{name}.csv" for name in ("accuracy", "accuracy_means")},
    **{name: f"results/training/{name}.csv" for name in ("learned", "confusion")},
    "mask": "results/comparison/masks/{mask_set}/{expression}.png",
    "mean": f"{HEATMAPS}/{{expression}}.npy",
    "map": f"{HEATMAPS}/{{network}}/{{expression}}.npy",
    "cell": f"{HEATMAPS}/{{network}}/fold{{fold}}/{{expression}}.h5",
    "stack": f"{EXPLAINED}/{{expression}}.h5",
    "positives": f"{EXPLAINED}/positives.csv",
    "counts": "results/explanation/counts.csv",
    "history": "results/training/{network}/fold{fold}/history.csv",
    "similarity": f"{SIMILARITY}/{{expression}}.csv",
    "methods": "results/report/methods.txt",
    **{name: f"results/similarity/{name}.csv" for name in ("findings", "excess")},
    "quality": "results/comparison/{explainer}/quality.csv",
}


def write_toy_atlas(
    folder: Path, beside_page: bool = False, explainers: Sequence[str] = ("lime",), examined: bool = False
) -> Path:
    """Write the study's files and its atlas, and return its path.

    beside_page: the maps of folds lie in scripts beside the page. explainers: all have the maps of the first.
    examined: whether the explanations of the first are.
    """
    paths = {
        kind: str(folder / place).replace("{explainer}", "lime").replace("{mask_set}", "drawn")
        for kind, place in FILES.items()
    }
    settings = {
        key: SETTINGS[key] for key in ("run", "groups", "min_images", "metrics", "kinds", "positives")
    }
    settings["run"] = settings["run"] | {
        "explainers": list(explainers),
        "quality": ["lime"] if examined else [],
    }
    settings |= {
        "report": {"title": TITLE, "notes": {"toy": HOSTILE}},
        "seed": 1,
        "linkage": "average",
        "folds": FOLDS,
        "beside": {},
        "beside_page": beside_page,
        "folds_each": 2,
        "masked": {"drawn": EXPRESSIONS},
        "fitted": NETWORKS,
        "shareable": ["toy"],
    }
    write_maps(paths)
    write_stacks(paths)
    write_tables(paths)
    if len(explainers) > 1:
        write_findings(made(paths["findings"]), made(paths["excess"]), explainers)
    if examined:
        write_quality(made(paths["quality"]))
    faces = write_explained(folder, paths["stack"], paths["positives"], FOLDS)
    output = folder / "results/report/atlas.html"
    write_atlas(
        settings=json.dumps(settings),
        paths=json.dumps(paths),
        background=RESOURCES / "mean_face.png",
        standard_face=STANDARD_FACE,
        faces=faces,
        output=output,
    )
    return output


def made(path: str, **names) -> Path:
    """The path of a file, whose folder is made if it is not there: names may have a slash."""
    file = Path(path.format(**names))
    file.parent.mkdir(parents=True, exist_ok=True)
    return file


def spot(x: float, y: float, size: float) -> np.ndarray:
    """A heatmap that is brightest at a place."""
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    return np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (2 * size**2)).astype(np.float32)


def write_maps(paths: dict[str, str]) -> None:
    """Masks, heatmaps of folds and networks, and the mean of the networks; and scores of the latter."""
    for place, expression in enumerate(EXPRESSIONS):
        write_mask(made(paths["mask"], expression=expression), spot(112, 120 + 80 * place, 20) > 0.5)
        maps = []
        for number, network in enumerate(NETWORKS):
            there = None not in IOU[network, expression]
            cells = [spot(90 + 30 * number, 110 + 70 * place + 9 * fold, 25) for fold in FOLDS]
            cells = cells if there else [np.full((HEIGHT, WIDTH), np.nan, np.float32)] * 2
            for fold, heatmap in zip(FOLDS, cells, strict=True):
                with h5py.File(
                    made(paths["cell"], network=network, fold=fold, expression=expression), "w"
                ) as file:
                    file["heatmap"] = heatmap
            maps.append(np.mean(cells, axis=0))
            np.save(made(paths["map"], network=network, expression=expression), maps[-1])
        np.save(made(paths["mean"], expression=expression), maps[0])


def write_stacks(paths: dict[str, str]) -> None:
    """Explanations of two images in each cell that has a heatmap."""
    rng = np.random.default_rng(1)
    for network, fold in product(NETWORKS, FOLDS):
        positives = []
        for expression in EXPRESSIONS:
            path = made(paths["stack"], network=network, fold=fold, expression=expression)
            with write_stack(path, SIDE, expression, EXPRESSIONS) as writer:
                for number in range(2 if None not in IOU[network, expression] else 0):
                    image = f"toy/{HOSTILE}{fold}{expression}{number}"
                    regions = np.arange(SIDE * SIDE).reshape(SIDE, SIDE) // (SIDE * SIDE // 4)
                    found = {"regions": regions, "weights": rng.normal(size=(4, 2)), "r2": rng.random(2)}
                    writer.append(image, Explanation(rng.random(2), 100, **found))
                    positives.append({"image_id": image, "expression": expression, "true": EXPRESSIONS[0]})
        columns = ["image_id", "expression", "true"]
        write_table(made(paths["positives"], network=network, fold=fold), columns, positives)


def scored(paths: dict[str, str]) -> list[dict]:
    """Rows of scores.csv, with the scores that the heatmaps have; the noise of the first has no bound."""
    metrics, face = load_metrics(list(PAPER)), face_area(read_standard_face(STANDARD_FACE))
    rows = []
    for row in toy_scores():
        cell = {key: row[key] for key in ("network", "fold", "expression")}
        heatmap = read_heatmap(Path(paths["cell"].format(**cell)))
        mask = read_mask(Path(paths["mask"].format(expression=row["expression"])))
        rows.append(row | score_heatmap(metrics, heatmap, mask, face))
    rows[0]["noise"] = np.inf  # as of explanations that hardly differ between images
    return rows


def write_tables(paths: dict[str, str]) -> None:
    """All tables that the atlas reads."""
    scores = scored(paths)
    write_comparison(made(paths["scores"]).parent, scores=scores)
    write_table(paths["scores"], list(cell_columns()), scores)
    accuracy_files(made(paths["accuracy"]).parent, toy_accuracy([0.9, 0.8], [0.5, 0.5]))
    made(paths["methods"]).write_text(f"Made with {HOSTILE}.\n\nHow to cite\n", encoding="utf-8")
    compare_means(
        [
            Path(paths["map" if network else "mean"].format(network=network, expression=expression))
            for network, expression in product([*NETWORKS, ""], EXPRESSIONS)
        ],
        networks=json.dumps([*NETWORKS, ""]),
        masks=[Path(paths["mask"].format(expression=expression)) for expression in EXPRESSIONS],
        expressions=json.dumps(EXPRESSIONS),
        standard_face=STANDARD_FACE,
        output=Path(paths["means"]),
    )
    rows = [
        {"network": network, "chance": 0.5, "balanced_accuracy": value, "learned": learned}
        for network, value, learned in zip(NETWORKS, (0.85, 0.5), ("yes", "no"), strict=True)
    ]
    write_table(paths["learned"], list(rows[0]), rows)
    cells = list(product(NETWORKS, FOLDS, EXPRESSIONS))
    rows = [
        {"network": network, "fold": fold, "expression": name, "n": 0 if None in IOU[network, name] else 4}
        for network, fold, name in cells
    ]
    write_table(made(paths["counts"]), list(rows[0]), rows)
    rows = [
        {"network": network, "fold": fold, "true": one, "predicted": one, "n": 3}
        for network, fold, one in cells
    ]
    write_table(paths["confusion"], list(rows[0]), rows)
    for network, fold in product(NETWORKS, FOLDS):
        rows = [{"epoch": epoch, "loss": 1 / epoch, "accuracy": 0.5} for epoch in (1, 2)]
        write_table(made(paths["history"], network=network, fold=fold), list(rows[0]), rows)
    pair = {"network_a": NETWORKS[0], "network_b": HOSTILE, "r_face": None, "distance_face": None}
    for expression in EXPRESSIONS:
        if None not in IOU[HOSTILE, expression]:
            pair |= {"r_face": 0.25, "distance_face": 0.75}
        write_table(made(paths["similarity"], expression=expression), list(pair), [pair])
    rows = [
        {"expression": expression, "members": " ".join(NETWORKS), "support": 0.5, "cophenetic_r": None}
        for expression in EXPRESSIONS
    ]
    for name in ("support", "trees"):
        write_table(made(paths[name]), list(rows[0]), rows)
