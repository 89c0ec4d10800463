"""Rule draw_training: how loss and accuracy changed over the epochs, for each network."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from workflow_scripts.common.command_line import run
from workflow_scripts.common.figures import FAINT, INK, NETWORK_HUE, SMALL, WIDTH, figure_files
from workflow_scripts.common.tables import read_table
from workflow_scripts.report.figures.face_grid import LINE, MARGIN, axes_at
from workflow_scripts.report.figures.small_multiples import Multiples, filling, shortened
from workflow_scripts.training.learned import MARK_NOTE, marked, read_learned

COLUMNS = ["epoch", "loss", "accuracy"]
LEFT, CURVE, GAP = 0.6, 1.0, 0.12  # inches: left of the curves, height of one, between accuracy and loss
SIDE_BY_SIDE, WIDEST = 3, 2.8

Curves = Mapping[str, Sequence[Sequence[Mapping[str, str]]]]  # network -> folds -> epochs


def draw_training(
    histories: list[Path], *, trainings: str, expressions: str, learned: Path, output: Path, png: Path
) -> None:
    """Draw accuracy and loss of each network over its epochs from HISTORIES, a thin line for each fold.

    Both are of the images trained on. Networks that did not learn are marked, and their lines are grey.

    Parameters
    ----------
    histories
        Tables with epoch, loss and accuracy, one for each training.
    trainings
        Their [network, fold], as a JSON list in the same order.
    expressions
        The expressions that the networks tell apart, as a JSON list; chance is 1 divided by their number.
    learned
        Table of the networks that says which of them learned.
    output
        The SVG file to write.
    png
        The PNG file to write.
    """
    curves: dict[str, list] = {}
    for (network, _), path in zip(json.loads(trainings), histories, strict=True):
        curves.setdefault(network, []).append(read_table(path, COLUMNS))
    did, chance = read_learned(learned), 1 / len(json.loads(expressions))
    columns, width = filling(len(curves), SIDE_BY_SIDE, LEFT, WIDEST)
    grid = Multiples(len(curves), columns, width, 2 * CURVE + GAP, LEFT, 2.6 * LINE, 1.2 * LINE)
    with figure_files([output, png], WIDTH, grid.total_height) as figure:
        page = axes_at(figure, 0, 0, WIDTH, grid.total_height)
        page.set(xlim=(0, WIDTH), ylim=(grid.total_height, 0))
        highest = max(float(row["loss"]) for folds in curves.values() for fold in folds for row in fold)
        for (name, folds), (x, y, last) in zip(curves.items(), grid.places(), strict=True):
            page.text(x, y - 0.3 * LINE, shortened(marked(name, did), width), va="bottom", weight="bold")
            color = NETWORK_HUE if did.get(name, True) else FAINT
            for row, (what, most) in enumerate((("accuracy", 1.0), ("loss", highest))):
                box = (x, y + row * (CURVE + GAP), width, CURVE)
                _draw_curves(figure, box, folds, what, color, (most, row == 1, last))
                if what == "accuracy":
                    figure.axes[-1].axhline(chance, color=INK, linewidth=1, linestyle=(0, (1, 2)))
        note = f"A line for each fold, of the images trained on; dotted: guessing, {chance:.3f}"
        if not all(did.get(name, True) for name in curves):
            note += f"; {MARK_NOTE}"
        page.text(MARGIN, grid.total_height - MARGIN, note, va="bottom", fontsize=SMALL)
    print(f"{len(histories)} trainings of {len(curves)} networks drawn: {output}")


def _draw_curves(
    figure: Figure,
    box: tuple[float, float, float, float],
    folds: Sequence[Sequence[Mapping[str, str]]],
    what: str,
    color: str,
    frame: tuple[float, bool, bool],
) -> None:
    """The lines of one network.

    frame: the highest value; whether the axis of epochs has numbers, and a name.
    """
    most, epochs, named_epochs = frame
    axes = axes_at(figure, *box)
    axes.spines[["left", "bottom"]].set_visible(True)
    for fold in folds:
        values = ([int(row["epoch"]) for row in fold], [float(row[what]) for row in fold])
        axes.plot(*values, color=color, linewidth=1.1, alpha=0.85, marker="." if len(fold) < 3 else None)
    axes.set_ylim(0, 1.04 * most)
    axes.yaxis.set_major_locator(MaxNLocator(3, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_locator(MaxNLocator(4, integer=True, steps=[1, 2, 5, 10]))
    axes.tick_params(labelsize=SMALL, labelbottom=epochs)
    axes.set_ylabel(what, fontsize=SMALL + 1, labelpad=1)
    if epochs and named_epochs:
        axes.set_xlabel("epoch", fontsize=SMALL + 1, labelpad=1)


if __name__ == "__main__":
    run(draw_training)
