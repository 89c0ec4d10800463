"""Rule draw_confusions: what each network answers to which expression."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from workflow_scripts.common.command_line import run
from workflow_scripts.common.figures import FAINT, INK, NETWORK_HUE, SMALL, WIDTH, figure_files
from workflow_scripts.common.tables import read_table
from workflow_scripts.report.figures.face_grid import LETTER, LINE, MARGIN, axes_at
from workflow_scripts.report.figures.small_multiples import Multiples, filling, shortened
from workflow_scripts.training.learned import MARK_NOTE, marked, read_learned

COLUMNS = ["network", "true", "predicted", "n"]
SIDE_BY_SIDE, WIDEST = 3, 2.4
STRONGEST = 0.55  # opacity of a share of 1: the numbers have a contrast of 4.5 on all, in the light and dark


def draw_confusions(
    confusion: Path, *, networks: str, expressions: str, learned: Path, output: Path, png: Path
) -> None:
    """Draw which share of the images of each expression each network takes for which, from CONFUSION.

    Images of all folds count alike. Networks that did not learn are marked.

    Parameters
    ----------
    confusion
        Table with network, true, predicted and n, the number of such images, for each fold.
    networks
        The networks in the order to show them, as a JSON list.
    expressions
        The expressions that the networks tell apart, as a JSON list.
    learned
        Table of the networks that says which of them learned.
    output
        The SVG file to write.
    png
        The PNG file to write.
    """
    names, shown, did = json.loads(networks), json.loads(expressions), read_learned(learned)
    table = read_table(confusion, COLUMNS)
    longest = max(map(len, shown)) * LETTER
    left = longest + 1.5 * LINE
    columns, width = filling(len(names), SIDE_BY_SIDE, left, WIDEST)
    below = 0.5 * LINE
    grid = Multiples(len(names), columns, width, width, left, below, longest + 2.8 * LINE)
    with figure_files([output, png], WIDTH, grid.total_height) as figure:
        page = axes_at(figure, 0, 0, WIDTH, grid.total_height)
        page.set(xlim=(0, WIDTH), ylim=(grid.total_height, 0))
        for name, (x, y, last) in zip(names, grid.places(), strict=True):
            page.text(x, y - 0.3 * LINE, shortened(marked(name, did), width), va="bottom", weight="bold")
            axes = axes_at(figure, x, y, width, width)
            _draw_shares(axes, confusion_shares([row for row in table if row["network"] == name], shown))
            axes.tick_params(length=0)
            axes.set_yticks(range(len(shown)), shown)
            axes.set_ylabel("shown")
            if last:
                axes.set_xticks(range(len(shown)), shown, rotation=90)
                axes.set_xlabel("taken for")
        note = "Numbers: % of the images of a row, all folds together; framed: right answers"
        if not all(did.get(name, True) for name in names):
            note += f"; {MARK_NOTE}"
        page.text(MARGIN, grid.total_height - MARGIN, note, va="bottom", fontsize=SMALL)
    print(f"confusions of {len(names)} networks drawn: {output}")


def confusion_shares(rows: Sequence[dict[str, str]], expressions: Sequence[str]) -> np.ndarray:
    """Shares of images by (shown, taken for), float64; NaN in rows without images.

    >>> rows = [{"true": "a", "predicted": "b", "n": "3"}, {"true": "a", "predicted": "a", "n": "1"}]
    >>> confusion_shares(rows, ["a", "b"]).tolist()
    [[0.25, 0.75], [nan, nan]]
    """
    counts = np.zeros((len(expressions), len(expressions)))
    for row in rows:
        counts[expressions.index(row["true"]), expressions.index(row["predicted"])] += int(row["n"])
    images = counts.sum(axis=1, keepdims=True)
    return np.divide(counts, images, out=np.full_like(counts, np.nan), where=images > 0)


def _draw_shares(axes: Axes, shares: np.ndarray) -> None:
    """Shares as shades with their numbers; what is right is framed."""
    ends = (-0.5, len(shares) - 0.5)
    axes.set(xlim=ends, ylim=ends[::-1])
    for (row, column), share in np.ndenumerate(np.nan_to_num(shares)):
        shade = {"facecolor": NETWORK_HUE, "alpha": STRONGEST * share, "linewidth": 0}
        axes.add_patch(Rectangle((column - 0.5, row - 0.5), 1, 1, **shade))
        text = "–" if np.isnan(shares[row, column]) else f"{100 * share:.0f}"
        axes.text(column, row, text, ha="center", va="center", fontsize=SMALL)
    box = Rectangle((-0.5, -0.5), len(shares), len(shares), fill=False, edgecolor=FAINT, linewidth=0.8)
    axes.add_patch(box)
    for place in range(len(shares)):
        frame = Rectangle((place - 0.5, place - 0.5), 1, 1, fill=False, edgecolor=INK, linewidth=1.2)
        axes.add_patch(frame)


if __name__ == "__main__":
    run(draw_confusions)
