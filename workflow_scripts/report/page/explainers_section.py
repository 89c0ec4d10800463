"""The page's section on whether what is found depends on the explainer; only where there are several."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from workflow_scripts.comparison.cells import AVERAGE
from workflow_scripts.report.answer_numbers import at_least, shown_metric
from workflow_scripts.report.page.entries import Row
from workflow_scripts.report.page.markup import Markup, bullets, data_table, element, folded
from workflow_scripts.report.page.study import Comparison, Study
from workflow_scripts.report.page.wording import MISSING, counted, listed, signed
from workflow_scripts.training.learned import marked


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
    for mask_set in study.mask_sets:
        parts += _scores(study, mask_set)
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


def _scores(study: Study, mask_set: str) -> list[Markup]:
    """The score of each panel by every explainer, beside what masks elsewhere score, and what follows."""
    metric = shown_metric(study.metrics)
    of_set = [one for one in study.comparisons if one.mask_set == mask_set]
    if len(of_set) < 2:
        return []
    rows, decided = [], []
    for network in study.networks:
        for expression in of_set[0].entries.expressions:
            cells, sides = [], {}
            for comparison in of_set:
                shown, above = _side(comparison, network, expression, metric)
                cells.append(shown)
                if above is not None:
                    sides[comparison.explainer] = above
            if expression != AVERAGE and len(sides) > 1:
                decided.append(len(set(sides.values())) == 1)
            rows.append([f"{marked(network, study.did_learn)}, {expression}", *cells, depends(sides)])
    caption = (
        f"{metric.label} with masks {mask_set}, by explainer; + or −: better or worse than what the same "
        "heatmaps score on average on masks laid elsewhere in the face"
    )
    header = ["network, expression", *(one.explainer for one in of_set), "depends on the explainer?"]
    table = data_table(caption, header, rows)
    said = panels_sentence(mask_set, decided)
    return [element("h3", f"Masks {mask_set}"), element("p", said), folded("Panel by panel", table)]


def _side(comparison: Comparison, network: str, expression: str, metric) -> tuple[str, bool | None]:
    """A panel's score with its side of the mean of masks elsewhere; None where one of them is unknown."""
    row = comparison.entries.score(network, expression, metric.name)
    if not row["estimate"]:
        return MISSING, None
    score = float(row["estimate"])
    null = comparison.entries.surrogates(network, expression, metric.name)
    if null is None:
        return f"{score:.3f}", None
    above = at_least(metric, score, float(null["estimate"]))
    return f"{score:.3f} {'+' if above else '−'}", above


def depends(sides: Mapping[str, bool]) -> str:
    """Whether all explainers put a panel on the same side of chance, in words.

    >>> depends({"lime": True, "rise": True}), depends({"lime": True, "rise": False}), depends({"lime": True})
    ('no: all above', 'yes: above by lime, below by rise', '–')
    """
    if len(sides) < 2:
        return MISSING
    above, below = ([name for name, is_above in sides.items() if is_above == side] for side in (True, False))
    if above and below:
        return f"yes: above by {listed(above)}, below by {listed(below)}"
    return f"no: all {'above' if above else 'below'}"


def panels_sentence(mask_set: str, same: Sequence[bool]) -> str:
    """On how many panels the explainers agree about the side of chance.

    same: of each panel that two explainers or more have scores of.
    """
    if not same:
        return f"No panel has scores with masks {mask_set} by two explainers."
    return (
        f"On {sum(same)} of {counted(len(same), 'panel')}, all explainers that score them put the network on "
        "the same side of what masks elsewhere score; on the others the side depends on the explainer, or is "
        "too close to call. A side is no test: it does not say how far, and p values are above."
    )
