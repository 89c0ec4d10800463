"""Rule draw_rule_graph: the rules of the study, stage by stage, and which reads from which."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

from workflow_scripts.common.command_line import run
from workflow_scripts.common.figures import FAINT, INK, PAPER, WIDTH, figure_files, series_colors
from workflow_scripts.common.stages import STAGES
from workflow_scripts.common.tables import read_table

Rows = Sequence[Mapping[str, str]]

ROW = 0.3  # inches
STAGES_AT, BOXES_AT, BOXES_END = 0.1, 1.55, 3.75  # inches from the left
LANES_AT, LANES_END = 4.05, WIDTH - 0.3
PORT = 0.075  # inches from the middle of a row to where its rule reads (above) and writes (below)
AGAIN = " ↻"  # after a rule that also reads its own results


def draw_rule_graph(rules: Path, *, output: Path, png: Path) -> None:
    """Draw a row per rule; the results of each rule run down their own lane to the rules that read them.

    Parameters
    ----------
    rules
        Table of the rules in the order to draw: rule, stage, reads (names of rules above, or its own).
    output
        The SVG file to write.
    png
        The PNG file to write.
    """
    rows = read_table(rules, ["rule", "stage", "reads"])
    height = len(rows) * ROW
    with figure_files([output, png], WIDTH, height) as figure:
        axes = figure.add_axes((0, 0, 1, 1), xlim=(0, WIDTH), ylim=(height, 0))
        axes.axis("off")
        colors = dict(zip(STAGES, series_colors(len(STAGES)), strict=True))
        _draw_stages(axes, rows, colors)
        _draw_lanes(axes, rows, colors)


def readers(rows: Rows) -> dict[str, list[int]]:
    """For each rule that others read from, the rows of those others.

    >>> readers([{"rule": "a", "reads": ""}, {"rule": "b", "reads": "a b"}, {"rule": "c", "reads": "a"}])
    {'a': [1, 2]}
    """
    found: dict[str, list[int]] = {}
    for number, row in enumerate(rows):
        for source in _sources(row):
            found.setdefault(source, []).append(number)
    return found


def lanes(spans: Mapping[str, tuple[int, int]]) -> dict[str, int]:
    """A lane for each span of rows, so that spans in one lane do not touch; short ones are innermost.

    >>> lanes({"long": (0, 9), "early": (1, 2), "late": (3, 4), "between": (2, 3)})
    {'early': 0, 'late': 0, 'between': 1, 'long': 2}
    """
    taken: list[list[tuple[int, int]]] = []
    found = {}
    for name, (start, end) in sorted(spans.items(), key=lambda item: item[1][1] - item[1][0]):
        free = (i for i, lane in enumerate(taken) if all(end < first or last < start for first, last in lane))
        number = next(free, len(taken))
        if number == len(taken):
            taken.append([])
        taken[number].append((start, end))
        found[name] = number
    return found


def _sources(row: Mapping[str, str]) -> list[str]:
    return [source for source in row["reads"].split() if source != row["rule"]]


def _draw_stages(axes: Axes, rows: Rows, colors: Mapping[str, str]) -> None:
    for stage in dict.fromkeys(row["stage"] for row in rows):
        members = [number for number, row in enumerate(rows) if row["stage"] == stage]
        top, height = members[0] * ROW, len(members) * ROW
        _draw_box(axes, 0, top, WIDTH, height, color=colors[stage], alpha=0.1, linewidth=0)
        axes.text(STAGES_AT, top + ROW / 2, stage, weight="bold", va="center")
    for number, row in enumerate(rows):
        top, width = (number + 0.1) * ROW, BOXES_END - BOXES_AT
        edge = colors[row["stage"]]
        _draw_box(axes, BOXES_AT, top, width, 0.8 * ROW, facecolor=PAPER, edgecolor=edge)
        again = AGAIN if row["rule"] in row["reads"].split() else ""
        axes.text(BOXES_AT + 0.1, (number + 0.5) * ROW, row["rule"] + again, va="center", color=INK)


def _draw_lanes(axes: Axes, rows: Rows, colors: Mapping[str, str]) -> None:
    row_of = {row["rule"]: number for number, row in enumerate(rows)}
    reading = readers(rows)
    found = lanes({name: (row_of[name], max(numbers)) for name, numbers in reading.items()})
    width = (LANES_END - LANES_AT) / max([1, *found.values()])
    lane_at = {name: LANES_AT + width * lane for name, lane in found.items()}
    arrow = {"arrowstyle": "-|>", "color": FAINT, "shrinkA": 0, "shrinkB": 0}
    for number, row in enumerate(rows):
        if sources := _sources(row):
            y = (number + 0.5) * ROW - PORT
            axes.annotate("", (BOXES_END, y), (max(lane_at[name] for name in sources), y), arrowprops=arrow)
    for name, numbers in reading.items():
        x, color = lane_at[name], colors[rows[row_of[name]]["stage"]]
        start = (row_of[name] + 0.5) * ROW + PORT
        dots = [(number + 0.5) * ROW - PORT for number in numbers]
        axes.plot([BOXES_END, x, x], [start, start, max(dots)], color=color, linewidth=1.8)
        axes.plot([x] * len(dots), dots, "o", color=color, markersize=4.5)


def _draw_box(axes: Axes, x: float, y: float, width: float, height: float, **style) -> None:
    box = FancyBboxPatch((x, y), width, height, boxstyle="round,pad=0,rounding_size=0.06", **style)
    axes.add_patch(box)


if __name__ == "__main__":
    run(draw_rule_graph)
