"""Rule draw_controls: how far the explanations of control networks are from those of trained ones."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.ticker import NullFormatter

from workflow_scripts.common.command_line import run
from workflow_scripts.common.figures import FAINT, INK, SMALL, WIDTH, figure_files, series_colors
from workflow_scripts.common.tables import read_table
from workflow_scripts.comparison.control_numbers import RANK_CORRELATION
from workflow_scripts.comparison.control_rows import AVERAGE, RATIO
from workflow_scripts.training.learned import MARK_NOTE, marked, read_learned

MARKERS = "osD^vP*X<>hd"  # so that networks can be told apart in grey
COLUMNS = ["network", "control", "randomized", "groups", "expression", "metric", "estimate", "low", "high"]
PANELS = {
    RANK_CORRELATION: "rank correlation with the\ntrained network",
    RATIO: "amplitude\n(trained network: 1)",
}
HEIGHT = 6.4  # inches
SPREAD = 0.5  # of the space of a control that its networks share


def draw_controls(controls: Path, *, networks: str, learned: Path, output: Path, png: Path) -> None:
    """Draw rank correlation and amplitude of control networks beside their trained networks.

    Means over expressions, with 95 % intervals over faces. Controls with randomised layers come in the order
    of how many groups of layers were drawn anew.

    Parameters
    ----------
    controls
        Table of controls (`comparison.control_rows`).
    networks
        The networks in the order to show them, as a JSON list.
    learned
        Table of the networks that says which of them learned.
    output
        The SVG file to write.
    png
        The PNG file to write.
    """
    rows = [row for row in read_table(controls, COLUMNS) if row["expression"] == AVERAGE]
    names = [name for name in json.loads(networks) if any(row["network"] == name for row in rows)]
    labels = {(row["control"], row["randomized"]): _label(row) for row in rows}
    did_learn = read_learned(learned)
    with figure_files([output, png], WIDTH, HEIGHT) as figure:
        axes = figure.subplots(2, 1, sharex=True)
        for each, (metric, title) in zip(axes, PANELS.items(), strict=True):
            _draw(each, [row for row in rows if row["metric"] == metric], names, list(labels))
            each.set_ylabel(title)
        axes[1].set_xticks(range(len(labels)), list(labels.values()))
        axes[1].set_yscale("log")
        axes[1].yaxis.set_major_formatter(lambda value, _: f"{value:g}")  # the style parses no formulas
        axes[1].yaxis.set_minor_formatter(NullFormatter())
        for each, same in zip(axes, (0, 1), strict=True):
            each.axhline(same, color=FAINT, linewidth=1, zorder=0)
        shown = [marked(name, did_learn) for name in names]
        note = MARK_NOTE if shown != names else None
        handles = axes[0].get_legend_handles_labels()[0]
        figure.legend(handles, shown, loc="lower center", ncols=6, frameon=False, title=note, fontsize=SMALL)
        figure.align_ylabels(axes)
        figure.subplots_adjust(left=0.11, right=0.99, top=0.97, bottom=0.2, hspace=0.08)


def _label(row: Mapping[str, str]) -> str:
    """A control as a label of the axis, in lines.

    >>> _label({"control": "randomized_layers", "randomized": "1", "groups": "3"})
    'randomized\\nlayers\\n1 of 3'
    """
    name = row["control"].replace("_", "\n")
    return f"{name}\n{row['randomized']} of {row['groups']}" if row["randomized"] != "0" else name


def _draw(
    axes: Axes,
    rows: Sequence[Mapping[str, str]],
    names: Sequence[str],
    controls: Sequence[tuple[str, str]],
) -> None:
    """The numbers of one metric: a column per control, in it a point with its interval per network."""
    colors = series_colors(len(names))
    for place, name in enumerate(names):
        shift = SPREAD * ((place + 0.5) / len(names) - 0.5)
        found = {
            (row["control"], row["randomized"]): row
            for row in rows
            if row["network"] == name and row["estimate"]
        }
        there = [(x + shift, found[control]) for x, control in enumerate(controls) if control in found]
        style = {"color": colors[place], "marker": MARKERS[place % len(MARKERS)]}
        xs, ys = [x for x, _ in there], [float(row["estimate"]) for _, row in there]
        axes.plot(
            xs,
            ys,
            linestyle="none",
            markersize=6,
            markeredgecolor=INK,
            markeredgewidth=0.4,
            label=name,
            **style,
        )
        for x, row in there:
            if row["low"]:
                axes.plot([x, x], [float(row["low"]), float(row["high"])], color=colors[place], linewidth=1.5)
    axes.set_xlim(-0.6, len(controls) - 0.4)
    axes.tick_params(axis="x", length=0, labelsize=SMALL)


if __name__ == "__main__":
    run(draw_controls)
