"""Grids of pictures of the standard face: a row per network or mask set, a column per expression."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.figures import INK, PAPER, SMALL, WIDTH, figure_files
from workflow_scripts.report.figures.heatmap_colors import color_scale
from workflow_scripts.standardization import standard_face

CELL_WIDTH = 1.5  # inches, at most
GAP = 0.06
MARGIN = 0.1
LINE = 0.18  # height of a line of text
LETTER = 0.085  # mean width of a letter
SCALE_WIDTH = 3.4
SCALE_HEIGHT = 0.58  # bar and its ends, without the text below
LABEL_LETTERS = 18  # longer names of rows are wrapped
HEATMAP_ENDS = ("least important", "most important")


@dataclass(frozen=True)
class GridCell:
    """A picture (275, 224, 3) in [0, 1], and a note written on it; empty for none."""

    picture: np.ndarray
    note: str = ""


@dataclass(frozen=True)
class Scale:
    """A colour scale (1, steps, 3) below a grid, what its ends mean, and a text; no scale without a text."""

    colors: np.ndarray
    ends: tuple[str, str]
    label: str


def read_face(path: Path) -> np.ndarray:
    """The grey face that grids are drawn over, uint8 (275, 224). Raises StudyError for anything else."""
    image = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    size = (standard_face.HEIGHT, standard_face.WIDTH)
    if image is None or image.shape != size:
        found = "no readable image" if image is None else f"{image.shape[1]} x {image.shape[0]} pixels"
        raise StudyError(
            f"{path}: {found}; expected the mean face, {size[1]} x {size[0]} pixels: restore the file "
            "from the repository or make it with workflow_scripts.standardization.average_faces"
        )
    return image


def draw_face_grid(
    cells: Sequence[GridCell | None],
    rows: Sequence[str],
    columns: Sequence[str],
    svg: Path,
    png: Path,
    title: str = "",
    scale_label: str = "",
    scale: Scale | None = None,
) -> None:
    """Draw `cells`, row after row, with the names of rows and columns; None leaves a place empty.

    A single row may be unnamed (`rows` holds one empty text). `scale_label` adds the colour scale of
    heatmaps with that text below it, `scale` any other.
    """
    scale = scale or Scale(color_scale(), HEATMAP_ENDS, scale_label)
    row_names = [textwrap.fill(name, LABEL_LETTERS) for name in rows]
    left = MARGIN + LETTER * max((len(line) for name in row_names for line in name.split("\n")), default=0)
    left += GAP if left > MARGIN else 0
    width = min(CELL_WIDTH, (WIDTH - left - MARGIN) / len(columns) - GAP)
    height = width * standard_face.HEIGHT / standard_face.WIDTH
    column_names = [textwrap.fill(name, max(4, int(width / LETTER))) for name in columns]
    total_width = left + max(len(columns) * (width + GAP) - GAP, SCALE_WIDTH) + MARGIN
    title_lines = textwrap.wrap(title, int((total_width - 2 * MARGIN) / (1.2 * LETTER)))
    scale_lines = textwrap.wrap(scale.label, int((total_width - left - MARGIN) / LETTER))
    top = MARGIN + 1.4 * LINE * len(title_lines) + LINE * (1 + max(name.count("\n") for name in column_names))
    scale_height = SCALE_HEIGHT + LINE * len(scale_lines) if scale_lines else 0
    bottom = MARGIN + scale_height
    total_height = top + len(rows) * (height + GAP) - GAP + bottom

    with figure_files([svg, png], total_width, total_height) as figure:
        page = axes_at(figure, 0, 0, total_width, total_height)
        page.set(xlim=(0, total_width), ylim=(total_height, 0))
        if title:
            page.text(MARGIN, MARGIN, "\n".join(title_lines), va="top", fontsize=12)
        for row, row_name in enumerate(row_names):
            y = top + row * (height + GAP)
            page.text(left - GAP, y + height / 2, row_name, ha="right", va="center")
            for column, column_name in enumerate(column_names):
                x = left + column * (width + GAP)
                if row == 0:
                    page.text(x + width / 2, y - GAP, column_name, ha="center", va="bottom")
                if cell := cells[row * len(columns) + column]:
                    draw_cell(figure, cell, x, y, width, height)
        if scale_lines:
            axes = axes_at(figure, left, total_height - scale_height + 0.12, SCALE_WIDTH, 0.16)
            draw_scale_bar(axes, scale.colors, scale.ends)
            axes.set_xlabel("\n".join(scale_lines), fontsize=SMALL, loc="left")


def draw_scale_bar(
    axes: Axes, colors: np.ndarray | None = None, ends: tuple[str, str] = HEATMAP_ENDS
) -> None:
    """Fill `axes` with a colour scale; that of heatmaps, from least (left) to most important (right)."""
    axes.imshow(color_scale() if colors is None else colors, aspect="auto", extent=(0, 1, 0, 1))
    axes.set_xticks([0, 1], labels=ends)
    axes.set_yticks([])
    axes.tick_params(length=0)
    axes.xaxis.get_ticklabels()[0].set_ha("left")
    axes.xaxis.get_ticklabels()[1].set_ha("right")
    axes.spines[:].set_visible(False)


def draw_cell(figure: Figure, cell: GridCell, x: float, y: float, width: float, height: float) -> Axes:
    """Draw a picture with its note at a place given in inches from the upper left corner; its axes."""
    axes = axes_at(figure, x, y, width, height)
    axes.imshow(cell.picture, aspect="auto", interpolation="none")
    if cell.note:
        axes.text(
            *(0.5, 0.06),
            textwrap.fill(cell.note, max(6, int(width / LETTER))),
            transform=axes.transAxes,
            ha="center",
            va="bottom",
            fontsize=SMALL,
            color=INK,
            bbox={"facecolor": PAPER, "edgecolor": "none", "alpha": 0.9, "pad": 2},
        )
    return axes


def axes_at(figure: Figure, x: float, y: float, width: float, height: float) -> Axes:
    """Axes without ticks at a place given in inches from the upper left corner."""
    total_width, total_height = figure.get_size_inches()
    axes = figure.add_axes(
        (x / total_width, 1 - (y + height) / total_height, width / total_width, height / total_height)
    )
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[:].set_visible(False)
    axes.patch.set_visible(False)
    return axes
