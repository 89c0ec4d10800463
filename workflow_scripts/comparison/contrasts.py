"""Where in the face networks, or expressions of one network, differ: max-T tests of all pairs.

Rows have the keys CONTRASTS: a minus b. kind: ``network``, two networks that explain the same expression, or
``average``: each subject's mean difference over the expressions that it has with both; ``expression``, two
expressions of the network `of`, or ``average``: each subject's mean difference over the networks that learned
and have it with both. subjects: those that have explanations on both sides in the same fold, of all folds;
each counts with the same number of images on both. differs: the share of the face whose p, adjusted for all
places (`comparison.max_t`), is below 0.05; more_a, more_b: the parts of it where a, or b, has more of its
importance. smallest_p: the smallest adjusted p, which is the p of the pair differing anywhere; q: its false
discovery rate over all pairs of the kind, with the same expression or the same network. possible_p: the
smallest that this many subjects, or flips, can give. reason: why there is no test.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import combinations

import numpy as np

from workflow_scripts.common.intervals import false_discovery_rates
from workflow_scripts.common.seeds import generator
from workflow_scripts.comparison.cells import AVERAGE, NETWORK
from workflow_scripts.comparison.face_rows import EXPRESSION
from workflow_scripts.comparison.max_t import FEWEST, LEVEL, Folds, MaxT, max_t, paired
from workflow_scripts.comparison.surrogates import on_grid

WHICH = ("kind", "of", "name_a", "name_b", "expression")
CONTRASTS = (
    *WHICH, "subjects", "differs", "more_a", "more_b", "smallest_p", "q", "possible_p", "reason"
)  # fmt: skip

Row = dict[str, object]
Panel = Mapping[str, Folds]  # each subject's explanations of single images
Cell = tuple[int, str, Iterable[tuple[str, str, np.ndarray]]]  # fold, expression, `read_explanations`


def panels(cells: Iterable[Cell], places: np.ndarray, step: int) -> dict[str, Panel]:
    """The explanations of a network, or of a control, by expression: float32 (places,) of each image.

    Each is averaged over a grid of about step x step pixels; places: bool (h, w), of that grid. Which images
    count depends on the other side of a pair, so all are kept.
    """
    found = defaultdict(lambda: defaultdict(lambda: defaultdict(dict)))
    for fold, expression, explanations in cells:
        for subject, image_id, one in explanations:
            found[expression][subject][fold][image_id] = on_grid(one, step)[places].astype(np.float32)
    return found


def mean_difference(pairs: Sequence[tuple[Panel, Panel]]) -> dict[str, np.ndarray]:
    """Each subject's mean of a minus b over the pairs in which it has both, in the order of names."""
    found = defaultdict(list)
    for a, b in pairs:
        for name, difference in paired(a, b).items():
            found[name].append(difference)
    return {name: np.mean(found[name], axis=0) for name in sorted(found)}


def contrasts(
    of_networks: Mapping[str, Mapping[str, Panel]],
    expressions: Sequence[str],
    learned: Collection[str],
    flips: int,
    seed: int,
) -> Iterator[tuple[Row, MaxT | None]]:
    """The rows of all pairs, with their tests, or None where there are too few subjects; without q.

    of_networks: `panels` of each network. learned: networks behind averages over networks.
    """
    for which, pairs in _pairs(of_networks, expressions, learned):
        differences = mean_difference(pairs)
        row = dict.fromkeys(CONTRASTS) | dict(zip(WHICH, which, strict=True))
        row |= {"subjects": len(differences), "reason": ""}
        if len(differences) < FEWEST:
            few = f"{len(differences)} subjects have explanations on both sides, {FEWEST} are needed"
            yield row | {"reason": few}, None
            continue
        found = max_t(np.array(list(differences.values())), flips, generator(seed, "contrasts", *which))
        differ = found.p < LEVEL
        row |= {"differs": differ.mean(), "smallest_p": found.p.min(), "possible_p": found.smallest}
        sides = (found.mean > 0, found.mean < 0)
        yield (
            row | dict(zip(("more_a", "more_b"), ((differ & one).mean() for one in sides), strict=True)),
            found,
        )


def _pairs(
    of_networks: Mapping[str, Mapping[str, Panel]], expressions: Sequence[str], learned: Collection[str]
) -> Iterator[tuple[tuple[str, ...], list[tuple[Panel, Panel]]]]:
    """What is compared, values of WHICH, and the pairs behind it."""
    for a, b in combinations(of_networks, 2):
        both = [(of_networks[a].get(one, {}), of_networks[b].get(one, {})) for one in expressions]
        for expression, pair in zip(expressions, both, strict=True):
            yield (NETWORK, "", a, b, expression), [pair]
        yield (NETWORK, "", a, b, AVERAGE), both
    averaged = [name for name in of_networks if name in learned]
    for name in (*of_networks, AVERAGE):
        for a, b in combinations(expressions, 2):
            networks = averaged if name == AVERAGE else [name]
            pairs = [(of_networks[one].get(a, {}), of_networks[one].get(b, {})) for one in networks]
            yield (EXPRESSION, name, a, b, ""), pairs


def corrected(rows: Sequence[Row]) -> None:
    """Give the rows their q, over all tested pairs of a kind with the same expression or network."""
    families = defaultdict(list)
    for row in rows:
        if row["smallest_p"] is not None:
            families[row["kind"], row["of"], row["expression"]].append(row)
    for family in families.values():
        for row, q in zip(family, false_discovery_rates([one["smallest_p"] for one in family]), strict=True):
            row["q"] = q
