import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser

import pytest

from workflow_scripts.report.atlas.blocks import Blocks
from workflow_scripts.report.atlas.document import atlas_page, page_files

HOSTILE = "</script><script>alert(1)</script><!-- \"'"


class Read(HTMLParser):
    """The scripts and styles of a page, by their type, and its policy."""

    def __init__(self, page: str):
        super().__init__()
        self.of: dict[str, list[str]] = {}
        self.policy = ""
        self._kind = ""
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        told = dict(attributes)
        self._kind = told.get("type") or tag if tag in ("script", "style") else ""
        if self._kind:
            self.of.setdefault(self._kind, []).append("")
        if told.get("http-equiv") == "Content-Security-Policy":
            self.policy = told["content"]

    def handle_data(self, data):
        if self._kind:
            self.of[self._kind][-1] += data

    def handle_endtag(self, tag):
        self._kind = ""


def written(beside: bool = False) -> Read:
    blocks = Blocks()
    with blocks.beside("atlas/lime/A.js" if beside else ""):
        blocks.add(b"content")
    return Read("".join(atlas_page({"title": HOSTILE, "networks": [HOSTILE]}, blocks)))


def test_only_the_scripts_and_styles_of_the_page_are_allowed():
    page = written()
    allowed = set(re.findall(r"'sha256-([^']+)'", page.policy))
    own = {
        b64encode(sha256(text.encode()).digest()).decode()
        for kind in ("script", "style")
        for text in page.of[kind]
    }
    assert own == allowed
    assert page.policy.startswith("default-src 'none'; ")
    assert "unsafe" not in page.policy
    assert "strict-dynamic" not in page.policy
    assert "script-src" in page.policy
    assert "'strict-dynamic'" in written(beside=True).policy


def test_hostile_names_stay_text():
    page = written()
    (study,) = page.of["application/json"]
    assert "</script" not in study
    assert study.count("\\u003c/script") == 4
    assert len(page.of["script"]) == len(page_files("script"))


def test_blocks_beside_the_page_are_named_with_their_script():
    page = written(beside=True)
    assert "text/plain" not in page.of
    assert '"files":{"atlas/lime/A.js":[0]}' in page.of["application/json"][0]
    assert len(written().of["text/plain"]) == 1


@pytest.mark.parametrize("kind", ["style", "script"])
def test_every_file_of_the_page_is_in_it_once(kind):
    folder = page_files(kind)[0].parent
    files = [path for path in page_files(kind) if path.parent == folder]
    assert sorted(files) == sorted(folder.iterdir())
