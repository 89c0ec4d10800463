"""The texts at the page's figures: read from captions.toml, and filled with what the study says."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from workflow_scripts.common.errors import StudyError

CAPTIONS = Path(__file__).with_name("captions.toml")
PARTS = ("title", "caption", "read", "alt")


def key_of(figure: str) -> str:
    """The table of captions.toml on a figure of this name.

    >>> key_of("7/lime"), key_of("heatmaps/lime/deep")
    ('figure7', 'heatmaps')
    """
    kind = figure.partition("/")[0]
    return f"figure{kind}" if kind.isdigit() else kind


def said(key: str, part: str, **fields: str) -> str:
    """One text of a figure with its fields filled in.

    Raises StudyError if there is no such text, or it has braces that no field fills.
    """
    texts = captions(CAPTIONS)
    if part not in texts.get(key, {}):
        raise StudyError(f"{CAPTIONS.name}: no {part} in [{key}]; add this line")
    # lines are broken anywhere in the file; what is filled in stays as it is
    text = re.sub(r"[ \n]+", " ", texts[key][part])
    try:
        return text.format_map(fields).strip()
    except (KeyError, ValueError, IndexError, AttributeError) as error:
        known = ", ".join(f"{{{name}}}" for name in fields) or "none"
        raise StudyError(
            f"{CAPTIONS.name}: {part} of [{key}] has braces that nothing fills ({error}); there are: {known}"
        ) from error


@cache
def captions(path: Path) -> Mapping[str, Mapping[str, str]]:
    """The texts of all figures, by figure and part.

    Raises StudyError if the file cannot be read, or a figure lacks a text that each has.
    """
    try:
        texts = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise StudyError(f"{path}: not TOML: {error}") from error
    for key, parts in texts.items():
        lacking = [part for part in PARTS if not str(parts.get(part, "")).strip()]
        if lacking:
            raise StudyError(f"{path.name}: [{key}] has no {lacking[0]}; write one, each figure has it")
    return texts
