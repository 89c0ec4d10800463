"""Rule write_report: one page that joins figures, tables and what they say."""

import base64
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Annotated

import cv2
from cyclopts import Parameter

from workflow_scripts.common.command_line import run
from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.figures import PNG_DPI
from workflow_scripts.common.files import whole_file
from workflow_scripts.common.tables import read_table
from workflow_scripts.explanation.positives import images_asked, limits_asked
from workflow_scripts.report.page.document import page
from workflow_scripts.report.page.study import Comparison, FigureFile, Study

Paths = Annotated[list[Path], Parameter(consume_multiple=True)]

CSS_DPI = 96
SCORES = ["network", "fold", "expression", "n", "median_r2", "missing", "iou"]
ACCURACY = ["network", "n", "accuracy", "balanced_accuracy", "macro_f1", "majority_rate"]
LEARNED = ["network", "n", "subjects", "balanced_accuracy", "standard_error", "chance", "learned"]


def write_report(
    *,
    settings: str,
    counts: Paths,
    rejected: Paths,
    folds: Path,
    accuracy: Path,
    learned: Path,
    cells: str,
    positives: Paths,
    comparisons: str,
    scores: Paths,
    table3: Paths,
    table4: Paths,
    table5: Paths,
    similarity: Paths,
    figure4: Paths,
    figure5: Path,
    figure6: Path,
    figure7: Paths,
    heatmaps: Paths,
    figure10: Paths,
    rule_graph: Path,
    deviations: Path,
    output: Path,
) -> None:
    """Write the report's page, and copies of its tables into the folder `tables` beside it.

    Figures are SVG files with a PNG file of the same name beside them, in the page's folder or below.

    Parameters
    ----------
    settings
        JSON object: run and report, the sections of config; kinds, the kind of each mask set; positives,
        the setting of that name; min_images, those needed for a ranking; groups, pairs of a name and its
        networks; setup, any settings and versions to list at the end.
    counts
        Images per expression, one table per data set of the run, in their order.
    rejected
        Rejected images, likewise.
    folds
        Table of the folds.
    accuracy
        Table of the accuracies.
    learned
        Table of the networks that says which of them learned.
    cells
        The [network, fold] of each table of positives, as a JSON list.
    positives
        Tables of explained images.
    comparisons
        The [explainer, mask set] of each table of scores, as a JSON list; so are table3, table4 and table5.
    scores
        Scores of cells.
    table3
        IoU and F1.
    table4
        Precision and recall.
    table5
        Best and worst networks.
    similarity
        Correlations, one table per explainer and expression: all expressions of the first explainer first.
    figure4
        Masks; none where the study has no mask sets.
    figure5
        Accuracy.
    figure6
        Colour scale.
    figure7
        Heatmaps over all networks, one figure per explainer.
    heatmaps
        Heatmaps of the networks of each group: all explainers of the first group first.
    figure10
        Dendrograms, likewise.
    rule_graph
        The rules of the study.
    deviations
        Table of the differences from the paper.
    output
        The HTML file to write.
    """
    options = json.loads(settings)
    chosen, shown = options["run"], options["report"]
    names, explainers, expressions = chosen["datasets"], chosen["explainers"], chosen["expressions"]
    compared = [tuple(pair) for pair in json.loads(comparisons)]
    correlated = list(product(explainers, expressions))

    copies = {"accuracy": accuracy, "networks that learned": learned, "folds": folds}
    copies |= _named("{0}: images", _keyed(counts, names, "counts"))
    copies |= _named("{0}: rejected images", _keyed(rejected, names, "rejected"))
    tables = {"scores": scores, "table3": table3, "table4": table4, "table5": table5}
    for name, paths in tables.items():
        copies |= _named(f"{{0}}, {{1}}: {name}", _keyed(paths, compared, name))
    copies |= _named("{0}, {1}: similarity", _keyed(similarity, correlated, "similarity"))
    links = {name: copy_table(path, name, output.parent) for name, path in copies.items()}

    figures = {"5": figure5, "6": figure6, "rules": rule_graph} | ({"4": figure4[0]} if figure4 else {})
    for number, paths in {"7": figure7, "10": figure10}.items():
        of_explainers = _keyed(paths, explainers, f"figure{number}")
        figures |= {f"{number}/{explainer}": path for explainer, path in of_explainers.items()}
    groups = dict(options["groups"])
    for (group, explainer), path in _keyed(heatmaps, list(product(groups, explainers)), "heatmaps").items():
        figures[f"heatmaps/{explainer}/{group}"] = path

    study = Study(
        title=shown["title"],
        datasets={name: shown.get("notes", {}).get(name, "") for name in names},
        networks=chosen["networks"],
        expressions=expressions,
        explainers=explainers,
        mask_sets={name: options["kinds"][name] for name in chosen["mask_sets"]},
        groups=groups,
        asked_positives=images_asked(options["positives"]),
        sample_limits=[
            f"{most} {limit.replace('_', ' ')}" for limit, most in limits_asked(options["positives"]).items()
        ],
        min_images=options["min_images"],
        setup=options.get("setup", {}),
        counts=_tables(_keyed(counts, names, "counts"), ["expression", "images", "subjects", "used"]),
        rejected=_tables(_keyed(rejected, names, "rejected"), ["expression", "reason"]),
        folds=read_table(folds, ["dataset", "subject", "expression", "identical", "fold"]),
        accuracy=read_table(accuracy, ACCURACY),
        learned=read_table(learned, LEARNED),
        positives=_tables(
            _keyed(positives, [(network, str(fold)) for network, fold in json.loads(cells)], "positives"),
            ["expression", "true"],
        ),
        comparisons=[
            Comparison(
                *pair,
                read_table(paths[0], SCORES),
                _score_table(paths[1], ["iou", "f1"]),
                _score_table(paths[2], ["precision", "recall"]),
                read_table(paths[3], ["expression", "best", "worst", "not_ranked"]),
            )
            for pair, *paths in zip(compared, scores, table3, table4, table5, strict=True)
        ],
        similarity=_tables(
            _keyed(similarity, correlated, "similarity"), ["network_a", "network_b", "r_face"]
        ),
        figures={name: figure_file(path, output.parent) for name, path in figures.items()},
        deviations=read_table(deviations, ["what", "paper", "here", "why", "key"]),
        copies=links,
    )
    with whole_file(output) as unfinished:
        unfinished.write_text(page(study), encoding="utf-8")
    print(f"written: {output}, {len(figures)} figures, {len(links)} tables")


def figure_file(svg: Path, folder: Path) -> FigureFile:
    """Links to a figure relative to `folder`, and its size from the PNG file beside it.

    Raises StudyError where a file is absent or lies elsewhere, since the folder could not be moved.
    """
    png = svg.with_suffix(".png")
    image = cv2.imread(str(png), cv2.IMREAD_GRAYSCALE)
    if image is None or not svg.is_file():
        raise StudyError(
            f"{svg}: this figure or {png.name} beside it is absent; rerun the rule that draws it"
        )
    links = [Path(os.path.relpath(path, folder)).as_posix() for path in (svg, png)]
    if links[0].startswith("../"):
        raise StudyError(f"{svg} lies outside the report's folder {folder}; write the figure there")
    height, width = (round(side * CSS_DPI / PNG_DPI) for side in image.shape)
    return FigureFile(*links, data_uri(svg, "image/svg+xml"), data_uri(png, "image/png"), width, height)


def data_uri(path: Path, media_type: str) -> str:
    """The whole file as an address, so that the page shows its figures wherever it is moved."""
    return f"data:{media_type};base64,{base64.b64encode(path.read_bytes()).decode()}"


def copy_table(path: Path, name: str, folder: Path) -> str:
    """Copy a table into `folder`/tables under a file name made of `name`; its link relative to `folder`."""
    file_name = name.replace(": ", "_").replace(", ", "_").replace(" ", "_") + ".csv"
    with whole_file(folder / "tables" / file_name) as unfinished:
        shutil.copyfile(path, unfinished)
    return f"tables/{file_name}"


def _keyed(paths: Sequence[Path], keys: Sequence, option: str) -> dict:
    if len(paths) != len(keys):
        raise StudyError(f"--{option}: {len(paths)} files for {len(keys)} ({', '.join(map(str, keys))})")
    return dict(zip(keys, paths, strict=True))


def _named(pattern: str, paths: Mapping) -> dict[str, Path]:
    return {pattern.format(*(key if isinstance(key, tuple) else (key,))): path for key, path in paths.items()}


def _score_table(path: Path, metrics: Sequence[str]) -> list[dict[str, str]]:
    """Table 3 or 4, with every metric of each group of its columns, and what stands beside them."""
    header = next(iter(read_table(path, ["network"])), {})
    groups = dict.fromkeys(name.rpartition("_")[0] for name in header if name.rpartition("_")[2] in metrics)
    columns = [
        f"{group}_{metric}{ending}"
        for group in groups
        for metric in metrics
        for ending in ("", "_sd", "_chance_face")
    ]
    columns += [f"{group}_{name}" for group in groups for name in ("n", "folds")]
    return read_table(path, ["network", "learned", *columns])


def _tables(paths: Mapping, columns: Sequence[str]) -> dict:
    return {key: read_table(path, columns) for key, path in paths.items()}


if __name__ == "__main__":
    run(write_report)
