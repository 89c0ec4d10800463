"""Figures as files: one style, several formats, the same bytes for the same data.

Colours are named here, with what each becomes where a reader prefers dark pages: an SVG holds both. Its texts
are texts, which can be searched and copied.
"""

import base64
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import matplotlib
import numpy as np
from cycler import cycler
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from PIL import Image

from workflow_scripts.common.files import atomic_write

PNG_DPI = 150  # at this resolution, face images keep about their own pixels
WIDTH = 10.0  # inches; the widest figure fills the report's page
SMALL = 9  # points, 12 px: no text is smaller
INK, FAINT = "#222222", "#8a8a8a"
PAPER = "#ffffff"  # areas: lines in this colour lie on pictures, and stay as they are
NETWORK_HUE, PEOPLE_HUE, MASKS_HUE = "#24496e", "#c2571a", "#2b86a8"  # of marks: told apart by all eyes
PALE = "#9ec5dd"  # areas behind marks in NETWORK_HUE
DARK = {
    INK: "#e3e6ea",
    FAINT: "#828a93",
    NETWORK_HUE: "#70aadd",
    PEOPLE_HUE: "#ee8c4f",
    MASKS_HUE: "#3f9cc0",
    PALE: "#2d5874",
}
DARK_PAPER = "#16191d"  # the page's
COLOR_MAP = "inferno"  # lightness rises evenly
# of lines and marks of many things: the parts of the map that stand out from white, and from black
SERIES_LIGHT, SERIES_DARK, SERIES_STEPS = (0.3, 0.65), (0.92, 0.5), 64
SERIES = {
    to_hex(light): to_hex(dark)
    for light, dark in zip(
        *(
            matplotlib.colormaps[COLOR_MAP](np.linspace(*ends, SERIES_STEPS))
            for ends in (SERIES_LIGHT, SERIES_DARK)
        ),
        strict=True,
    )
}
STYLE = {
    "font.family": "sans-serif",
    # the first ships with matplotlib, so that layouts are alike everywhere; where readers lack it, the
    # others are hardly wider, so that nothing is cut or overlaps
    "font.sans-serif": ["DejaVu Sans", "Bitstream Vera Sans", "Verdana", "Noto Sans", "Arial"],
    "font.size": 10,
    "text.color": INK,
    "text.parse_math": False,  # names of networks and expressions are not formulas
    "axes.prop_cycle": cycler(color=[INK]),  # no other colour is drawn unnamed
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "axes.titlesize": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": INK,
    "ytick.color": INK,
    "svg.hashsalt": "lookalike",  # otherwise the ids of SVG elements are random
    "svg.fonttype": "none",
}
METADATA = {".svg": {"Date": None}, ".png": {"Software": None}}
INLINE_PNG = re.compile(r"data:image/png;base64,([^\"]*)")


def series_colors(number: int) -> list[str]:
    """Colours of some things, from dark to light, as far apart in lightness as can be.

    >>> len(set(series_colors(13))), series_colors(1) == series_colors(3)[1:2]
    (13, True)
    """
    places = np.linspace(0, SERIES_STEPS - 1, number) if number > 1 else [(SERIES_STEPS - 1) / 2]
    return [list(SERIES)[round(place)] for place in places]


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
                if path.suffix == ".svg":
                    svg = unfinished.read_text(encoding="utf-8")
                    unfinished.write_text(finished_svg(svg), encoding="utf-8")


def finished_svg(svg: str) -> str:
    """An SVG as matplotlib writes it, with its colours in the dark, and its pictures packed.

    Viewers that know nothing of colour schemes show it as it was.
    """
    head, end, rest = svg.partition("</style>")
    return INLINE_PNG.sub(_packed, f"{head}\n{dark_rules(svg)}{end}{rest}")


def dark_rules(svg: str) -> str:
    """CSS that changes the colours of a light SVG on dark screens, never on paper; only those that it has."""
    changes = [("fill", PAPER, DARK_PAPER)]
    changes += [(what, *pair) for pair in (DARK | SERIES).items() for what in ("fill", "stroke")]
    rules = [
        f'[style*="{what}: {light}"]{{{what}:{dark}!important}}\n'
        for what, light, dark in changes
        if f"{what}: {light}" in svg
    ]
    return "".join(["@media screen and (prefers-color-scheme:dark){\n", *rules, "}\n"])


def _packed(found: re.Match) -> str:
    """A picture with the same pixels in fewer bytes."""
    image = Image.open(io.BytesIO(base64.b64decode(found[1])))
    if image.mode == "RGBA" and image.getextrema()[3] == (255, 255):
        image = image.convert("RGB")
    packed = io.BytesIO()
    image.save(packed, "png", optimize=True)
    return "data:image/png;base64," + base64.b64encode(packed.getvalue()).decode()
