"""Rule draw_accuracy: how well the networks recognise expressions (paper, Figure 5)."""

import json
from pathlib import Path

import pandas as pd
import seaborn
from matplotlib.axes import Axes

from workflow_scripts.common.command_line import run
from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.figures import INK, NETWORK_HUE, PALE, SMALL, figure_files
from workflow_scripts.common.tables import read_table
from workflow_scripts.training.accuracy import AVERAGE
from workflow_scripts.training.learned import MARK_NOTE, marked

ROW = 0.36  # inches
LETTER = 0.085


def draw_accuracy(
    accuracy: Path, *, means: Path, networks: str, expressions: str, output: Path, png: Path
) -> None:
    """Draw the mean accuracy of each network over the folds, the single folds as points.

    Lines show the accuracy of guessing and of always answering with the most frequent expression; networks
    that did not learn are marked.

    Parameters
    ----------
    accuracy
        Table with network, fold, accuracy and learned.
    means
        Table of the means over folds: network, metric and estimate; of accuracy and majority_rate.
    networks
        The networks in the order to show them, as a JSON list.
    expressions
        The expressions that the networks tell apart, as a JSON list; chance is 1 divided by their number.
    output
        The SVG file to write.
    png
        The PNG file to write.
    """
    names, chance = json.loads(networks), 1 / len(json.loads(expressions))
    table = pd.DataFrame(read_table(accuracy, ["network", "accuracy", "learned"])).astype({"accuracy": float})
    rows = read_table(means, ["network", "metric", "estimate"])
    estimates = {(row["network"], row["metric"]): float(row["estimate"]) for row in rows}
    for path, known in ((accuracy, set(table["network"])), (means, {network for network, _ in estimates})):
        if missing := [name for name in names if name not in known]:
            raise StudyError(f"{path}: no accuracy of {', '.join(missing)}; delete the file and rerun")
    learned = {row.network: row.learned == "yes" for row in table.itertuples()}
    labels = [marked(name, learned) for name in names]
    left = 0.25 + LETTER * max(map(len, labels))
    height = ROW * len(names) + 1.3
    with figure_files([output, png], 8, height) as figure:
        axes = figure.add_axes((left / 8, 0.75 / height, (8 - left - 0.75) / 8, ROW * len(names) / height))
        _draw_bars(axes, table, {name: estimates[name, "accuracy"] for name in names})
        axes.set_yticks(range(len(names)), labels)
        if labels != names:
            axes.set_xlabel(f"{axes.get_xlabel()}\n{MARK_NOTE}")
        _draw_line(axes, chance, f"guessing {chance:.3f}", level=0)
        majority = estimates[AVERAGE, "majority_rate"]
        _draw_line(axes, majority, f"always the most frequent expression {majority:.3f}", level=1)


def _draw_bars(axes: Axes, table: pd.DataFrame, means: dict[str, float]) -> None:
    """Bars of the mean of each network, from the top, and the single folds of `table` as points."""
    shared = {"order": list(means), "ax": axes}
    bars = {"x": list(means.values()), "y": list(means)}
    seaborn.barplot(**bars, **shared, color=PALE, saturation=1, errorbar=None, width=0.7)
    # no jitter: within a row, the height of a point must not seem to mean anything
    points = {"data": table, "x": "accuracy", "y": "network"}
    seaborn.stripplot(**points, **shared, color=NETWORK_HUE, jitter=False, size=5, alpha=0.8)
    for row, mean in enumerate(means.values()):
        axes.text(1.02, row, f"{mean:.3f}", va="center")
    axes.text(1.02, -0.75, "mean", va="center", fontsize=SMALL)
    axes.set(
        xlim=(0, 1), ylim=(len(means) - 0.5, -0.5), xlabel="accuracy on the folds not trained on", ylabel=""
    )
    axes.tick_params(axis="y", length=0)


def _draw_line(axes: Axes, accuracy: float, text: str, level: int) -> None:
    """A dashed line at an accuracy, its text above the bars at one of two levels, so that none overlap."""
    axes.axvline(accuracy, color=INK, linewidth=1, linestyle=((0, (4, 3)), (0, (1, 2)))[level])
    axes.annotate(
        text,
        (accuracy, 1.0),
        xytext=(0, 2 + 12 * level),
        xycoords=axes.get_xaxis_transform(),
        textcoords="offset points",
        ha="left" if level else "center",
        va="bottom",
        fontsize=SMALL,
    )


if __name__ == "__main__":
    run(draw_accuracy)
