"""Figures as files: one style, several formats, the same bytes for the same data."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import matplotlib
from matplotlib.figure import Figure

from workflow_scripts.common.files import atomic_write

PNG_DPI = 150  # at this resolution, face images keep about their own pixels
WIDTH = 10.0  # inches; the widest figure fills the report's page
INK, FAINT = "#222222", "#8a8a8a"
NETWORK_HUE, PEOPLE_HUE, MASKS_HUE = "#24496e", "#c2571a", "#2b86a8"  # of marks: told apart by all eyes
STYLE = {
    "font.family": "DejaVu Sans",  # ships with matplotlib, so figures look the same everywhere
    "font.size": 10,
    "text.color": INK,
    "text.parse_math": False,  # names of networks and expressions are not formulas
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "axes.titlesize": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": INK,
    "ytick.color": INK,
    "svg.hashsalt": "lookalike",  # otherwise the ids of SVG elements are random
    "svg.fonttype": "path",
}
METADATA = {".svg": {"Date": None}, ".png": {"Software": None}}


@contextmanager
def figure_files(paths: Sequence[Path], width: float, height: float) -> Iterator[Figure]:
    """Yield an empty figure of `width` x `height` inches, then write it to all `paths` (.svg, .png).

    The files contain no date, so the same drawing gives the same bytes.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> with figure_files([folder / "a.svg", folder / "a.png"], 2, 1) as figure:
    ...     _ = figure.text(0.5, 0.5, "hello")
    >>> sorted(path.name for path in folder.iterdir())
    ['a.png', 'a.svg']
    """
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(width, height))
        yield figure
        for path in paths:
            with atomic_write(path) as unfinished:
                figure.savefig(unfinished, dpi=PNG_DPI, metadata=METADATA[path.suffix])
