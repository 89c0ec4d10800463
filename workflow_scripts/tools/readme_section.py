"""Sections of a text file between marks, which tools write."""

from pathlib import Path

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.files import atomic_write


def marks(name: str) -> tuple[str, str]:
    """The marks around a section.

    >>> marks("findings")
    ('<!-- findings -->', '<!-- /findings -->')
    """
    return f"<!-- {name} -->", f"<!-- /{name} -->"


def write_section(path: Path, name: str, content: str) -> None:
    """Replace what is between the marks of a section. StudyError if the file lacks them."""
    text, (begin, end) = Path(path).read_text(encoding="utf-8"), marks(name)
    if begin not in text or end not in text:
        raise StudyError(
            f"{path}: the marks {begin} and {end} are missing; put them where the section belongs"
        )
    before, after = text.partition(begin)[0], text.partition(end)[2]
    with atomic_write(path) as unfinished:
        unfinished.write_text(f"{before}{begin}\n{content}{end}{after}", encoding="utf-8")
