"""A browser without a network, and the pages that it looks at."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.browser.toy_atlas import write_toy_atlas
from tests.unit.report.test_write_report import write

PAGE = "results/report/atlas.html"
CHROMIUM = shutil.which("chromium")
SIZES = {"desktop": (1280, 900), "phone": (390, 844)}  # CSS pixels
# resolves when the page has been the same for a while; what is said to screen readers comes late
SETTLED = """() => new Promise(done => {
    let timer = setTimeout(end, 150);
    const watch = new MutationObserver(all => {
        if (all.every(one => one.target.id === 'said')) return;
        clearTimeout(timer);
        timer = setTimeout(end, 150);
    });
    watch.observe(document.body, {subtree: true, childList: true, attributes: true, characterData: true});
    function end() { watch.disconnect(); done(); }
})"""
CELL = """() => {
    const { study } = store;
    for (const [e, networks] of study.maps.entries()) for (const [n, places] of networks.entries())
        for (const [p, maps] of places.entries()) for (const [x, map] of maps.entries())
            if (map && p && store.contour(0, x)) return {
                explainer: study.explainers[e], network: study.networks[n].name, fold: study.folds[p - 1],
                expression: study.expressions[x],
            };
}"""
VIEWS = [(width, scheme) for width in SIZES for scheme in ("light", "dark")]


@dataclass
class View:
    """A page in a window, and what the browser said and asked for since it was opened."""

    page: Any
    phone: bool
    dark: bool
    messages: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def all(self, script: str) -> Any:
        """What JavaScript returns, run from outside of the page and its policy."""
        return self.page.evaluate(script)

    def show(self, **keys: Any) -> None:
        """Set the part of an atlas' address that says what is shown, and wait until it is."""
        self.page.evaluate("fragment => { location.hash = fragment; }", urlencode(keys))
        self.settle()

    def cell(self) -> dict[str, Any]:
        """The address of the first heatmap of a fold in an atlas that has a mask."""
        return self.page.evaluate(CELL)

    def tree(self) -> dict[str, Any]:
        """The address of the first expression in an atlas that has a tree of networks."""
        found = "store.study.trees[0].findIndex(one => one.nodes.length)"
        return {"expression": self.page.evaluate(f"store.study.expressions[{found}]")}

    def settle(self) -> None:
        """Wait until nothing of an atlas changes any more."""
        self.page.evaluate(SETTLED)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Debian's Chromium."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: make lock")
    if CHROMIUM is None:
        pytest.skip("there is no chromium: apt-get install chromium fonts-dejavu-core")
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module", params=["toy", "finished"])
def report(request, tmp_path_factory) -> Path:
    """The page of a study with hostile names, and that of the finished miniature study."""
    if request.param == "toy":
        return write(tmp_path_factory.mktemp("toy"))
    return request.getfixturevalue("finished") / "results/report/index.html"


@pytest.fixture(scope="module", params=VIEWS, ids="-".join)
def view(browser, report, request) -> Iterator[View]:
    """The report, opened from its file at one width in one colour scheme."""
    with window(browser, report.as_uri(), *request.param) as found:
        yield found


@pytest.fixture(scope="module")
def atlas(finished) -> Path:
    """The atlas of the finished miniature study."""
    return finished / PAGE


@pytest.fixture(scope="module", params=["toy", "finished"])
def studied(request, tmp_path_factory) -> Path:
    """The folders of a made study, whose folds differ, and of the miniature, which lacks many heatmaps."""
    if request.param == "finished":
        return request.getfixturevalue("finished")
    folder = tmp_path_factory.mktemp("toy")
    write_toy_atlas(folder)
    return folder


@pytest.fixture(scope="module")
def shown(browser, studied) -> Iterator[View]:
    """The atlas of either."""
    with window(browser, (studied / PAGE).as_uri(), *VIEWS[0]) as found:
        yield found


@pytest.fixture(scope="module", params=[VIEWS[0], VIEWS[-1]], ids="-".join)
def atlas_view(browser, atlas, request) -> Iterator[View]:
    """The atlas, opened likewise: at both widths, in both schemes."""
    with window(browser, atlas.as_uri(), *request.param) as found:
        yield found


@pytest.fixture(scope="module")
def desk(browser, atlas) -> Iterator[View]:
    """The atlas at the larger width, light: for what depends on neither."""
    with window(browser, atlas.as_uri(), *VIEWS[0]) as found:
        yield found


@contextmanager
def window(browser, address: str, size: str, scheme: str) -> Iterator[View]:
    """A page in a window of its own, without a network."""
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, offline=True
    )
    found = View(context.new_page(), size == "phone", scheme == "dark")
    found.page.on("console", lambda message: found.messages.append(message.text))
    found.page.on("pageerror", lambda error: found.messages.append(str(error)))
    found.page.on("request", lambda asked: found.requests.append(asked.url))
    found.page.goto(address)
    yield found
    context.close()
