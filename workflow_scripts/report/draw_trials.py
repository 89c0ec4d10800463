"""Rule draw_trials: how many tiles of a face people and networks need for a right answer."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from matplotlib.axes import Axes

from workflow_scripts.common.command_line import run
from workflow_scripts.common.figures import FAINT, INK, SMALL, WIDTH, figure_files, series_colors
from workflow_scripts.common.tables import read_table
from workflow_scripts.training.learned import MARK_NOTE, marked, read_learned

COLUMNS = ["observer", "expression", "tiles", "right", "right_low", "right_high"]
DASHES = ("solid", (0, (5, 1.5)), (0, (1.5, 1.5)), (0, (6, 1.5, 1.5, 1.5)))  # tell networks apart in grey
ACROSS = 3  # panels
PANEL = 2.5  # inches
BOTTOM, TOP = 1.1, 0.35  # inches
BAND = 0.14  # opacity of an interval
MOST_BANDS = 3  # networks; with more, only people have bands: the table has all intervals

Row = Mapping[str, str]


def draw_trials(
    curves: Path,
    *,
    networks: str,
    people: str,
    expressions: str,
    learned: Path,
    output: Path,
    png: Path,
) -> None:
    """Draw the share of right answers by the number of tiles seen, a panel per expression.

    Parameters
    ----------
    curves
        Table of curves (`comparison.observed`).
    networks
        The networks in the order to show them, as a JSON list.
    people
        The sets of people, likewise; their lines are black.
    expressions
        The expressions, likewise.
    learned
        Table of the networks that says which of them learned.
    output
        The SVG file to write.
    png
        The PNG file to write.
    """
    shown, sets, names = json.loads(expressions), json.loads(people), json.loads(networks)
    lines: dict[tuple[str, str], list[Row]] = {}
    for row in read_table(curves, COLUMNS):
        lines.setdefault((row["observer"], row["expression"]), []).append(row)
    styles = _styles(names, sets)
    down = -(-len(shown) // ACROSS)
    height = down * PANEL + BOTTOM + TOP
    with figure_files([output, png], WIDTH, height) as figure:
        grid = figure.subplots(down, ACROSS, sharex=True, sharey=True, squeeze=False).ravel()
        for axes, expression in zip(grid, shown, strict=False):
            banded = [*sets, *(names if len(names) <= MOST_BANDS else [])]
            _draw(axes, {name: lines.get((name, expression), []) for name in styles}, styles, banded)
            axes.set_title(expression, loc="left")
        for axes in grid[len(shown) :]:
            axes.axis("off")
        for axes in grid[max(len(shown) - ACROSS, 0) : len(shown)]:
            axes.tick_params(labelbottom=True)
            axes.set_xlabel("tiles seen")
        for row in range(down):
            grid[row * ACROSS].set_ylabel("share answered right")
        did_learn = read_learned(learned)
        labels = [f"people ({name})" if name in sets else marked(name, did_learn) for name in styles]
        note = MARK_NOTE if any(label.endswith("†") for label in labels) else None
        figure.legend(
            grid[0].get_lines(),
            labels,
            loc="lower center",
            ncols=5,
            frameon=False,
            title=note,
            fontsize=SMALL,
            handlelength=3,
        )
        figure.subplots_adjust(
            left=0.08, right=0.99, top=1 - TOP / height, bottom=BOTTOM / height, hspace=0.22, wspace=0.06
        )


def _styles(networks: Sequence[str], people: Sequence[str]) -> dict[str, dict[str, object]]:
    """Colour, dashes and width of the line of every observer."""
    colors = series_colors(len(networks))
    styles = {
        name: {"color": INK, "linestyle": DASHES[n % 4], "linewidth": 2.4} for n, name in enumerate(people)
    }
    for place, name in enumerate(networks):
        styles[name] = {"color": colors[place], "linestyle": DASHES[place % 4], "linewidth": 1.5}
    return styles


def _draw(
    axes: Axes,
    lines: Mapping[str, Sequence[Row]],
    styles: Mapping[str, Mapping],
    banded: Sequence[str],
) -> None:
    """The lines of one expression, some with their bands, where there are any."""
    for name, style in styles.items():
        rows = lines[name]
        tiles = [int(row["tiles"]) for row in rows]
        axes.plot(tiles, [float(row["right"]) for row in rows], **style)
        known = [row for row in rows if row["right_low"]] if name in banded else []
        if known:
            axes.fill_between(
                [int(row["tiles"]) for row in known],
                [float(row["right_low"]) for row in known],
                [float(row["right_high"]) for row in known],
                color=style["color"],
                alpha=BAND,
                linewidth=0,
            )
    axes.set_ylim(0, 1)
    axes.set_xlim(0, 48)
    axes.set_xticks(range(0, 41, 10))
    axes.grid(color=FAINT, alpha=0.25, linewidth=0.6)


if __name__ == "__main__":
    run(draw_trials)
