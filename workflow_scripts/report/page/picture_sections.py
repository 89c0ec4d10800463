"""The page's pictures that show at once what its tables say, each with how to read it."""

from collections.abc import Sequence

from workflow_scripts.report.page.figure_sections import accuracy_section, figure_part
from workflow_scripts.report.page.markup import Markup, element
from workflow_scripts.report.page.study import MASK_KINDS, Study
from workflow_scripts.report.page.wording import listed

READ_ANSWER = (
    "A network that knows where an expression shows would be bright inside the white outlines, and its dot "
    "far from the diamonds, on the better side: these score without knowing which expression is shown. A "
    "filled diamond does at least as well as the networks."
)
READ_SCORING = (
    "A score is about the last face: much of the lightest colour, and little of the other two, makes all "
    "four numbers high. A heatmap that is bright everywhere has a high recall and a low precision."
)
READ_CONFUSIONS = (
    "A row is what was shown, a column what the network took it for. A network without errors has 100 in "
    "every frame; a dark column beside the frames is an answer that it gives too often."
)
READ_TRAINING = (
    "A line that stays on the dotted one learned nothing; folds that end apart are trainings that ended "
    "differently. How well new people are recognised is not here, but in Figure 5."
)


def answer_pictures(study: Study) -> list[Markup]:
    """The first picture of the page, of each explainer."""
    sets = [f"{name}, {MASK_KINDS[kind]}" for name, kind in study.mask_sets.items() if kind in MASK_KINDS]
    masks = f" Masks: {'; '.join(sets)}." if sets else ""
    alt = (
        f"Mean heatmaps for {listed(study.expressions)} with the outlines of masks, above the average score "
        f"of the networks on {listed(list(study.mask_sets)) if study.mask_sets else 'no masks'} and of what "
        "scores without knowing the expression; the sentences below have the numbers."
    )
    return [
        with_reading(
            figure_part(study, f"answer/{explainer}", _label(study, "The answer", explainer), "What the "
            f"networks rely on, and how well it finds the masks.{masks}", alt),
            READ_ANSWER,
        )
        for explainer in study.explainers
    ]  # fmt: skip


def scoring_pictures(study: Study) -> list[Markup]:
    """How a heatmap comes by its scores, of each explainer."""
    text = "From heatmap to scores, of one cell in the middle of all; the picture says which."
    alt = (
        "A heatmap, its brightest part, a mask, and what both share, with precision, recall, F1 and IoU "
        "beside them."
    )
    return [
        with_reading(
            figure_part(study, f"scoring/{explainer}", _label(study, "What is scored", explainer), text, alt),
            READ_SCORING,
        )
        for explainer in study.explainers
    ]


def training_pictures(study: Study) -> list[Markup]:
    """What networks take for what, and how they were trained."""
    confusions = figure_part(
        study,
        "confusions",
        "Confusions",
        "What each network takes the images of each expression for, on the folds not trained on.",
        f"For each network a table of shades: {listed(study.expressions)}, and what they are taken for.",
    )
    curves = figure_part(
        study,
        "training",
        "Training",
        "Accuracy and loss of each network on the images that it was trained on, epoch after epoch.",
        "Curves of accuracy and loss over the epochs, for each network and fold.",
    )
    return [with_reading(confusions, READ_CONFUSIONS), with_reading(curves, READ_TRAINING)]


def with_reading(figure: Markup, *lines: str) -> Markup:
    """A figure with how to read it; nothing if there is no figure."""
    return Markup("".join([figure, *(_reading(lines) if figure else ())]))


def _reading(lines: Sequence[str]) -> list[Markup]:
    return [element("p", element("b", "How to read: "), line) for line in lines]


def _label(study: Study, label: str, explainer: str) -> str:
    return f"{label}, {explainer}" if len(study.explainers) > 1 else label


def recognition_section(study: Study) -> list[Markup]:
    """How well the networks recognise expressions, what they confuse, and how they came there."""
    return [*accuracy_section(study), *training_pictures(study)]
