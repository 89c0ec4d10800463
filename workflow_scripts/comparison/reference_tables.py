"""Tables of what the scores of heatmaps are compared with, for any set of heatmaps and masks."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, field
from functools import cached_property

import numpy as np

from workflow_scripts.common.averages import over_folds
from workflow_scripts.common.seeds import generator
from workflow_scripts.comparison.cells import AVERAGE
from workflow_scripts.comparison.grown_masks import STEPS, grown
from workflow_scripts.comparison.nulls import MaskOnGrid, averaged, null_of
from workflow_scripts.comparison.references import (
    CENTRE,
    MEAN_OF_FOLDS,
    Scores,
    centre_map,
    mask_references,
    network_references,
    own_scores,
    score_matrix,
)
from workflow_scripts.comparison.scores import Metric
from workflow_scripts.comparison.specificity import double_centred
from workflow_scripts.comparison.surrogates import joint_surrogates, mostly
from workflow_scripts.standardization.heatmaps import mean_heatmap

REFERENCES = ("network", "fold", "expression", "reference", "metric", "score")
MATRIX = ("network", "expression", "mask_expression", "metric", "score", "double_centred", "folds")
NULLS = ("network", "expression", "metric", "folds", "score", "null_mean", "null_low", "null_high", "p")
GROWN = ("network", "grown", "metric", "score", "folds")
TABLES = {"references": REFERENCES, "matrix": MATRIX, "nulls": NULLS, "grown": GROWN}

Cell = tuple[str, object, str]


@dataclass(frozen=True)
class Heatmaps:
    """Heatmaps, each float (h, w), by (network, fold, expression), with the masks bool (h, w) by expression.

    Only heatmaps that are not missing, whose expression has a mask.
    """

    maps: Mapping[Cell, np.ndarray]
    masks: Mapping[str, np.ndarray]
    face: np.ndarray
    metrics: Sequence[Metric]
    _matrices: dict = field(default_factory=dict)

    @cached_property
    def networks(self) -> list[str]:
        """The networks, in the order of their heatmaps."""
        return list(dict.fromkeys(network for network, _, _ in self.maps))

    @cached_property
    def trainings(self) -> dict[tuple[str, object], dict[str, np.ndarray]]:
        """The heatmaps by expression of each (network, fold)."""
        found = {}
        for (network, fold, expression), heatmap in self.maps.items():
            found.setdefault((network, fold), {})[expression] = heatmap
        return found

    def matrix(self, training: tuple[str, object]) -> dict[tuple[str, str], Scores]:
        """The scores of one (network, fold), each heatmap against each mask; computed once."""
        if training not in self._matrices:
            heatmaps = self.trainings[training]
            self._matrices[training] = score_matrix(self.metrics, heatmaps, self.masks, self.face)
        return self._matrices[training]


def references_table(given: Heatmaps) -> list[dict[str, object]]:
    """Scores of references, keys REFERENCES; network and fold are empty for those of a mask."""
    of_masks = [("", "", *found) for found in mask_references(given.metrics, given.masks, given.face)]
    of_networks = [
        (*training, *found)
        for training, heatmaps in given.trainings.items()
        for found in network_references(
            given.metrics, heatmaps, given.masks, given.face, given.matrix(training)
        )
    ]
    return [
        dict(zip(REFERENCES, (network, fold, expression, reference, metric, score), strict=True))
        for network, fold, expression, reference, scores in (*of_masks, *of_networks, *_of_folds(given))
        for metric, score in scores.items()
    ]


def _of_folds(given: Heatmaps) -> Iterator[tuple[str, object, str, str, Scores]]:
    """The score of each panel's mean heatmap, the same for each of its folds."""
    panels = {}
    for (network, fold, expression), heatmap in given.maps.items():
        panels.setdefault((network, expression), {})[fold] = heatmap
    for (network, expression), of_panel in panels.items():
        mean = mean_heatmap(list(of_panel.values()))
        scores = own_scores(given.metrics, mean, given.masks[expression], given.face)
        for fold in of_panel:
            yield network, fold, expression, MEAN_OF_FOLDS, scores


def matrix_table(given: Heatmaps, learned: Collection[str]) -> list[dict[str, object]]:
    """Scores of every heatmap against every mask, keys MATRIX: means over the folds that have all heatmaps.

    Networks that have no such fold are left out. The network ``average`` is the mean of the others that
    `learned`, and its folds are the fewest behind any of them.
    """
    rows, matrices = [], {}
    for network in given.networks:
        whole = [
            given.matrix(training)
            for training, heatmaps in given.trainings.items()
            if training[0] == network and set(heatmaps) == set(given.masks)
        ]
        for metric in (one.name for one in given.metrics) if whole else ():
            scores = np.mean(
                [[[of[e, m][metric] for m in given.masks] for e in given.masks] for of in whole], axis=0
            )
            matrices[network, metric] = scores
            rows += _matrix_rows(network, given.masks, metric, scores, len(whole))
    folds = {row["network"]: row["folds"] for row in rows if row["network"] in learned}
    for metric in (one.name for one in given.metrics) if folds else ():
        scores = np.mean([matrices[network, metric] for network in folds], axis=0)
        rows += _matrix_rows(AVERAGE, given.masks, metric, scores, min(folds.values()))
    return rows


def _matrix_rows(
    network: str, expressions: Iterable[str], metric: str, scores: np.ndarray, folds: int
) -> list[dict[str, object]]:
    centred = double_centred(scores)
    return [
        {"network": network, "expression": one, "mask_expression": of_mask, "metric": metric, "folds": folds}
        | {"score": float(scores[i, j]), "double_centred": float(centred[i, j])}
        for i, one in enumerate(expressions)
        for j, of_mask in enumerate(expressions)
    ]


def nulls_table(
    given: Heatmaps, mask_set: str, seed: int, surrogates: int, step: int, learned: Collection[str]
) -> list[dict[str, object]]:
    """Tests of each panel, and of a spot at the centre of the face, against surrogates of its mask.

    Rows have the keys NULLS. Averages come last: over the expressions, of what lacks none; and over such
    networks that `learned`, whose name is ``average``. folds: the fewest of any panel behind the row.

    seed: the study's; with the name of the mask set it fixes the surrogates, which are the same for all
    networks, folds and explainers, and are drawn together for all masks of the set.
    """
    places, panels = mostly(given.face, step), {}
    coarse = {expression: mostly(mask, step) for expression, mask in given.masks.items()}
    drawn = joint_surrogates(coarse, places, surrogates, generator(seed, "surrogates", mask_set))
    for expression, mask in given.masks.items():
        on = MaskOnGrid(mask, given.face, drawn.pop(expression), step)
        for network in (*given.networks, CENTRE):
            heatmaps = _of_panel(given, network, expression)
            if heatmaps:
                panels[network, expression] = len(heatmaps), on.mean_scores(given.metrics, heatmaps)
    names = [*given.networks, CENTRE]
    in_order = sorted(panels, key=lambda panel: names.index(panel[0]))  # keeps the order of expressions
    tested = {
        (*panel, name): (panels[panel][0], scores)
        for panel in in_order
        for name, scores in panels[panel][1].items()
    }
    return [
        dict(zip(NULLS, (*key, folds, *astuple(null_of(scores, better))), strict=True))
        for key, (folds, scores, better) in _with_averages(given, tested, learned)
    ]


def _of_panel(given: Heatmaps, network: str, expression: str) -> list[np.ndarray]:
    """The heatmaps of a panel, one per fold; of the centre, its map."""
    if network == CENTRE:
        return [centre_map(given.face)]
    wanted = (network, expression)
    return [heatmap for (name, _, shown), heatmap in given.maps.items() if (name, shown) == wanted]


def _with_averages(
    given: Heatmaps, tested: Mapping[tuple[str, str, str], tuple[int, np.ndarray]], learned: Collection[str]
) -> Iterator[tuple[tuple[str, str, str], tuple[int, np.ndarray, str]]]:
    """What is tested, with averages: by (network, expression, metric), its folds, scores and better side."""
    better = {metric.name: metric.better for metric in given.metrics}
    for key, (folds, scores) in tested.items():
        yield key, (folds, scores, better[key[2]])
    for metric in dict.fromkeys(metric for *_, metric in tested):
        panels = {key[:2]: scores for key, (_, scores) in tested.items() if key[2] == metric}
        for (name, expression), (scores, behind) in averaged(panels, list(given.masks), learned).items():
            folds = min(tested[*panel, metric][0] for panel in behind)
            yield (name, expression, metric), (folds, scores, better[metric])


def grown_table(given: Heatmaps) -> list[dict[str, object]]:
    """Scores against masks grown by some pixels (shrunk if negative), keys GROWN.

    Averages over folds and expressions, as in `comparison.summary`; of networks that lack no expression.
    There are none where shrinking leaves nothing of a mask inside the face.
    """
    rows = []
    for pixels in STEPS:
        masks = {name: grown(mask, pixels) for name, mask in given.masks.items()}
        scores = {
            cell: own_scores(given.metrics, heatmap, masks[cell[2]], given.face)
            for cell, heatmap in given.maps.items()
            if (masks[cell[2]] & given.face).any()
        }
        for network in given.networks:
            for metric in (one.name for one in given.metrics):
                values = [
                    (expression, fold, of[metric])
                    for (name, fold, expression), of in scores.items()
                    if name == network
                ]
                found = over_folds(values, list(masks))
                row = (network, pixels, metric, found.estimate, found.folds)
                rows.append(dict(zip(GROWN, row, strict=True)))
    return rows
