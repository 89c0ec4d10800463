"""The page's last sections: where the study departs from the paper, its rules, settings and files."""

from collections.abc import Mapping
from urllib.parse import quote

from workflow_scripts.report.page.figure_sections import figure_part
from workflow_scripts.report.page.markup import Markup, bullets, data_table, element, folded
from workflow_scripts.report.page.study import Study
from workflow_scripts.report.page.wording import MISSING, counted


def deviation_section(study: Study) -> list[Markup]:
    """Where the workflow differs from the published study, and the key that restores it."""
    rows = [list(row.values()) for row in study.deviations]
    header = ["what", "the paper, or its authors' settings", "here", "why", "the setting that changes it"]
    return [
        element(
            "p",
            "With its default settings, the workflow follows the published study except in these points; "
            "the settings of this run are listed at the end.",
        ),
        data_table("Differences from the paper", header, rows, number_columns=0),
    ]


def computation_section(study: Study) -> list[Markup]:
    """The rules of the study, and where its provenance is recorded."""
    return [
        element(
            "p",
            "Every number and figure here was made by the rules below. For each file, "
            "results/provenance.json records the job that made it, with its settings, inputs and their "
            "hashes, device, time and memory, and the versions of code and packages.",
        ),
        figure_part(study, "rules"),
    ]


def setup_section(study: Study) -> list[Markup]:
    """The settings of the run, and the tables as files."""
    rows = [[name, value] for name, value in flattened(study.setup)]
    table = data_table("Settings of this run", ["setting", "value"], rows, number_columns=0)
    links = [element("a", name, href=quote(link)) for name, link in study.copies.items()]
    files = folded(f"{counted(len(links), 'table')} behind this page, as CSV", bullets(links, class_="files"))
    return [*([folded(f"{len(rows)} settings", table)] if rows else []), files]


def flattened(settings: object, name: str = "") -> list[tuple[str, str]]:
    """Nested settings as (dotted name, text) pairs.

    >>> flattened({"lime": {"samples": 200}, "gamma": [0.7, 1.4]})
    [('lime.samples', '200'), ('gamma', '0.7, 1.4')]
    """
    if isinstance(settings, Mapping):
        return [
            pair
            for key, value in settings.items()
            for pair in flattened(value, f"{name}.{key}" if name else str(key))
        ]
    if isinstance(settings, list | tuple):
        settings = ", ".join(map(str, settings))
    return [(name, MISSING if settings in (None, "") else str(settings))]
