"""What a reader takes away from the atlas: drawings, pictures, tables, links and notes."""

import csv
import io
import json
import re
from base64 import b64decode
from pathlib import Path
from xml.etree import ElementTree

import cv2
import h5py
import matplotlib
import numpy as np
import pytest

from tests.browser.conftest import VIEWS, window

SVG = "{http://www.w3.org/2000/svg}"
XLINK = "{http://www.w3.org/1999/xlink}href"
FOLDED = "document.querySelector('#notes').open = true"
NOTE = 'Looks at the <b>chin</b>?\n"=1+1"'


def taken(view, button: str) -> tuple[str, bytes]:
    """Name and content of the file that a button saves."""
    with view.page.expect_download() as waiting:
        view.page.locator(button).click()
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()


@pytest.fixture(scope="module")
def dark(browser, atlas):
    """The atlas on a dark phone: files are the same as elsewhere."""
    with window(browser, atlas.as_uri(), *VIEWS[-1]) as found:
        yield found


@pytest.mark.parametrize("view_of", ["overview", "explore", "compare", "similarity"])
def test_a_drawing_stands_alone(dark, view_of):
    cell = dark.tree() if view_of == "similarity" else dark.cell() if view_of != "overview" else {}
    dark.show(view=view_of, **cell)
    name, content = taken(dark, "#take-svg")
    assert re.fullmatch(r"[\w-]+\.svg", name)
    root = ElementTree.fromstring(content)
    assert root.tag == f"{SVG}svg"
    text = content.decode()
    assert "var(" not in text
    assert "light-dark" not in text
    assert not re.search(r'\s(class|style|tabindex|on\w+)="', text)
    title = dark.all("store.study.title")
    words = " ".join(" ".join(one.itertext()) for one in root.iter(f"{SVG}text"))
    assert title.split()[0] in words
    assert dark.all("store.study.version") in words
    for value in cell.values():
        assert str(value) in words or value == "lime"
    assert min(map(float, re.findall(r'font-size="([\d.]+)', text))) >= 12
    ground = next(root.iter(f"{SVG}rect"))
    assert (ground.get("fill"), ground.get("width")) == ("#ffffff", root.get("width"))
    images = [one.get(XLINK) for one in root.iter(f"{SVG}image")]
    assert bool(images) == (view_of != "similarity")
    for address in images:
        head, _, data = address.partition(",")
        assert head == "data:image/png;base64"
        picture = cv2.imdecode(np.frombuffer(b64decode(data), np.uint8), cv2.IMREAD_COLOR)
        assert len(np.unique(picture)) > 5


def test_a_drawing_opens_by_itself_and_is_as_light_as_paper(dark):
    dark.show(view="explore", **dark.cell())
    _, content = taken(dark, "#take-svg")
    said = []
    with dark.page.context.new_page() as page:
        page.on("console", lambda message: said.append(message.text))
        page.set_content("<img>")
        size = page.evaluate(
            """async text => {
                const one = document.querySelector('img');
                one.src = 'data:image/svg+xml;charset=utf-8,' + encodeURIComponent(text);
                await one.decode();
                return [one.naturalWidth, one.naturalHeight];
            }""",
            content.decode(),
        )
        shot = cv2.imdecode(np.frombuffer(page.locator("img").screenshot(), np.uint8), cv2.IMREAD_COLOR)
    root = ElementTree.fromstring(content)
    assert size == pytest.approx([float(root.get("width")), float(root.get("height"))], abs=1)
    assert said == []
    assert (shot[3, 3] == 255).all()
    assert (shot.min(axis=2) < 80).mean() > 0.2  # the face, which is dark


@pytest.mark.parametrize("lines", ["no", "yes"])
def test_the_pixels_of_a_picture_are_those_of_the_heatmap_over_the_face(desk, finished, lines):
    cell = desk.cell()
    desk.show(view="explore", opacity=0.6, contour=lines, region=lines, landmarks=lines, **cell)
    name, content = taken(desk, "#take-picture")
    assert name.endswith(".png")
    assert "without labels" in desk.page.locator("#take-picture-about").text_content()
    found = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED).astype(int)
    place = "{explainer}/{network}/fold{fold}/{expression}.h5".format(**cell)
    with h5py.File(finished / "results/standardization" / place) as file:
        heatmap = file["heatmap"][:].astype(float)
    levels = np.round((heatmap - heatmap.min()) / np.ptp(heatmap) * 255)
    values = heatmap.min() + levels / 255 * np.ptp(heatmap)
    importance = np.round(255 * np.clip(values / heatmap.max(), 0, 1)) / 255
    colors = 255 * matplotlib.colormaps["inferno"](0.55 + 0.45 * importance)[..., 2::-1]  # as OpenCV
    share = (0.85 * 0.6 * importance)[..., None]
    expected = (1 - share) * face(desk)[..., None] + share * colors
    assert found.shape == (275, 224, 4)
    assert (found[..., 3] == 255).all()
    assert np.abs(found[..., :3] - expected).max() <= 1.5


def face(view) -> np.ndarray:
    """The greys of the face below the heatmaps."""
    return np.array(view.all("store.background().then(bytes => [...bytes])"), float).reshape(275, 224)


@pytest.mark.parametrize("view_of", ["overview", "explore", "compare", "evidence", "similarity", "about"])
def test_a_table_has_what_the_view_offers(desk, view_of):
    desk.show(view=view_of, **(desk.tree() if view_of == "similarity" else desk.cell()))
    name, content = taken(desk, "#take-table")
    assert name.endswith(".csv")
    assert content.endswith(b"\r\n")
    rows = list(csv.reader(io.StringIO(content.decode(), newline="")))
    offered = desk.page.evaluate(
        """async name => ({
            overview: overviewView, explore: exploreView, compare: compareView, similarity: similarityView,
            evidence: evidenceView, about: aboutView,
        })[name].exports().table()""",
        view_of,
    )
    assert len(rows) == len(offered) > 1
    assert {len(row) for row in rows} == {len(rows[0])}
    for row, of_view in zip(rows, offered, strict=True):
        for text, value in zip(row, of_view, strict=True):
            if isinstance(value, bool):
                assert text == str(value).lower()
            elif isinstance(value, int | float):
                assert float(text) == value
            else:
                assert text == {None: "", "–": ""}.get(value, re.sub(r"^−(?=[\d.]+$)", "-", str(value)))


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ("=1+1", "'=1+1"),
        ("+cmd", "'+cmd"),
        ("@x", "'@x"),
        ("-x", "'-x"),
        ("\tx", "'\tx"),
        (-0.5, "-0.5"),
        ("-0.5", "-0.5"),
        ("−0.5", "-0.5"),
        ("−0.5 to 1", "−0.5 to 1"),
        ("+1e-7", "+1e-7"),
        (1e-7, "1e-7"),
        (None, ""),
        ("–", ""),
        ('a "b", c', '"a ""b"", c"'),
        ("a\nb", '"a\nb"'),
        ('=a,"b"', '"\'=a,""b"""'),
    ],
)
def test_no_text_of_a_table_is_a_formula(desk, value, field):
    assert desk.page.evaluate("value => files.csv([[value, 1]])", value) == f"{field},1\r\n"


@pytest.mark.parametrize(
    "text", ["../../etc/passwd", "<script>alert(1)</script>", "a/b\\c:d", "", "…", "x" * 300]
)
def test_names_of_files_are_safe(desk, text):
    name = desk.page.evaluate("text => files.safeName(text, 'csv')", text)
    assert re.fullmatch(r"[^\W_][\w-]{0,79}\.csv", name)


def test_what_a_view_does_not_offer_says_so(desk):
    desk.show(view="about")
    for name in ("svg", "picture"):
        button = desk.page.locator(f"#take-{name}")
        assert button.is_disabled()
        reason = desk.page.locator(f"#{button.get_attribute('aria-describedby')}")
        assert reason.is_visible()
        assert re.fullmatch("this view has no (drawing|picture)", reason.text_content())
    assert desk.page.locator("#take-table").is_enabled()


@pytest.mark.parametrize("clipboard", [True, False])
def test_a_copied_link_opens_the_view_again(browser, atlas, clipboard):
    with window(browser, atlas.as_uri(), *VIEWS[0]) as found:
        found.all(
            """Object.defineProperty(navigator, 'clipboard', {value: %s})"""
            % ("{writeText: async text => { window.copied = text; }}" if clipboard else "undefined")
        )
        found.show(view="explore", opacity=0.5, **found.cell())
        expected = found.all("state.get()")
        found.page.locator("#take-link").click()
        found.settle()
        field = found.page.locator("#take-address")
        assert field.is_visible() is not clipboard
        if clipboard:
            link = found.all("window.copied")
        else:
            link = found.all("getSelection().toString() || document.activeElement.value")
            assert field.evaluate("one => [one.selectionStart, one.selectionEnd]") == [0, len(link)]
            assert not field.is_editable()
        with found.page.context.new_page() as page:
            page.goto(link)
            assert page.evaluate("state.get()") == expected


def test_notes_are_kept_taken_away_and_loaded_again(browser, atlas, tmp_path):
    with window(browser, atlas.as_uri(), *VIEWS[0]) as found:
        found.all(FOLDED)
        found.show(view="explore", **found.cell())
        expected = found.all("state.get()")
        found.page.get_by_label("Your note on this view").fill(NOTE)
        found.show(view="similarity")
        assert found.page.locator("#note").input_value() == ""
        found.page.locator("#note").fill("A tree.")
        found.page.reload()
        found.settle()
        found.all(FOLDED)
        assert found.page.locator("#note").input_value() == "A tree."
        shown = found.page.locator("#notes-list li .text").all_text_contents()
        assert shown == [NOTE, "A tree."]
        found.page.locator("#notes-list button").first.click()
        found.settle()
        assert found.all("state.get()") == expected
        assert found.page.locator("#note").input_value() == NOTE
        name, markdown = taken(found, "#notes button:text('Markdown')")
        assert name.endswith(".md")
        assert NOTE in markdown.decode()
        name, content = taken(found, "#notes button:text('JSON')")
        assert [one["text"] for one in json.loads(content)["notes"]] == [NOTE, "A tree."]
        (tmp_path / "notes.json").write_bytes(content)
        for _ in range(2):
            found.page.locator("#notes-list button:text('Delete')").first.click()
        assert found.page.locator("#notes-list li").count() == 0
        for _ in range(2):  # the second time adds nothing
            found.page.locator("#notes-file").set_input_files(tmp_path / "notes.json")
            found.page.locator("#notes-list li").nth(1).wait_for()
            found.settle()
        assert found.page.locator("#notes-list li .text").all_text_contents() == [NOTE, "A tree."]
        assert found.page.locator("#notes-list b").count() == 2  # the note's own <b> is text
        assert found.messages == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "it is no JSON file."),
        ('{"notes": []}', "it has no notes of an atlas."),
        ("null", "it has no notes of an atlas."),
    ],
)
def test_a_file_that_has_no_notes_is_refused_in_words(browser, atlas, tmp_path, content, said):
    (tmp_path / "other.json").write_text(content)
    with window(browser, atlas.as_uri(), *VIEWS[0]) as found:
        found.all(FOLDED)
        found.page.locator("#notes-file").set_input_files(tmp_path / "other.json")
        alert = found.page.get_by_role("alert")
        alert.wait_for()
        assert f"other.json was not loaded: {said}" in alert.text_content()
        alert.get_by_role("button", name="Close").click()
        assert alert.count() == 0
        assert found.messages == []


def test_notes_are_kept_in_memory_where_the_browser_stores_nothing(browser, atlas):
    with window(browser, atlas.as_uri(), *VIEWS[0]) as found:
        found.page.add_init_script(
            "Object.defineProperty(window, 'localStorage', {get() { throw new Error('no storage'); }})"
        )
        found.page.reload()
        found.settle()
        found.all(FOLDED)
        found.page.locator("#note").fill("Lost soon.")
        assert found.page.locator("#notes-list li").count() == 1
        assert "keeps nothing" in found.page.locator("#notes").text_content()
        assert found.messages == []
