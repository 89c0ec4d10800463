"""The page's first section: the question, the short answer, and its limits."""

from statistics import fmean

from workflow_scripts.report.agreement import mean_cells, short_answer
from workflow_scripts.report.markup import Markup, bullets, element
from workflow_scripts.report.study import MASK_KINDS, Study, network_values
from workflow_scripts.report.wording import counted, listed

HARDLY_BETTER = 1.5  # times chance: below it, heatmaps say little of what recognises an expression


def answer_section(study: Study) -> list[Markup]:
    """What was asked, the numbers that answer it, and what they cannot say."""
    parts = [
        element(
            "p",
            f"{counted(len(study.networks), 'network')} learned to tell {listed(study.expressions)} apart. "
            "For images that a network took for an expression, an explainer "
            f"({listed(study.explainers)}) marked the regions that the decision rests on. All explanations "
            "were carried onto one standard face and averaged to heatmaps, and the brightest part of each "
            "heatmap was compared with masks of where people look, or where the expression shows. Agreement "
            "is their overlap, IoU: 1 is the same region, 0 nothing in common.",
        )
    ]
    for comparison in study.comparisons:
        kind = MASK_KINDS.get(study.mask_sets.get(comparison.mask_set, ""), "")
        title = f"Masks {comparison.mask_set}" + (f": {kind}" if kind else "")
        if len(study.explainers) > 1:
            title += f" (explainer {comparison.explainer})"
        sentences = short_answer(mean_cells(comparison.scores))
        parts.append(element("div", element("h3", title), bullets(sentences), class_="answer"))
    if not study.comparisons:
        parts.append(element("p", "This run compares the heatmaps with no masks."))
    return [*parts, element("h3", "Read this with the numbers"), bullets(caveats(study))]


def caveats(study: Study) -> list[str]:
    """Limits of this run, as far as its own data shows them."""
    subjects = {(row["dataset"], row["subject"]) for row in study.folds if row["subject"]}
    unknown = {row["dataset"] for row in study.folds if not row["subject"]}
    who = [counted(len(subjects), "subject")] if subjects or not unknown else []
    who += [f"unknown subjects (data set {name})" for name in study.datasets if name in unknown]
    folds = counted(study.n_folds, "fold")
    found = [
        f"The study rests on {counted(len(study.folds), 'image')} of {listed(who)} "
        f"in {counted(len(study.datasets), 'data set')}, in {folds}.",
        "One fold gives no standard deviation: nothing here says how much a result varies."
        if study.n_folds == 1
        else f"± is the standard deviation over the {folds}"
        + (
            ", too few to say how far a result would vary in another run."
            if study.n_folds < 5
            else "; it is no confidence interval, since folds share training images."
        ),
    ]
    counts = study.positive_counts()
    few = [n for n in counts.values() if n < study.asked_positives]
    if few:
        found.append(
            f"{len(few)} of {len(counts)} heatmaps of single folds rest on fewer than the "
            f"{study.asked_positives} images asked for; {few.count(0)} of them on none (details below)."
        )
    chance = 1 / len(study.expressions)
    weak = [
        network
        for network in study.networks
        if (values := network_values(study.accuracy, network, "accuracy"))
        and fmean(values) < HARDLY_BETTER * chance
    ]
    if weak:
        found.append(
            f"{listed(weak)}: mean accuracy below {HARDLY_BETTER} times chance ({chance:.3f}); such heatmaps "
            "say little about how an expression is recognised."
        )
    if len(study.comparisons) > len(study.explainers):
        found.append(
            "The answer depends on how the masks are built: compare the mask sets before concluding."
        )
    found.append(
        "A large region overlaps every mask: an IoU means something only beside its baselines, the all-face "
        "mask (everything marked) and chance (a random region of the heatmap's own size)."
    )
    return found
