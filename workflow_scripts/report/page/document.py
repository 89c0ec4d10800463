"""The report's page, in the reading order of a researcher."""

from pathlib import Path

from workflow_scripts.common.version import version
from workflow_scripts.report.page.closing_sections import (
    computation_section,
    deviation_section,
    gap_section,
    setup_section,
)
from workflow_scripts.report.page.comparison_section import comparison_section
from workflow_scripts.report.page.controls_section import controls_section
from workflow_scripts.report.page.data_section import data_section
from workflow_scripts.report.page.faces_section import faces_section
from workflow_scripts.report.page.figure_sections import (
    accuracy_section,
    heatmap_section,
    mask_section,
)
from workflow_scripts.report.page.markup import Markup, element
from workflow_scripts.report.page.people_section import people_section
from workflow_scripts.report.page.picture_sections import training_pictures
from workflow_scripts.report.page.similarity_section import similarity_section
from workflow_scripts.report.page.study import Study
from workflow_scripts.report.page.summary_section import answer_section
from workflow_scripts.report.page.trials_section import trials_section
from workflow_scripts.report.page.worth_section import worth_section

STYLE_SHEET = Path(__file__).with_name("style.css")


def page(study: Study) -> str:
    """The whole page as HTML."""
    sections = [
        ("answer", "The question and the short answer", answer_section(study)),
        ("data", "The data", data_section(study)),
        (
            "accuracy",
            "Do the networks recognise the expressions?",
            accuracy_section(study) + training_pictures(study),
        ),
        ("heatmaps", "What the networks rely on", heatmap_section(study)),
        ("masks", "What they are compared with", mask_section(study)),
        ("comparison", "How much heatmaps and masks overlap", comparison_section(study)),
        ("worth", "What the scores are worth", worth_section(study)),
        ("people", "Do the networks look where people look?", people_section(study)),
        ("trials", "What do they answer as a face is uncovered?", trials_section(study)),
        ("controls", "Would a network that learned nothing score the same?", controls_section(study)),
        ("faces", "Would other faces give the same?", faces_section(study)),
        ("similarity", "Which networks have similar heatmaps?", similarity_section(study)),
        ("gaps", "Few or no explanations", gap_section(study)),
        ("deviations", "Where this differs from the paper", deviation_section(study)),
        ("computation", "How this was computed", computation_section(study)),
        ("setup", "Settings, versions and files", setup_section(study)),
    ]
    sections = [section for section in sections if section[2]]
    links = [element("li", element("a", title, href=f"#{name}")) for name, title, _ in sections]
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", study.title),
        element("style", Markup(STYLE_SHEET.read_text(encoding="utf-8"))),
    )
    body = element(
        "body",
        element("header", element("h1", study.title), *notices(study), element("nav", element("ul", *links))),
        element(
            "main",
            *(element("section", element("h2", title), *parts, id=name) for name, title, parts in sections),
        ),
        element(
            "footer",
            f"Made by lookalike {version()} from the tables linked above; "
            "every number is computed from them.",
        ),
    )
    return "<!DOCTYPE html>\n" + element("html", head, body, lang="en")


def notices(study: Study) -> list[Markup]:
    """What readers must know about the data sets before anything else."""
    return [
        element("p", element("b", f"Data set {name}: "), note, class_="notice")
        for name, note in study.datasets.items()
        if note
    ]
