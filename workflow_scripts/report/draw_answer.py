"""Rule draw_answer: does what the networks rely on lie where faces show expressions? The first picture."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from workflow_scripts.common.command_line import run
from workflow_scripts.common.tables import read_table
from workflow_scripts.comparison.cells import TRAININGS
from workflow_scripts.comparison.mask_image import read_mask
from workflow_scripts.comparison.over_faces import FACES
from workflow_scripts.comparison.scores import Metric, load_metrics
from workflow_scripts.report.answer_numbers import (
    ELSEWHERE,
    REFERENCES,
    Scored,
    as_good,
    scored,
    shown_metric,
)
from workflow_scripts.report.draw_heatmaps import heatmap_cell
from workflow_scripts.report.figures.answer_picture import Answer, Outlined, draw_answer_picture
from workflow_scripts.report.figures.face_grid import read_face
from workflow_scripts.report.figures.heatmap_colors import face_picture
from workflow_scripts.report.page.entries import COLUMNS, Entries
from workflow_scripts.report.page.wording import FEWEST_TRAININGS, TOO_NARROW, counted
from workflow_scripts.standardization.heatmaps import read_heatmap

Paths = Annotated[list[Path] | None, Parameter(consume_multiple=True)]


def draw_answer(
    summaries: Paths = None,
    *,
    mask_sets: str,
    heatmaps: Annotated[list[Path], Parameter(consume_multiple=True)],
    expressions: str,
    masks: Paths = None,
    masked: str = "[]",
    metrics: str,
    background: Path,
    output: Path,
    png: Path,
) -> None:
    """Draw the mean heatmaps with the first mask set over them, and what SUMMARIES say of all mask sets.

    A missing heatmap is shown as the plain face with a note, a missing average likewise.

    Parameters
    ----------
    summaries
        Tables of means of scores, one for each mask set.
    mask_sets
        The mask sets, as a JSON list in the same order.
    heatmaps
        Mean heatmaps over the networks that learned, one for each expression.
    expressions
        The expressions, as a JSON list.
    masks
        Masks of the first mask set.
    masked
        Their [mask set, expression], as a JSON list in the same order.
    metrics
        The metrics of the study, as a JSON list.
    background
        The mean face, 8-bit grey, 224 x 275.
    output
        The SVG file to write.
    png
        The PNG file to write.
    """
    sets, shown = json.loads(mask_sets), json.loads(expressions)
    metric = shown_metric(load_metrics(json.loads(metrics)))
    face = face_picture(read_face(background))
    outlines = {
        expression: read_mask(path)
        for (_, expression), path in zip(json.loads(masked), masks or [], strict=True)
    }
    faces = {
        name: Outlined(heatmap_cell(face, read_heatmap(path)), outlines.get(name))
        for name, path in zip(shown, heatmaps, strict=True)
    }
    strips = [
        scored(name, Entries.of(read_table(path, COLUMNS)), metric)
        for name, path in zip(sets, summaries or [], strict=True)
    ]
    draw_answer_picture(answer(faces, strips, metric), [output, png])
    print(f"{len(faces)} expressions, {len(strips)} mask sets drawn by {metric.label}: {output}")


def answer(faces: dict[str, Outlined], strips: Sequence[Scored], metric: Metric) -> Answer:
    """The texts of the picture, and which references score at least as well as the networks."""
    there = {score.label for strip in strips for score in (strip.null, *strip.references) if score}
    filled = [as_good(strip, metric) for strip in strips]
    networks = max((strip.networks for strip in strips), default=0)
    side = "right" if metric.better == "higher" else "left"
    return Answer(
        title="Do the networks rely on the places where a face shows its expression?",
        faces_label="what the networks rely on: the brighter, the more",
        faces=faces,
        question="Do their heatmaps find the masks better than what knows nothing of the expression?",
        strips=strips,
        networks_label=f"mean of {counted(networks, 'network')}" if networks else "the networks",
        labels=[label for label in (ELSEWHERE, *(one for one, _ in REFERENCES.values())) if label in there],
        filled=filled,
        axis=f"{metric.label}, average over expressions: further {side} is better",
        note=". ".join(_notes(faces, strips, metric)) + ".",
    )


def _notes(faces: dict[str, Outlined], strips: Sequence[Scored], metric: Metric) -> list[str]:
    """What the marks are, and what is missing."""
    notes = ["Every heatmap is stretched to its own maximum"]
    if any(outlined.mask is not None for outlined in faces.values()):
        notes.append(f"White outline: masks {strips[0].mask_set}" if strips else "White outline: the mask")
    if not strips:
        return [*notes, "This run compares its heatmaps with no masks"]
    averages = [strip for strip in strips if strip.average]
    if averages:
        notes.append(
            "Filled diamonds score at least as well as the networks, whose score is the vertical line"
        )
    else:
        notes.append("There is no average: no network that learned has a heatmap of every expression")
    if any(strip.null for strip in averages):
        notes.append(
            "Grey: where 95 % of their scores lie if masks of the same size, smoothness and overlap are laid "
            "elsewhere in the face; the line in it: the mean"
        )
    return [*notes, *_intervals(averages)]


def _intervals(strips: Sequence[Scored]) -> list[str]:
    """What the bars of averages are over, and what they do not say."""
    averages = [strip.average for strip in strips]
    trainings = max((strip.trainings for strip in strips), default=0)
    over = {score.over for score in averages}
    few = f"{counted(trainings, 'training')} of each network cannot tell, it takes {FEWEST_TRAININGS}"
    notes = []
    if TRAININGS in over:
        notes.append("Bar: 95 % interval over trainings of these networks")
    if FACES in over:
        notes.append("Bar: 95 % interval over other people's faces, shown to these trained networks")
    if any(score.too_narrow for score in averages):
        notes.append(f"{TOO_NARROW}: with so few people, such intervals hold the truth less often than that")
    if 0 < trainings < FEWEST_TRAININGS and TRAININGS not in over:
        notes.append(f"No bar shows how much other trainings would differ: {few}")
    return notes


if __name__ == "__main__":
    run(draw_answer)
