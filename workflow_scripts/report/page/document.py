"""The report's page: a template, filled with the sections that a table lists in reading order."""

import re
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from string import Template

from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.tables import read_table
from workflow_scripts.common.version import version
from workflow_scripts.report.page.cells_section import cells_section
from workflow_scripts.report.page.closing_sections import (
    computation_section,
    deviation_section,
    setup_section,
)
from workflow_scripts.report.page.comparison_section import comparison_section
from workflow_scripts.report.page.controls_section import controls_section
from workflow_scripts.report.page.data_section import data_section
from workflow_scripts.report.page.day import written_on
from workflow_scripts.report.page.explainers_section import explainers_section
from workflow_scripts.report.page.faces_section import faces_section
from workflow_scripts.report.page.figure_sections import (
    heatmap_section,
    mask_section,
)
from workflow_scripts.report.page.halves_section import halves_section
from workflow_scripts.report.page.markup import Markup, element, joined, plain_text
from workflow_scripts.report.page.methods_section import methods_section
from workflow_scripts.report.page.people_section import people_section
from workflow_scripts.report.page.picture_sections import recognition_section
from workflow_scripts.report.page.quality_section import quality_section
from workflow_scripts.report.page.similarity_section import similarity_section
from workflow_scripts.report.page.study import Study
from workflow_scripts.report.page.subsets_section import subsets_section
from workflow_scripts.report.page.summary_section import answer_section
from workflow_scripts.report.page.trials_section import trials_section
from workflow_scripts.report.page.worth_section import worth_section

TEMPLATE, STYLE_SHEET, SECTIONS = (
    Path(__file__).with_name(name) for name in ("page.html", "style.css", "sections.csv")
)
COLUMNS = ("place", "writer", "short", "title", "lead")
# imported by name, so that the job knows what the page depends on
WRITERS = {
    writer.__name__: writer
    for writer in (
        *(
            answer_section,
            data_section,
            recognition_section,
            cells_section,
            heatmap_section,
            mask_section,
            comparison_section,
        ),
        *(worth_section, people_section, trials_section, controls_section),
        *(explainers_section, quality_section, halves_section, subsets_section, faces_section),
        *(similarity_section, deviation_section, methods_section, computation_section, setup_section),
    )
}


def page(study: Study) -> str:
    """The whole page as HTML: the template, with the sections that have something to show."""
    written = [(row, writer(study)) for row, writer in listed_sections(read_table(SECTIONS, COLUMNS))]
    written = [(row, parts) for row, parts in written if parts]
    links = [element("li", element("a", row["short"], href=f"#{row['place']}")) for row, _ in written]
    style = STYLE_SHEET.read_text(encoding="utf-8")
    return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        policy=policy(style),
        title=joined([study.title]),
        style=style,
        version=version(),
        day=written_on(),
        notices=joined(notices(study)),
        contents=joined(links),
        sections=joined(section(row, parts) for row, parts in written),
    )


def listed_sections(
    rows: Sequence[Mapping[str, str]],
) -> list[tuple[Mapping[str, str], Callable[[Study], list[Markup]]]]:
    """The rows of the table of sections, each with the function that writes it.

    Raises StudyError if there is no such function, or a place or a function is listed twice.
    """
    for column in ("place", "writer"):
        names = [row[column] for row in rows]
        if twice := {name for name in names if names.count(name) > 1}:
            raise StudyError(f"{SECTIONS.name}: {column} {min(twice)} is listed twice; remove one row")
    if unknown := [row["writer"] for row in rows if row["writer"] not in WRITERS]:
        raise StudyError(
            f"{SECTIONS.name}: no function {unknown[0]}; import it in document.py and add it to WRITERS"
        )
    return [(row, WRITERS[row["writer"]]) for row in rows]


def section(row: Mapping[str, str], parts: Sequence[Markup]) -> Markup:
    """One section with its heading, its lead if it has one, and a link at each heading."""
    lead = [element("p", row["lead"], class_="lead")] if row["lead"] else []
    title = element("h2", row["title"], " ", anchor(row["place"], row["title"]))
    return element("section", title, *lead, linked_headings(joined(parts), row["place"]), id=row["place"])


def linked_headings(content: Markup, place: str) -> Markup:
    """The content of a section with an address and a link at each heading of the third level.

    >>> linked_headings(element("h3", "Masks a"), "worth")[:34]
    '<h3 id="worth-masks-a">Masks a <a '
    """
    taken = set()

    def linked(found: re.Match) -> str:
        title = Markup(found[1])
        words = "-".join(re.findall(r"[a-z0-9]+", re.sub(r"<[^>]*>|&\w+;", " ", title).lower()))
        name = base = f"{place}-{words}"
        while name in taken:
            name = f"{base}-{len(taken)}"
        taken.add(name)
        return element("h3", title, " ", anchor(name, plain_text(title)), id=name).rstrip("\n")

    return Markup(re.sub(r"<h3>(.*?)</h3>", linked, content, flags=re.DOTALL))


def anchor(name: str, title: str) -> Markup:
    """A link to a place of the page, to be copied."""
    return element("a", "#", href=f"#{name}", class_="anchor", aria_label=f"Link to: {title}")


def policy(style: str) -> str:
    """The content security policy of a page with one style sheet: no script, nothing from elsewhere.

    >>> policy("")
    "default-src 'none'; img-src data:; style-src 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
    """
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'"


def notices(study: Study) -> list[Markup]:
    """What readers must know about the data sets before anything else."""
    return [
        element("p", element("b", f"Data set {name}: "), note, class_="notice")
        for name, note in study.datasets.items()
        if note
    ]
