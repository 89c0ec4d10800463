"""How to cite: read from CITATION.cff, in the few forms of YAML that this file uses."""

import re
from dataclasses import dataclass
from pathlib import Path

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.places import ROOT
from workflow_scripts.common.version import version

CITATION = ROOT / "CITATION.cff"


@dataclass(frozen=True)
class Cited:
    """A work to cite; what it lacks is empty."""

    authors: tuple[tuple[str, str], ...]  # family name or whole name, given names
    title: str
    journal: str = ""
    year: str = ""
    doi: str = ""

    @property
    def text(self) -> str:
        """As an entry of a list of references."""
        names = [f"{family}, {initials(given)}" if given else family for family, given in self.authors]
        who = "; ".join(names)
        who = f"{who} ({self.year})." if self.year else f"{who.rstrip('.')}."
        journal = f" {self.journal}." if self.journal else ""
        doi = f" doi:{self.doi}" if self.doi else ""
        return f"{who} {self.title}.{journal}{doi}"

    @property
    def bibtex(self) -> str:
        """As an entry for BibTeX."""
        names = [f"{family}, {given}" if given else f"{{{family}}}" for family, given in self.authors]
        fields = {"author": " and ".join(names), "title": f"{{{self.title}}}"}
        fields |= {"journal": self.journal, "year": self.year, "doi": self.doi}
        key = re.sub(r"\W", "", self.authors[0][0].split("-")[0] if self.year else self.title.split()[0])
        lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
        return "\n".join([f"@{'article' if self.journal else 'misc'}{{{key}{self.year},", *lines, "}"])


def cited_works(path: Path = CITATION) -> list[Cited]:
    """The software of this version, then what its file of citation refers to.

    Raises StudyError if the file lacks a title or authors.
    """
    own, *others = re.split(
        r"^references:\n|^  - type:", path.read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    software = _work(own, path)
    title = f"{software.title}, version {version()}"
    return [Cited(software.authors, title), *(_work(text, path) for text in others if text.strip())]


def initials(names: str) -> str:
    """Given names, shortened.

    >>> initials("F. Xavier"), initials("José M.")
    ('F. X.', 'J. M.')
    """
    return " ".join(f"{name[0]}." for name in names.split())


def _work(text: str, path: Path) -> Cited:
    people = re.findall(r"- \{family-names: ([^,}]+), given-names: ([^}]+)\}|- name: (.+)", text)
    authors = tuple((family or name, given) for family, given, name in people)
    title = _field(text, "title")
    if not title or not authors:
        raise StudyError(f"{path}: a work has no title or no authors in the form that is read here")
    return Cited(authors, title, *(_field(text, name) for name in ("journal", "year", "doi")))


def _field(text: str, name: str) -> str:
    """A plain or a folded (>-) value; empty if it is not there."""
    found = re.search(rf"^( *){name}: (?:>-\n((?:\1 +.*\n)+)|(.*))", text, re.MULTILINE)
    return " ".join((found[2] or found[3]).split()) if found else ""
