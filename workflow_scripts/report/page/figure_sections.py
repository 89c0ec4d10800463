"""The page's sections around figures: accuracy, heatmaps, masks, similarity."""

from collections.abc import Sequence
from urllib.parse import quote

from workflow_scripts.comparison.beside import KINDS
from workflow_scripts.report.page.captions import key_of, said
from workflow_scripts.report.page.explainer_parts import by_explainer
from workflow_scripts.report.page.face_note import face_note
from workflow_scripts.report.page.markup import Markup, bullets, data_table, element, joined, scrolled
from workflow_scripts.report.page.models import model_sentences
from workflow_scripts.report.page.noise_table import noise_table
from workflow_scripts.report.page.study import MASK_KINDS, Study, network_values
from workflow_scripts.report.page.wording import MISSING, estimate_sd, listed
from workflow_scripts.training.accuracy import AVERAGE
from workflow_scripts.training.groups import UNGROUPED
from workflow_scripts.training.learned import LEVEL, marked

BESIDE = tuple(kind.group for kind in KINDS)  # groups whose heatmaps are of other faces
OF_FACES = (
    *("4", "7", "heatmaps", "contrasts_networks", "contrasts_expressions"),
    *("people", "subsets", "answer", "scoring"),
)  # fmt: skip


def accuracy_section(study: Study) -> list[Markup]:
    """Figure 5 and its numbers."""
    metrics = {"accuracy": "accuracy", "balanced_accuracy": "balanced accuracy", "macro_f1": "macro F1"}
    learned = study.did_learn
    rows = []
    for row in study.learned:
        network = row["network"]
        values = [estimate_sd(study.mean_accuracy(network, metric)) for metric in metrics]
        error = f"{float(row['standard_error']):.3f}" if row["standard_error"] else MISSING
        rows.append(
            [marked(network, learned), row["n"], row["subjects"] or "unknown", *values, error, row["learned"]]
        )
    chance, majority = (
        f"{float(study.mean_accuracy(AVERAGE, metric)['estimate']):.3f}"
        for metric in ("chance", "majority_rate")
    )
    caption = (
        "Recognition on test folds: mean ± standard deviation over folds. Guessing has a balanced accuracy "
        f"of {chance}; always answering with the most frequent expression has an accuracy of {majority}"
        f"{'. An image counts once in each repeat' if study.repeats else ''}"
    )
    return [
        figure_part(study, "5"),
        data_table(
            caption,
            ["network", "images", "subjects", *metrics.values(), "standard error", "learned"],
            rows,
        ),
        element(
            "p",
            "A network counts as having learned if its balanced accuracy is significantly above that of "
            f"guessing (one-sided p below {LEVEL}); {_unit(study)} Other networks are marked † "
            "wherever they appear.",
        ),
        *(element("p", text) for text in model_sentences(study)),
    ]


def _unit(study: Study) -> str:
    """What the standard error of the balanced accuracy treats as independent."""
    if all(row["subjects"] for row in study.learned):
        return "the standard error of the balanced accuracy groups the images by subject."
    return (
        "the standard error of the balanced accuracy treats images as independent where subjects are "
        "unknown: if people recur, it is too small."
    )


def heatmap_section(study: Study) -> list[Markup]:
    """Figures 6 and 7, the heatmaps of each group of networks, and how good the fits behind them are."""
    return [figure_part(study, "6"), *by_explainer(study, _heatmaps)]


def _heatmaps(study: Study, explainer: str) -> list[Markup]:
    """The heatmaps of one explainer, with the tables on its fits and its noise."""
    shown = listed(study.expressions)
    alone = set(study.groups) <= {UNGROUPED, *BESIDE}
    parts = [figure_part(study, f"7/{explainer}", expressions=shown)]
    for group in study.groups:
        words = group.replace("_", " ")
        of = {
            "group": "" if alone and group not in BESIDE else f", {words}",
            "networks": "networks" if alone else f"networks of group {words}",
            "expressions": shown,
        }
        text = group if group in BESIDE else "caption"
        parts.append(figure_part(study, f"heatmaps/{explainer}/{group}", text, **of))
    return [*parts, *_fit_table(study, explainer), *noise_table(study, explainer)]


def _fit_table(study: Study, explainer: str) -> list[Markup]:
    """How well the local fits describe what networks do around their images."""
    cells = study.cells_of(explainer)
    expressions = [name for name in study.expressions if any(row["expression"] == name for row in cells)]
    if not expressions:
        return []
    rows = []
    for network in study.networks:
        of_network = [row for row in cells if row["network"] == network]
        values = [
            network_values([row for row in of_network if row["expression"] == name], network, "median_r2")
            for name in expressions
        ]
        rows.append([marked(network, study.did_learn), *map(_from_to, values)])
    if all(row[1:] == [_from_to([])] * len(expressions) for row in rows):
        meaning = f"{MISSING}: {explainer} reports no fit, so there is no R²."
    else:
        meaning = (
            "R² says how much of the variation in the network's predictions, as regions of an image are "
            "hidden, the weights of the regions account for: 1 means all of it; near 0, hardly any, and then "
            "the heatmap says little about the network, because its regions act together or because hiding "
            "them is enough to change the prediction."
        )
    return [
        data_table(
            f"Fit of {explainer}: median R² over the images of a fold, lowest to highest fold",
            ["network", *expressions],
            rows,
        ),
        element("p", meaning),
    ]


def _from_to(values: Sequence[float]) -> Markup:
    """Lowest and highest of some numbers; only one if they are printed alike."""
    ends = dict.fromkeys(f"{value:.2f}" for value in (min(values), max(values))) if values else [MISSING]
    return element("span", " to ".join(ends))  # on one line, however narrow the window


def mask_section(study: Study) -> list[Markup]:
    """Figure 4 and what each mask set is."""
    described = [
        joined([element("b", name), ": ", MASK_KINDS.get(kind, kind)])
        for name, kind in study.mask_sets.items()
    ]
    return [
        bullets(described),
        figure_part(
            study, "4", mask_sets=listed(list(study.mask_sets)), expressions=listed(study.expressions)
        )
        if study.mask_sets
        else element("p", "This run has no mask sets."),
    ]


def figure_part(study: Study, name: str, text: str = "caption", /, **fields: str) -> Markup:
    """A figure with its caption, links to both files, the notes on the data, and how to read it.

    The texts are those of captions.toml, with `text` as the caption, filled with `fields`. Nothing if there
    is no figure.
    """
    figure = study.figures.get(name)
    if figure is None:
        return Markup()
    key = key_of(name)
    label, caption_text, read, alt = (said(key, part, **fields) for part in ("title", text, "read", "alt"))
    number = name.partition("/")[0]
    of_faces = number in OF_FACES
    image = element(
        "img",
        src=figure.svg_data,
        alt=alt,
        width=figure.width,
        height=figure.height,
    )
    caption = [element("b", f"{label}. "), caption_text, " "]
    if of_faces:
        datasets = {} if name.rpartition("/")[2] in BESIDE else study.datasets  # those are of other faces
        notes = [
            face_note(study),
            *(f"Data set {one}: {note}" for one, note in datasets.items() if note),
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
        element(
            "figcaption",
            element("p", *caption),
            element("p", element("b", "How to read: "), read, class_="reading"),
        ),
        id="figure" + name.replace("/", "-"),
    )
