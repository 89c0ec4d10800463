"""The texts of the atlas: read from texts.toml, with the works to cite."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from workflow_scripts.common.errors import StudyError
from workflow_scripts.report.page.citation import cited_works

TEXTS = Path(__file__).with_name("texts.toml")
# what each entry of a list has to say
ENTRIES = {
    "read": ("title", "text"),
    "terms": ("name", "text"),
    "keys": ("where", "keys"),
    "absent": ("when", "text"),
}
WHEN = ("always", "no_pictures", "beside")


def texts(path: Path = TEXTS) -> dict:
    """The texts by kind, as the page takes them: lists of paragraphs stand for texts.

    Raises StudyError if the file is not TOML, or lacks a text.
    """
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise StudyError(f"{path}: not TOML: {error}") from error
    found = {kind: [_entry(one, kind, path) for one in told.get(kind, ())] for kind in ENTRIES}
    lacking = [kind for kind, entries in found.items() if not entries]
    if lacking:
        raise StudyError(f"{path.name}: there is no [[{lacking[0]}]]; write one")
    if unknown := [one["when"] for one in found["absent"] if one["when"] not in WHEN]:
        raise StudyError(f"{path.name}: when is {unknown[0]!r} in [[absent]]; use {', '.join(WHEN)}")
    licences = paragraphs(told.get("licences", {}).get("text", ""))
    cited = [{"text": work.text, "bibtex": work.bibtex} for work in cited_works()]
    return {**found, "licences": licences, "cited": cited}


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text; where its lines break means nothing.

    >>> paragraphs(" one\\ntwo\\n\\n three ")
    ['one two', 'three']
    """
    return [" ".join(part.split()) for part in re.split(r"\n\s*\n", text) if part.strip()]


def _entry(entry: Mapping, kind: str, path: Path) -> dict:
    lacking = [name for name in ENTRIES[kind] if not entry.get(name)]
    if lacking:
        raise StudyError(f"{path.name}: an entry of [[{kind}]] has no {lacking[0]}; write one")
    return {**entry, "text": paragraphs(entry["text"])} if "text" in entry else dict(entry)
