"""The atlas as one HTML file: its styles and scripts as they are in their files, the study, the blocks."""

from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from html import escape
from pathlib import Path
from string import Template

from workflow_scripts.common.tables import read_table
from workflow_scripts.report.atlas.blocks import Blocks, json_text

HERE = Path(__file__).parent
TEMPLATE, PARTS = HERE / "page.html", HERE / "parts.csv"


def page_files(kind: str) -> list[Path]:
    """The page's own files of a kind, `style` or `script`, in the order in which they are inlined."""
    return [HERE / row["file"] for row in read_table(PARTS, ["file", "kind"]) if row["kind"] == kind]


def atlas_page(study: Mapping, blocks: Blocks) -> Iterator[str]:
    """The page, in pieces: it can be large.

    study: what the page shows, anything that JSON holds, with the key `title`. Nothing of it can become
    markup or a script: `<` is escaped within JSON, and blocks are base64.
    """
    styles = [path.read_text(encoding="utf-8") for path in page_files("style")]
    scripts = [path.read_text(encoding="utf-8") for path in page_files("script")]
    data = json_text({**study, "files": blocks.files}, sort_keys=True)
    head, tail = (
        Template(TEMPLATE.read_text(encoding="utf-8"))
        .substitute(
            policy=policy(styles, scripts, bool(blocks.files)),
            title=escape(study["title"]),
            styles="\n".join(f"<style>{text}</style>" for text in styles),
            study=data.replace("<", "\\u003c"),
            scripts="\n".join(f"<script>{text}</script>" for text in scripts),
            blocks="\0",
        )
        .split("\0")
    )
    yield head
    for number, text in blocks.in_page():
        yield f'<script type="text/plain" id="b{number}">{text}</script>\n'
    yield tail


def policy(styles: Sequence[str], scripts: Sequence[str], beside: bool) -> str:
    """The Content-Security-Policy: nothing but the page's own styles and scripts, and pictures that it holds.

    beside: whether scripts lie beside the page; those that its own scripts ask for are allowed then.
    """
    own = " ".join(map(_hash, scripts))
    trusted = " 'strict-dynamic'" if beside else ""
    return (
        f"default-src 'none'; script-src {own}{trusted}; style-src {' '.join(map(_hash, styles))}; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
