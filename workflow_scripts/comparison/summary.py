"""The numbers of a comparison: every mean of scores in the tables, on the page and in figures is taken here.

Rows are in long format, one per number, with the keys SUMMARY. kind: ``network``, or ``reference`` for what a
network is compared with. name: a network, or ``average`` over those that learned and lack no panel; or a
reference: ``face``, the whole face as a region; ``chance_face``, the score of a random region of the face as
large as the heatmaps of `of`; those of `comparison.references`; ``surrogates``, masks as large and smooth as
the mask that lie elsewhere in the face (`comparison.nulls`), with the central 95 % of their scores as low and
high. expression: of the heatmaps, or ``average`` over those with masks; mask_expression: of the masks. claim:
what an interval is over; ``trainings``: the folds, each with its own training (`common.intervals`);
``faces``: other people's faces, shown to these trained networks (`comparison.face_rows`, whose rows come last
and which says what subjects and coverage are);
``places``: where in the face the mask lies; empty if the number depends on the masks alone or says nothing
about other trainings. estimate with sd, low and high; n: explained images; folds: those that have every
heatmap, over which the deviation is taken. p: of a network's panel, of averages, and of the centre, how often
surrogates of the mask, or of the set of masks, agree at least as well; q: the false discovery rate over all
panels of the study that are ranked, by metric, and so not of averages, which are made of them. not_ranked:
why a panel, or an average with such a panel, is not ranked, or empty. learned: whether the network learned
(yes, no); for ``average``, the number of its networks; empty for what is put
beside (`comparison.beside`), which is not ranked, and in neither the average nor the tests that q corrects
for; intervals of published networks count the folds of their own cross-validation, people have none.
Missing or unknown numbers are None.

Two metrics describe the heatmaps: ``median_r2``, the median over the cells of the expression, or over all
cells, of the fits behind them; ``amplitude``, their highest value minus their lowest, which thresholds and
ranks do not see.
"""

from collections.abc import Mapping
from statistics import median

from workflow_scripts.common.averages import mean, total
from workflow_scripts.common.intervals import false_discovery_rates
from workflow_scripts.comparison.beside import kind_of
from workflow_scripts.comparison.cells import (
    AVERAGE,
    NETWORK,
    NUMBERS,
    REFERENCE,
    Cells,
    as_number,
    reference_column,
)
from workflow_scripts.comparison.references import MEAN_OF_FOLDS

PLACES, SURROGATES = "places", "surrogates"
FITS, AMPLITUDE = "median_r2", "amplitude"
SUMMARY = (
    "kind", "name", "of", "expression", "mask_expression", "metric", "claim", *NUMBERS, "not_ranked",
    "learned", "subjects", "coverage",
)  # fmt: skip

Rows = list[dict[str, object]]


def summarized(cells: Cells) -> Rows:
    """All numbers of a comparison, keys SUMMARY, in the order of networks, expressions and metrics."""
    rows = []
    for name in (*cells.networks, AVERAGE):
        learned = str(len(cells.averaged)) if name == AVERAGE else cells.said_to_learn(name)
        not_ranked = {} if name == AVERAGE else reasons(cells, name)
        for expression in (*cells.expressions, AVERAGE):
            own = _row(NETWORK, name, expression) | {"learned": learned}
            own["not_ranked"] = not_ranked.get(expression, "")
            for metric in cells.metrics:
                rows.append(own | {"metric": metric} | cells.entry(name, expression, metric))
                rows += _references(cells, name, expression, metric, learned)
            if name != AVERAGE:
                rows.append(own | {"metric": FITS} | _fits(cells, name, expression))
            rows.append(own | {"metric": AMPLITUDE} | cells.entry(name, expression, AMPLITUDE))
    return _tested(cells, rows) + _of_masks(cells)


def _references(cells: Cells, name: str, expression: str, metric: str, learned: str) -> Rows:
    """What a network, or their average, is compared with, apart from references of the mask alone."""
    rows = []
    for reference in cells.network_references:
        row = _row(REFERENCE, reference, expression) | {"of": name, "learned": learned, "metric": metric}
        row |= cells.entry(name, expression, reference_column(reference, metric))
        if reference == MEAN_OF_FOLDS:  # one score of all folds, which does not vary over them
            row |= {"claim": "", "sd": None, "low": None, "high": None}
        rows.append(row)
    return rows


def _of_masks(cells: Cells) -> Rows:
    """The references that depend on the masks alone."""
    nulls = _nulls(cells)
    rows = []
    for reference in cells.mask_references:
        for expression in (*cells.expressions, AVERAGE):
            of_masks = cells.expressions if expression == AVERAGE else [expression]
            for metric in cells.metrics:
                row = _row(REFERENCE, reference, expression) | {"metric": metric}
                row["estimate"] = mean(cells.of_mask(reference, name, metric) for name in sorted(of_masks))
                null = nulls.get((reference, expression, metric))
                rows.append(row | {"p": as_number(null["p"]) if null else None})
    return rows


def _tested(cells: Cells, rows: Rows) -> Rows:
    """The rows with their p, q of panels, and the scores of the surrogates that they were tested against."""
    nulls = _nulls(cells)
    families = {metric: [] for metric in cells.metrics}
    result = []
    for row in rows:
        result.append(row)
        null = nulls.get((row["name"], row["expression"], row["metric"]))
        if null and row["kind"] == NETWORK:
            row["p"] = as_number(null["p"])
            if AVERAGE not in (row["name"], row["expression"]) and not row["not_ranked"]:
                families[row["metric"]].append(row)
            numbers = {key: as_number(null[f"null_{key}"]) for key in ("low", "high")}
            numbers |= {"estimate": as_number(null["null_mean"]), "folds": int(null["folds"])}
            about = {"of": row["name"], "learned": row["learned"], "metric": row["metric"], "claim": PLACES}
            result.append(_row(REFERENCE, SURROGATES, row["expression"]) | about | numbers)
    for family in families.values():
        for row, q in zip(family, false_discovery_rates([row["p"] for row in family]), strict=True):
            row["q"] = q
    return result


def _nulls(cells: Cells) -> dict[tuple[str, str, str], Mapping[str, object]]:
    """Tests by (network or reference, expression, metric)."""
    return {(row["network"], row["expression"], row["metric"]): row for row in cells.compared.nulls}


def _row(kind: str, name: str, expression: str) -> dict[str, object]:
    """A row without its numbers."""
    words = {"of": "", "claim": "", "not_ranked": "", "learned": ""}
    which = {"kind": kind, "name": name, "expression": expression, "mask_expression": expression}
    return dict.fromkeys(SUMMARY) | words | which


def _fits(cells: Cells, name: str, expression: str) -> dict[str, object]:
    """The median R² over cells, whether they have scores or not."""
    rows = [
        row
        for row in cells.rows
        if row["network"] == name
        and expression in (row["expression"], AVERAGE)
        and as_number(row[FITS]) is not None
    ]
    if not rows:
        return {}
    folds = {row["fold"] for row in rows}
    n = total(as_number(row["n"]) for row in rows)
    return {"estimate": median(as_number(row[FITS]) for row in rows), "n": n, "folds": len(folds)}


def reasons(cells: Cells, name: str) -> dict[str, str]:
    """Why each panel of a network, and its average, is not ranked; empty if it is."""
    found = {expression: cells.not_ranked(name, expression) for expression in cells.expressions}
    if name in cells.beside:
        return found | {AVERAGE: kind_of(name).not_ranked}
    of_average = "; ".join(f"{expression}: {why}" for expression, why in found.items() if why)
    return found | {AVERAGE: of_average}
