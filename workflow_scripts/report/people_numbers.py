"""Numbers on the agreement of heatmaps with people, as figures and the page look them up."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from workflow_scripts.comparison.agreement_rows import (
    AGREEMENT,
    CEILING,
    GROUP,
    NETWORK,
    OF_PEOPLE,
    ON_PEOPLE,
    REFERENCE,
)
from workflow_scripts.comparison.cells import AVERAGE
from workflow_scripts.comparison.people_intervals import BOTH, PEOPLE
from workflow_scripts.comparison.people_scores import OTHER_EXPRESSIONS, OTHER_HALF, OTHER_POSER
from workflow_scripts.comparison.references import CENTRE
from workflow_scripts.comparison.target_scores import R
from workflow_scripts.report.page.wording import enough_trainings

AUC = "auc"
LABELS = {AUC: "AUC", R: "r"}
PATTERNLESS = {AUC: 0.5, R: 0.0}  # what a map without any pattern scores
KEY = AGREEMENT[1:8]
TITLES = {
    OTHER_HALF: "other half of the people",
    OTHER_POSER: "same people, another face",
    OTHER_EXPRESSIONS: "people, other expressions",
    CENTRE: "a spot at the centre",
}

Row = Mapping[str, str]


@dataclass(frozen=True)
class Number:
    """A number of the table with its 95 % interval; what is unknown is None.

    over: what the interval is over. share: of the way from a map without a pattern to the ceiling.
    """

    estimate: float
    low: float | None = None
    high: float | None = None
    over: str = ""
    p: float | None = None
    q: float | None = None
    share: float | None = None
    share_low: float | None = None
    share_high: float | None = None

    @property
    def verdict(self) -> int | None:
        """1 or -1 if the interval lies above or below 0, 0 if it contains it, None without an interval."""
        if self.low is None:
            return None
        return (self.low > 0) - (self.high < 0)


@dataclass(frozen=True)
class PeopleNumbers:
    """Rows of the tables of one explainer and one set of people."""

    rows: Mapping[tuple[str, ...], Row]

    @classmethod
    def of(cls, *tables: Iterable[Row]) -> "PeopleNumbers":
        """The rows of tables with the columns `agreement_rows.AGREEMENT`."""
        return cls({tuple(row[key] for key in KEY): row for table in tables for row in table})

    def get(
        self,
        kind: str,
        scored: str,
        metric: str,
        minus: str = "",
        on: str = ON_PEOPLE,
        expression: str = AVERAGE,
    ) -> Number | None:
        """A score, or a difference of scores; None if it is not there or unknown.

        Its interval is over people and trainings if there are enough of these, else over people alone.
        """
        rows = [self.rows.get((kind, scored, minus, on, expression, metric, c)) for c in (BOTH, PEOPLE)]
        both, people = (row if row and row["estimate"] else None for row in rows)
        if both and not (both["low"] and enough_trainings(both)):
            both = None
        row = both or people
        return _number(row, BOTH if both else PEOPLE) if row else None

    def metric(self) -> str:
        """The score to show: AUC if it is there, else r."""
        return AUC if any(key[4:6] == (AVERAGE, AUC) and key[3] == ON_PEOPLE for key in self.rows) else R

    def usual(self) -> str:
        """What intervals of networks are over: of any of them over trainings too, if that is known."""
        found = {self.get(NETWORK, key[1], key[5]) for key in self.rows if key[0] == NETWORK}
        return BOTH if any(number and number.over == BOTH for number in found) else PEOPLE

    def persons(self) -> int:
        """How many people there are; 0 if no table says so."""
        return max((int(float(row["persons"])) for row in self.rows.values() if row["persons"]), default=0)

    def averaged(self, learned: Mapping[str, bool]) -> list[str]:
        """The networks that averages are over: they learned, and lack no expression."""
        names = dict.fromkeys(key[1] for key in self.rows if key[0] == NETWORK and key[1] != AVERAGE)
        metric = self.metric()
        return [name for name in names if learned.get(name, True) and self.get(NETWORK, name, metric)]

    def groups(self) -> list[tuple[str, str]]:
        """The pairs of groups of networks that are compared."""
        names = {key[1] for key in self.rows if key[0] == GROUP}
        pairs = dict.fromkeys((key[1], key[2]) for key in self.rows if key[0] == GROUP and key[2] in names)
        return list(pairs)

    def expressions(self, on: str) -> list[str]:
        """The expressions whose people's heatmaps are scored on something."""
        named = dict.fromkeys(key[4] for key in self.rows if (key[0], key[3]) == (OF_PEOPLE, on))
        return [name for name in named if name != AVERAGE]

    def references(self, mask_sets: Sequence[str]) -> dict[str, tuple[str, str]]:
        """What else than networks is scored on people's maps: title and kind by name, ceilings first."""
        titles = {name: f"masks {name}" for name in mask_sets}
        titles = {name: TITLES[name] for name in TITLES if name != CENTRE} | titles | {CENTRE: TITLES[CENTRE]}
        found = {}
        for name, title in titles.items():
            kind = CEILING if name in (OTHER_HALF, OTHER_POSER) else REFERENCE
            if self.get(kind, name, self.metric()):
                found[name] = title, kind
        return found


def _number(row: Row, over: str) -> Number:
    def value(key: str) -> float | None:
        return float(row[key]) if row[key] else None

    numbers = {key: value(key) for key in ("low", "high", "p", "q", "share", "share_low", "share_high")}
    return Number(float(row["estimate"]), over=over if row["low"] else "", **numbers)
