"""The numbers of a comparison as the page looks them up: rows of tables, keyed by what they describe."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from workflow_scripts.comparison.beside import NOT_RANKED
from workflow_scripts.comparison.cells import AVERAGE, CHANCE_NAME, FACE_NAME, NETWORK, REFERENCE
from workflow_scripts.comparison.over_faces import FACES
from workflow_scripts.comparison.references import OTHER_MASKS
from workflow_scripts.comparison.summary import FITS, SURROGATES

IOU = "iou"

Row = Mapping[str, str]

COLUMNS = (
    "kind", "name", "of", "expression", "metric", "estimate", "sd", "low", "high", "n", "folds", "p", "q",
    "not_ranked", "learned", "claim", "subjects", "coverage",
)  # fmt: skip
KEY = ("kind", "name_a", "name_b", "expression", "metric", "claim")
DIFFERENCES = (*KEY, "estimate", "low", "high", "folds", "p", "q", "of", "subjects", "coverage")


@dataclass(frozen=True)
class Entries:
    """Rows of summary.csv, of one explainer and mask set."""

    rows: Mapping[tuple[str, ...], Row]
    over_faces: Mapping[tuple[str, ...], Row] = field(default_factory=dict)  # by name, expression, metric

    @classmethod
    def of(cls, table: Iterable[Row]) -> "Entries":
        """The rows of a table that has COLUMNS."""
        by_faces, others = _divided(table)
        return cls(
            {tuple(row[key] for key in COLUMNS[:5]): row for row in others},
            {
                tuple(row[key] for key in ("name", "expression", "metric")): row
                for row in by_faces
                if row["kind"] == NETWORK
            },
        )

    @property
    def expressions(self) -> list[str]:
        """The expressions that have masks, then the average over them."""
        return list(dict.fromkeys(expression for _, _, _, expression, _ in self.rows))

    @property
    def networks(self) -> list[str]:
        """The networks, without their average."""
        names = dict.fromkeys(name for kind, name, *_ in self.rows if kind == NETWORK)
        return [name for name in names if name != AVERAGE]

    @property
    def beside(self) -> list[str]:
        """Those of the networks that are only put beside the study's: published ones, and people."""
        rows = (self.rows[NETWORK, name, "", AVERAGE, IOU] for name in self.networks)
        return [row["name"] for row in rows if row["not_ranked"] in NOT_RANKED]

    @property
    def same_masks(self) -> bool:
        """Whether all expressions have the same mask, such as a half of the face: what others share is it.

        Then nothing can be specific to an expression.
        """
        others = self.reference(OTHER_MASKS, "", AVERAGE, IOU)
        return others is not None and float(others["estimate"]) == 1

    def score(self, network: str, expression: str, metric: str) -> Row:
        """The row of a network, or of their average."""
        return self.rows[NETWORK, network, "", expression, metric]

    def faces(self, network: str, expression: str, metric: str) -> Row | None:
        """The score with its interval over faces; None if there is none."""
        row = self.over_faces.get((network, expression, metric))
        return row if row and row["low"] else None

    def chance(self, network: str, expression: str, metric: str) -> Row:
        """The score of a random region of the face as large as the network's own."""
        return self.rows[REFERENCE, CHANCE_NAME, network, expression, metric]

    def face(self, expression: str, metric: str) -> Row:
        """The score of the whole face."""
        return self.rows[REFERENCE, FACE_NAME, "", expression, metric]

    def reference(self, name: str, of: str, expression: str, metric: str) -> Row | None:
        """The score of a reference, of a network or (`of` empty) of the mask; None if it was not computed."""
        row = self.rows.get((REFERENCE, name, of, expression, metric))
        return row if row and row["estimate"] else None

    def surrogates(self, network: str, expression: str, metric: str) -> Row | None:
        """Scores of masks elsewhere in the face; None if the panel was not tested."""
        return self.reference(SURROGATES, network, expression, metric)

    def panels(self, metric: str) -> list[Row]:
        """The ranked panels, by one metric."""
        rows = (self.rows.get((NETWORK, n, "", e, metric)) for n in self.networks for e in self.expressions)
        return [
            row
            for row in rows
            if row and row["expression"] != AVERAGE and row["estimate"] and not row["not_ranked"]
        ]

    def fit(self, network: str) -> float | None:
        """The median R² of the fits behind a network's heatmaps; None if there are none."""
        row = self.rows.get((NETWORK, network, "", AVERAGE, FITS), {})
        return float(row["estimate"]) if row.get("estimate") else None


@dataclass(frozen=True)
class Differences:
    """Rows of differences.csv, of one explainer and mask set."""

    rows: Mapping[tuple[str, ...], Row]
    over_faces: Sequence[Row] = ()

    @classmethod
    def of(cls, table: Iterable[Row]) -> "Differences":
        """The rows of a table that has the columns DIFFERENCES."""
        by_faces, others = _divided(table)
        return cls({tuple(row[key] for key in KEY): row for row in others}, by_faces)

    def faces(self, kind: str, of: str, expression: str) -> dict[tuple[str, str], dict[str, Row]]:
        """The differences of a kind with an interval over faces: by pair of names, then by metric."""
        found = {}
        for row in self.over_faces:
            if (row["kind"], row["of"], row["expression"]) == (kind, of, expression) and row["low"]:
                found.setdefault((row["name_a"], row["name_b"]), {})[row["metric"]] = row
        return found

    def get(self, kind: str, a: str, b: str, expression: str, metric: str, claim: str) -> Row | None:
        """One difference; None if it is not there or unknown."""
        row = self.rows.get((kind, a, b, expression, metric, claim))
        return row if row and row["estimate"] else None

    def of_kind(self, kind: str, expression: str, metric: str) -> list[Row]:
        """The known differences of one kind, by one metric."""
        return [
            row
            for row in self.rows.values()
            if (row["kind"], row["expression"], row["metric"]) == (kind, expression, metric)
            and row["estimate"]
        ]


def _divided(table: Iterable[Row]) -> tuple[list[Row], list[Row]]:
    """The rows whose claim is faces, and the others."""
    rows = list(table)
    return [row for row in rows if row["claim"] == FACES], [row for row in rows if row["claim"] != FACES]


def whole(text: str) -> int | None:
    """A whole number as tables hold it; None if it is missing.

    >>> whole("12.0"), whole("")
    (12, None)
    """
    return int(float(text)) if text else None
