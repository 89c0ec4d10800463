"""The page's pictures that show at once what its tables say."""

from workflow_scripts.report.page.captions import said
from workflow_scripts.report.page.figure_sections import accuracy_section, figure_part
from workflow_scripts.report.page.markup import Markup
from workflow_scripts.report.page.study import MASK_KINDS, Study
from workflow_scripts.report.page.wording import listed


def answer_pictures(study: Study) -> list[Markup]:
    """The first picture of the page, of each explainer."""
    sets = [f"{name}, {MASK_KINDS[kind]}" for name, kind in study.mask_sets.items() if kind in MASK_KINDS]
    fields = {
        "masks": said("answer", "masks", sets="; ".join(sets)) if sets else "",
        "mask_sets": listed(list(study.mask_sets)) if study.mask_sets else "no masks",
        "expressions": listed(study.expressions),
    }
    return [
        figure_part(study, f"answer/{explainer}", of=_of(study, explainer), **fields)
        for explainer in study.explainers
    ]


def scoring_pictures(study: Study) -> list[Markup]:
    """How a heatmap comes by its scores, of each explainer."""
    return [
        figure_part(study, f"scoring/{explainer}", of=_of(study, explainer)) for explainer in study.explainers
    ]


def training_pictures(study: Study) -> list[Markup]:
    """What networks take for what, and how they were trained."""
    confusions = figure_part(study, "confusions", expressions=listed(study.expressions))
    return [confusions, figure_part(study, "training")]


def _of(study: Study, explainer: str) -> str:
    return f", {explainer}" if len(study.explainers) > 1 else ""


def recognition_section(study: Study) -> list[Markup]:
    """How well the networks recognise expressions, what they confuse, and how they came there."""
    return [*accuracy_section(study), *training_pictures(study)]
