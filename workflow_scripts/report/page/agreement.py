"""The short answer: what Table 3 says about the overlap of networks' heatmaps with masks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Row = Mapping[str, str]

AVERAGE, FACE = "average", "face"  # rows of Table 3 beside those of networks


@dataclass(frozen=True)
class Panel:
    """IoU of one network and expression as Table 3 has it, and what to hold it against.

    face: IoU of the whole face; chance: of a random region of the face as large as the network's own.
    images: explained ones in all `folds`.
    """

    network: str
    expression: str
    iou: float
    face: float
    chance: float
    images: int | None
    folds: int
    ranked: bool


def panels(table3: Sequence[Row], expressions: Iterable[str]) -> list[Panel]:
    """The panels of Table 3 that have scores, of networks that learned."""
    face = next((row for row in table3 if row["network"] == FACE), {})
    return [
        Panel(
            network=row["network"],
            expression=name,
            iou=float(row[f"{name}_iou"]),
            face=float(face[f"{name}_iou"]),
            chance=float(row[f"{name}_iou_chance_face"]),
            images=whole(row[f"{name}_n"]),
            folds=whole(row[f"{name}_folds"]) or 0,
            ranked=not row[f"{name}_not_ranked"],
        )
        for row in table3
        if row["network"] not in (AVERAGE, FACE) and row["learned"] == "yes"
        for name in expressions
        if row.get(f"{name}_iou")
    ]


def whole(text: str) -> int | None:
    """A whole number as tables hold it; None where it is missing.

    >>> whole("12.0"), whole("")
    (12, None)
    """
    return int(float(text)) if text else None


def missing_cells(scores: Iterable[Row]) -> list[Row]:
    """Rows without scores."""
    return [row for row in scores if not row["iou"]]


def short_answer(table3: Sequence[Row], expressions: Sequence[str]) -> list[str]:
    """Sentences on Table 3 of one explainer and mask set: the best panel, the baselines, the average."""
    found = panels(table3, expressions)
    if not found:
        return ["No heatmap of a network that learned could be compared with these masks."]
    found = [panel for panel in found if panel.ranked]
    if not found:
        return ["No panel rests on enough images in every fold to be ranked.", _average(table3)]
    above_face = sum(panel.iou > panel.face for panel in found)
    above_chance = sum(panel.iou > panel.chance for panel in found)
    return [
        _best(found),
        f"{above_face} of {len(found)} ranked panels (network × expression) overlap the mask more than the "
        f"whole face does; {above_chance} of {len(found)} more than a random region of the face of the same "
        "size.",
        _average(table3),
    ]


def _best(ranked: Sequence[Panel]) -> str:
    best = max(ranked, key=lambda panel: panel.iou)
    images = "" if best.images is None else f", {best.images} explained images"
    folds = "one fold only" if best.folds == 1 else f"mean of {best.folds} folds"
    return (
        f"Largest overlap: {best.network}, {best.expression}, IoU {best.iou:.3f} ({folds}{images}; the whole "
        f"face reaches {best.face:.3f} there, a random region of the face {best.chance:.3f})."
    )


def _average(table3: Sequence[Row]) -> str:
    rows = {row["network"]: row for row in table3}
    average, face = rows[AVERAGE], rows[FACE]
    if not average["average_iou"]:
        return "There is no average: no network that learned has a heatmap of every expression with a mask."
    iou, chance = float(average["average_iou"]), float(average["average_iou_chance_face"])
    whole_face, networks = float(face["average_iou"]), int(average["learned"])
    masked = sum(name.endswith("_iou") for name in face) - 1  # one is the average
    images = whole(average["average_n"])
    basis = "" if images is None else f" ({images:,} explained images)"
    over = "the one expression with a mask" if masked == 1 else f"the {masked} expressions with masks"
    return (
        f"Average IoU of {networks} {'network' if networks == 1 else 'networks'} over {over}: "
        f"{iou:.3f}{basis}; whole face {whole_face:.3f}; random region of the face {chance:.3f}. "
        f"{verdict(iou, whole_face, chance)}"
    )


def verdict(iou: float, face: float, chance: float) -> str:
    """One sentence that places the average IoU among its baselines, compared as printed (3 digits)."""
    iou, face, chance = round(iou, 3), round(face, 3), round(chance, 3)
    better = "On average the heatmaps overlap the masks more than"
    if iou > max(face, chance):
        return f"{better} both baselines do."
    if iou > chance:
        return f"{better} chance, but no more than the whole face does."
    if iou > face:
        return f"{better} the whole face does, but no more than chance."
    return "On average the heatmaps overlap the masks no more than either baseline does."
