"""Averages of heatmaps over redrawn folds: their correlations, without their pixels.

The products of all centred fold heatmaps with each other are computed once. Those of any weighted means are
sums of them, so that a redraw costs a few thousand multiplications, whatever the size of the heatmaps.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class FoldProducts:
    """The fold heatmaps of networks, by their products.

    products: float64 (n, k, n, k), of the centred heatmaps of n networks in k folds; 0 where one is missing.
    present: bool (n, k), whether a network has a heatmap in a fold.
    """

    networks: list[str]
    products: np.ndarray
    present: np.ndarray

    def of(self, networks: Sequence[str]) -> "FoldProducts":
        """Those of some of the networks, in this order."""
        places = [self.networks.index(name) for name in networks]
        return FoldProducts(list(networks), self.products[places][:, :, places], self.present[places])

    def of_folds(self, folds: slice) -> "FoldProducts":
        """Those of some of the folds."""
        return FoldProducts(self.networks, self.products[:, folds, :, folds], self.present[:, folds])

    def of_one(self, network: str) -> np.ndarray:
        """Products (m, m) of the m heatmaps that one network has."""
        place = self.networks.index(network)
        there = self.present[place]
        return self.products[place, :, place][np.ix_(there, there)]

    def distances(self, weights: np.ndarray) -> np.ndarray | None:
        """Distances 1 - r (n, n) between mean heatmaps; None if a network has no heatmap or a constant one.

        weights: (n, k), how often each network's folds are averaged. A missing heatmap is left out of its
        network's mean, as it is where folds are averaged: its products are 0, and the scale of a mean does
        not matter.
        """
        covariance = np.einsum("ai,aibj,bj->ab", weights, self.products, weights)
        variance = np.diag(covariance)
        if not (variance > 0).all():
            return None
        spread = np.sqrt(variance)
        # rounding can carry the distance of equal heatmaps below 0
        distances = np.maximum(1 - covariance / np.outer(spread, spread), 0)
        np.fill_diagonal(distances, 0)
        return distances


def fold_products(heatmaps: Mapping[str, Mapping[Hashable, np.ndarray]]) -> FoldProducts:
    """The products of heatmaps, given by network and fold, each at the same places, say those of the face.

    A heatmap that is not there, or not finite, is missing.
    """
    networks = list(heatmaps)
    folds = list(dict.fromkeys(fold for of_folds in heatmaps.values() for fold in of_folds))
    size = max((heatmap.size for of_folds in heatmaps.values() for heatmap in of_folds.values()), default=0)
    centred = np.zeros((len(networks), len(folds), size))
    present = np.zeros((len(networks), len(folds)), bool)
    for a, network in enumerate(networks):
        for fold, heatmap in heatmaps[network].items():
            values = np.asarray(heatmap, dtype=np.float64).ravel()
            if np.isfinite(values).all():
                place = a, folds.index(fold)
                present[place] = True
                # exactly 0 if it is constant, without a rounding error that would look like a pattern
                centred[place] = values - values.mean() if np.ptp(values) else 0
    flat = centred.reshape(present.size, size)
    return FoldProducts(networks, (flat @ flat.T).reshape(*present.shape, *present.shape), present)
