"""Numbers and lists as the page writes them."""

from collections.abc import Mapping, Sequence

from workflow_scripts.comparison.over_faces import ENOUGH
from workflow_scripts.report.page.markup import Markup, element, joined

MISSING = "–"
TOO_NARROW = "‡"  # an interval over faces that covers the truth less often than it should
FEWEST_TRAININGS = 3
LEVEL, NEAR = 0.05, 0.01  # of p and q; one as near as that has a digit more


def estimate_sd(row: Mapping[str, str]) -> Markup | str:
    """The estimate of a row and its standard deviation, if there is one."""
    if not row["estimate"]:
        return MISSING
    return plus_minus(float(row["estimate"]), float(row["sd"]) if row["sd"] else None)


def plus_minus(value: float, spread: float | None) -> Markup:
    """A number like 0.264 ± 0.031, in which a line may break before ±."""
    shown = element("span", f"{value:.3f}")
    return shown if spread is None else joined([shown, " ", element("span", f"± {spread:.3f}", class_="sd")])


def interval(row: Mapping[str, str]) -> str:
    """The interval over trainings of a row; empty where it says nothing.

    Two trainings give an interval that is wider than the scale of any score.

    >>> interval({"low": "0.2216", "high": "0.2735", "folds": "5"}), interval({"low": "", "high": ""})
    ('[0.222, 0.274]', '')
    """
    if not row["low"] or not enough_trainings(row):
        return ""
    return f"[{signed(float(row['low']))}, {signed(float(row['high']))}]"


def enough_trainings(row: Mapping[str, str]) -> bool:
    """Whether there are as many trainings behind a row as an interval over them takes."""
    return float(row["folds"] or 0) >= FEWEST_TRAININGS


def over_faces(row: Mapping[str, str] | None) -> str:
    """The interval over faces of a row, marked where it covers the truth too rarely; empty without one.

    >>> over_faces({"low": "0.25", "high": "0.5", "coverage": "0.94"}), over_faces(None)
    ('faces [0.250, 0.500]', '')
    >>> over_faces({"low": "0.25", "high": "0.5", "coverage": ""})
    'faces [0.250, 0.500]‡'
    """
    if not row or not row["low"]:
        return ""
    return f"faces {marked_interval(row['low'], row['high'], row['coverage'])}"


def marked_interval(low: str, high: str, coverage: str) -> str:
    """An interval over faces, marked where it covers the truth too rarely, or nobody knows how often.

    >>> marked_interval("-0.25", "0.5", "0.94"), marked_interval("-0.25", "0.5", "")
    ('[−0.250, 0.500]', '[−0.250, 0.500]‡')
    """
    few = not coverage or float(coverage) < ENOUGH
    return f"[{signed(float(low))}, {signed(float(high))}]{TOO_NARROW * few}"


def p_value(text: str | float) -> str:
    """A p or q value as it is written in a sentence, on the side of 0.05 where it lies.

    >>> p_value("0.3792"), p_value("0.0516"), p_value("0.00012")
    ('0.38', '0.052', '0.0001')
    """
    value = float(text)
    if abs(value - LEVEL) < NEAR:
        return f"{value:.3f}"
    return f"{value:.2f}" if value >= 0.01 else f"{value:.1g}"


def signed(value: float) -> str:
    """A number with a minus sign where it is negative.

    >>> signed(-0.25)
    '−0.250'
    """
    return f"{value:.3f}".replace("-", "−")


def counted(n: int, noun: str) -> str:
    """A number and its noun.

    >>> counted(1, "fold"), counted(1200, "image")
    ('1 fold', '1,200 images')
    """
    return f"{n:,} {noun}" + ("" if n == 1 else "s")


def listed(names: Sequence[str], word: str = "and") -> str:
    """Names as part of a sentence.

    >>> listed(["anger", "fear", "sadness"]), listed(["anger", "fear"], "or"), listed(["anger"])
    ('anger, fear and sadness', 'anger or fear', 'anger')
    """
    *first, last = names
    return f"{', '.join(first)} {word} {last}" if first else last
