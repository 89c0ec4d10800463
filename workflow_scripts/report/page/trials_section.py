"""The page's section on the uncovering task: what networks answer as a face is uncovered tile by tile."""

from collections.abc import Mapping, Sequence

from workflow_scripts.report.page.entries import Row
from workflow_scripts.report.page.explainer_parts import by_explainer
from workflow_scripts.report.page.figure_sections import figure_part
from workflow_scripts.report.page.markup import Markup, bullets, data_table, element
from workflow_scripts.report.page.study import Study
from workflow_scripts.report.page.wording import MISSING, listed, p_value, signed
from workflow_scripts.training.learned import marked

AVERAGE = "average"
TASK = (
    "A face lies behind 48 tiles, which are uncovered one by one in a random order. A person's trial ends "
    "with the answer; a network answers at every step, and its trial ends with the last change of mind, at "
    "the first step from which its answer stays the same. It is right if the answer is what the face shows. "
    "Networks saw other faces than people did; a tile lies on the same part of every face."
)
CRITERION = (
    "Here a network's trial ends when the probability of its answer reaches {ends}; what a probability means "
    "differs between networks."
)
EFFECTS = (
    "r is the correlation over tiles of how much having seen a tile raises the odds of a right answer, "
    "between a network and people, weighted by the tiles' area in the face; of the ceiling: divided by what "
    "two observers who use the same tiles would reach with the errors of both. Its interval is about these "
    "tiles; maps of a face have the middle of it in common, so the number to compare it with is r with "
    "people's tiles for the other expressions. p: own expressions against all ways to assign them."
)


def trials_section(study: Study) -> list[Markup]:
    """The task, then sentences, the picture and tables for every explainer that keeps trials."""
    if not study.trials:
        return []
    of = by_explainer(study, _of_explainer, study.trials)
    return [element("p", TASK), *of]


def _of_explainer(study: Study, explainer: str) -> list[Markup]:
    """The trials of one explainer: sentences, picture and tables."""
    tables = study.trials[explainer]
    ends = study.setup["explanation"]["explainers"][explainer]["ends"]
    people = [name for name in study.people if any(row["observer"] == name for row in tables["observers"])]
    averages = [row for row in tables["observers"] if row["expression"] == AVERAGE]
    return [
        element("p", CRITERION.format(ends=f"{ends:g}")) if ends != "settled" else Markup(),
        bullets(trial_sentences(averages, people, study.did_learn)),
        figure_part(study, f"trials/{explainer}"),
        _table(averages, people, study.did_learn),
        element("p", EFFECTS) if people else Markup(),
        _confusions(tables["confusions"], [*people, *study.networks], study),
    ]


def trial_sentences(averages: Sequence[Row], people: Sequence[str], learned: Mapping[str, bool]) -> list[str]:
    """How many tiles were needed, and whether the same tiles help networks and people.

    averages: rows of the table of observers, of the average over expressions.
    """
    order = {name: place for place, name in enumerate([*people, *learned])}
    of = {row["observer"]: row for row in sorted(averages, key=lambda row: order[row["observer"]])}
    needed = [f"{_named(name, people, learned)} {_tiles(row)}" for name, row in of.items() if row["right"]]
    said = [f"Half of all trials had ended with a right answer: {'; '.join(needed)}."] if needed else []
    for name in people:
        rows = [
            row for row in averages if row["people"] == name and row["r"] and learned.get(row["observer"])
        ]
        told = [
            f"{row['observer']} r = {signed(float(row['r']))}{_spread(row)}, with people's tiles for other "
            f"expressions {signed(float(row['r_others']))}{_p(row)}"
            for row in rows
            if row["r_others"]
        ]
        if told:
            said.append(
                f"Tiles that help networks beside those that help people ({name}): {'; '.join(told)}."
            )
        without = [
            row["observer"] for row in averages if row["people"] == name and not row["r"] and row["reason"]
        ]
        if without:
            said.append(
                f"Of {listed(without)} there is no such number: too few right answers of some expression."
            )
    return said


def _named(name: str, people: Sequence[str], learned: Mapping[str, bool]) -> str:
    return f"people ({name})" if name in people else marked(name, learned)


def _tiles(row: Row) -> str:
    """What half of the trials needed, in words."""
    if row["needed"]:
        return "with nothing seen" if row["needed"] == "0" else f"after {row['needed']} tiles"
    return f"never ({100 * float(row['right']):.0f} % right in the end)"


def _spread(row: Row) -> str:
    low, high = (signed(float(row[key])) if row["r_low"] else "" for key in ("r_low", "r_high"))
    return f" [{low}, {high}]" if low else ""


def _p(row: Row) -> str:
    return f" (p = {p_value(row['p'])})" if row["p"] else ""


def _table(averages: Sequence[Row], people: Sequence[str], learned: Mapping[str, bool]) -> Markup:
    """A row per observer, and per set of people that a network is compared with."""
    header = ["who", "right in the end", "decided with nothing seen", "tiles for half of the trials"]
    if people:
        header += ["r with people", "of the ceiling", "r with people's other expressions", "p"]
    rows = []
    for row in averages:
        beside = f" and {row['people']}" if row["people"] and len(people) > 1 else ""
        cells = [
            f"{_named(row['observer'], people, learned)}{beside}",
            *(f"{100 * float(row[key]):.0f} %" if row[key] else MISSING for key in ("right", "before")),
            row["needed"] or MISSING,
        ]
        if people:
            r = f"{signed(float(row['r']))}{_spread(row)}" if row["r"] else MISSING
            others = [signed(float(row[key])) if row[key] else MISSING for key in ("ratio", "r_others")]
            cells += [r, *others, p_value(row["p"]) if row["p"] else MISSING]
        rows.append(cells)
    return data_table("The uncovering task, averages over expressions", header, rows)


def _confusions(rows: Sequence[Row], observers: Sequence[str], study: Study) -> Markup:
    """The most frequent wrong answer to each expression."""
    shown: dict[tuple[str, str], Row] = {}
    for row in rows:
        key = row["observer"], row["shown"]
        wrong = row["answer"] not in (row["shown"], "none") and float(row["share"]) > 0
        if wrong and (key not in shown or float(row["share"]) > float(shown[key]["share"])):
            shown[key] = row

    def cell(name: str, expression: str) -> str:
        row = shown.get((name, expression))
        return f"{row['answer']} {100 * float(row['share']):.0f} %" if row else MISSING

    body = [
        [expression, *(cell(name, expression) for name in observers)]
        for expression in study.expressions
        if any((name, expression) in shown for name in observers)
    ]
    header = ["shown", *(_named(name, list(study.people), study.did_learn) for name in observers)]
    return data_table("The most frequent wrong answer, and how often it is given", header, body)
