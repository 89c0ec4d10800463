"""Subsets of the explanations of one network: collected cell by cell, then written as rows and heatmaps."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.random import Generator

from workflow_scripts.common.seeds import generator
from workflow_scripts.comparison.equal_numbers import common_counts
from workflow_scripts.comparison.scores import Metric
from workflow_scripts.comparison.subset_file import SubsetHeatmap
from workflow_scripts.comparison.subset_rows import REST, Apart, Rows, Scored, difference_rows, value_rows
from workflow_scripts.comparison.subset_scores import (
    Difference,
    Scores,
    Subset,
    difference,
    equal_difference,
    map_scores,
    subset_changes,
)
from workflow_scripts.comparison.subset_values import OTHERS, UNKNOWN, Division
from workflow_scripts.standardization.heatmaps import mean_heatmap

SAME = "the heatmap is the same everywhere"


@dataclass(frozen=True)
class Setup:
    """What all cells of a network share. face: bool (h, w); masks: likewise, by mask set and expression."""

    network: str
    metrics: Sequence[Metric]
    face: np.ndarray
    masks: Mapping[tuple[str, str], np.ndarray]
    seed: int


NOT_SCORED = {UNKNOWN: "no value", OTHERS: "not compared"}  # values, and why they have no score


class SubsetCells:
    """The subsets of the cells that were added."""

    def __init__(self, setup: Setup, divisions: Sequence[Division]):
        self._setup, self._divisions = setup, divisions
        self._maps = defaultdict(list)  # (division, value, expression) -> images and heatmap of each fold
        self._scored, self._apart = defaultdict(list), defaultdict(list)
        self._expressions = {}  # in order

    def add(
        self,
        fold: int,
        expression: str,
        maps: np.ndarray,
        subjects: Sequence[str],
        values: Mapping[str, Sequence[str]],
    ) -> None:
        """Add a cell. maps: its explanations, float (n, h, w). values: of each image, by division."""
        self._expressions[expression] = None
        of_masks = {name: mask for (name, one), mask in self._setup.masks.items() if one == expression}
        for division in self._divisions:
            of_images = values[division.name]
            subsets = {
                value: _where(maps, subjects, [one == value for one in of_images])
                for value in (*division.values, UNKNOWN)
            }
            not_compared = [one not in subsets for one in of_images]
            subsets[OTHERS] = _where(maps, subjects, not_compared)
            for value in division.values:
                if (n := len(subsets[value].subjects)) >= division.min_images:
                    self._maps[division.name, value, expression].append((n, subsets[value].heatmap))
            for mask_set, mask in of_masks.items():
                self._compare(mask_set, division, (fold, expression), subsets, mask)

    def _compare(
        self,
        mask_set: str,
        division: Division,
        cell: tuple[int, str],
        subsets: Mapping[str, Subset],
        mask: np.ndarray,
    ) -> None:
        """Score the subsets of a cell against one mask, and compare them."""
        known = {value: subset for value, subset in subsets.items() if value not in NOT_SCORED}
        told = {value: self._score(value, of, mask, division.min_images) for value, of in known.items()}
        for value, subset in subsets.items():
            if value in known or subset.subjects:
                about = *cell, len(subset.subjects), len({*subset.subjects})
                scored = Scored(*about, *told.get(value, ({}, NOT_SCORED.get(value, ""))))
                self._scored[mask_set, division.name, value].append(scored)
        for a, b in _pairs([*known]):
            pair = known[a], _joined(known, a)
            other = told[b] if b != REST else self._score(b, pair[1], mask, division.min_images)
            draw = generator(self._setup.seed, "subsets", division.name, a, b, *cell)
            found = ((None, told[a][1] or other[1]),) * 2
            if told[a][0] and other[0]:
                scores = told[a][0], other[0]
                found = self._differences(pair, scores, mask, division.min_images, draw)
            for equal, (one, reason) in zip((False, True), found, strict=True):
                self._apart[mask_set, division.name, a, b, equal].append(Apart(*cell, one, reason))

    def _score(self, value: str, subset: Subset, mask: np.ndarray, fewest: int) -> tuple[Scores, str]:
        """The scores of a subset, or why it has none."""
        if (n := len(subset.subjects)) < fewest:
            return {}, f"few images: {n} of {value}"
        scores = map_scores(self._setup.metrics, subset.heatmap, mask, self._setup.face)
        return scores, "" if scores else SAME

    def _differences(
        self,
        pair: tuple[Subset, Subset],
        scores: tuple[Scores, Scores],
        mask: np.ndarray,
        fewest: int,
        draw: Generator,
    ) -> Iterator[tuple[Difference | None, str]]:
        """The difference of two subsets, then that of equal numbers, or why there is none."""
        metrics, face = self._setup.metrics, self._setup.face
        changes = tuple(subset_changes(metrics, side, mask, face) for side in pair)
        whole = difference(pair, scores, changes)
        yield whole, ""
        n = sum(common_counts(*(side.subjects for side in pair)))
        if n < fewest:
            yield None, f"few images: {n} in equal numbers"
        else:
            equal = equal_difference(pair, whole, metrics, mask, face, draw)
            yield equal, "" if equal else SAME

    def rows(self, folds_each: int, one_model: bool) -> Rows:
        """All rows of the table, see `subset_rows`."""
        rows, network = [], self._setup.network
        for (mask_set, name, value), cells in self._scored.items():
            about = {"mask_set": mask_set, "subset": name, "value": value, "network": network}
            rows += value_rows(about, cells, 0 if one_model else folds_each)
        for (mask_set, name, a, b, equal), cells in self._apart.items():
            about = {"mask_set": mask_set, "subset": name, "value": a, "value_b": b, "network": network}
            rows += difference_rows(about, equal, cells, folds_each, one_model)
        return rows

    def heatmaps(self) -> list[SubsetHeatmap]:
        """The mean heatmap over folds of every subset and expression, missing (NaN) where there is none."""
        missing = np.full(self._setup.face.shape, np.nan, np.float32)
        found = []
        for division in self._divisions:
            for key in product([division.name], division.values, self._expressions):
                of = self._maps[key]
                mean = mean_heatmap([heatmap for _, heatmap in of]) if of else missing
                found.append(SubsetHeatmap(*key, sum(n for n, _ in of), len(of), mean))
        return found


def _where(maps: np.ndarray, subjects: Sequence[str], chosen: Sequence[bool]) -> Subset:
    return Subset(
        maps[np.array(chosen, bool)], [name for name, one in zip(subjects, chosen, strict=True) if one]
    )


def _joined(subsets: Mapping[str, Subset], without: str) -> Subset:
    """The images of all values but one."""
    others = [subset for value, subset in subsets.items() if value != without]
    return Subset(np.concatenate([one.maps for one in others]), [s for one in others for s in one.subjects])


def _pairs(values: Sequence[str]) -> Iterator[tuple[str, str]]:
    """What is compared: two values with each other; each of more with the rest."""
    if len(values) == 2:
        yield values[0], values[1]
    elif len(values) > 2:
        yield from ((value, REST) for value in values)
