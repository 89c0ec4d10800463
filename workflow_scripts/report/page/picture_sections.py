"""The page's pictures that show at once what its tables say."""

from functools import partial

from workflow_scripts.report.page.captions import said
from workflow_scripts.report.page.explainer_parts import first_of
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
    write = partial(_picture, kind="answer", **fields)
    return first_of(study, write, "The same picture")


def scoring_pictures(study: Study) -> list[Markup]:
    """How a heatmap comes by its scores, of each explainer."""
    return first_of(study, partial(_picture, kind="scoring"), "The same picture")


def training_pictures(study: Study) -> list[Markup]:
    """What networks take for what, and how they were trained."""
    confusions = figure_part(study, "confusions", expressions=listed(study.expressions))
    return [confusions, figure_part(study, "training")]


def _picture(study: Study, explainer: str, *, kind: str, **fields: str) -> Markup:
    of = f", {explainer}" if len(study.explainers) > 1 else ""
    return figure_part(study, f"{kind}/{explainer}", of=of, **fields)


def recognition_section(study: Study) -> list[Markup]:
    """How well the networks recognise expressions, what they confuse, and how they came there."""
    return [*accuracy_section(study), *training_pictures(study)]
