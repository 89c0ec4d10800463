"""The page's sections around figures: accuracy, heatmaps, masks, similarity."""

from urllib.parse import quote

from workflow_scripts.report.markup import Markup, bullets, data_table, element, joined, scrolled
from workflow_scripts.report.study import MASK_KINDS, Row, Study, network_values
from workflow_scripts.report.wording import counted, listed, mean_sd

PHONE_WIDTH = 640  # px: wider figures keep this width on phones and scroll
FACE_NOTE = "The face is the mean of rendered, synthetic faces (resources/mean_face.png)"


def accuracy_section(study: Study) -> list[Markup]:
    """Figure 5 and its numbers."""
    metrics = {"accuracy": "accuracy", "balanced_accuracy": "balanced accuracy", "macro_f1": "macro F1"}
    rows = []
    for network in study.networks:
        tested = sum(int(row["n"]) for row in study.accuracy if row["network"] == network)
        values = [mean_sd(network_values(study.accuracy, network, metric)) for metric in metrics]
        rows.append([network, str(tested), *values])
    chance = f"{1 / len(study.expressions):.3f}"
    caption = (
        f"Recognition on test folds: mean ± standard deviation over folds; chance is {chance} "
        f"for {counted(len(study.expressions), 'expression')} of equal number"
    )
    return [
        figure_part(
            study,
            "5",
            "Figure 5",
            "Mean accuracy of each network over the folds (bars), the single folds (points), and what "
            "guessing would reach (dashed line).",
            "Bar chart of the mean accuracy of each network; the numbers are in the table below.",
        ),
        data_table(caption, ["network", "images tested", *metrics.values()], rows),
    ]


def heatmap_section(study: Study) -> list[Markup]:
    """Figures 6 to 9."""
    of_networks = (
        "a row per network, a column per expression; mean over the folds. Every map is stretched to its own "
        "maximum, so colours compare places within a map, not maps."
    )
    parts = [
        figure_part(
            study,
            "6",
            "Figure 6",
            "The colour scale of the heatmaps: dark and transparent is least important, bright and opaque "
            "most.",
            "Colour scale from gray, least important, to bright yellow, most important.",
        )
    ]
    for explainer in study.explainers:
        parts += _explainer_heading(study, explainer)
        for number, what in (
            ("7", "Heatmaps of each expression, the mean of all networks, stretched to their own maximum."),
            ("8", f"Heatmaps of the networks of low depth: {of_networks}"),
            ("9", f"Heatmaps of the deep networks: {of_networks}"),
        ):
            alt = f"Heatmaps over the mean face for {listed(study.expressions)}."
            parts.append(figure_part(study, f"{number}/{explainer}", f"Figure {number}", what, alt))
    return parts


def mask_section(study: Study) -> list[Markup]:
    """Figure 4 and what each mask set is."""
    described = [
        joined([element("b", name), ": ", MASK_KINDS.get(kind, kind)])
        for name, kind in study.mask_sets.items()
    ]
    return [
        bullets(described),
        figure_part(
            study,
            "4",
            "Figure 4",
            "The masks over the mean face: a row per mask set, a column per expression.",
            f"Masks of {listed(list(study.mask_sets))} for {listed(study.expressions)} over the mean face.",
        )
        if study.mask_sets
        else element("p", "This run has no mask sets."),
    ]


def similarity_section(study: Study) -> list[Markup]:
    """Figure 10 and the most and least alike pairs."""
    parts = [
        element(
            "p",
            "Two networks are alike where their heatmaps of an expression correlate: r = 1 for the same "
            "pattern, 0 for unrelated ones. The trees join networks at the distance 1 − r.",
        )
    ]
    for explainer in study.explainers:
        parts += [
            *_explainer_heading(study, explainer),
            figure_part(
                study,
                f"10/{explainer}",
                "Figure 10",
                "How the networks group by their heatmaps, a tree per expression; the nearer to the "
                "names two branches meet, the more alike.",
                f"Dendrograms of the networks for {listed(study.expressions)}.",
            ),
            *_pairs(study, explainer),
        ]
    return parts


def _pairs(study: Study, explainer: str) -> list[Markup]:
    rows = []
    for expression in study.expressions:
        table = study.similarity.get((explainer, expression), ())
        pairs = [row for row in table if row["network_a"] != row["network_b"] and row["r"]]
        if pairs:
            ordered = sorted(pairs, key=lambda row: float(row["r"]))
            rows.append([expression, _pair(ordered[-1]), _pair(ordered[0])])
    if not rows:
        return [element("p", "There are not two networks with heatmaps to correlate.")]
    header = ["expression", "most alike (r)", "least alike (r)"]
    return [data_table("Most and least alike networks", header, rows, number_columns=0)]


def _pair(row: Row) -> str:
    return f"{row['network_a']} and {row['network_b']} ({_signed(float(row['r']))})"


def _signed(value: float) -> str:
    return f"{value:.3f}".replace("-", "−")


def figure_part(study: Study, name: str, label: str, text: str, alt: str) -> Markup:
    """A figure with caption, links to both files and the notes of the data; nothing where there is none."""
    figure = study.figures.get(name)
    if figure is None:
        return Markup()
    number = name.partition("/")[0]
    of_faces = number in ("4", "7", "8", "9")
    image = element(
        "img",
        src=figure.png_data if of_faces else figure.svg_data,
        alt=alt,
        width=figure.width,
        height=figure.height,
        class_="wide" if figure.width > PHONE_WIDTH else None,
    )
    caption = [element("b", f"{label}. "), text, " "]
    if of_faces:
        notes = [
            FACE_NOTE,
            *(f"Data set {name}: {note}" for name, note in study.datasets.items() if note),
        ]
        caption.append("".join(f"{note.rstrip('.')}. " for note in notes if note))
    caption += [
        element("a", "SVG", href=quote(figure.svg)),
        " · ",
        element("a", "PNG", href=quote(figure.png)),
    ]
    return element(
        "figure",
        scrolled(image, label),
        element("figcaption", *caption),
        id="figure" + name.replace("/", "-"),
    )


def _explainer_heading(study: Study, explainer: str) -> list[Markup]:
    return [element("h3", f"Explainer {explainer}")] if len(study.explainers) > 1 else []
