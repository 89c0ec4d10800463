"""The atlas in a browser: at two widths, light and dark, from a file, without a network."""

import pytest

from tests.browser.test_report import RULES, SMALLEST

NAMES = ["overview", "explore", "compare", "evidence", "similarity", "about"]
OPEN_ALL = "document.querySelectorAll('details').forEach(one => one.open = true)"
# texts that are seen, and their sizes in pixels on the screen: those of drawings scale with them
SIZES = """() => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = [];
    while (texts.nextNode()) {
        const text = texts.currentNode.data.trim(), one = texts.currentNode.parentElement;
        if (!text || !one.checkVisibility() || one.closest('script, option, title, .unseen')) continue;
        const { a, b } = one.getScreenCTM ? one.getScreenCTM() : { a: 1, b: 0 };
        const scale = Math.hypot(a, b);
        found.push([text.slice(0, 40), parseFloat(getComputedStyle(one).fontSize) * scale]);
    }
    return found;
}"""
# what the Tab key should reach: all that takes the focus, but of radio buttons those that are chosen
STOPS = """[...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]')]
    .filter(one => one.tabIndex >= 0 && !one.disabled && one.checkVisibility({visibilityProperty: true})
        && (one.type !== 'radio' || one.checked)).length"""
FOCUSED = """() => {
    const one = document.activeElement, style = getComputedStyle(one);
    const box = one.getBoundingClientRect();
    const inside = box.right > 0 && box.left < innerWidth && box.bottom > 0 && box.top < innerHeight;
    return {
        what: one === document.body ? '' : one.tagName + ' ' + (one.id || one.getAttribute('aria-label')
            || one.textContent.slice(0, 30)),
        label: one.getAttribute('aria-label'),
        ring: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2, inside,
    };
}"""


def show(view, name: str) -> None:
    """Show a view where there is something to see."""
    where = view.cell() if name in ("compare", "evidence") else {}
    view.show(view=name, **(view.tree() if name == "similarity" else where))


@pytest.mark.parametrize("name", NAMES)
def test_axe_finds_no_violation(atlas_view, name):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    show(atlas_view, name)
    atlas_view.all(OPEN_ALL)
    schemes = ("light", "dark") if atlas_view.dark else ("dark", "light")
    for scheme, rules in zip(schemes, (["color-contrast"], RULES), strict=True):
        atlas_view.page.emulate_media(color_scheme=scheme)
        found = axe.Axe().run(atlas_view.page, options={"runOnly": rules, "resultTypes": ["violations"]})
        said = [
            f"{rule['id']}: {[node['html'][:150] for node in rule['nodes'][:3]]}"
            for rule in found.response["violations"]
        ]
        assert said == [], scheme


@pytest.mark.parametrize("name", NAMES)
def test_a_view_fits_its_window_and_can_be_read(atlas_view, name):
    show(atlas_view, name)
    atlas_view.all(OPEN_ALL)
    assert atlas_view.all("document.documentElement.scrollWidth") <= atlas_view.page.viewport_size["width"]
    texts = atlas_view.all(SIZES)
    assert len(texts) > 20
    assert [one for one in texts if one[1] < SMALLEST - 0.1] == []


def test_the_browser_has_nothing_to_say_and_asks_for_nothing_but_the_file(atlas_view, atlas):
    for name in NAMES:
        show(atlas_view, name)
        title = atlas_view.page.locator("#main h2").first.text_content()
        assert title, name
    assert atlas_view.messages == []
    asked = {url.partition("#")[0] for url in atlas_view.requests if not url.startswith(("data:", "blob:"))}
    assert asked == {atlas.as_uri()}


@pytest.mark.parametrize("name", NAMES)
def test_the_tab_key_reaches_every_control_of_a_view_and_shows_where_it_is(desk, name):
    show(desk, name)
    desk.all("document.querySelectorAll('details').forEach(one => one.open = false)")
    desk.page.locator(".skip").focus()
    seen = [desk.all(FOCUSED)]
    while len(seen) == 1 or seen[-1]["what"] not in ("", seen[0]["what"]):
        desk.page.keyboard.press("Tab")
        seen.append(desk.all(FOCUSED))
        assert len(seen) < 400
    reached = seen[:-1]
    assert [one for one in reached if not one["ring"] and not ringed(desk, one["label"])] == []
    assert [one["what"] for one in reached if not one["inside"]] == []
    assert len(reached) == desk.all(STOPS)


def ringed(view, label: str) -> bool:
    """Whether a mark of a drawing looks different while it has the focus."""
    mark = view.page.get_by_label(label, exact=True).first
    mark.evaluate("one => one.focus({focusVisible: true})")
    focused = mark.screenshot()
    view.all("document.activeElement.blur()")
    view.settle()
    return mark.screenshot() != focused


@pytest.mark.parametrize("name", ["overview", "explore", "similarity"])
def test_arrow_keys_move_among_marks(desk, name):
    show(desk, name)
    groups = desk.page.locator("#main [data-roving]").all()
    assert groups
    moved = 0
    for group in [one for one in groups if one.is_visible()]:
        group.locator("[tabindex='0']").first.focus()
        marks = group.evaluate("one => one.querySelectorAll('[tabindex]').length")
        before = desk.page.evaluate_handle("document.activeElement")
        desk.page.keyboard.press("ArrowRight")
        now = before.evaluate(
            "one => [one !== document.activeElement, one.tabIndex, document.activeElement.tabIndex]"
        )
        assert now == [True, -1, 0] or marks == 1
        moved += marks > 1
    assert moved


def test_views_are_opened_with_the_keyboard(desk):
    desk.show(view="about")
    for name in NAMES:
        link = desk.page.locator(f"#views a[href='#view={name}']")
        link.focus()
        desk.page.keyboard.press("Enter")
        desk.settle()
        assert link.get_attribute("aria-current") == "page"
        assert desk.page.locator(f"#main > section.{name}").is_visible()
        assert desk.page.title().lower().startswith(name)


def test_a_link_opens_the_same_state_again(desk, atlas):
    keys = desk.all("Object.keys(state.get())")
    changes = {
        "view": "compare",
        "network": 1,
        "fold": 2,
        "expression": 2,
        "masks": 1,
        "metric": "f1",
        "threshold": 77,
        "opacity": 0.4,
        "contour": False,
        "landmarks": True,
        "scale": "common",
        "b_network": 0,
        "b_fold": 1,
        "b_expression": 1,
        "sort": "f1",
    }
    desk.page.evaluate("changes => state.set(changes, {push: true})", changes)
    desk.settle()
    expected = desk.all("state.get()")
    assert expected.items() >= changes.items()
    assert expected.keys() == set(keys)
    with desk.page.context.new_page() as page:
        page.goto(desk.all("state.link()"))
        assert page.evaluate("state.get()") == expected
    assert desk.all("state.link()").startswith(f"{atlas.as_uri()}#view=compare&")


def test_the_back_button_shows_what_was_shown_before(desk):
    desk.show(view="explore", expression=desk.all("store.study.expressions[0]"))
    choice = desk.page.get_by_role("combobox", name="Expression", exact=True)
    choice.select_option(index=2)
    desk.settle()
    assert desk.all("state.get().expression") == 2
    desk.page.go_back()
    desk.settle()
    assert desk.all("state.get().expression") == 0
    assert choice.evaluate("one => one.selectedIndex") == 0
    desk.page.go_forward()
    desk.settle()
    assert choice.evaluate("one => one.selectedIndex") == 2


@pytest.mark.parametrize(
    "fragment",
    ["view=nothing", "network=%3Cscript%3E&fold=99&threshold=-1&opacity=x", "view=explore&metric=x", "%%%"],
)
def test_any_address_shows_something(desk, fragment):
    desk.all("location.hash = ''")
    desk.page.evaluate("fragment => { location.hash = fragment; }", fragment)
    desk.settle()
    assert desk.page.locator("#main h2").first.text_content()
    assert desk.page.locator(".problem").count() == 0
    assert desk.messages == []


@pytest.mark.parametrize("name", NAMES)
def test_on_paper_a_view_is_without_controls(desk, name):
    show(desk, name)
    desk.page.emulate_media(media="print")
    try:
        for part in ("#views", "#choices", "footer", ".controls"):
            assert desk.page.locator(f"{part}:visible").count() == 0, part
        assert desk.page.locator("#main h2").first.is_visible()
        paper, ink = desk.all(
            "(style => [style.backgroundColor, style.color])(getComputedStyle(document.body))"
        )
        assert (paper, ink) == ("rgb(255, 255, 255)", "rgb(0, 0, 0)")
    finally:
        desk.page.emulate_media(media="screen")
