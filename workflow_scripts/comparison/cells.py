"""The scores of a study's cells, as numbers, with what each is compared with.

The published entries are means over folds of the scores of per-fold heatmaps; scores of pooled
heatmaps match none of them. A *panel* is a (network, expression). All means follow one scheme:

- a panel's mean is over the folds that have a score;
- a network's average is over the panels of all expressions that have masks, and empty if one is missing:
  otherwise a network that never predicts a hard expression would gain;
- the average over networks is over those that learned and have every panel, the same ones in every column.
"""

import math
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from workflow_scripts.common.averages import Average, over_folds, total
from workflow_scripts.common.intervals import over_trainings
from workflow_scripts.comparison.beside import kind_of
from workflow_scripts.comparison.references import OF_MASK, OF_NETWORK
from workflow_scripts.comparison.score_columns import CHANCE, FACE

AVERAGE, FACE_NAME, CHANCE_NAME = "average", "face", "chance_face"
NETWORK, REFERENCE = "network", "reference"
TRAININGS = "trainings"
NUMBERS = ("estimate", "sd", "low", "high", "n", "folds", "p", "q")

Row = Mapping[str, object]
Panel = tuple[str, str]


@dataclass(frozen=True)
class Compared:
    """What the scores of a study are compared with: rows of the tables of `reference_tables`.

    Numbers may be text. seed: the study's.
    """

    references: Sequence[Row] = ()
    matrix: Sequence[Row] = ()
    nulls: Sequence[Row] = ()
    seed: int = 0


class Cells:
    """The scores of cells, as numbers, with the networks and expressions of the study.

    rows: of cells, with `score_columns.cell_columns`, whose numbers may be text; empty is missing. learned:
    whether each network learned. min_images: how many each fold's heatmap needs for its panel to be ranked.
    one_model: networks that are the same model in all folds, which say nothing about other trainings.
    folds_each: folds of one cross-validation, as many as occur if 0; more occur if it is repeated. groups:
    names of groups with their networks, which are compared with each other. beside: what is only put
    beside the networks of the study (`comparison.beside`), with the number of its folds.
    """

    def __init__(
        self,
        rows: Sequence[Row],
        networks: Sequence[str],
        expressions: Sequence[str],
        metrics: Sequence[str],
        learned: Mapping[str, bool],
        min_images: int,
        one_model: Collection[str] = (),
        folds_each: int = 0,
        groups: Mapping[str, Sequence[str]] | None = None,
        compared: Compared | None = None,
        beside: Mapping[str, int] | None = None,
    ):
        self.compared = compared or Compared()
        self.rows = _with_references(rows, self.compared.references)
        self.networks, self.metrics = networks, metrics
        self.learned, self.min_images = learned, min_images
        self.one_model = one_model
        self.groups, self.beside = groups or {}, beside or {}
        self.folds = sorted({row["fold"] for row in rows if row["network"] not in self.beside})
        self.folds_each = folds_each or len(self.folds)
        self.expressions = [name for name in expressions if any(row["expression"] == name for row in rows)]
        self.of_panel = defaultdict(dict)  # (network, expression) -> fold -> place in rows; cells with scores
        for place, row in enumerate(rows):
            if as_number(row[metrics[0]]) is not None:
                self.of_panel[row["network"], row["expression"]][row["fold"]] = place
        self.complete = [
            name for name in networks if all(self.of_panel[name, one] for one in self.expressions)
        ]
        self.averaged = [
            name for name in self.complete if learned.get(name)
        ]  # what is put beside has no entry
        there = {row["reference"] for row in self.compared.references}
        self.mask_references = [FACE_NAME, *(name for name in OF_MASK if name in there)]
        self.network_references = [CHANCE_NAME, *(name for name in OF_NETWORK if name in there)]

    def scores(self, panel: Panel, column: str) -> dict[object, float]:
        """The numbers of one column of a panel by fold, of cells that have scores, without missing ones."""
        numbers = {
            fold: as_number(self.rows[place].get(column)) for fold, place in self.of_panel[panel].items()
        }
        return {fold: number for fold, number in numbers.items() if number is not None}

    def in_order(self, numbers: Mapping[Panel, Mapping]) -> list[tuple[Panel, object, float]]:
        """Numbers of panels by fold as (panel, fold, number), in the order of the rows."""
        found = [(panel, fold, number) for panel, of in numbers.items() for fold, number in of.items()]
        return sorted(found, key=lambda one: self.of_panel[one[0]][one[1]])

    def members(self, name: str) -> list[str]:
        """The networks behind a name: of a group or the average, those that learned and lack no panel."""
        if name == AVERAGE:
            return self.averaged
        if name in self.groups and name not in self.networks:
            return [network for network in self.groups[name] if network in self.averaged]
        return [name]

    def panels(self, name: str, expression: str) -> list[Panel]:
        """The panels behind an entry; none if the entry must stay empty."""
        networks = self.members(name)
        if expression != AVERAGE:
            return [(network, expression) for network in networks]
        every = set(networks) <= set(self.complete)
        return [(network, one) for network in networks for one in self.expressions] if every else []

    def claim(self, *names: str) -> str:
        """What the deviation of some entries is over: trainings, if each fold has its own."""
        networks = {one for name in names for one in self.members(name)}
        untrained = {name for name in self.beside if not kind_of(name).trained}
        return "" if networks & {*self.one_model, *untrained} else TRAININGS

    def folds_of(self, name: str) -> int:
        """The folds of the cross-validation that a network's scores are from."""
        return self.beside.get(name, self.folds_each)

    def paired(self, a: str, b: str) -> bool:
        """Whether the folds of two entries are the same trainings' or test images, so that they pair up.

        What is put beside has other folds than those of the study, or none.
        """
        first, second = (kind_of(name) if name in self.beside else None for name in (a, b))
        return first == second and (first is None or first.trained)

    def said_to_learn(self, name: str) -> str:
        """yes or no; empty for what is put beside, of which it is unknown."""
        return "" if name in self.beside else "yes" if self.learned[name] else "no"

    def images(self, panels: Collection[Panel], folds: Collection) -> int | None:
        """Explained images of the cells of some folds that have scores; None if unknown."""
        known = [self.scores(panel, "n") for panel in panels]
        return total(of_panel[fold] for of_panel in known for fold in folds if fold in of_panel)

    def of_mask(self, reference: str, expression: str, metric: str) -> float | None:
        """The score of a reference that depends on the mask alone."""
        column = reference_column(reference, metric)
        found = (as_number(row.get(column)) for row in self.rows if row["expression"] == expression)
        return next((score for score in found if score is not None), None)

    def not_ranked(self, name: str, expression: str) -> str:
        """Why a panel is not ranked; empty if it is."""
        if name in self.beside:
            return kind_of(name).not_ranked
        if not self.learned[name]:
            return "did not learn"
        scored = self.of_panel[name, expression]
        if missing := [str(fold) for fold in self.folds if fold not in scored]:
            return f"no heatmap of fold {', '.join(missing)}"
        images = self.scores((name, expression), "n")  # unknown for heatmaps from elsewhere
        few = {fold: n for fold, n in images.items() if n < self.min_images}
        return "few images: " + ", ".join(f"{n:.0f} in fold {fold}" for fold, n in few.items()) if few else ""

    def entry(self, name: str, expression: str, column: str) -> dict[str, object]:
        """The mean of one column over the folds, with its interval over trainings: claim and NUMBERS."""
        panels = self.panels(name, expression)
        scores = {panel: self.scores(panel, column) for panel in panels}
        found = over_folds(self.in_order(scores), panels)
        return self.numbers(found, self.images(panels, self.folds), self.claim(name), self.folds_of(name))

    def numbers(self, found: Average, n: int | None, claim: str, folds_each: int) -> dict[str, object]:
        """A mean with its interval, keys claim and NUMBERS; p and q, whose tests differ, are empty.

        folds_each: folds of one cross-validation.
        """
        rests_on = (found.estimate, found.sd, found.folds) if claim == TRAININGS else (None, None, None)
        interval = over_trainings(*rests_on, folds_each)
        return dict.fromkeys(NUMBERS) | {
            "claim": claim,
            "estimate": found.estimate,
            "sd": found.sd,
            "low": interval.low,
            "high": interval.high,
            "n": n,
            "folds": found.folds,
        }


def reference_column(reference: str, metric: str) -> str:
    """The column of a cell's row that holds the score of a reference.

    >>> reference_column("face", "iou"), reference_column("centre", "auc")
    ('face_iou', 'centre_auc')
    """
    prefixes = {FACE_NAME: FACE, CHANCE_NAME: CHANCE}
    return prefixes.get(reference, f"{reference}_") + metric


def _with_references(rows: Sequence[Row], references: Sequence[Row]) -> Sequence[Row]:
    """Rows of cells with the scores of references added as columns."""
    if not references:
        return rows
    found = defaultdict(dict)
    for row in references:
        where = str(row["network"]), str(row["fold"]), row["expression"]
        found[where][reference_column(row["reference"], row["metric"])] = row["score"]
    return [
        {
            **row,
            **found["", "", row["expression"]],
            **found[str(row["network"]), str(row["fold"]), row["expression"]],
        }
        for row in rows
    ]


def as_number(value: object) -> float | None:
    """A number that may be text; None if it is missing."""
    number = math.nan if value is None or value == "" else float(value)
    return None if math.isnan(number) else number
