"""The report's page in a browser: at two widths, light and dark, from a file, without a network."""

import io

import pytest
from PIL import Image

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SMALLEST = 12  # px of text
OPEN_ALL = "document.querySelectorAll('details').forEach(one => one.open = true)"
FOCUSED = """() => {
    const one = document.activeElement, box = one.getBoundingClientRect();
    const nav = document.querySelector('nav').getBoundingClientRect();
    return {
        what: one.tagName === 'A' ? one.getAttribute('href') : one.getAttribute('aria-label') || one.tagName,
        inNav: !!one.closest('nav'), ring: getComputedStyle(one).outlineWidth !== '0px',
        hidden: !one.closest('nav') && getComputedStyle(document.querySelector('nav')).position === 'sticky'
            && box.bottom <= nav.bottom && (box.bottom > nav.top || box.bottom <= 0),
    };
}"""


@pytest.fixture(autouse=True)
def from_the_top(view):
    """Every test finds the page as it was opened."""
    view.page.emulate_media(media="screen")
    view.all("document.querySelectorAll('details').forEach(one => one.open = false)")
    view.all("document.querySelectorAll('.scroll').forEach(one => one.scrollLeft = 0)")
    view.all("document.activeElement.blur(), window.scrollTo(0, 0)")


def pixel(view, box: dict, x: float, y: float) -> tuple[int, ...]:
    """The colour (RGB) of a place of the window that lies at fractions of a box."""
    shot = Image.open(io.BytesIO(view.page.screenshot())).convert("RGB")
    return shot.getpixel((int(box["x"] + x * box["width"]), int(box["y"] + y * box["height"])))


def test_axe_finds_no_violation(view):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    view.all(OPEN_ALL)
    found = axe.Axe().run(view.page, options={"runOnly": RULES, "resultTypes": ["violations"]})
    said = [
        f"{rule['id']}: {[node['html'][:150] for node in rule['nodes'][:3]]}"
        for rule in found.response["violations"]
    ]
    assert said == []


def test_the_browser_has_nothing_to_say_and_asks_for_nothing_but_the_file(view, report):
    view.all("window.scrollTo(0, document.body.scrollHeight)")
    assert view.messages == []
    assert {url for url in view.requests if not url.startswith("data:")} == {report.as_uri()}


def test_the_first_screen_has_the_answer_in_words_and_as_a_picture(view):
    top, words, picture = (
        view.all(f"document.querySelector('{what}').getBoundingClientRect().toJSON()")
        for what in ("h1", "#answer .headline", "#answer figure img")
    )
    height = view.page.viewport_size["height"]
    assert 0 <= top["top"] < words["top"] < words["bottom"] < picture["top"]
    assert words["bottom"] < height
    assert view.phone or picture["top"] < height / 2
    assert view.phone or picture["bottom"] < height or picture["height"] > height / 2


def test_pictures_are_shown(view):
    """The policy of the page allows what it holds."""
    assert view.all("[...document.images].length") > 5
    assert view.all("[...document.images].filter(one => !one.complete || !one.naturalWidth).length") == 0


def test_the_page_itself_never_scrolls_sideways(view):
    view.all(OPEN_ALL)
    assert view.all("document.documentElement.scrollWidth") <= view.page.viewport_size["width"]


def test_no_text_is_too_small_to_read(view):
    view.all(OPEN_ALL)
    sizes = view.all(
        """() => {
            const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            const found = new Set();
            while (texts.nextNode())
                if (texts.currentNode.data.trim())
                    found.add(parseFloat(getComputedStyle(texts.currentNode.parentElement).fontSize));
            return [...found];
        }"""
    )
    assert min(sizes) >= SMALLEST


def test_the_keyboard_reaches_contents_and_tables_and_sees_where_it_is(view):
    links = view.all("[...document.querySelectorAll('nav a')].map(one => one.getAttribute('href'))")
    tables = view.all(
        "[...document.querySelectorAll('.scroll')].filter(one => !one.closest('details'))"
        ".map(one => one.getAttribute('aria-label'))"
    )
    seen = []
    while not seen or seen[-1]["what"] != "BODY":
        view.page.keyboard.press("Tab")
        seen.append(view.all(FOCUSED))
        assert len(seen) < 1000
    reached = seen[:-1]
    assert [one["what"] for one in reached if one["inNav"]] == links
    assert [one["what"] for one in reached if one["what"] in tables] == tables
    assert all(one["ring"] for one in reached)
    assert [one["what"] for one in reached if one["hidden"]] == []


def test_every_heading_has_a_link_to_itself(view):
    headings = view.all(
        """[...document.querySelectorAll('h2, h3')].map(one => [
            one.id || one.parentElement.id, one.querySelector('a.anchor')?.getAttribute('href')])"""
    )
    assert len(headings) > 10
    assert [(name, link) for name, link in headings if link != f"#{name}"] == []
    names = view.all("[...document.querySelectorAll('[id]')].map(one => one.id)")
    assert len(names) == len(set(names))


def test_a_link_of_the_contents_shows_its_section_and_is_marked(view):
    for place in ("comparison", "setup", "data"):
        view.all(f"document.querySelector('nav a[href=\"#{place}\"]').click()")
        view.page.wait_for_function(
            "place => document.querySelector('nav a:target-current')?.getAttribute('href') === '#' + place",
            arg=place,
            timeout=5000,
        )
        top = view.all(f"document.getElementById('{place}').getBoundingClientRect().top")
        nav = view.page.locator("nav ol").bounding_box()
        assert nav["y"] == pytest.approx(0, abs=1)  # in sight wherever one is
        assert not view.phone or place == "setup" or top >= nav["height"] - 2
        assert view.page.url.endswith(f"#{place}")
        link = view.page.locator("nav a:target-current").bounding_box()  # wherever the contents are scrolled
        assert -1 <= link["x"] <= link["x"] + link["width"] <= view.page.viewport_size["width"] + 1


def test_the_section_in_sight_is_marked_while_scrolling(view):
    marked = "document.querySelector('nav a:target-current')?.textContent"
    for place, name in ((0, "Answer"), (1, "Settings"), (0, "Answer")):
        view.all(f"window.scrollTo(0, {place} * document.body.scrollHeight)")
        view.page.wait_for_function(f"() => {marked} === '{name}'", timeout=5000)


@pytest.mark.parametrize("what", [".scroll:has(table)", "figure .scroll"])
def test_what_goes_on_has_a_shadow_there(view, what):
    wide = view.page.locator(what).evaluate_all(
        "all => all.findIndex(one => one.checkVisibility() && one.scrollWidth > one.clientWidth + 60)"
    )
    if wide < 0:
        assert not view.phone or "table" not in what
        pytest.skip("all of them fit this window")
    part = view.page.locator(what).nth(wide)
    part.evaluate("one => window.scrollBy(0, one.getBoundingClientRect().top - 120)")
    colours = {}
    for name, left in (("start", 0), ("end", 100_000)):
        part.evaluate("(one, left) => { one.scrollLeft = left; }", left)
        box = part.bounding_box()
        colours[name] = pixel(view, box | {"y": box["y"] + 4, "height": 0}, 1 - 4 / box["width"], 0)
    assert colours["start"] != colours["end"]


def test_on_paper_there_are_no_controls_and_nothing_is_folded(view):
    view.page.emulate_media(media="print")
    assert not view.page.locator("nav").is_visible()
    assert view.page.locator(".anchor:visible").count() == 0
    inside = view.page.locator("details table").first
    assert inside.evaluate("one => one.checkVisibility({contentVisibilityAuto: true})")
    assert inside.bounding_box()["height"] > 20
