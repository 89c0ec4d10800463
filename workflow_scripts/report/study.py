"""What the page shows, as plain data."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Row = Mapping[str, str]
Table = Sequence[Row]

MASK_KINDS = {
    "outlines": "outlines of the regions that people go by, after Ekman and Friesen",
    "action_units": "the facial regions of each expression's action units (FACS)",
    "region_maps": "where the faces of the data set really moved",
    "images": "mask images that were brought to the study",
}


@dataclass(frozen=True)
class FigureFile:
    """A figure of the page: links relative to it, the files as data URIs, size in CSS pixels."""

    svg: str
    png: str
    svg_data: str
    png_data: str
    width: int
    height: int


@dataclass(frozen=True)
class Comparison:
    """Scores and Tables 3 to 5 of one explainer and mask set."""

    explainer: str
    mask_set: str
    scores: Table
    table3: Table
    table4: Table
    table5: Table


@dataclass(frozen=True)
class Study:
    """Everything that the page shows. Figures are by name: "5", or "7/lime" where each explainer has one.

    `counts` and `rejected` are by data set, `positives` by (network, fold), `similarity` by
    (explainer, expression); `copies` are links to the copied tables by the name shown.
    """

    title: str
    datasets: Mapping[str, str]  # name -> note
    networks: Sequence[str]
    expressions: Sequence[str]
    explainers: Sequence[str]
    mask_sets: Mapping[str, str]  # name -> kind
    asked_positives: int
    setup: object
    counts: Mapping[str, Table]
    rejected: Mapping[str, Table]
    folds: Table
    accuracy: Table
    positives: Mapping[tuple[str, str], Table]
    comparisons: Sequence[Comparison]
    similarity: Mapping[tuple[str, str], Table]
    figures: Mapping[str, FigureFile]
    copies: Mapping[str, str] = field(default_factory=dict)

    @property
    def n_folds(self) -> int:
        return len({row["fold"] for row in self.folds})

    def positive_counts(self) -> dict[tuple[str, str, str], int]:
        """Explained images by (network, fold, expression), zeros included."""
        counts = {}
        for (network, fold), table in self.positives.items():
            found = Counter(row["expression"] for row in table)
            for expression in self.expressions:
                counts[network, fold, expression] = found[expression]
        return counts


def network_values(table: Table, network: str, column: str) -> list[float]:
    """The numbers of one column in the rows of one network; empty fields are left out."""
    return [float(row[column]) for row in table if row["network"] == network and row[column]]
