"""Rule measure_people: how well people agree with each other, and with masks, by the metrics of the study."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import numpy as np
from cyclopts import Parameter

from workflow_scripts.common.command_line import run
from workflow_scripts.common.tables import write_table
from workflow_scripts.comparison import people_scores
from workflow_scripts.comparison.agreement_rows import (
    AGREEMENT,
    ALL_PEOPLE,
    CEILING,
    OF_PEOPLE,
    ON_PEOPLE,
    REFERENCE,
    Numbers,
    Row,
    agreement_rows,
)
from workflow_scripts.comparison.ceilings import Ceilings, write_ceilings
from workflow_scripts.comparison.mask_image import read_mask
from workflow_scripts.comparison.people_scores import (
    CEILINGS,
    OTHER_EXPRESSIONS,
    OTHER_HALF,
    OTHER_POSER,
    Measured,
    people_on_mask,
    read_measured,
    spearman_brown,
)
from workflow_scripts.comparison.references import CENTRE, centre_map
from workflow_scripts.comparison.score_columns import PAPER
from workflow_scripts.comparison.scores import Metric, load_metrics
from workflow_scripts.comparison.target_scores import (
    R,
    patternless,
    score_names,
    scored_metrics,
    target_scores,
)
from workflow_scripts.standardization.standard_face import face_area, read_standard_face

R_HALVES, R_ALL = "r of halves", "r of as many other people"


def measure_people(
    maps: Path,
    *,
    people: str,
    expressions: str,
    masks: Annotated[list[Path] | None, Parameter(consume_multiple=True)] = None,
    masked: str = "[]",
    standard_face: Path,
    seed: int,
    output: Path,
    ceilings: Path,
    metrics: str = json.dumps(PAPER),
) -> None:
    """Score the MAPS of people on each other, on masks, and masks on them.

    Parameters
    ----------
    maps
        Maps of the people on the standard face (HDF5).
    people
        The name of this set of people.
    expressions
        The expressions of the study, as a JSON list.
    masks
        Masks to compare with.
    masked
        Their [mask set, expression], as a JSON list in the same order.
    standard_face
        Table of the 89 standard points.
    seed
        The study's seed.
    output
        Table to write: scores with intervals over people (`comparison.agreement_rows`).
    ceilings
        File to write: the same scores of random halves of the people, for differences and shares of networks.
    metrics
        The metrics, as a JSON list: modules of comparison/metrics, or path/to/file.py:function.
    """
    by = load_metrics(json.loads(metrics))
    face = face_area(read_standard_face(standard_face))
    measured, shown = read_measured(maps, people, json.loads(expressions), face, seed)
    regions: dict[str, dict[str, np.ndarray]] = {}
    for (mask_set, expression), path in zip(json.loads(masked), masks or [], strict=True):
        regions.setdefault(mask_set, {})[expression] = read_mask(path)
    of = reached(by, measured, shown, regions)
    without = np.repeat(patternless(by, measured.area, face)[:, None], len(shown), axis=1)
    found = Ceilings(score_names(by), shown, [measured.persons(name) for name in shown], without, of)
    write_ceilings(ceilings, found)
    rows = [
        *rows_of(found, people),
        *reliability_rows(found, people),
        *mask_rows(by, measured, shown, regions),
    ]
    write_table(output, AGREEMENT, rows)
    tell_left_out(by, regions, shown)
    print(f"{people}: {max(found.persons)} people, {len(shown)} expressions: {output}")


def reached(
    metrics: Sequence[Metric],
    measured: Measured,
    expressions: Sequence[str],
    regions: Mapping[str, Mapping[str, np.ndarray]],
) -> dict[str, np.ndarray]:
    """By name, what else than networks scores on people: float64 (scores, expressions, 1 + m).

    regions: the masks of each set; a set that lacks an expression is left out.
    """
    found = {}
    for name, score in (
        (OTHER_HALF, people_scores.other_half),
        (OTHER_POSER, people_scores.other_poser),
        (OTHER_EXPRESSIONS, people_scores.other_expressions),
    ):
        found[name] = [score(metrics, measured, expression) for expression in expressions]
    fixed = {mask_set: masks for mask_set, masks in regions.items() if set(expressions) <= set(masks)}
    fixed[CENTRE] = dict.fromkeys(expressions, centre_map(measured.face))
    on = {expression: measured.targets_of(expression) for expression in expressions}
    for name, maps in fixed.items():
        found[name] = [
            target_scores(metrics, measured.predictor(metrics, maps[expression]), on[expression])
            for expression in expressions
        ]
    whole = {name: of for name, of in found.items() if of and all(one is not None for one in of)}
    return {name: np.stack(of, axis=1) for name, of in whole.items()}


def rows_of(found: Ceilings, people: str) -> list[Row]:
    """Rows of ceilings and references."""
    rows = []
    for name, scores in found.of.items():
        kind = CEILING if name in CEILINGS else REFERENCE
        keys = {"people": people, "kind": kind, "scored": name, "minus": "", "on": ON_PEOPLE}
        rows += agreement_rows(Numbers(scores), keys, found.expressions, found.scores, found.persons)
    return rows


def reliability_rows(found: Ceilings, people: str) -> list[Row]:
    """Rows of the split-half reliability, of halves and, by Spearman and Brown, of everybody."""
    if OTHER_HALF not in found.of:
        return []
    halves = found.of[OTHER_HALF][found.scores.index(R)]
    scores = Numbers(np.array([halves, spearman_brown(halves)]))
    keys = {"people": people, "kind": OF_PEOPLE, "scored": ALL_PEOPLE, "minus": "", "on": ON_PEOPLE}
    return agreement_rows(scores, keys, found.expressions, (R_HALVES, R_ALL), found.persons)


def mask_rows(
    metrics: Sequence[Metric],
    measured: Measured,
    expressions: Sequence[str],
    regions: Mapping[str, Mapping[str, np.ndarray]],
) -> list[Row]:
    """Rows of people's heatmaps on masks, scored like those of a network."""
    rows, names = [], [metric.name for metric in metrics]
    for mask_set, masks in regions.items():
        shown = [expression for expression in expressions if expression in masks]
        scores = [people_on_mask(metrics, measured, name, masks[name]) for name in shown]
        keys = {"people": measured.name, "kind": OF_PEOPLE, "scored": ALL_PEOPLE, "minus": "", "on": mask_set}
        if shown:
            numbers = Numbers(np.stack(scores, axis=1))
            rows += agreement_rows(numbers, keys, shown, names, [measured.persons(name) for name in shown])
    return rows


def tell_left_out(
    metrics: Sequence[Metric], regions: Mapping[str, Mapping[str, np.ndarray]], expressions: Sequence[str]
) -> None:
    """Print which metrics cannot be had on people's maps, and which mask sets are no reference there."""
    if left_out := [metric.name for metric in metrics if metric not in scored_metrics(metrics)]:
        print(f"not scored on people's maps, as they have no weights: {', '.join(left_out)}")
    for mask_set, masks in regions.items():
        if absent := [name for name in expressions if name not in masks]:
            print(f"{mask_set} is no reference on people's maps, as it has no mask of {', '.join(absent)}")


if __name__ == "__main__":
    run(measure_people)
