"""The picture of what is scored: a cell's heatmap, its region, the mask, what they share, and the scores."""

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from workflow_scripts.common.figures import INK, WIDTH, figure_files
from workflow_scripts.report.figures.face_grid import GAP, LETTER, LINE, MARGIN, GridCell, axes_at, draw_cell
from workflow_scripts.report.figures.overlap_colors import NAMES
from workflow_scripts.standardization import standard_face

FACE_WIDTH, BETWEEN = 1.42, 0.22  # inches; a sign fits between the panels
SMALL, TITLE = 9.5, 13  # points
SIGNS = ("", "→", "+", "=")  # before each step: a heatmap becomes a region, with a mask it becomes an overlap
PATCH = 0.14
NUMBERS = 0.35  # inches left of the numbers


@dataclass(frozen=True)
class Scoring:
    """What the picture shows.

    steps: pictures by their names, in order. numbers: scores with what they are. note: below. before: steps
    above the others. about: what these are, beside them.
    """

    title: str
    steps: Mapping[str, GridCell]
    numbers: Mapping[str, tuple[float, str]]
    note: str
    before: Mapping[str, GridCell] = field(default_factory=dict)
    about: str = ""


def draw_scoring_picture(scoring: Scoring, files: Sequence[Path]) -> None:
    """Draw the steps with signs between them, and the scores beside the last, into `files` (.svg, .png)."""
    height = FACE_WIDTH * standard_face.HEIGHT / standard_face.WIDTH
    rows = [steps for steps in (scoring.before, scoring.steps) if steps]
    names = [[textwrap.fill(name, int(FACE_WIDTH / LETTER)) for name in steps] for steps in rows]
    lines = 1 + max((name.count("\n") for of_row in names for name in of_row), default=0)
    note = textwrap.wrap(scoring.note, int((WIDTH - 2 * MARGIN) / (0.93 * LETTER)))
    top = MARGIN + 2.2 * LINE
    block = lines * LINE + 2 * GAP + height + 1.2 * LINE
    foot = top + len(rows) * block + LINE * 1.4 * bool(rows)
    total = foot + LINE * len(note) + MARGIN
    with figure_files(files, WIDTH, total) as figure:
        page = axes_at(figure, 0, 0, WIDTH, total)
        page.set(xlim=(0, WIDTH), ylim=(total, 0))
        page.text(MARGIN, MARGIN, scoring.title, va="top", fontsize=TITLE, weight="bold")
        for place, steps in enumerate(rows):
            y = top + place * block + lines * LINE + GAP
            for column, cell in enumerate(steps.values()):
                x = MARGIN + column * (FACE_WIDTH + BETWEEN)
                page.text(x, y - GAP, names[place][column], ha="left", va="bottom")
                draw_cell(figure, cell, x, y, FACE_WIDTH, height)
                if column:
                    sign = SIGNS[column] if steps is scoring.steps else SIGNS[1]
                    page.text(x - BETWEEN / 2, y + height / 2, sign, ha="center", va="center", fontsize=13)
        if scoring.steps:
            x = MARGIN + len(scoring.steps) * (FACE_WIDTH + BETWEEN)
            beside = x - BETWEEN + NUMBERS
            about = textwrap.wrap(scoring.about, int((WIDTH - MARGIN - beside) / (0.93 * LETTER)))
            page.text(beside, top + lines * LINE + GAP, "\n".join(about), va="top", fontsize=SMALL)
            _draw_numbers(page, scoring.numbers, beside, y, height)
            _draw_legend(page, x - FACE_WIDTH - BETWEEN, y + height + 1.1 * LINE)
        page.text(MARGIN, foot, "\n".join(note), va="top", fontsize=SMALL)


def _draw_numbers(
    page: Axes, numbers: Mapping[str, tuple[float, str]], x: float, y: float, height: float
) -> None:
    """The scores one below the other, each with what it is."""
    each = height / max(1, len(numbers))
    for place, (name, (value, meaning)) in enumerate(numbers.items()):
        page.text(x, y + place * each, f"{name} {value:.3f}", va="top", weight="bold")
        page.text(x, y + place * each + 1.05 * LINE, meaning, va="top", fontsize=SMALL)


def _draw_legend(page: Axes, x: float, y: float) -> None:
    """The three colours of the overlap."""
    for name, color in NAMES.items():
        patch = Rectangle((x, y - PATCH / 2), PATCH, PATCH, facecolor=color, edgecolor=INK, linewidth=0.8)
        page.add_patch(patch)
        page.text(x + PATCH + GAP, y, name, va="center", fontsize=SMALL)
        x += PATCH + 2.5 * GAP + LETTER * len(name)
