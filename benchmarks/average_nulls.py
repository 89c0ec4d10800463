"""How often tests of averages against surrogate masks are wrong, and how often they find what is there.

    python -m benchmarks.average_nulls [--quick]

A made study has six masks, and six networks with a heatmap of each expression in each of three folds, which
know nothing of the masks. Heatmaps are the positive part of symmetric random fields whose variance is shared
as that of the 360 published heatmaps is: 35 % common to all, 22 % of a network's fold, 20 % of its panel, 14
% of an expression, 9 % of a network. Masks are the study's six outlines, or random fields,
thresholded, which share half of their variance. p <= .05 in
more than 5 % of studies is a fault of the test. For power, an expression's mask, blurred to the heatmaps'
width, is added to its fields with some weight, whose own sd is 1.

Surrogates of the masks are `joint`, as the study draws them; share their `phases` alone, without what is
given back for thresholds; or are drawn `apart` for each mask. With `shuffled`, each panel has an order of its
own of the joint surrogates, as if all panels were independent. Rows are of three averages: of a network over
expressions, of an expression over networks, and over both; errors are standard errors over studies. `sd` is
the mean deviation of the surrogates' averages, beside that of the averages themselves over studies, `truth`
(of IoU this also has the areas of thresholded heatmaps, which surrogates share with their study).
Results go to benchmarks/results/average_nulls.json.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import cv2
import cyclopts
import numpy as np

from benchmarks.side_by_side import machine
from benchmarks.surrogate_nulls import FACE, METRICS, SHARES, STEP, field, outline_masks, shown
from workflow_scripts.common.seeds import generator
from workflow_scripts.comparison.cells import AVERAGE
from workflow_scripts.comparison.nulls import MaskOnGrid, averaged, null_of
from workflow_scripts.comparison.surrogates import joint_surrogates, mean_correlation, mostly, surrogate_masks

RESULTS = Path(__file__).parent / "results/average_nulls.json"
SURROGATES = 400
NETWORKS, FOLDS = [f"network {number}" for number in range(6)], 3
WIDTHS = (12, 24, 40)  # of heatmaps, pixels
MASK_WIDTH = 16
KINDS = {"outlines": None, "fields": 0.5}  # masks, and the variance that they share
VARIANCE = {"all": 0.35, "fold": 0.22, "panel": 0.20, "expression": 0.14, "network": 0.09}
EFFECTS = (0.0, 0.25, 0.5)
AVERAGES = {"network": (NETWORKS[0], AVERAGE), "expression": (AVERAGE, None), "all": (AVERAGE, AVERAGE)}
LEVELS = (0.05, 0.01)

Panels = dict[tuple[str, str], list[np.ndarray]]


def masks_of(kind: str, number: int) -> dict[str, np.ndarray]:
    """The masks of a made study, bool (h, w), by expression."""
    outlines = outline_masks()
    if KINDS[kind] is None:
        return outlines
    draw, shared = generator(1, "average_nulls masks", kind, number), KINDS[kind]
    common, found = field(MASK_WIDTH, draw), {}
    for name in outlines:
        values = np.sqrt(shared) * common + np.sqrt(1 - shared) * field(MASK_WIDTH, draw)
        found[name] = FACE & (values > np.quantile(values[FACE], 1 - draw.uniform(*SHARES)))
    return found


def heatmaps_of(
    masks: Mapping[str, np.ndarray], width: float, effect: float, draw: np.random.Generator
) -> Panels:
    """The heatmaps of each panel, one per fold."""
    sd = {name: np.sqrt(share / 2) for name, share in VARIANCE.items()}  # a field and its mirror image
    common, found = sd["all"] * field(width, draw), {}
    of_expression = {}
    for name, mask in masks.items():
        blurred = cv2.GaussianBlur(mask.astype(float), (0, 0), width)
        scaled = (blurred - blurred[FACE].mean()) / blurred[FACE].std()
        of_expression[name] = common + sd["expression"] * field(width, draw) + effect * scaled
    for network in NETWORKS:
        own = sd["network"] * field(width, draw)
        for name, shared in of_expression.items():
            panel = shared + own + sd["panel"] * field(width, draw)
            found[network, name] = [
                np.maximum(panel + sd["fold"] * field(width, draw), 0) for _ in range(FOLDS)
            ]
    return found


def surrogates_of(
    masks: Mapping[str, np.ndarray], draw: np.random.Generator
) -> dict[str, dict[str, np.ndarray]]:
    """Surrogates by how they are drawn, then by expression."""
    places, coarse = mostly(FACE, STEP), {name: mostly(mask, STEP) for name, mask in masks.items()}
    first, second, *others = draw.spawn(2 + len(masks))
    return {
        "joint": joint_surrogates(coarse, places, SURROGATES, first),
        "phases": joint_surrogates(coarse, places, SURROGATES, second, blend=0.0),
        "apart": {
            name: surrogate_masks(mask, places, SURROGATES, one)
            for (name, mask), one in zip(coarse.items(), others, strict=True)
        },
    }


def scores_of(
    masks: Mapping[str, np.ndarray], drawn: Mapping[str, Mapping[str, np.ndarray]], panels: Panels
) -> dict[tuple[str, str], dict[tuple[str, str], np.ndarray]]:
    """Scores of panels for their mask and its surrogates, by how these are drawn and metric."""
    found = {(how, metric.name): {} for how in drawn for metric in METRICS}
    for name, mask in masks.items():
        of_all = np.concatenate([drawn[how][name] for how in drawn])
        on = MaskOnGrid(mask, FACE, of_all, STEP)
        for network in NETWORKS:
            for metric, scores in on.mean_scores(METRICS, panels[network, name]).items():
                for how, part in zip(drawn, np.split(scores[1:], len(drawn)), strict=True):
                    found[how, metric][network, name] = np.concatenate([scores[:1], part])
    return found


def shuffled(panels: Mapping[tuple[str, str], np.ndarray], draw: np.random.Generator) -> dict:
    """The panels' scores, their surrogates each in an order of its own."""
    return {key: np.concatenate([one[:1], draw.permutation(one[1:])]) for key, one in panels.items()}


def tested(kind: str, number: int, width: float, effect: float, drawn: Mapping) -> Iterator[tuple]:
    """The tests of one made study: (how, metric, average, p, deviation, score)."""
    draw = generator(1, "average_nulls heatmaps", kind, number, width, effect)
    masks, names = masks_of(kind, number), list(outline_masks())
    found = scores_of(masks, drawn, heatmaps_of(masks, width, effect, draw))
    found |= {("shuffled", metric.name): shuffled(found["joint", metric.name], draw) for metric in METRICS}
    for (how, metric), panels in found.items():
        averages = averaged(panels, names, NETWORKS)
        for average, (name, expression) in AVERAGES.items():
            scores, _ = averages[name, expression or names[number % len(names)]]
            yield how, metric, average, null_of(scores, "higher").p, scores[1:].std(), scores[0]


def rows_of(kind: str, effect: float, studies: int) -> Iterator[dict[str, object]]:
    """The share of studies with p at most each of LEVELS, of one kind of masks."""
    found, correlations, drawn = {}, {"masks": []}, {}
    for number in range(studies):
        if number == 0 or KINDS[kind] is not None:
            masks = masks_of(kind, number)
            drawn = surrogates_of(masks, generator(1, "average_nulls surrogates", kind, number))
            correlations["masks"].append(
                mean_correlation([(one & FACE)[FACE][None] for one in masks.values()])
            )
            for how, of in drawn.items():
                correlations.setdefault(how, []).append(mean_correlation(list(of.values())))
        for width in WIDTHS:
            for how, metric, average, *numbers in tested(kind, number, width, effect, drawn):
                found.setdefault((metric, average, how), []).append((number, width, *numbers))
    for (metric, average, how), values in found.items():
        _, widths, p, sd, own = np.transpose(values)
        row = {"masks": kind, "effect": effect, "metric": metric, "average": average, "surrogates": how}
        for level in LEVELS:
            wrong = (p <= level).reshape(studies, len(WIDTHS)).mean(axis=1)
            row |= {f"at {level}": wrong.mean(), f"error {level}": wrong.std(ddof=1) / np.sqrt(studies)}
        truth = np.mean([own[widths == width].std(ddof=1) for width in WIDTHS])
        of_masks = {one: float(np.mean(correlations[one])) for one in ("masks", "joint", "phases", "apart")}
        yield row | {"sd": sd.mean(), "truth": truth} | {f"r {key}": r for key, r in of_masks.items()}


def average_nulls(*, quick: bool = False, studies: int = 120) -> None:
    """Simulate, print and keep the table.

    Parameters
    ----------
    quick
        A tenth of the studies.
    studies
        How many with the outlines and no effect, each with heatmaps of every width; half as many others.
    """
    studies = studies // 10 if quick else studies
    rows = [
        row
        for effect in EFFECTS
        for kind in (KINDS if not effect else ["outlines"])
        for row in shown(
            rows_of(kind, effect, studies if (kind, effect) == ("outlines", 0) else studies // 2)
        )
    ]
    RESULTS.parent.mkdir(exist_ok=True)
    about = machine(1) | {"studies": studies, "surrogates": SURROGATES}
    RESULTS.write_text(json.dumps({"machine": about, "rows": rows}, indent=1, default=float) + "\n")


if __name__ == "__main__":
    cyclopts.run(average_nulls)
