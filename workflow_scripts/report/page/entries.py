"""The numbers of a comparison as the page looks them up: rows of summary.csv, keyed by what they describe."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from workflow_scripts.comparison.cells import AVERAGE, CHANCE_NAME, FACE_NAME, NETWORK, REFERENCE
from workflow_scripts.comparison.summary import FITS

Row = Mapping[str, str]

COLUMNS = (
    "kind", "name", "of", "expression", "metric", "estimate", "sd", "n", "folds", "not_ranked", "learned"
)  # fmt: skip


@dataclass(frozen=True)
class Entries:
    """Rows of summary.csv, of one explainer and mask set."""

    rows: Mapping[tuple[str, ...], Row]

    @classmethod
    def of(cls, table: Iterable[Row]) -> "Entries":
        """The rows of a table that has COLUMNS."""
        return cls({tuple(row[key] for key in COLUMNS[:5]): row for row in table})

    @property
    def expressions(self) -> list[str]:
        """The expressions that have masks, then the average over them."""
        return list(dict.fromkeys(expression for _, _, _, expression, _ in self.rows))

    @property
    def networks(self) -> list[str]:
        """The networks, without their average."""
        names = dict.fromkeys(name for kind, name, *_ in self.rows if kind == NETWORK)
        return [name for name in names if name != AVERAGE]

    def score(self, network: str, expression: str, metric: str) -> Row:
        """The row of a network, or of their average."""
        return self.rows[NETWORK, network, "", expression, metric]

    def chance(self, network: str, expression: str, metric: str) -> Row:
        """The score of a random region of the face as large as the network's own."""
        return self.rows[REFERENCE, CHANCE_NAME, network, expression, metric]

    def face(self, expression: str, metric: str) -> Row:
        """The score of the whole face."""
        return self.rows[REFERENCE, FACE_NAME, "", expression, metric]

    def fit(self, network: str) -> float | None:
        """The median R² of the fits behind a network's heatmaps; None if there are none."""
        row = self.rows.get((NETWORK, network, "", AVERAGE, FITS), {})
        return float(row["estimate"]) if row.get("estimate") else None


def whole(text: str) -> int | None:
    """A whole number as tables hold it; None if it is missing.

    >>> whole("12.0"), whole("")
    (12, None)
    """
    return int(float(text)) if text else None
