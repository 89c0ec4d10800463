"""The masks of a made study and all of its tables: the entry points of the rules, in one process."""

import json
from collections.abc import Mapping, Sequence
from itertools import chain, product
from pathlib import Path

from benchmarks.made_study_faces import STANDARD_FACE
from benchmarks.side_by_side import REPOSITORY
from workflow_scripts.common.tables import write_table
from workflow_scripts.comparison.cell_table import cell_row, true_expressions
from workflow_scripts.comparison.compare_means import compare_means
from workflow_scripts.comparison.compare_references import compare_references
from workflow_scripts.comparison.draw_masks import draw_masks
from workflow_scripts.comparison.mask_image import read_mask
from workflow_scripts.comparison.score_columns import cell_columns, metric_names
from workflow_scripts.comparison.scores import load_metrics
from workflow_scripts.comparison.summarize_comparison import summarize_comparison
from workflow_scripts.orchestration import inputs, slices
from workflow_scripts.similarity.compare_explainers import compare_explainers
from workflow_scripts.similarity.correlate_explainers import correlate_explainers
from workflow_scripts.similarity.correlate_heatmaps import correlate_heatmaps
from workflow_scripts.similarity.resample_similarity import resample_similarity
from workflow_scripts.standardization.average_heatmaps import average_heatmaps
from workflow_scripts.standardization.standard_face import face_area, read_standard_face
from workflow_scripts.training.groups import UNGROUPED, network_groups

OF_SUMMARY = ("summary", "differences", "table3", "table4", "table5")


def make_comparison(results: Path, config: Mapping) -> None:
    """Write the means of heatmaps, and comparison/: masks, and of each explainer and set the tables."""
    for mask_set in config["run"]["mask_sets"]:
        for expression in _masked(config, mask_set):
            source = inputs.mask_source(config, mask_set, expression)
            draw_masks(
                settings=slices.mask_slice(config, mask_set, expression),
                expression=expression,
                standard_face=STANDARD_FACE,
                source=REPOSITORY / source if source else None,
                output=_made(results / f"comparison/masks/{mask_set}/{expression}.png"),
            )
    for explainer in config["run"]["explainers"]:
        _average(results, config, explainer)
        for mask_set in config["run"]["mask_sets"]:
            _compare(results, config, explainer, mask_set)


def make_similarity(results: Path, config: Mapping) -> None:
    """Write similarity/."""
    networks, expressions = config["run"]["networks"], config["run"]["expressions"]
    for explainer in config["run"]["explainers"]:
        folder = results / f"similarity/{explainer}"
        for expression in expressions:
            correlate_heatmaps(
                _in(results, inputs.mean_heatmaps(explainer, networks, [expression])),
                networks=json.dumps(networks),
                standard_face=STANDARD_FACE,
                output=_made(folder / f"{expression}.csv"),
            )
        resample_similarity(
            _in(results, inputs.cell_heatmaps(explainer, _cells(config))),
            networks=json.dumps(networks),
            folds=config["training"]["folds"],
            folds_each=config["training"]["folds"],
            expressions=json.dumps(expressions),
            distances=[folder / f"{expression}.csv" for expression in expressions],
            learned=results / "training/learned.csv",
            standard_face=STANDARD_FACE,
            groups=json.dumps(network_groups(config["training"]["groups"], networks)),
            one_model="[]",
            settings=slices.canonical(config["similarity"]),
            seed=config["seed"],
            support=folder / "support.csv",
            trees=folder / "trees.csv",
            reliability_output=folder / "reliability.csv",
            groups_output=folder / "groups.csv",
        )
    if len(config["run"]["explainers"]) > 1:
        _between_explainers(results, config)


def _between_explainers(results: Path, config: Mapping) -> None:
    """Write what is between explainers; without intervals over faces no panel is on a side of chance."""
    run = config["run"]
    explainers, networks = json.dumps(run["explainers"]), json.dumps(run["networks"])
    maps = [inputs.mean_heatmaps(name, run["networks"], run["expressions"]) for name in run["explainers"]]
    between = results / "similarity/explainers.csv"
    correlate_explainers(
        _in(results, list(chain.from_iterable(maps))),
        explainers=explainers,
        networks=networks,
        expressions=json.dumps(run["expressions"]),
        standard_face=STANDARD_FACE,
        output=between,
    )
    compared = [results / "comparison" / Path(*pair) for pair in product(run["explainers"], run["mask_sets"])]
    compare_explainers(
        between,
        summaries=[folder / "summary.csv" for folder in compared],
        nulls=[folder / "nulls.csv" for folder in compared],
        explainers=explainers,
        mask_sets=json.dumps(run["mask_sets"]),
        networks=networks,
        metrics=slices.metrics_slice(config),
        folds=config["training"]["folds"],
        excess=results / "similarity/excess.csv",
        findings=results / "similarity/findings.csv",
    )


def _average(results: Path, config: Mapping, explainer: str) -> None:
    """Write the mean heatmaps of the networks, and those of all."""
    networks, expressions = config["run"]["networks"], config["run"]["expressions"]
    for network in (*networks, ""):
        group = f"{explainer}/{network}" if network else explainer
        average_heatmaps(
            _in(results, inputs.heatmaps_below(config, group)),
            networks="[]" if network else json.dumps(networks),
            learned=None if network else results / "training/learned.csv",
            outputs=_in(results, inputs.mean_heatmaps(explainer, [network], expressions)),
        )


def _compare(results: Path, config: Mapping, explainer: str, mask_set: str) -> None:
    """Write the tables of one explainer and mask set, but for those about other people's faces."""
    folder, cells = results / f"comparison/{explainer}/{mask_set}", _cells(config, mask_set)
    networks, shown = config["run"]["networks"], _masked(config, mask_set)
    masks = _in(results, inputs.masks(mask_set, shown))
    heatmaps = _in(results, inputs.cell_heatmaps(explainer, cells))
    of_set = {"masks": masks, "expressions": json.dumps(shown)}
    of_set |= {"metrics": slices.metrics_slice(config), "standard_face": STANDARD_FACE}
    scores = _scores(results, config, cells, heatmaps, dict(zip(shown, masks, strict=True)))
    write_table(folder / "cells.csv", cell_columns(metric_names(config["comparison"]["metrics"])), scores)
    compare_means(
        _in(results, inputs.mean_heatmaps(explainer, [*networks, ""], shown)),
        networks=json.dumps([*networks, ""]),
        output=folder / "means.csv",
        **of_set,
    )
    compare_references(
        heatmaps,
        cells=json.dumps(cells),
        mask_set=mask_set,
        learned=results / "training/learned.csv",
        seed=config["seed"],
        settings=json.dumps(config["comparison"]["nulls"]),
        **{name: folder / f"{name}.csv" for name in ("references", "matrix", "nulls", "grown")},
        **of_set,
    )
    _summarize(results, config, explainer, mask_set, [folder / "cells.csv"])


def _scores(
    results: Path,
    config: Mapping,
    cells: Sequence[tuple[str, int, str]],
    heatmaps: Sequence[Path],
    masks: Mapping[str, Path],
) -> list[dict[str, object]]:
    """The rows of compare_network, which reads single explanations too. masks: by expression."""
    face, used = face_area(read_standard_face(STANDARD_FACE)), load_metrics(config["comparison"]["metrics"])
    drawn, rows = {name: read_mask(path) for name, path in masks.items()}, []
    for (network, fold, expression), heatmap in zip(cells, heatmaps, strict=True):
        true = true_expressions(results / f"explanation/{network}/fold{fold}/positives.csv", expression)
        rows.append(cell_row((network, fold, expression), heatmap, true, drawn[expression], face, used))
    return rows


def _summarize(results: Path, config: Mapping, explainer: str, mask_set: str, scores: list[Path]) -> None:
    """Write what all scores of one explainer and mask set come to."""
    folder, networks = results / f"comparison/{explainer}/{mask_set}", config["run"]["networks"]
    groups = network_groups(config["training"]["groups"], networks)
    summarize_comparison(
        scores,
        compared=[folder / f"{name}.csv" for name in ("references", "matrix", "nulls")],
        explainer=explainer,
        mask_set=mask_set,
        networks=json.dumps(networks),
        expressions=json.dumps(config["run"]["expressions"]),
        learned=results / "training/learned.csv",
        min_images=slices.ranking_images(config),
        folds=config["training"]["folds"],
        seed=config["seed"],
        metrics=slices.metrics_slice(config),
        groups=json.dumps({name: of for name, of in groups.items() if name != UNGROUPED}),
        scores_output=folder / "scores.csv",
        **{name: folder / f"{name}.csv" for name in OF_SUMMARY},
    )


def _masked(config: Mapping, mask_set: str) -> list[str]:
    """The expressions of the study that a set has masks for."""
    of_set = config["comparison"]["mask_sets"][mask_set]["expressions"]
    return [expression for expression in config["run"]["expressions"] if expression in of_set]


def _cells(config: Mapping, mask_set: str = "") -> list[tuple[str, int, str]]:
    """The cells of the study, of all expressions or those that a mask set has masks for."""
    expressions = _masked(config, mask_set) if mask_set else config["run"]["expressions"]
    folds = range(1, config["training"]["folds"] + 1)
    return list(product(config["run"]["networks"], folds, expressions))


def _in(results: Path, files: list[str]) -> list[Path]:
    """Files of a study, where this one has them."""
    return [results.parent / file for file in files]


def _made(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path
