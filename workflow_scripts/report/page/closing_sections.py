"""The page's last sections: gaps in the study, its settings and files."""

from collections.abc import Mapping
from urllib.parse import quote

from workflow_scripts.report.page.agreement import missing_cells
from workflow_scripts.report.page.figure_sections import figure_part
from workflow_scripts.report.page.markup import Markup, bullets, data_table, element, joined, scrolled_table
from workflow_scripts.report.page.study import Study
from workflow_scripts.report.page.wording import MISSING
from workflow_scripts.training.learned import marked

SHOWN_MISSING = 30  # cells named one by one


def gap_section(study: Study) -> list[Markup]:
    """How many images each heatmap is based on, and the cells without any."""
    counts = study.positive_counts()
    asked = study.asked_positives
    right = study.shares_right()

    def cell(network: str, expression: str) -> Markup:
        per_fold = [n for key, n in counts.items() if (key[0], key[2]) == (network, expression)]
        if not per_fold:
            return element("td", MISSING, class_="number")
        low, high = min(per_fold), max(per_fold)
        text = str(low) if low == high else f"{low} to {high}"
        if high:
            text += f", {right[network, expression]:.0%} correct"
        return element("td", text, class_="number few" if low < asked else "number")

    head = element("tr", *(element("th", name, scope="col") for name in ("network", *study.expressions)))
    body = [
        element(
            "tr",
            element("th", marked(network, study.did_learn), scope="row"),
            *(cell(network, name) for name in study.expressions),
        )
        for network in study.networks
    ]
    caption = joined(
        [
            f"Explained images per fold and predicted expression (requested: {asked}{study.limits}), and the "
            "percentage of them that show that expression; ",
            element("span", "shaded", class_="few"),
            ": fewer than requested in at least one fold",
        ]
    )
    parts = [
        element(
            "p",
            "Only images that a network classified as an expression can explain its predictions of that "
            "expression. If it seldom predicts one, the heatmap is based on few images, or there is none.",
        ),
        scrolled_table(caption, element("thead", head), element("tbody", *body)),
    ]
    empty = [
        f"{marked(network, study.did_learn)}, fold {fold}, {expression}: no explanations"
        for (network, fold, expression), n in counts.items()
        if n == 0
    ]
    for explainer in study.explainers:
        empty += [
            f"{marked(row['network'], study.did_learn)}, fold {row['fold']}, {row['expression']} "
            f"({explainer}): {row['missing']}"
            for row in missing_cells(study.cells_of(explainer))
            if counts.get((row["network"], row["fold"], row["expression"]))
        ]
    if not empty:
        return [
            *parts,
            element("p", "No heatmap of a single fold is missing, as far as its expression has a mask."),
        ]
    more = [f"and {len(empty) - SHOWN_MISSING} more"] if len(empty) > SHOWN_MISSING else []
    return [
        *parts,
        element("p", "Missing heatmaps, which are left out of all means:"),
        bullets(empty[:SHOWN_MISSING] + more),
    ]


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
    table = data_table("Settings and versions of this run", ["setting", "value"], rows, number_columns=0)
    links = [element("a", name, href=quote(link)) for name, link in study.copies.items()]
    parts = [element("p", "The tables behind this page, as CSV:"), bullets(links, class_="files")]
    if not rows:
        return parts
    return [element("details", element("summary", f"{len(rows)} settings and versions"), table), *parts]


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
