"""Blocks: numbered pieces of binary data that the atlas unpacks when a reader asks for them.

In the page a block is an inert element of text, which costs a browser next to nothing until it is unpacked;
one large JSON would be parsed and kept whole. Blocks of a section lie in a script beside the page instead.
"""

import json
import zlib
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager

LEVEL = 9  # of zlib: packing takes seconds, and is done once
ARRIVED = "store.arrived"  # what a script beside the page calls with its blocks


def json_text(content: object, sort_keys: bool = False) -> str:
    """Content as JSON that a browser can read. Raises ValueError for NaN and infinity, which would end it."""
    options = {"separators": (",", ":"), "ensure_ascii": False, "allow_nan": False}
    return json.dumps(content, sort_keys=sort_keys, **options)


class Blocks:
    """Blocks in the order in which they were added; equal content of one place is kept once."""

    def __init__(self):
        self._texts: list[str] = []
        self._known: dict[tuple[str, bytes], int] = {}
        self._place = ""
        self.files: dict[str, list[int]] = {}  # names of the scripts beside the page -> numbers of blocks

    def add(self, content: bytes) -> int:
        """Add data, to be packed by zlib; its number."""
        return self._add(zlib.compress(content, LEVEL))

    def add_json(self, content: object) -> int:
        """Add anything that `json_text` takes; its number."""
        return self.add(json_text(content).encode())

    def add_file(self, content: bytes) -> int:
        """Add data that is packed already, such as a picture; its number."""
        return self._add(content)

    @contextmanager
    def beside(self, file: str) -> Iterator[None]:
        """What is added now lies in the script `file` beside the page; in the page itself if it is empty."""
        before, self._place = self._place, file
        yield
        self._place = before

    def in_page(self) -> Iterator[tuple[int, str]]:
        """The blocks of the page: number and base64."""
        elsewhere = {number for numbers in self.files.values() for number in numbers}
        return ((n, text) for n, text in enumerate(self._texts) if n not in elsewhere)

    def script(self, file: str) -> str:
        """The script that hands the blocks of `file` to the page."""
        texts = {str(number): self._texts[number] for number in self.files.get(file, [])}
        return f"{ARRIVED}({json.dumps(texts, separators=(',', ':'))});\n"

    def _add(self, packed: bytes) -> int:
        key = self._place, packed
        if key not in self._known:
            self._known[key] = len(self._texts)
            self._texts.append(b64encode(packed).decode())
            if self._place:
                self.files.setdefault(self._place, []).append(self._known[key])
        return self._known[key]
