"""What must be true of every figure that lookalike draws, read from its SVG."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from pathlib import Path

from matplotlib.colors import to_hex

from workflow_scripts.common.figures import DARK, PAPER, SERIES, SMALL
from workflow_scripts.report.figures.overlap_colors import NAMES

TEXT = "{http://www.w3.org/2000/svg}text"
# what lies on pictures of faces, which are the same in the light and dark
ON_PICTURES = {
    ("stroke", "#000000"),
    ("stroke", "#ffffff"),
    *(("fill", to_hex(color)) for color in NAMES.values()),
}
KNOWN = {(what, color) for what in ("fill", "stroke") for color in (*DARK, *SERIES)} | {("fill", PAPER)}


def contrast(one: Sequence[float], other: Sequence[float]) -> float:
    """That of two colours, RGB in [0, 1], as WCAG 2 defines it: 1 to 21."""
    lights = sorted(_luminance(color) + 0.05 for color in (one, other))
    return lights[1] / lights[0]


def _luminance(color: Sequence[float]) -> float:
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in color]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def font_sizes(svg: str) -> list[float]:
    """Sizes of all texts, in units of the drawing: points of a figure."""
    return [float(size) for size in re.findall(r"<text style=\"[^\"]*font-size: ([\d.]+)px", svg)]


def faults(path: Path) -> list[str]:
    """What is wrong with a figure: texts that are none or small, or colours unknown in the dark."""
    svg = path.read_text(encoding="utf-8")
    return [f"{path.name}: {fault}" for fault in _faults(svg)]


def _faults(svg: str) -> Iterator[str]:
    texts = [one for one in ET.fromstring(svg).iter(TEXT) if "".join(one.itertext()).strip()]
    if not texts:
        yield "no text that can be read as text"
    if len(font_sizes(svg)) < len(texts):
        yield "texts without a size"
    if small := {size for size in font_sizes(svg) if size < SMALL}:
        yield f"texts of {small} points"
    if any("font-family: 'DejaVu Sans', " not in one.get("style") for one in texts):
        yield "texts in another font"
    if any("fill: " not in one.get("style") for one in texts):
        yield "texts in black, which stays black in the dark"
    drawn = {found for style in re.findall(r"style=\"([^\"]*)\"", svg) for found in _colors(style)}
    if unknown := drawn - KNOWN - ON_PICTURES:
        yield f"colours that common.figures does not name: {sorted(unknown)}"


def _colors(style: str) -> list[tuple[str, str]]:
    return re.findall(r"(fill|stroke): (#[0-9a-f]{6})", style)
