"""What the atlas does with hostile names, with foreign scripts, and with its own that lie beside it."""

import shutil
from pathlib import Path

import pytest

from tests.browser.conftest import VIEWS, window
from tests.browser.toy_atlas import EXPRESSIONS, HOSTILE, TITLE, write_toy_atlas

NAMES = ["overview", "explore", "compare", "evidence", "similarity", "about"]
HARM = """
<script>window.harmed = 'inline';</script>
<script src="data:text/javascript,window.harmed='data'"></script>
<img src="x" onerror="window.harmed = 'handler'">
<iframe srcdoc="<script>parent.harmed = 'frame'</script>"></iframe>
<a id="link" href="javascript:window.harmed = 'link'">link</a>
"""


@pytest.fixture(scope="module")
def toy(tmp_path_factory) -> Path:
    return write_toy_atlas(tmp_path_factory.mktemp("toy"))


@pytest.fixture(scope="module")
def beside(tmp_path_factory) -> Path:
    return write_toy_atlas(tmp_path_factory.mktemp("beside"), beside_page=True)


def test_hostile_names_are_text_in_every_view(browser, toy):
    dialogs = []
    with window(browser, toy.as_uri(), *VIEWS[0]) as found:
        found.page.on("dialog", lambda one: (dialogs.append(one.message), one.dismiss()))
        own = found.all("document.scripts.length")
        for name in NAMES:
            for fold in ("mean", "1"):
                found.show(view=name, network=HOSTILE, expression=EXPRESSIONS[1], fold=fold)
                found.all("document.querySelectorAll('details').forEach(one => one.open = true)")
                found.settle()
                assert found.page.locator(".problem").count() == 0
                assert found.all("document.scripts.length") == own
                assert found.all("document.querySelectorAll('img[src=x], [onerror]').length") == 0
                text = found.all("document.querySelector('#main').textContent")
                assert HOSTILE in text, name
                assert EXPRESSIONS[1] in text or name == "about"
        assert found.page.locator("h1").text_content() == TITLE
        assert found.messages == []
        assert {url.partition("#")[0] for url in found.requests if not url.startswith("data:")} == {
            toy.as_uri()
        }
    assert dialogs == []


def test_hostile_names_survive_the_address_and_files(browser, toy):
    with window(browser, toy.as_uri(), *VIEWS[0]) as found:
        found.show(view="explore", network=HOSTILE, expression=EXPRESSIONS[1])
        assert found.all("[state.get().network, state.get().expression]") == [1, 1]
        with found.page.expect_download() as waiting:
            found.page.locator("#take-svg").click()
        assert not set('<>"/\\&') & set(waiting.value.suggested_filename)
        text = Path(waiting.value.path()).read_text(encoding="utf-8")
        assert "<script" not in text
        assert "&lt;script&gt;" in text


def test_a_panel_without_a_heatmap_says_so(browser, toy):
    with window(browser, toy.as_uri(), *VIEWS[0]) as found:
        found.show(view="explore", network=HOSTILE, expression=EXPRESSIONS[0], fold=1)
        missing = found.page.locator("#explore-missing")
        assert missing.is_visible()
        assert "no explanations" in missing.text_content()
        for name in ("#take-svg", "#take-picture"):
            found.page.locator(name).click()
            found.settle()
            assert "There is nothing to save" in found.page.locator("#take-said").text_content()


def test_a_noise_without_bound_is_shown_as_such(browser, toy):
    with window(browser, toy.as_uri(), *VIEWS[0]) as found:
        panel = {"network": "WeiNet", "expression": EXPRESSIONS[0]}
        for fold, noise in ((1, "∞"), (2, "0.100")):
            found.show(view="explore", **panel, fold=fold)
            text = found.all("document.querySelector('#main').textContent")
            assert f"Noise (variance by draws, over that between images){noise}" in text
            assert ("≈ noisy" in text) == (fold == 1)
        assert found.messages == []


def test_the_policy_stops_scripts_that_are_not_the_page_s_own(browser, toy, tmp_path):
    page = tmp_path / "atlas.html"
    text = toy.read_text(encoding="utf-8")
    page.write_text(text.replace("</body>", f"{HARM}</body>"), encoding="utf-8")
    with window(browser, page.as_uri(), *VIEWS[0]) as found:
        found.settle()
        found.all("document.querySelector('#link').click()")
        found.all("document.body.append(document.createElement('div'))")
        found.all(
            "document.body.lastChild.innerHTML = '<img src=y onerror=\"window.harmed = 1\" onload=alert(1)>'"
        )
        found.all("setTimeout(() => document.querySelector('img').dispatchEvent(new Event('error')), 0)")
        found.show(view="explore")
        assert found.page.locator("#main h2").first.is_visible()
        assert found.all("window.harmed") is None
        refused = [one for one in found.messages if "Content Security Policy" in one]
        assert len(refused) >= 5
        assert len(refused) == len(found.messages)


def test_maps_come_from_scripts_beside_the_page(browser, beside):
    with window(browser, beside.as_uri(), *VIEWS[0]) as found:
        found.show(view="explore", network="WeiNet", expression="happiness")
        assert len(found.requests) == 1
        for network, file in (("WeiNet", "WeiNet"), (HOSTILE, "%3Cscript%3Ealert(%221%22)%3C/script%3E")):
            found.show(view="explore", network=network, expression=EXPRESSIONS[1], fold=2)
            assert found.page.locator("#explore-title").text_content().startswith(f"{network}: ")
            assert found.requests[-1] == f"{beside.parent.as_uri()}/atlas/lime/{file}.js"
        assert found.page.locator("#threshold").is_visible()
        assert len(found.requests) == 3
        assert found.page.locator(".problem").count() == 0
        assert found.messages == []


def test_a_page_without_its_scripts_says_what_it_lacks(browser, beside, tmp_path):
    shutil.copy(beside, tmp_path / "moved.html")
    with window(browser, (tmp_path / "moved.html").as_uri(), *VIEWS[0]) as found:
        found.show(view="explore", network="WeiNet", expression="happiness", fold=1)
        alert = found.page.get_by_role("alert")
        alert.wait_for()
        assert "atlas/lime/WeiNet.js is not beside this page" in alert.text_content()
        assert 'Keep the folder "atlas" where the page is' in alert.text_content()
        found.show(view="explore", network="WeiNet", expression="happiness", fold="mean")
        assert found.page.locator("#threshold").is_visible()
        found.show(view="about")
        assert "scripts in the folder" in found.page.locator(".of-absent").text_content()
        assert all("ERR_FILE_NOT_FOUND" in one for one in found.messages)
