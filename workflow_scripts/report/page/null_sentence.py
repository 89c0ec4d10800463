"""The sentence below the answer's picture: is the networks' score beyond that of masks laid elsewhere?"""

from collections.abc import Sequence

from workflow_scripts.comparison.scores import Metric
from workflow_scripts.report.answer_numbers import scored, shown_metric
from workflow_scripts.report.page.markup import Markup, element
from workflow_scripts.report.page.study import Comparison, Study
from workflow_scripts.report.page.wording import LEVEL, p_value


def null_paragraph(study: Study, explainer: str) -> Markup:
    """The sentence of one explainer as a paragraph; nothing where averages were not tested."""
    said = null_sentence(study.comparisons_of(explainer), study.metrics)
    of = f"{explainer}: " if len(study.explainers) > 1 else ""
    return element("p", of, said) if said else Markup()


def null_sentence(comparisons: Sequence[Comparison], metrics: Sequence[Metric]) -> str:
    """Whether the average of one explainer is beyond masks elsewhere, with p; empty without such tests.

    By the metric of the picture. Mask sets without an average are left out.
    """
    if not comparisons:
        return ""
    metric = shown_metric(metrics)
    strips = [scored(one.mask_set, one.entries, metric) for one in comparisons]
    tested = {one.mask_set: one.p for one in strips if one.p is not None}
    if not tested:
        return ""
    than = "beyond what the same heatmaps score on masks laid elsewhere in the face"
    if len(tested) == 1:
        ((name, p),) = tested.items()
        return (
            f"By {metric.label}, the networks' average on masks {name} is {'' if p < LEVEL else 'not '}"
            f"{than} (p\xa0=\xa0{p_value(p)})."
        )
    beyond = sum(p < LEVEL for p in tested.values())
    each = ", ".join(f"{name} p\xa0=\xa0{p_value(p)}" for name, p in tested.items())
    of = {0: "none", len(tested): "all"}.get(beyond, f"{beyond}")
    of += f" {len(tested)}" if beyond == len(tested) else f" of {len(tested)}"
    return (
        f"By {metric.label}, the networks' average is {than} (p\xa0<\xa0{LEVEL}) on {of} mask sets: {each}; "
        "no p allows for the number of sets."
    )
