"""HTML built from parts, so that no text from data or settings can become markup."""

import re
from collections.abc import Iterable, Sequence
from html import escape, unescape

VOID = {"img", "meta", "br"}
INLINE = {"a", "b", "em", "span", "code", "td", "th", "img"}


class Markup(str):
    """Text that is HTML already; any other text is escaped when it becomes part of an element."""


def element(name: str, /, *content: str, **attributes: str | int | bool | None) -> Markup:
    """One HTML element.

    A trailing underscore of an attribute's name is dropped (`class_`); attributes that are None or
    False are left out.

    >>> element("p", "a < b, ", element("b", "bold"), class_="note")
    '<p class="note">a &lt; b, <b>bold</b></p>\\n'
    """
    written = "".join(
        f" {key.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{escape(str(value))}"')
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    end = "" if name in INLINE else "\n"
    if name in VOID:
        return Markup(f"<{name}{written}>{end}")
    return Markup(f"<{name}{written}>{joined(content)}</{name}>{end}")


def joined(content: Iterable[str], separator: str = "") -> Markup:
    """Texts and elements one after the other."""
    return Markup(_escaped(separator).join(map(_escaped, content)))


def _escaped(part: str) -> str:
    return part if isinstance(part, Markup) else escape(str(part))


def bullets(items: Iterable[str], class_: str | None = None) -> Markup:
    """An unordered list; nothing for no items."""
    parts = [element("li", item) for item in items]
    return element("ul", *parts, class_=class_) if parts else Markup()


def data_table(
    caption: str, header: Sequence[str], rows: Iterable[Sequence[str]], number_columns: int | None = None
) -> Markup:
    """A plain table whose first column names its rows.

    The last `number_columns` columns (all but the first by default) are aligned as numbers.
    """
    n_text = 1 if number_columns is None else len(header) - number_columns

    def kind(column: int) -> str | None:
        return "number" if column >= n_text else None

    head = element("tr", *(element("th", name, scope="col", class_=kind(i)) for i, name in enumerate(header)))
    body = [
        element(
            "tr",
            element("th", row[0], scope="row"),
            *(element("td", value, class_=kind(i)) for i, value in enumerate(row[1:], start=1)),
        )
        for row in rows
    ]
    return scrolled_table(caption, element("thead", head), element("tbody", *body))


def scrolled_table(caption: str, *parts: Markup, class_: str | None = None) -> Markup:
    """A table below its caption that scrolls by itself if the page is narrower."""
    # no <caption>: it would scroll out of sight with the table
    table = element("table", *parts, class_=class_)
    label = element("p", caption, class_="caption")
    return joined([label, scrolled(table, plain_text(caption))])


def scrolled(content: Markup, label: str) -> Markup:
    """Content that may be wider than the page, reachable by keyboard under a name for screen readers."""
    return element("div", content, class_="scroll", tabindex="0", role="group", aria_label=label)


def folded(summary: str, *parts: Markup) -> Markup:
    """Parts that are shown when asked for; the summary says what they are."""
    return element("details", element("summary", summary), *parts)


def plain_text(text: str) -> str:
    """The text of a piece of markup without its tags.

    >>> plain_text(joined(["a < b, ", element("b", "bold")]))
    'a < b, bold'
    """
    return unescape(re.sub(r"<[^>]*>", "", text)) if isinstance(text, Markup) else text
