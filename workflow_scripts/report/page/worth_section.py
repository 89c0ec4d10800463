"""The page's section on what the scores are worth: references, tests, sensitivity."""

from collections.abc import Sequence

from workflow_scripts.comparison.action_unit_regions import DENSITY
from workflow_scripts.comparison.cells import AVERAGE
from workflow_scripts.comparison.references import CENTRE
from workflow_scripts.report.page.agreement import further_answers
from workflow_scripts.report.page.entries import Row, whole
from workflow_scripts.report.page.explainer_parts import by_explainer
from workflow_scripts.report.page.markup import Markup, bullets, data_table, element, folded, joined
from workflow_scripts.report.page.score_table import SHOWN
from workflow_scripts.report.page.study import Comparison, Study
from workflow_scripts.report.page.wording import MISSING, counted, interval, over_faces, p_value
from workflow_scripts.training.learned import marked

IOU, AUC = "iou", "auc"


def worth_section(study: Study) -> list[Markup]:
    """References and tests of every comparison, then what scores hang on."""
    guide = {
        "Interval": "in brackets, 95 %, over trainings: if the study were repeated with other people, about "
        "95 of 100 such intervals should contain the mean of these networks over all repeats. It allows "
        "for the training images that folds share, and is too narrow where the scores of two folds "
        f"correlate by more than {1 / study.folds_each:.2f}, which a study cannot tell. It is not about "
        "other networks, and that of an average over networks covers somewhat less. Not shown with fewer "
        "than three folds.",
        "p of a panel": "how often a mask of the same size and smoothness, elsewhere in the face, scores at "
        "least as high. The sentences say what other p values are over.",
        "q": "of all panels with q < 0.05, at most 5 % are expected to be false alarms.",
        "References": "what else was scored the same way. If the other expressions' heatmaps score as high, "
        "the score does not show that a heatmap is about its expression; if a spot at the centre does, it "
        "takes no knowledge of expressions to reach it.",
    }
    parts = [bullets([joined([element("b", name), ": ", text]) for name, text in guide.items()])]
    if study.comparisons:
        parts.append(
            element("p", "The tables of averages, above, have these references below the networks. By IoU:")
        )
    return [*parts, *by_explainer(study, _of_explainer)]


def _of_explainer(study: Study, explainer: str) -> list[Markup]:
    """One explainer's scores against each set of masks beside their references; action units; rankings."""
    parts = []
    for comparison in study.comparisons_of(explainer):
        what = "References by every metric, heatmaps with other masks, p and q of single panels"
        parts += [
            element("h3", f"Masks {comparison.mask_set}"),
            bullets(further_answers(comparison.entries, comparison.differences)),
            folded(what, *_comparison(study, comparison)),
        ]
    return [*parts, *_units(study, explainer), *_rankings(study, explainer)]


def _comparison(study: Study, comparison: Comparison) -> list[Markup]:
    of = f"against {comparison.mask_set}"
    parts = [references_table(study, comparison, f"References of the average score {of}; –: not defined")]
    parts += _matrix(comparison, of)
    for metric in (metric for metric in study.metrics if metric.name in (IOU, AUC)):
        if any(row["p"] for row in comparison.entries.panels(metric.name)):
            parts.append(
                tests_table(study, comparison, metric.name, f"{metric.label} {of}: p (q) of each panel")
            )
    return parts


def references_table(study: Study, comparison: Comparison, caption: str) -> Markup:
    """The average over networks and expressions beside its references, by all metrics."""
    entries = comparison.entries

    def shown(row: Row | None, by_faces: Row | None = None) -> Markup | str:
        if not row or not row["estimate"]:
            return MISSING
        spreads = [one for one in (interval(row), over_faces(by_faces)) if one]
        below = [part for one in spreads for part in (element("br"), element("span", one, class_="chance"))]
        return joined([f"{float(row['estimate']):.3f}", *below])

    folds = whole(entries.score(AVERAGE, AVERAGE, IOU)["folds"])
    caption += f" ({counted(folds, 'fold')})" if folds else ""
    rows = [
        [
            f"networks (average of {entries.score(AVERAGE, AVERAGE, IOU)['learned']})",
            *(
                shown(entries.score(*of, metric.name), entries.faces(*of, metric.name))
                for metric in study.metrics
                for of in [(AVERAGE, AVERAGE)]
            ),
        ]
    ]
    for name, (title, own) in SHOWN.items():
        found = [
            entries.reference(name, AVERAGE if own else "", AVERAGE, metric.name) for metric in study.metrics
        ]
        if any(found):
            rows.append([title, *map(shown, found)])
    return data_table(caption, ["scored", *(metric.label for metric in study.metrics)], rows)


def _matrix(comparison: Comparison, of: str) -> list[Markup]:
    """Scores of the heatmaps of each expression against each mask."""
    rows = [row for row in comparison.matrix if (row["network"], row["metric"]) == (AVERAGE, IOU)]
    if not rows:
        return []
    names = list(dict.fromkeys(row["expression"] for row in rows))
    scores = {(row["expression"], row["mask_expression"]): float(row["score"]) for row in rows}

    def cell(expression: str, mask: str) -> Markup | str:
        value = f"{scores[expression, mask]:.3f}"
        return element("b", value) if expression == mask else value

    table = [[name, *(cell(name, mask) for mask in names)] for name in names]
    caption = (
        f"IoU {of} of every heatmap (rows) with every mask (columns), mean of the networks that learned "
        f"({rows[0]['folds']} folds each or more); bold: own"
    )
    return [data_table(caption, ["heatmap", *names], table)]


def tests_table(study: Study, comparison: Comparison, metric: str, caption: str) -> Markup:
    """p and q of every panel."""
    entries = comparison.entries
    expressions = [name for name in entries.expressions if name != AVERAGE]

    def cell(network: str, expression: str) -> str:
        row = entries.score(network, expression, metric)
        if not row["p"]:
            return MISSING
        return f"{p_value(row['p'])} ({p_value(row['q'])})" if row["q"] else f"{p_value(row['p'])}"

    rows = [
        [marked(name, study.did_learn), *(cell(name, expression) for expression in expressions)]
        for name in entries.networks
    ]
    return data_table(caption, ["network", *expressions], rows)


def _units(study: Study, explainer: str) -> list[Markup]:
    """How much importance lies in the region of each action unit."""
    found = {
        (row["network"], row["action_unit"]): row
        for row in study.action_units.get(explainer, ())
        if row["metric"] == DENSITY and row["expression"] == AVERAGE and row["estimate"]
    }
    if not found:
        return []
    units = list(dict.fromkeys(unit for _, unit in found))
    names = list(dict.fromkeys(network for network, _ in found))

    def cell(network: str, unit: str) -> Markup | str:
        row = found.get((network, unit))
        if row is None:
            return MISSING
        value, spread = f"{float(row['estimate']):.2f}", interval(row)
        return joined([value, element("br"), element("span", spread, class_="chance")]) if spread else value

    shown = {
        name: "a spot at the centre" if name == CENTRE else marked(name, study.did_learn) for name in names
    }
    rows = [[title, *(cell(name, unit) for unit in units)] for name, title in shown.items()]
    return [
        element("h3", "Single action units"),
        element(
            "p",
            "Importance in the region of an action unit, relative to an even spread over the face: 1 is no "
            "more than its area, 2 is twice that. Means over all expressions; regions overlap. A spot at "
            "the centre of the face, which knows no expression, favours the regions that lie there.",
        ),
        data_table(
            "Density of importance by action unit (1: even spread), mean over folds and expressions",
            ["network", *(f"AU {unit}" for unit in units)],
            rows,
        ),
    ]


def _rankings(study: Study, explainer: str) -> list[Markup]:
    """Whether networks rank alike by other masks, other metrics and shifted borders."""
    rows = study.rankings.get(explainer, ())
    labels = {metric.name: metric.label for metric in study.metrics}
    parts = [
        (
            "Agreement (Kendall's tau) of rankings by different mask sets",
            [
                [
                    f"{row['mask_set_a']} and {row['mask_set_b']}, {labels[row['metric_a']]}",
                    _tau(row),
                    row["n"],
                ]
                for row in rows
                if row["mask_set_a"] != row["mask_set_b"] and row["metric_a"] in (IOU, AUC)
            ],
        ),
        (
            "Agreement of rankings by IoU and by other metrics",
            [
                [f"{row['mask_set_a']}, {labels[row['metric_b']]}", _tau(row), row["n"]]
                for row in rows
                if row["metric_a"] == IOU and row["metric_b"] != IOU
            ],
        ),
        (
            "Agreement of rankings with masks that are grown or shrunk",
            [
                [f"{row['mask_set_a']}, {labels[row['metric_a']]}, by {_pixels(row)} px", _tau(row), row["n"]]
                for row in rows
                if row["grown_a"] != row["grown_b"] and row["metric_a"] in (IOU, AUC)
            ],
        ),
    ]
    shown = [
        data_table(title, ["rankings", "tau", "networks"], body) for title, body in parts if _known(body)
    ]
    if not shown:
        return []
    note = element(
        "p",
        "1: the same order of networks; 0: as many pairs of networks in the same order as in the opposite "
        "one; −1: the reverse. With three networks tau can only be −1, −0.33, 0.33 or 1.",
    )
    more = element("details", element("summary", "Agreement of rankings"), *shown)
    return [element("h3", "Do networks rank alike by other measures?"), note, more]


def _known(body: Sequence[Sequence[str]]) -> bool:
    return any(row[1] != MISSING for row in body)


def _tau(row: Row) -> str:
    return f"{float(row['tau']):.2f}" if row["tau"] else MISSING


def _pixels(row: Row) -> str:
    pixels = int(row["grown_a"]) or int(row["grown_b"])
    return f"+{pixels}" if pixels > 0 else f"−{-pixels}"
