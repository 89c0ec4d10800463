"""Rule compare_controls: one network beside its control networks, on the same images."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Annotated

import numpy as np
from cyclopts import Parameter

from workflow_scripts.common.command_line import run
from workflow_scripts.common.tables import read_table
from workflow_scripts.comparison.control_cells import Cell
from workflow_scripts.comparison.control_numbers import write_numbers
from workflow_scripts.comparison.control_scores import (
    Pair,
    control_numbers,
    lacking,
)
from workflow_scripts.comparison.mask_image import read_mask
from workflow_scripts.comparison.score_columns import PAPER
from workflow_scripts.comparison.scores import load_metrics
from workflow_scripts.explanation.explanation_stack import WHOLE, explained_expression, read_stack
from workflow_scripts.faces.face_store import FaceReader
from workflow_scripts.standardization.standard_face import HEIGHT, WIDTH, face_area, read_standard_face
from workflow_scripts.standardization.warp import FaceWarp
from workflow_scripts.standardization.warped_explanation import warped_explanation
from workflow_scripts.training.controls import ControlNetwork, control_networks


def compare_controls(
    explained: Path,
    *,
    controls: str,
    stacks: Annotated[list[Path], Parameter(consume_multiple=True)],
    cells: str,
    masks: Annotated[list[Path] | None, Parameter(consume_multiple=True)] = None,
    mask_set: str,
    expressions: str,
    folds: Path,
    faces: Annotated[list[Path], Parameter(consume_multiple=True)],
    standard_face: Path,
    metrics: str = json.dumps(PAPER),
    averaging: str = "plain",
    output: Path,
) -> None:
    """Score the trained network and its controls on the images of EXPLAINED, and without each subject.

    Parameters
    ----------
    explained
        The explanations of all control networks of the network (HDF5).
    controls
        The entries of training.controls that have this network, as JSON.
    stacks
        The explanation stacks of the trained network in the folds of the controls.
    cells
        Their [fold, expression], as a JSON list in the same order.
    masks
        The masks of the set.
    mask_set
        Its name.
    expressions
        The expressions of the masks, as a JSON list in the same order.
    folds
        Table of images and folds, of any repeat: it says which images are of the same subject.
    faces
        The faces.h5 files that hold the landmarks of the images.
    standard_face
        Table of the 89 standard points.
    metrics
        The metrics, as a JSON list: modules of comparison/metrics, or path/to/file.py:function.
    averaging
        How explanations are averaged (standardization.averaging).
    output
        The JSON file to write (`comparison.control_numbers`).
    """
    subject_of = {row["image_id"]: row["group"] for row in read_table(folds, ["image_id", "group"])}
    points = read_standard_face(standard_face)
    used, face = load_metrics(json.loads(metrics)), face_area(points)
    names = json.loads(expressions)
    drawn = {name: read_mask(path) for name, path in zip(names, masks or [], strict=True)}
    stack_of = {(fold, name): path for (fold, name), path in zip(json.loads(cells), stacks, strict=True)}
    numbers = []
    with FaceReader(faces) as reader:
        read = partial(_cell, subject_of, FaceWarp(points), reader, averaging)
        for expression in dict.fromkeys(name for _, name in stack_of):
            of_folds = {fold: path for (fold, name), path in stack_of.items() if name == expression}
            of_masks = {mask_set: drawn[expression]} if expression in drawn else {}
            for about, pairs in _pairs(json.loads(controls), explained, of_folds, expression, read):
                numbers += control_numbers(about, pairs, of_masks, used, face)
                print(_account(about, pairs), flush=True)
    write_numbers(output, numbers)


def _pairs(
    entries: Mapping[str, Mapping],
    explained: Path,
    stacks: Mapping[int, Path],
    expression: str,
    read: Callable[..., Cell],
) -> Iterator[tuple[dict[str, object], dict[int, list[Pair]]]]:
    """What control networks stand for; by fold, the cells of the trained network and of each of them."""
    trained = cache(lambda fold, image_ids: read(stacks[fold], WHOLE, image_ids))
    for about, alike in _alike(entries):
        pairs = defaultdict(list)
        for control in alike:
            cell = read(explained, f"{control.key}/{expression}")
            pairs[control.fold].append((trained(control.fold, cell.image_ids), cell))
        yield about | {"expression": expression}, dict(pairs)


def _alike(entries: Mapping[str, Mapping]) -> list[tuple[dict[str, object], list[ControlNetwork]]]:
    """The control networks that stand for the same, in different folds and repeats, with what that is."""
    groups = defaultdict(list)
    for control in control_networks(entries):
        groups[control.control, control.randomized].append(control)
    return [
        (
            {
                "control": name,
                "kind": alike[0].kind,
                "randomized": randomized,
                "groups": entries[name].get("groups", 0),
            },
            alike,
        )
        for (name, randomized), alike in groups.items()
    ]


def _cell(
    subject_of: Mapping[str, str],
    warp: FaceWarp,
    faces: FaceReader,
    averaging: str,
    path: Path,
    group: str,
    image_ids: Sequence[str] | None = None,
) -> Cell:
    """The explanations in a stack, of all of its images or of some."""
    explanations = dict(read_stack(path, group))
    column = explained_expression(path, group)[1]
    chosen = tuple(explanations if image_ids is None else image_ids)
    warped = [warped_explanation(explanations[one], column, one, warp, faces) for one in chosen]
    return Cell(
        chosen,
        tuple(subject_of[one] for one in chosen),
        [explanations[one] for one in chosen],
        column,
        np.array(warped).reshape(len(chosen), HEIGHT, WIDTH),
        averaging,
    )


def _account(about: Mapping[str, object], pairs: Mapping[int, Sequence[Pair]]) -> str:
    """What a comparison rests on, in words."""
    name = f"{about['control']}, {about['randomized']} groups" if about["randomized"] else about["control"]
    every = [pair for of in pairs.values() for pair in of]
    images = sum(len(of[0][0].image_ids) for of in pairs.values())
    missing = f"; no heatmap: {reason}" if (reason := lacking(every)) else ""
    return f"{about['expression']}, {name}: {images} images, {len(every)} networks{missing}"


if __name__ == "__main__":
    run(compare_controls)
