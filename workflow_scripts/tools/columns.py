"""Tables and sentences for a terminal, with lines no longer than its width."""

import re
from collections.abc import Collection, Sequence
from itertools import zip_longest
from textwrap import TextWrapper

WIDTH = 100  # characters of a line
GAP = "  "


class _Wrapper(TextWrapper):
    """Breaks lines at spaces, and after the slashes of paths."""

    wordsep_simple_re = re.compile(r"(\s+|(?<=/)(?=\S))")


def wrapped(text: str, width: int = WIDTH) -> str:
    """A sentence broken into lines; those after the first are indented.

    >>> print(wrapped("code changed: workflow_scripts/training/networks.py", 32))
    code changed: workflow_scripts/
      training/networks.py
    """
    return "\n".join(_lines(text, width, indent="  "))


def table(rows: Sequence[Sequence[str]], right: Collection[int] = (), width: int = WIDTH) -> str:
    """Rows as lines of columns; those in `right` are right-aligned.

    If the rows are too long, the last two columns are wrapped: their text continues on the next lines, below
    where it began.
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    room = width - sum(widths[:-2]) - len(GAP) * (len(widths) - 1)
    if sum(widths[-2:]) > room:
        last = min(widths[-1], max(room - widths[-2], room * 2 // 5))
        widths[-2:] = [room - last, last]
    lines = []
    for row in rows:
        cells = [_lines(text, size) for text, size in zip(row, widths, strict=True)]
        for parts in zip_longest(*cells, fillvalue=""):
            aligned = [
                f"{part:>{size}}" if column in right else f"{part:<{size}}"
                for column, (part, size) in enumerate(zip(parts, widths, strict=True))
            ]
            lines.append(GAP.join(aligned).rstrip())
    return "\n".join(lines)


def shortened(text: str, width: int) -> str:
    """A name cut to at most `width` characters.

    >>> shortened("EfficientNetV2", 20), shortened("EfficientNetV2", 10)
    ('EfficientNetV2', 'Efficient…')
    """
    return text if len(text) <= width else f"{text[: width - 1]}…"


def _lines(text: str, width: int, indent: str = "") -> list[str]:
    wrapper = _Wrapper(max(width, 1), subsequent_indent=indent, break_on_hyphens=False)
    return wrapper.wrap(text) or [""]
