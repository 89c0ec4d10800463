"""Rule draw_accuracy: how well the networks recognise expressions (paper, Figure 5)."""

import json
from pathlib import Path

import pandas as pd
import seaborn
from matplotlib.axes import Axes

from workflow_scripts.command_line import run
from workflow_scripts.errors import StudyError
from workflow_scripts.figures import FAINT, INK, figure_files
from workflow_scripts.tables import read_table

BAR, POINT = "#9ec5dd", "#1f4e6b"
ROW = 0.36  # inches
LETTER = 0.085


def draw_accuracy(accuracy: Path, *, networks: str, expressions: str, output: Path, png: Path) -> None:
    """Draw the mean accuracy of each network over the folds, the single folds as points.

    Parameters
    ----------
    accuracy
        Table with network, fold and accuracy.
    networks
        The networks in the order to show them, as a JSON list.
    expressions
        The expressions that the networks tell apart, as a JSON list; chance is one in so many.
    output
        The SVG file to write.
    png
        The PNG file to write.
    """
    names, chance = json.loads(networks), 1 / len(json.loads(expressions))
    table = pd.DataFrame(read_table(accuracy, ["network", "accuracy"])).astype({"accuracy": float})
    if missing := [name for name in names if name not in set(table["network"])]:
        raise StudyError(f"{accuracy}: no accuracy of {', '.join(missing)}; delete the file and rerun")
    left = 0.25 + LETTER * max(map(len, names))
    height = ROW * len(names) + 0.95
    with figure_files([output, png], 8, height) as figure:
        axes = figure.add_axes((left / 8, 0.6 / height, (8 - left - 0.75) / 8, ROW * len(names) / height))
        _draw_bars(axes, table, names)
        _draw_chance(axes, chance)


def _draw_bars(axes: Axes, table: pd.DataFrame, names: list[str]) -> None:
    shared = {"data": table, "x": "accuracy", "y": "network", "order": names, "ax": axes}
    seaborn.barplot(**shared, color=BAR, saturation=1, errorbar=None, width=0.7)
    # without jitter a point's height means nothing, so none is read into it
    seaborn.stripplot(**shared, color=POINT, jitter=False, size=5, alpha=0.75)
    means = table.groupby("network")["accuracy"].mean()
    for row, name in enumerate(names):
        axes.text(1.02, row, f"{means[name]:.3f}", va="center")
    axes.text(1.02, -0.75, "mean", va="center", color=FAINT, fontsize=9)
    axes.set(
        xlim=(0, 1), ylim=(len(names) - 0.5, -0.5), xlabel="accuracy on the folds not trained on", ylabel=""
    )
    axes.tick_params(axis="y", length=0)


def _draw_chance(axes: Axes, chance: float) -> None:
    axes.axvline(chance, color=INK, linewidth=1, linestyle=(0, (4, 3)))
    axes.text(
        *(chance, 1.0),
        f"chance {chance:.3f}",
        transform=axes.get_xaxis_transform(),
        ha="center",
        va="bottom",
        fontsize=9,
    )


if __name__ == "__main__":
    run(draw_accuracy)
