"""The page's section on all cells: which heatmaps there are, and what each of them rests on."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workflow_scripts.report.page.entries import Row
from workflow_scripts.report.page.explainer_parts import by_explainer
from workflow_scripts.report.page.markup import Markup, bullets, element, folded, joined, scrolled_table
from workflow_scripts.report.page.noise_table import LARGE
from workflow_scripts.report.page.study import Study
from workflow_scripts.report.page.wording import MISSING, counted, listed
from workflow_scripts.training.learned import marked

SHOWN = 12  # heatmaps that are not there, named at once; more are folded
ONE_BY_ONE = 10  # folds with a symbol each; of more, the symbols are counted

Cell = tuple[str, str, str]  # network, fold, expression


@dataclass(frozen=True)
class State:
    """What a cell rests on: a symbol and its word. Symbols differ in shape, so colour is not needed."""

    symbol: str
    word: str


EXPLAINED, FEW, TOO_FEW = State("●", "explained"), State("◐", "few images"), State("◔", "too few images")
NONE, EMPTY, NOT_RUN = State("○", "no explanations"), State("×", "no heatmap"), State(MISSING, "not run")
STATES = (EXPLAINED, FEW, TOO_FEW, NONE, EMPTY, NOT_RUN)
NOISY, CHANCE = State("≈", "noisy"), State("†", "at chance")


def cells_section(study: Study) -> list[Markup]:
    """For each explainer the states of all cells, what the symbols mean, and what is missing and why."""
    parts = [
        element(
            "p",
            "Only images that a network classified as an expression can explain its predictions of that "
            "expression. If it seldom predicts one, the heatmap is based on few images, or there is none.",
        )
    ]
    return [*parts, *by_explainer(study, _cells)]


def _cells(study: Study, explainer: str) -> list[Markup]:
    """The cells of one explainer."""
    rows = {(row["network"], row["fold"], row["expression"]): row for row in study.cells_of(explainer)}
    states = cell_states(study, rows)
    noisy = noisy_cells(rows)
    return [
        bullets(legend(study, states, noisy), class_="legend"),
        _table(study, states, noisy),
        *_missing(study, states, rows),
    ]


def cell_states(study: Study, rows: Mapping[Cell, Row]) -> dict[Cell, State]:
    """The state of every cell of the networks of the study. rows: those of scores.csv, of the masked ones."""
    counts = study.positive_counts()
    folds = dict.fromkeys(fold for _, fold, _ in counts)
    cells = [(a, fold, b) for a in study.networks for b in study.expressions for fold in folds]
    return {cell: _state(counts.get(cell), rows.get(cell), study) for cell in cells}


def _state(images: int | None, row: Row | None, study: Study) -> State:
    if images is None:
        return NOT_RUN
    if images == 0:
        return NONE
    if row and row["missing"]:
        return EMPTY
    if images < study.min_images:
        return TOO_FEW
    return FEW if images < study.asked_positives else EXPLAINED


def noisy_cells(rows: Mapping[Cell, Row]) -> set[Cell]:
    """The cells whose heatmap another seed would visibly change: see `noise_table`."""
    return {
        cell
        for cell, row in rows.items()
        if row["noise"] and not row["missing"] and float(row["noise"]) > LARGE
    }


def legend(study: Study, states: Mapping[Cell, State], noisy: set[Cell]) -> list[Markup]:
    """The symbols that occur, in how many cells, and what they mean."""
    asked, needed = study.asked_positives, study.min_images
    meaning = {
        EXPLAINED: f"the {counted(asked, 'image')} asked for{study.limits}.",
        FEW: f"fewer than the {asked} asked for{study.limits}.",
        TOO_FEW: f"fewer than the {needed} that a ranking needs: the network is in none for the expression.",
        NONE: "the network took no test image for the expression.",
        EMPTY: "there are explanations, but their mean shows nothing; the reasons are below.",
        NOT_RUN: "not explained in this run.",
        NOISY: f"another seed would visibly change the heatmap (noise above {LARGE}, see Heatmaps).",
        CHANCE: "the network did not learn the expressions: in no average and no ranking.",
    }
    unlearned = [cell for cell in states if not study.did_learn.get(cell[0], True)]
    found = Counter(states.values()) + Counter({NOISY: len(noisy & set(states)), CHANCE: len(unlearned)})
    return [
        joined(
            [
                element("span", state.symbol, class_="symbol"),
                element("b", f" {state.word}"),
                f" ({found[state]} of {len(states)}): {text}",
            ]
        )
        for state, text in meaning.items()
        if found[state]
    ]


def _table(study: Study, states: Mapping[Cell, State], noisy: set[Cell]) -> Markup:
    """Networks, grouped as in the figures, by expressions."""
    columns = ("network", *study.expressions)
    head = element("tr", *(element("th", name, scope="col") for name in columns))
    groups = network_rows(study)
    bodies = []
    for group, networks in groups.items():
        title = element("th", group.replace("_", " "), scope="rowgroup", colspan=len(columns))
        rows = [element("tr", title, class_="group")] if len(groups) > 1 else []
        for network in networks:
            name = element("th", marked(network, study.did_learn), scope="row")
            cells = [_cell(study, network, one, states, noisy) for one in study.expressions]
            rows.append(element("tr", name, *cells))
        bodies.append(element("tbody", *rows))
    n_folds = len({fold for _, fold, _ in states})
    each = "a symbol per fold, in their order" if n_folds <= ONE_BY_ONE else "folds in each state"
    caption = (
        f"What every heatmap rests on: {each}; explained images per fold, and the percentage of them that "
        "show the expression"
    )
    return scrolled_table(caption, element("thead", head), *bodies, class_="cells")


def network_rows(study: Study) -> dict[str, list[str]]:
    """The networks of the study by the first of their groups, in the order of the figures."""
    found, seen = {}, set()
    for group, members in study.groups.items():
        if names := [name for name in members if name in study.networks and name not in seen]:
            found[group] = names
            seen.update(names)
    others = [name for name in study.networks if name not in seen]
    return found | ({"other networks": others} if others else {})


def _cell(
    study: Study, network: str, expression: str, states: Mapping[Cell, State], noisy: set[Cell]
) -> Markup:
    """The folds of one network and expression: symbols, numbers of images, what is noisy."""
    of_folds = {key[1]: state for key, state in states.items() if (key[0], key[2]) == (network, expression)}
    symbols = _symbols(list(of_folds.values()))
    told = {"class_": "symbol", "role": "img", "aria_label": told_states(of_folds)}
    lines = [element("span", symbols, **told, title=told_states(of_folds))]
    counts = study.positive_counts()
    images = [counts[network, fold, expression] for fold in of_folds if (network, fold, expression) in counts]
    if images:
        low, high = min(images), max(images)
        text = str(low) if low == high else f"{low} to {high}"
        text += f"; {100 * study.shares_right()[network, expression]:.0f} %" if high else ""
        lines.append(element("span", text, class_="basis"))
    n_noisy = sum((network, fold, expression) in noisy for fold in of_folds)
    if n_noisy:
        of = f" in {n_noisy} of {len(of_folds)}" if n_noisy < len(of_folds) else ""
        lines.append(element("span", f"{NOISY.symbol} {NOISY.word}{of}", class_="basis"))
    return element("td", joined(lines, element("br")))


def _symbols(states: Sequence[State]) -> str:
    if not states:
        return MISSING
    if len(states) <= ONE_BY_ONE:
        return "".join(state.symbol for state in states)
    found = Counter(states)
    return " ".join(f"{found[state]}{state.symbol}" for state in STATES if found[state])


def told_states(states: Mapping[str, State]) -> str:
    """The states of folds in words.

    >>> told_states({"1": EXPLAINED, "2": FEW, "3": EXPLAINED}), told_states({"1": NONE, "2": NONE})
    ('folds 1 and 3: explained; fold 2: few images', 'every fold: no explanations')
    """
    of = defaultdict(list)
    for fold, state in states.items():
        of[state].append(fold)
    if len(of) == 1 and len(states) > 1:
        return f"every fold: {next(iter(of)).word}"
    return "; ".join(f"{_folds(folds)}: {state.word}" for state, folds in of.items())


def _folds(names: Sequence[str]) -> str:
    return f"{'fold' if len(names) == 1 else 'folds'} {listed(names)}"


def _missing(study: Study, states: Mapping[Cell, State], rows: Mapping[Cell, Row]) -> list[Markup]:
    """The heatmaps that are not there, each with its folds and why."""
    why = {
        cell: state.word if state == NONE else rows[cell]["missing"]
        for cell, state in states.items()
        if state in (NONE, EMPTY)
    }
    alike = defaultdict(list)
    for network, fold, expression in sorted(why, key=lambda cell: _place(study, cell)):
        alike[network, expression, why[network, fold, expression]].append(fold)
    said = [
        f"{marked(network, study.did_learn)}, {expression}, {_folds(folds)}: {reason}"
        for (network, expression, reason), folds in alike.items()
    ]
    if not said:
        return [element("p", "No heatmap of a single fold is missing, as far as its expression has a mask.")]
    title = element("p", "Missing heatmaps, which are left out of all means:")
    rest = said[SHOWN:]
    more = [folded(f"{len(rest)} more", bullets(rest))] if rest else []
    return [title, bullets(said[:SHOWN]), *more]


def _place(study: Study, cell: Cell) -> tuple[int, int]:
    return study.networks.index(cell[0]), study.expressions.index(cell[2])
