"""A picture of people beside networks: faces above, a strip of scores below."""

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from workflow_scripts.common.figures import (
    FAINT,
    INK,
    MASKS_HUE,
    NETWORK_HUE,
    PAPER,
    PEOPLE_HUE,
    SMALL,
    WIDTH,
    figure_files,
)
from workflow_scripts.report.figures.face_grid import GAP, LETTER, LINE, MARGIN, GridCell, axes_at, draw_cell
from workflow_scripts.standardization import standard_face

FACE_WIDTH = 1.2  # inches, at most
LABELS, NUMBERS = 2.15, 1.75  # inches left and right of the strip, for names and numbers
ROW = 0.25  # of one line
LABEL_LETTERS = 26
BETWEEN = 1.6  # rows between networks and others, with the title of these
TICKS = 7  # at most


@dataclass(frozen=True)
class Look:
    """How the marks of one kind of thing look; in grey they differ by shape and filling."""

    hue: str
    marker: str
    filled: bool = True
    dashes: tuple[float, ...] = (4, 2)


NETWORKS = tuple(  # of groups
    Look(NETWORK_HUE, marker, filled) for marker in ("o", "^", "v") for filled in (True, False)
)
UNLEARNED = Look(FAINT, "o", filled=False)
OF_PEOPLE, OF_MASKS = Look(PEOPLE_HUE, "D"), Look(MASKS_HUE, "s", dashes=(1, 1.5))
PLAIN = Look(FAINT, "|", dashes=(6, 2, 1, 2))


@dataclass(frozen=True)
class Mark:
    """A row of the strip: a score with its interval, if there is one."""

    label: str
    look: Look
    value: float
    low: float | None = None
    high: float | None = None
    strong: bool = False

    @property
    def numbers(self) -> str:
        """The score and its interval as text."""
        spread = "" if self.low is None else f" [{self.low:.3f}, {self.high:.3f}]"
        return f"{self.value:.3f}{spread}".replace("-", "−")


@dataclass(frozen=True)
class Strip:
    """The strip: networks above, what else was scored below, whose scores also go up as lines.

    legend: looks by name, if there are several of networks. note: below the axis.
    """

    title: str
    networks: Sequence[Mark]
    others: Sequence[Mark]
    others_title: str
    legend: Mapping[str, Look]
    axis: str
    note: str


def draw_people_picture(
    faces: Mapping[str, Sequence[GridCell]], columns: Sequence[str], strip: Strip, files: Sequence[Path]
) -> None:
    """Draw rows of `faces` by their names, a column each, then the strip, into `files` (.svg, .png)."""
    face = min(FACE_WIDTH, (WIDTH - LABELS - MARGIN) / len(columns) - GAP)
    height = face * standard_face.HEIGHT / standard_face.WIDTH
    names = [textwrap.fill(name, max(4, int(face / LETTER))) for name in columns]
    lines = 1 + max(name.count("\n") for name in names)
    top = MARGIN + LINE * lines + GAP
    strip_top = top + len(faces) * (height + GAP) + 2.2 * LINE
    rows = len(strip.networks) + len(strip.others) + BETWEEN
    labels = [_wrapped(mark.label) for mark in (*strip.networks, *strip.others)]
    row_height = ROW * (0.4 + 0.6 * max(1 + label.count("\n") for label in labels))
    note = textwrap.wrap(strip.note, int((WIDTH - LABELS - MARGIN) / (0.9 * LETTER)))
    axis = textwrap.wrap(strip.axis, int((WIDTH - LABELS - MARGIN) / LETTER))
    total = strip_top + rows * row_height + LINE * (len(note) + len(axis) + 2) + MARGIN
    with figure_files(files, WIDTH, total) as figure:
        page = axes_at(figure, 0, 0, WIDTH, total)
        page.set(xlim=(0, WIDTH), ylim=(total, 0))
        for row, (name, cells) in enumerate(faces.items()):
            y = top + row * (height + GAP)
            page.text(LABELS - 2 * GAP, y + height / 2, _wrapped(name), ha="right", va="center")
            for column, cell in enumerate(cells):
                x = LABELS + column * (face + GAP)
                draw_cell(figure, cell, x, y, face, height)
                if row == 0:
                    page.text(x + face / 2, y - GAP, names[column], ha="center", va="bottom")
        width = WIDTH - LABELS - NUMBERS - MARGIN
        axes = axes_at(figure, LABELS, strip_top, width, rows * row_height)
        page.text(LABELS, strip_top - 0.5 * LINE, strip.title, va="bottom", weight="bold")
        _draw_strip(axes, strip, rows, 1 + NUMBERS / width)
        foot = strip_top + rows * row_height + 1.6 * LINE
        page.text(LABELS, foot, "\n".join(axis), va="top")
        page.text(
            LABELS, foot + LINE * (len(axis) + 0.2), "\n".join(note), va="top", fontsize=SMALL, color=INK
        )


def _draw_strip(axes: Axes, strip: Strip, rows: float, legend_end: float) -> None:
    """Marks with their bars and numbers; the lines of the others go up through the networks.

    legend_end: right end of the legend, in widths of the axes.
    """
    marks = [*strip.networks, *strip.others]
    ends = [end for mark in marks for end in (mark.value, mark.low, mark.high) if end is not None]
    pad = 0.04 * (max(ends) - min(ends) or 1)
    axes.set(xlim=(min(ends) - pad, max(ends) + pad), ylim=(rows - 0.5, -0.5))
    axes.spines["bottom"].set_visible(True)
    axes.xaxis.set_visible(True)
    below = len(strip.networks) + BETWEEN
    for place, mark in enumerate(strip.others):
        y = below + place
        axes.plot(
            [mark.value, mark.value],
            [-0.5, y],
            color=mark.look.hue,
            linewidth=1,
            dashes=mark.look.dashes,
            zorder=0,
        )
        _draw_mark(axes, mark, y)
    for place, mark in enumerate(strip.networks):
        _draw_mark(axes, mark, place)
    if strip.others:
        text = axes.text(
            -0.012,
            below - 1,
            strip.others_title,
            transform=axes.get_yaxis_transform(),
            ha="right",
            va="center",
        )
        text.set_weight("bold")
    axes.tick_params(labelsize=SMALL)
    ticks = MaxNLocator(TICKS, steps=[1, 2, 5, 10]).tick_values(min(ends), max(ends))
    axes.set_xticks([tick for tick in ticks if min(ends) - pad <= tick <= max(ends) + pad])
    handles = [
        axes.plot([], [], linestyle="none", label=name, **_style(look, 6))[0]
        for name, look in strip.legend.items()
    ]
    if handles:
        axes.legend(
            handles=handles, loc="lower right", bbox_to_anchor=(legend_end, 1), ncols=len(handles),
            frameon=False, fontsize=SMALL, borderaxespad=0, handletextpad=0.1,
        )  # fmt: skip


def _draw_mark(axes: Axes, mark: Mark, y: float) -> None:
    if mark.low is not None:
        axes.plot([mark.low, mark.high], [y, y], color=mark.look.hue, linewidth=2.6 if mark.strong else 1.5)
    axes.plot(mark.value, y, linestyle="none", clip_on=False, **_style(mark.look, 8 if mark.strong else 6))
    beside = {"transform": axes.get_yaxis_transform(), "va": "center", "fontsize": SMALL}
    weight = "bold" if mark.strong else "normal"
    axes.text(-0.012, y, _wrapped(mark.label), ha="right", weight=weight, **beside)
    axes.text(1.012, y, mark.numbers, ha="left", weight=weight, **beside)


def _style(look: Look, size: float) -> dict[str, object]:
    """How a mark is drawn."""
    inside = look.hue if look.filled else PAPER
    return {
        "marker": look.marker,
        "markersize": size + 3 * (look.marker == "|"),
        "markerfacecolor": inside,
        "markeredgecolor": look.hue,
        "markeredgewidth": 1.4,
    }


def _wrapped(name: str) -> str:
    return textwrap.fill(name, LABEL_LETTERS)
