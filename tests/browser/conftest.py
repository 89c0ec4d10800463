"""A browser without a network, and the pages that it looks at."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.unit.report.test_write_report import write

CHROMIUM = shutil.which("chromium")
SIZES = {"desktop": (1280, 900), "phone": (390, 844)}  # CSS pixels
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
    size, scheme = request.param
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, offline=True
    )
    found = View(context.new_page(), size == "phone", scheme == "dark")
    found.page.on("console", lambda message: found.messages.append(message.text))
    found.page.on("pageerror", lambda error: found.messages.append(str(error)))
    found.page.on("request", lambda asked: found.requests.append(asked.url))
    found.page.goto(report.as_uri())
    yield found
    context.close()
