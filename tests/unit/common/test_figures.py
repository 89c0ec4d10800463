"""Figures as files: what an SVG holds beside its light drawing, and the colours of the dark."""

import base64
import io
import re
from pathlib import Path

import cv2
import numpy as np
import pytest
from matplotlib.colors import to_rgb
from PIL import Image

from tests.drawings import contrast, faults
from workflow_scripts.common.figures import (
    DARK,
    DARK_PAPER,
    FAINT,
    INK,
    NETWORK_HUE,
    PALE,
    PAPER,
    SERIES,
    figure_files,
    finished_svg,
    series_colors,
)

STYLE_SHEET = Path(__file__).parents[3] / "workflow_scripts/report/page/style.css"
SCHEMES = {"light": (lambda color: color, PAPER), "dark": ((DARK | SERIES).get, DARK_PAPER)}


def lightness(colors) -> np.ndarray:
    """CIE L* of colours."""
    pixels = np.array([[to_rgb(color) for color in colors]], np.float32)
    return cv2.cvtColor(pixels, cv2.COLOR_RGB2LAB)[0, :, 0]


@pytest.fixture
def svg(tmp_path) -> Path:
    """A figure with a text, a line, an area and a picture."""
    path = tmp_path / "figure.svg"
    with figure_files([path], 3, 2) as figure:
        axes = figure.subplots()
        axes.imshow(np.linspace(0, 1, 3 * 40 * 30).reshape(40, 30, 3), interpolation="none")
        axes.plot([0, 20], [0, 20], color=NETWORK_HUE)
        axes.fill_between([0, 10], [5, 6], color=PALE)
        axes.set_title("two words")
    return path


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_colour_stands_out_from_the_paper(scheme):
    seen, paper = SCHEMES[scheme]
    for color in (*DARK, *SERIES):
        least = {INK: 12, PALE: 1.5}.get(color, 3)
        assert contrast(to_rgb(seen(color)), to_rgb(paper)) >= least, color
    assert contrast(to_rgb(seen(NETWORK_HUE)), to_rgb(seen(PALE))) >= 3  # points on bars


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("number", [2, 3, 12])
def test_many_things_differ_in_grey_by_equal_steps(scheme, number):
    seen, _ = SCHEMES[scheme]
    steps = np.diff(lightness([seen(color) for color in series_colors(number)]))
    assert (np.sign(steps) == np.sign(steps[0])).all()
    assert abs(steps).min() > 0.5 * abs(steps).max() > 1


def test_the_dark_paper_is_that_of_the_page():
    dark = STYLE_SHEET.read_text().partition("(prefers-color-scheme: dark)")[2]
    assert re.search(r"--paper: (#\w+)", dark)[1] == DARK_PAPER
    assert re.search(r"--ink: (#\w+)", dark)[1] == DARK[INK]


def test_a_viewer_without_colour_schemes_sees_what_was_drawn(svg):
    text = svg.read_text()
    without, found = re.subn(
        r"\n@media screen and \(prefers-color-scheme:dark\)\{.*?\n\}\n", "", text, flags=re.S
    )
    assert found == 1
    assert "!important" not in without
    assert faults(svg) == []


def test_only_colours_that_a_figure_has_are_changed_in_it(svg):
    rules = set(re.findall(r'\[style\*="(.*?)"\]', svg.read_text()))
    assert {f"fill: {PAPER}", f"fill: {INK}", f"stroke: {NETWORK_HUE}", f"fill: {PALE}"} <= rules
    assert not any(color in rule for rule in rules for color in SERIES)
    assert f"stroke: {PAPER}" not in rules  # outlines on pictures stay white


def test_the_words_of_a_figure_can_be_searched_in_a_list_of_fonts(svg):
    assert re.search(
        r"font-family: 'DejaVu Sans', .*'Verdana', .*sans-serif;[^>]*>two words<", svg.read_text()
    )


@pytest.mark.parametrize("alpha", [255, 128])
def test_pictures_keep_every_pixel(alpha):
    pixels = np.random.default_rng(0).integers(0, 9, (40, 30, 4), np.uint8)
    pixels[..., 3] = alpha
    loose = io.BytesIO()
    Image.fromarray(pixels).save(loose, "png", compress_level=0)
    uri = "data:image/png;base64," + base64.b64encode(loose.getvalue()).decode()
    packed = finished_svg(f'<svg><style></style><image xlink:href="{uri}"/></svg>')
    data = base64.b64decode(re.search(r'base64,([^"]*)"', packed)[1])
    assert len(data) < len(loose.getvalue())
    np.testing.assert_array_equal(np.array(Image.open(io.BytesIO(data)).convert("RGBA")), pixels)


def test_a_fault_of_a_figure_is_found(tmp_path):
    drawings = {
        "texts of": lambda figure: figure.text(0.1, 0.5, "tiny", fontsize=8),
        "stays black": lambda figure: figure.text(0.1, 0.5, "black", color="black"),
        "does not name": lambda figure: figure.text(0.1, 0.5, "teal", color="teal"),
        "another font": lambda figure: figure.text(0.1, 0.5, "serif", family="serif"),
        "no text": lambda figure: figure.subplots().set_axis_off(),
    }
    for fault, draw in drawings.items():
        path = tmp_path / "figure.svg"
        with figure_files([path], 2, 1) as figure:
            draw(figure)
        assert [fault in found for found in faults(path)] == [True], fault
    with figure_files([path], 2, 1) as figure:
        figure.text(0.1, 0.5, "fine", color=FAINT)
    assert faults(path) == []
