"""What Table 3 says about the overlap of networks' heatmaps with masks: the short answer, and more."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from workflow_scripts.comparison.cells import AVERAGE
from workflow_scripts.report.page.entries import Differences, Entries, whole
from workflow_scripts.report.page.wording import LEVEL, interval, p_value
from workflow_scripts.report.page.worth import further_worth, specificity


@dataclass(frozen=True)
class Panel:
    """IoU of one network and expression, and what to compare it with.

    face: IoU of the whole face; chance: of a random region of the face as large as the network's own.
    images: those explained, over all `folds`.
    """

    network: str
    expression: str
    iou: float
    face: float
    chance: float
    images: int | None
    folds: int
    ranked: bool


def panels(entries: Entries) -> list[Panel]:
    """The panels that have scores, of networks that learned."""
    found = []
    for network, expression in product(entries.networks, entries.expressions):
        row = entries.score(network, expression, "iou")
        if expression != AVERAGE and row["learned"] == "yes" and row["estimate"]:
            panel = Panel(
                network=network,
                expression=expression,
                iou=float(row["estimate"]),
                face=float(entries.face(expression, "iou")["estimate"]),
                chance=float(entries.chance(network, expression, "iou")["estimate"]),
                images=whole(row["n"]),
                folds=whole(row["folds"]) or 0,
                ranked=not row["not_ranked"],
            )
            found.append(panel)
    return found


def short_answer(entries: Entries, differences: Differences) -> list[str]:
    """Sentences on the IoU of one explainer and mask set: the average, and whether it is specific."""
    found = panels(entries)
    if not found:
        return ["No heatmap of a network that learned could be compared with these masks."]
    if not any(panel.ranked for panel in found):
        return ["No panel is based on enough images in every fold to be ranked.", _average(entries)]
    return [sentence for sentence in (_average(entries), specificity(entries, differences)) if sentence]


def further_answers(entries: Entries, differences: Differences) -> list[str]:
    """What else the IoU is worth: of the average, of pairs and groups of networks, of single panels."""
    found = [panel for panel in panels(entries) if panel.ranked]
    if not found:
        return []
    above_face = sum(panel.iou > panel.face for panel in found)
    above_chance = sum(panel.iou > panel.chance for panel in found)
    return [
        *further_worth(entries, differences),
        f"{above_face} of {len(found)} ranked panels (network × expression) overlap the mask more than the "
        f"whole face does; {above_chance} of {len(found)} overlap it more than a random region of the face "
        "of the same size does, as about half of all panels would without any knowledge.",
        _best(found, entries),
    ]


def _best(ranked: Sequence[Panel], entries: Entries) -> str:
    """The panel with the largest overlap, with its interval and test."""
    best = max(ranked, key=lambda panel: panel.iou)
    row = entries.score(best.network, best.expression, "iou")
    spread, tested = (
        interval(row),
        f"; p\xa0=\xa0{p_value(row['p'])}, q\xa0=\xa0{p_value(row['q'])}" if row["q"] else "",
    )
    images = "" if best.images is None else f", {best.images} explained images"
    folds = "one fold only" if best.folds == 1 else f"mean of {best.folds} folds"
    return (
        f"Largest overlap: {best.network}, {best.expression}, IoU "
        f"{best.iou:.3f}{' ' + spread if spread else ''} ({folds}{images}; the whole face reaches "
        f"{best.face:.3f} there, a random region of the face {best.chance:.3f}{tested})."
    )


def _average(entries: Entries) -> str:
    average = entries.score(AVERAGE, AVERAGE, "iou")
    if not average["estimate"]:
        return "There is no average: no network that learned has a heatmap for every expression with a mask."
    iou, networks = float(average["estimate"]), int(average["learned"])
    chance, whole_face = (
        float(row["estimate"])
        for row in (entries.chance(AVERAGE, AVERAGE, "iou"), entries.face(AVERAGE, "iou"))
    )
    masked = len(entries.expressions) - 1  # one is the average
    images = whole(average["n"])
    basis = "" if images is None else f" ({images:,} explained images)"
    spread = interval(average)
    basis = (f" {spread}" if spread else "") + basis
    over = "the one expression with a mask" if masked == 1 else f"the {masked} expressions with masks"
    return (
        f"Average IoU of {networks} {'network' if networks == 1 else 'networks'} over {over}: "
        f"{iou:.3f}{basis}; whole face {whole_face:.3f}; random region of the face {chance:.3f}. "
        f"{verdict(iou, whole_face, chance, average['p'])}"
    )


def verdict(iou: float, face: float, chance: float, p: str) -> str:
    """Places the average IoU among its baselines, compared as printed (3 digits), and says if it was tested.

    p: of the test against masks elsewhere; empty without one.
    """
    iou, face, chance = round(iou, 3), round(face, 3), round(chance, 3)
    more = "On average, the heatmaps overlap the masks more than"
    if iou > max(face, chance):
        said = f"{more} both baselines do."
    elif iou > chance:
        said = f"{more} a random region does, but no more than the whole face."
    elif iou > face:
        said = f"{more} the whole face does, but no more than a random region."
    else:
        said = "On average, the heatmaps overlap the masks no more than either baseline does."
    if not p:
        return said
    shown = "beyond" if float(p) < LEVEL else "not shown to be beyond"
    return f"{said} That is {shown} what they score on masks laid elsewhere (p\xa0=\xa0{p_value(p)})."
