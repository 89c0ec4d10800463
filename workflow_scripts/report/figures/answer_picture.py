"""The picture of the answer: what networks rely on, with masks drawn over it, and what that scores."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from workflow_scripts.common.figures import FAINT, INK, NETWORK_HUE, WIDTH, figure_files
from workflow_scripts.report.answer_numbers import Scored
from workflow_scripts.report.figures.face_grid import GAP, LETTER, LINE, MARGIN, GridCell, axes_at, draw_cell
from workflow_scripts.report.page.wording import TOO_NARROW
from workflow_scripts.standardization import standard_face

FACE_WIDTH = 1.25  # inches, at most
LABELS = 2.65  # inches left of faces and strips
COLUMNS = 3  # mask sets side by side, at most
BETWEEN = 0.25  # inches between mask sets
NUMBER = 0.6  # inches right of a strip, for its numbers
ROW = 0.3
BAND = 0.6  # of a row: the band of scores elsewhere
SMALL, TITLE = 9.5, 13  # points
LABEL_LETTERS = 27
TICK = 0.42  # inches between ticks, at least
CASING, LINE_WIDTH = 2.8, 1.3  # points: black below white, so that an outline shows on any colour


@dataclass(frozen=True)
class Outlined:
    """A face with a mask, bool (275, 224), whose outline is drawn over it; None for no mask."""

    cell: GridCell
    mask: np.ndarray | None = None


@dataclass(frozen=True)
class Answer:
    """What the picture says: texts, faces by expression, and the strips of the mask sets.

    labels: of the rows of strips below the networks', in order: what scores without knowing the expression,
    masks elsewhere first, if there are any. filled: the references of each strip whose marks are filled.
    """

    title: str
    faces_label: str
    faces: dict[str, Outlined]
    question: str
    strips: Sequence[Scored]
    networks_label: str
    labels: Sequence[str]
    filled: Sequence[Sequence[str]]
    axis: str
    note: str


def draw_answer_picture(answer: Answer, files: Sequence[Path]) -> None:
    """Draw the picture into `files` (.svg, .png)."""
    face = min(FACE_WIDTH, (WIDTH - LABELS - MARGIN) / len(answer.faces) - GAP)
    height = face * standard_face.HEIGHT / standard_face.WIDTH
    names = [textwrap.fill(name, max(4, int(face / LETTER))) for name in answer.faces]
    faces_top = MARGIN + 2.2 * LINE + LINE * (1 + max(name.count("\n") for name in names))
    strips_top = faces_top + height + 1.6 * LINE
    columns = min(COLUMNS, max(1, len(answer.strips)))
    rows = -(-len(answer.strips) // columns)
    strip_height = ROW * (1 + len(answer.labels))
    block = 1.9 * LINE + strip_height + 2.2 * LINE
    axis = textwrap.wrap(answer.axis, int((WIDTH - LABELS - MARGIN) / LETTER))
    note = textwrap.wrap(answer.note, int((WIDTH - 2 * MARGIN) / (0.93 * LETTER)))
    foot = strips_top + bool(rows) * (1.3 * LINE + rows * block + LINE * (len(axis) + 0.4))
    total = foot + LINE * len(note) + MARGIN
    with figure_files(files, WIDTH, total) as figure:
        page = axes_at(figure, 0, 0, WIDTH, total)
        page.set(xlim=(0, WIDTH), ylim=(total, 0))
        page.text(MARGIN, MARGIN, answer.title, va="top", fontsize=TITLE, weight="bold")
        label = textwrap.fill(answer.faces_label, LABEL_LETTERS)
        page.text(LABELS - 2 * GAP, faces_top + height / 2, label, ha="right", va="center")
        for column, (name, outlined) in enumerate(zip(names, answer.faces.values(), strict=True)):
            x = LABELS + column * (face + GAP)
            page.text(x + face / 2, faces_top - GAP, name, ha="center", va="bottom")
            draw_outlined(figure, outlined, x, faces_top, face, height)
        if answer.strips:
            page.text(LABELS, strips_top, answer.question, va="top", weight="bold")
            _draw_strips(figure, page, answer, strips_top + 1.3 * LINE, block, columns)
            page.text(LABELS, foot - LINE * (len(axis) + 0.5), "\n".join(axis), va="top")
        page.text(MARGIN, foot, "\n".join(note), va="top", fontsize=SMALL)


def draw_outlined(
    figure: Figure, outlined: Outlined, x: float, y: float, width: float, height: float
) -> None:
    """Draw a face at a place in inches from the upper left corner, its mask as a white line."""
    axes = draw_cell(figure, outlined.cell, x, y, width, height)
    if outlined.mask is not None and outlined.mask.any():
        rim = np.pad(outlined.mask, 1).astype(float)  # so that masks at the border have a line there too
        places = [np.arange(side) - 1 for side in rim.shape[::-1]]
        for color, line in (("black", CASING), ("white", LINE_WIDTH)):
            axes.contour(*places, rim, levels=[0.5], colors=color, linewidths=line)


def _draw_strips(figure: Figure, page: Axes, answer: Answer, top: float, block: float, columns: int) -> None:
    """A strip for each mask set, `columns` side by side, all with the same scale."""
    width = (WIDTH - LABELS - MARGIN - BETWEEN * (columns - 1)) / columns
    labels = [answer.networks_label, *answer.labels]
    limits = _limits(answer.strips)
    for place, strip in enumerate(answer.strips):
        row, column = divmod(place, columns)
        x, y = LABELS + column * (width + BETWEEN), top + row * block
        title = "\n".join(textwrap.wrap(f"masks {strip.mask_set}", int(width / LETTER))[:1])
        page.text(x, y + 1.5 * LINE, title, va="bottom")
        axes = axes_at(figure, x, y + 1.9 * LINE, width - NUMBER, ROW * len(labels))
        axes.set(xlim=limits, ylim=(len(labels) - 0.5, -0.5))
        axes.spines["bottom"].set_visible(True)
        axes.xaxis.set_visible(True)
        axes.tick_params(labelsize=SMALL)
        axes.xaxis.set_major_locator(MaxNLocator(max(2, int((width - NUMBER) / TICK)), steps=[1, 2, 5, 10]))
        _draw_strip(axes, strip, answer.labels, answer.filled[place])
        for line, label in enumerate(labels if column == 0 else ()):
            y_label = y + 1.9 * LINE + ROW * (line + 0.5)
            weight = "normal" if line else "bold"
            page.text(LABELS - 2 * GAP, y_label, label, ha="right", va="center", weight=weight)


def _draw_strip(axes: Axes, strip: Scored, labels: Sequence[str], filled: Sequence[str]) -> None:
    """The networks above, the references below; the networks' score goes down as a line."""
    right = {"xycoords": axes.get_yaxis_transform(), "textcoords": "offset points", "va": "center"}
    for row in range(len(labels) + 1):
        axes.axhline(row, color=FAINT, linewidth=0.5, alpha=0.5, zorder=0)
    average = strip.average
    if average:
        axes.plot([average.value] * 2, [0, len(labels) + 0.5], color=NETWORK_HUE, linewidth=1.2, zorder=1)
        if average.low is not None:
            ends = [average.low, average.high]
            axes.plot(ends, [0, 0], color=NETWORK_HUE, linewidth=2.6, marker="|", markersize=11, mew=2)
        axes.plot(average.value, 0, marker="o", markersize=8.5, color=NETWORK_HUE, clip_on=False)
        text = _number(average.value) + TOO_NARROW * average.too_narrow
        axes.annotate(text, (1, 0), (8, 0), weight="bold", **right)
    else:
        box = {"facecolor": "white", "edgecolor": "none", "pad": 2}  # over the row's line
        axes.annotate("no average", (0, 0), (2, 0), fontsize=SMALL, bbox=box, **right)
    if strip.null:
        null, row = strip.null, 1 + labels.index(strip.null.label)
        axes.barh(row, null.high - null.low, BAND, null.low, color=FAINT, alpha=0.4, linewidth=0, zorder=0.5)
        axes.plot([null.value] * 2, [row - BAND / 2, row + BAND / 2], color=INK, linewidth=1.3)
        axes.annotate(_number(null.value), (1, row), (8, 0), **right)
    for score in strip.references:
        row = 1 + labels.index(score.label)
        inside = INK if score.label in filled else "white"
        axes.plot(
            score.value, row, marker="D", markersize=6.5, markerfacecolor=inside, markeredgecolor=INK,
            markeredgewidth=1.3, clip_on=False,
        )  # fmt: skip
        axes.annotate(_number(score.value), (1, row), (8, 0), **right)


def _limits(strips: Sequence[Scored]) -> tuple[float, float]:
    """Ends of the scale that all strips share."""
    scores = [score for strip in strips for score in (strip.average, strip.null, *strip.references) if score]
    ends = [end for one in scores for end in (one.value, one.low, one.high) if end is not None] or [0.0, 1.0]
    pad = 0.08 * (max(ends) - min(ends) or 1)
    return min(ends) - pad, max(ends) + pad


def _number(value: float) -> str:
    return f"{value:.3f}".replace("-", "−")
