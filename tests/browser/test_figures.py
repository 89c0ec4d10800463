"""The page's figures in a browser: light, dark, on paper, in a reader's own fonts, large enough to read."""

import re

import pytest

from tests.browser.conftest import VIEWS
from tests.browser.test_report import SMALLEST, pixel
from tests.drawings import font_sizes

SHOWN = """[...document.querySelectorAll('figure img')].map(one => [one.closest('figure').id,
    decodeURIComponent(one.src.slice(one.src.indexOf(',') + 1)), one.clientWidth])"""
# texts that a figure does not hold whole, and pairs of texts that lie on each other
LAID_OUT = """() => {
    const frame = document.querySelector('svg').getBoundingClientRect();
    const texts = [...document.querySelectorAll('text')].filter(one => one.textContent.trim())
        .map(one => ({text: one.textContent, box: one.getBoundingClientRect()}));
    const cut = texts.filter(({box}) => box.left < frame.left - 1 || box.right > frame.right + 1
        || box.top < frame.top - 1 || box.bottom > frame.bottom + 1);
    const met = texts.flatMap(({text, box}, place) => texts.slice(0, place).filter(other =>
        Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left) > 2
        && Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top) > 4)
        .map(other => [text, other.text]));
    return [...cut.map(one => one.text), ...met];
}"""


def test_no_text_of_a_figure_is_too_small_to_read(view):
    figures = view.all(SHOWN)
    assert len(figures) > 5
    for name, svg, width in figures:
        drawn = float(re.search(r'viewBox="0 0 ([\d.]+) ', svg)[1])
        assert font_sizes(svg), name
        assert width / drawn * min(font_sizes(svg)) >= SMALLEST - 0.1, name


def test_figures_are_dark_where_the_page_is_and_never_on_paper(view):
    figure = view.page.locator("figure img").first
    for media, dark in (("screen", view.dark), ("print", False)):
        view.page.emulate_media(media=media)
        figure.scroll_into_view_if_needed()
        colour = pixel(view, figure.bounding_box(), 0.003, 0.5)
        assert max(colour) < 60 if dark else min(colour) > 240, media


@pytest.mark.parametrize("view", VIEWS[:1], ids="-".join, indirect=True)
@pytest.mark.parametrize("font", ["DejaVu Sans", "DejaVu Sans Condensed", "DejaVu Serif"])
def test_no_text_is_cut_or_overlaps_another_whatever_the_reader_s_font(view, font):
    """The first is that of the layout; the others stand for narrower and wider ones."""
    found = {}
    with view.page.context.new_page() as page:
        for name, svg, _ in view.all(SHOWN):
            drawing = re.sub(r"font-family: [^;]*;", f"font-family: '{font}';", svg[svg.index("<svg") :])
            page.set_content(f'<body style="margin: 20px">{drawing}</body>')
            if wrong := page.evaluate(LAID_OUT):
                found[name] = wrong
    assert found == {}
