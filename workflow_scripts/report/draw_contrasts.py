"""Rule draw_contrasts: where in the face networks, and expressions, differ, over the mean face."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import numpy as np
from cyclopts import Parameter

from workflow_scripts.common.command_line import run
from workflow_scripts.common.hdf5 import open_hdf5
from workflow_scripts.common.tables import read_table
from workflow_scripts.comparison.cells import AVERAGE, NETWORK
from workflow_scripts.comparison.contrasts import WHICH
from workflow_scripts.comparison.face_rows import EXPRESSION
from workflow_scripts.report.figures.difference_colors import contrasted, difference_scale
from workflow_scripts.report.figures.face_grid import GridCell, Scale, draw_face_grid, read_face
from workflow_scripts.report.figures.heatmap_colors import face_picture
from workflow_scripts.training.learned import MARK_NOTE, marked, read_learned

SEEN = 0.99  # of all differences are within the scale

Drawn = tuple[np.ndarray, np.ndarray, str]  # mean difference and adjusted p on the grid, reason if untested


def draw_contrasts(
    contrasts: Path,
    *,
    maps: Path,
    learned: Path,
    networks: str,
    expressions: str,
    background: Path,
    output: Annotated[list[Path], Parameter(consume_multiple=True)],
    png: Annotated[list[Path], Parameter(consume_multiple=True)],
) -> None:
    """Draw the pairs of the table CONTRASTS: networks, over all expressions; expressions, over networks.

    Parameters
    ----------
    contrasts
        Table of the pairs.
    maps
        Their mean differences and p values (HDF5).
    learned
        Table of the networks that says which of them learned; the others are marked.
    networks
        The networks, as a JSON list.
    expressions
        The expressions, as a JSON list.
    background
        The mean face, 8-bit grey, 224 x 275.
    output
        The SVG files to write: of networks, of expressions.
    png
        The PNG files to write, likewise.
    """
    rows = read_table(contrasts, [*WHICH, "reason"])
    with open_hdf5(maps, ["mean", "p"]) as file:
        pairs = {
            tuple(row[key] for key in WHICH): (mean, p, row["reason"])
            for row, mean, p in zip(rows, file["mean"][:], file["p"][:], strict=True)
        }
    face, did = face_picture(read_face(background)), read_learned(learned)
    names = {name: marked(name, did) for name in json.loads(networks)}
    of_networks = {key[2:4]: of for key, of in pairs.items() if (key[0], key[4]) == (NETWORK, AVERAGE)}
    of_expressions = {key[2:4]: of for key, of in pairs.items() if key[:2] == (EXPRESSION, AVERAGE)}
    note = "" if list(names) == list(names.values()) else f"; {MARK_NOTE}"
    shown = {name: name for name in json.loads(expressions)}
    for of, called, noted, paths in (
        (of_networks, names, note, (output[0], png[0])),
        (of_expressions, shown, "", (output[1], png[1])),
    ):
        draw_pairs(face, of, called, noted, *paths)
    print(f"{len(of_networks)} pairs of networks and {len(of_expressions)} of expressions drawn")


def draw_pairs(
    face: np.ndarray, pairs: Mapping[tuple[str, str], Drawn], names: Mapping[str, str], note: str,
    svg: Path, png: Path,
) -> None:  # fmt: skip
    """Draw the pairs of some things below the diagonal: the one of its row minus that of its column.

    face: (275, 224, 3). pairs: by (first, second) in the order of names, which has the names shown.
    """
    order = list(names)
    rows, columns = order[1:] or order, order[:-1] or order
    largest = _largest([mean for mean, _, _ in pairs.values()])
    cells = []
    for i, row in enumerate(rows):
        for column in columns[: i + 1]:
            found = pairs.get((column, row))
            cells.append(_cell(face, found, largest) if found else GridCell(face, "nothing to compare"))
        cells += [None] * (len(columns) - i - 1)
    says = (
        "share of importance; outlined: differs, at p < 0.05 adjusted for all places of the face; faded: not "
        "shown to differ"
    )
    scale = Scale(difference_scale(), ("column more", "row more"), says + note)
    draw_face_grid(
        cells, [names[one] for one in rows], [names[one] for one in columns], svg, png, scale=scale
    )


def _cell(face: np.ndarray, found: Drawn, largest: float) -> GridCell:
    mean, p, reason = found
    if reason or np.isnan(p).all():
        return GridCell(face, "too few subjects")
    return GridCell(contrasted(face, -mean / largest, p))


def _largest(means: Sequence[np.ndarray]) -> float:
    """The end of the scale of all pairs."""
    known = np.concatenate([np.abs(mean[np.isfinite(mean)]) for mean in means] or [np.zeros(0)])
    return float(np.quantile(known, SEEN)) or 1.0 if known.size else 1.0


if __name__ == "__main__":
    run(draw_contrasts)
