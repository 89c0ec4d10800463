"""The page's section on whether what is found depends on the explainer; only where there are several."""

from collections import Counter, defaultdict
from collections.abc import Sequence

from workflow_scripts.comparison.cells import AVERAGE
from workflow_scripts.comparison.over_faces import ENOUGH
from workflow_scripts.report.answer_numbers import shown_metric
from workflow_scripts.report.finding_sentence import wrong_sides
from workflow_scripts.report.page.entries import Row
from workflow_scripts.report.page.explainer_panels import explanations_table, sides_table
from workflow_scripts.report.page.markup import Markup, bullets, data_table, element, folded
from workflow_scripts.report.page.study import Study
from workflow_scripts.report.page.wording import MISSING, TOO_NARROW, counted, signed
from workflow_scripts.similarity.explainer_findings import NO, OPEN, YES
from workflow_scripts.training.learned import marked

ASKED = (
    "Chance is what the same heatmaps score, on average, on masks laid elsewhere in the face. An explainer "
    "puts a panel, a network with an expression, above or below it where the interval over faces (had this "
    "network been shown other people) leaves it out. A panel does not depend on the explainer if all that "
    "score it put it on the same side, on which they may still differ in how far; it does if some put it "
    "above and some below; otherwise it is open. Above says that the score is more than the mean of masks "
    "elsewhere, not that few of them score as much: that is p over places, in the tables of scores."
)
NARROW = (
    f"{TOO_NARROW}: one fold alone, or few people in it; such 95 % intervals cover the truth in less than "
    f"{100 * ENOUGH:.0f} %. Intervals are those of Student's t, and may reach beyond the scale of a score."
)


def explainers_section(study: Study) -> list[Markup]:
    """How far explainers agree on each network's heatmaps, and on which side of chance its scores lie."""
    if len(study.explainers) < 2:
        return []
    parts = [
        element(
            "p",
            f"The {counted(len(study.explainers), 'explainer')} of this run explained the same images. r is "
            "the correlation of the heatmaps that two of them make of the same network and expression, "
            "inside the face: 1 is the same pattern, 0 no linear relation; explainers that share superpixels "
            "and draws may agree for that alone. What only one explainer finds may say more about it than "
            "about the network.",
        ),
        bullets(network_sentence(study, name) for name in study.networks),
        folded("Each pair of explainers, mean over expressions", _pairs_table(study)),
    ]
    if study.findings:
        parts += [element("p", ASKED), element("p", f"{wrong_sides(study.folds_each)} {NARROW}")]
    for mask_set in study.mask_sets:
        parts += _panels(study, mask_set)
    if panels := {(row["network"], row["expression"]): row for row in study.findings}:
        what = "How alike the heatmaps of each panel are"
        what += ", and how good its explanations" if study.quality else ""
        parts.append(folded(what, explanations_table(study, panels)))
    return parts


def network_sentence(study: Study, network: str) -> Markup:
    """How far the explainers agree on the heatmaps of a network, and where they agree least."""
    rows = [row for row in study.between_explainers if row["network"] == network and row["r_face"]]
    average = next((row for row in rows if row["explainer_a"] == AVERAGE), None)
    name = element("b", marked(network, study.did_learn))
    if average is None:
        return element("span", name, ": no two explainers have a heatmap to compare.")
    least = min((row for row in rows if row["expression"] != AVERAGE), key=lambda row: float(row["r_face"]))
    return element(
        "span",
        name,
        f": r = {_r(average)} on average over pairs of explainers and expressions; least for "
        f"{least['explainer_a']} and {least['explainer_b']}, {least['expression']}: {_r(least)}.",
    )


def _pairs_table(study: Study) -> Markup:
    of_pairs: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for row in study.between_explainers:
        if row["expression"] == AVERAGE != row["explainer_a"]:
            of_pairs[row["explainer_a"], row["explainer_b"]][row["network"]] = _r(row)
    rows = [
        [" and ".join(pair), *(of_networks.get(name, MISSING) for name in study.networks)]
        for pair, of_networks in of_pairs.items()
    ]
    header = ["explainers", *(marked(name, study.did_learn) for name in study.networks)]
    return data_table("r of heatmaps inside the face, mean over expressions", header, rows)


def _r(row: Row) -> str:
    return signed(float(row["r_face"])) if row["r_face"] else MISSING


def _panels(study: Study, mask_set: str) -> list[Markup]:
    """On which side of chance the explainers put each panel, and how many panels depend on them."""
    metric = shown_metric(study.metrics)
    rows = [row for row in study.findings if (row["mask_set"], row["metric"]) == (mask_set, metric.name)]
    heading = element("h3", f"Masks {mask_set}")
    if not rows:
        return [
            heading,
            element("p", f"{metric.label} has no interval over faces, so that sides are unknown."),
        ]
    caption = (
        f"{metric.label} with masks {mask_set}, minus what the same heatmaps score on masks elsewhere in the "
        "face: above 0 is better; with intervals over faces that allow for the number of explainers"
    )
    told = panels_sentence([row for row in rows if study.did_learn[row["network"]]], metric.label)
    return [heading, element("p", told), folded("Panel by panel", sides_table(study, caption, rows))]


def panels_sentence(rows: Sequence[Row], label: str) -> str:
    """How many panels depend on the explainer, how many do not, and how many are open.

    rows: of the findings by one metric.

    >>> row = {"depends": "no", "above": "lime rise", "below": ""}
    >>> panels_sentence([row, row | {"depends": "open"}], "AUC")
    'By AUC, 1 of 2 panels does not depend on the explainer (above chance: 1, below: 0), 0 do, and 1 is open.'
    """
    asked = [row for row in rows if row["depends"]]
    if not asked:
        return f"No panel of a network that learned has {label} by two explainers."
    by = Counter(row["depends"] for row in asked)
    above = sum(row["depends"] == NO and bool(row["above"]) for row in asked)
    do_not, do = ("does" if by[answer] == 1 else "do" for answer in (NO, YES))
    return (
        f"By {label}, {by[NO]} of {counted(len(asked), 'panel')} {do_not} not depend on the explainer (above "
        f"chance: {above}, below: {by[NO] - above}), {by[YES]} {do}, and {by[OPEN]} "
        f"{'is' if by[OPEN] == 1 else 'are'} open."
    )
