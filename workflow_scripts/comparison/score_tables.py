"""Tables 3, 4 and 5 of the paper: numbers of the summary (`comparison.summary`), none computed anew."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from workflow_scripts.common.tables import write_table
from workflow_scripts.comparison.beside import NOT_RANKED
from workflow_scripts.comparison.cells import AVERAGE, CHANCE_NAME, FACE_NAME, NETWORK, REFERENCE, Cells
from workflow_scripts.comparison.control_summary import control_differences, control_summary
from workflow_scripts.comparison.differences import DIFFERENCES, differences
from workflow_scripts.comparison.face_rows import face_differences, face_summary
from workflow_scripts.comparison.subject_file import Changes
from workflow_scripts.comparison.summary import SUMMARY, summarized

RANKED = 3
TABLE3, TABLE4 = ("iou", "f1"), ("precision", "recall")  # their metrics
RANKING = ("expression", "best", "worst", "not_ranked")

Row = Mapping[str, object]


def write_tables(
    cells: Cells,
    files: Mapping[str, Path],
    lower: Sequence[str] = (),
    changes: Mapping[str, Changes] | None = None,
    controls: Sequence[Row] = (),
) -> None:
    """Write the numbers of a comparison; `files` by name: summary, differences, table3, table4, table5.

    lower: metrics of which lower values are better. changes: of networks whose subjects
    were left out one by one. controls: rows of controls.csv against the masks.
    """
    summary, changes = summarized(cells), changes or {}
    write_table(
        files["summary"], SUMMARY, [*summary, *face_summary(cells, changes), *control_summary(controls)]
    )
    found = [*differences(cells, lower), *face_differences(cells, changes), *control_differences(controls)]
    write_table(files["differences"], DIFFERENCES, found)
    write_table(files["table3"], *score_table(summary, TABLE3))
    write_table(files["table4"], *score_table(summary, TABLE4))
    write_table(files["table5"], RANKING, ranking_table(summary))


def score_table(summary: Sequence[Row], metrics: Sequence[str]) -> tuple[list[str], list[dict[str, object]]]:
    """Means and standard deviations over folds, in the form of Tables 3 and 4: columns and rows.

    summary: rows of `summary.summarized`. Rows: the networks, ``average`` over those that learned and lack no
    panel, ``face`` (the whole face as a region). Columns: ``network``; ``learned`` (yes, no; for ``average``
    the number of its networks); for each expression with masks, then for ``average`` over them,
    ``{name}_{metric}``, ``..._sd`` (the sample's, over folds), ``..._chance_face`` (the score of a random
    region of the face as large as the heatmaps'), ``{name}_n`` (explained images), ``{name}_folds`` (folds
    that have every heatmap, over which the deviation is taken); ``{name}_not_ranked``, why a panel, or an
    average with such a panel, is not ranked, or empty. Missing numbers are None.
    """
    entries = _entries(summary)
    expressions = list(dict.fromkeys(row["expression"] for row in summary))
    networks = list(dict.fromkeys(row["name"] for row in summary if row["kind"] == NETWORK))
    columns = ["network", "learned", *(name for one in expressions for name in _columns(one, metrics))]
    table = []
    for network in networks:
        row = dict.fromkeys(columns) | {"network": network}
        for expression in expressions:
            own = [entries[NETWORK, network, "", expression, metric] for metric in metrics]
            chance = [entries[REFERENCE, CHANCE_NAME, network, expression, metric] for metric in metrics]
            for metric, entry, by_chance in zip(metrics, own, chance, strict=True):
                name = f"{expression}_{metric}"
                row |= {name: entry["estimate"], f"{name}_sd": entry["sd"]}
                row[f"{name}_chance_face"] = by_chance["estimate"]
            row |= {f"{expression}_{key}": own[0][key] for key in ("n", "folds", "not_ranked")}
            row["learned"] = own[0]["learned"]
        table.append(row)
    face = dict.fromkeys(columns) | {"network": FACE_NAME, "learned": ""}
    for expression in expressions:
        for metric in metrics:
            entry = entries[REFERENCE, FACE_NAME, "", expression, metric]
            face[f"{expression}_{metric}"] = entry["estimate"]
    return columns, [*table, face]


def _entries(summary: Sequence[Row]) -> dict[tuple, Row]:
    """The rows, keyed by what they describe."""
    return {tuple(row[key] for key in ("kind", "name", "of", "expression", "metric")): row for row in summary}


def _columns(expression: str, metrics: Sequence[str]) -> list[str]:
    """The columns of one expression; for the average, the reason it is not ranked comes first."""
    scores = [
        f"{expression}_{metric}{ending}" for metric in metrics for ending in ("", "_sd", "_chance_face")
    ]
    scores += [f"{expression}_n", f"{expression}_folds"]
    reason = [f"{expression}_not_ranked"]
    return reason + scores if expression == AVERAGE else scores + reason


def ranking_table(summary: Sequence[Row]) -> list[dict[str, str]]:
    """The networks that agree best and worst with the masks by IoU, in the form of Table 5; keys RANKING.

    At most three on each side, and no network on both; ``not_ranked`` names the others with their reasons,
    except what is put beside, which is never ranked.
    """
    rows = []
    iou = [
        row for row in summary if row["kind"] == NETWORK and row["metric"] == "iou" and row["name"] != AVERAGE
    ]
    for expression in dict.fromkeys(row["expression"] for row in iou if row["expression"] != AVERAGE):
        panels = [row for row in iou if row["expression"] == expression]
        ranked = [row for row in panels if not row["not_ranked"]]
        ranked.sort(key=lambda row: row["estimate"], reverse=True)
        n = min(RANKED, len(ranked) // 2) or min(1, len(ranked))
        worst = ranked[::-1][: min(n, len(ranked) - n)]
        others = "; ".join(
            f"{row['name']}: {row['not_ranked']}"
            for row in panels
            if row["not_ranked"] not in ("", *NOT_RANKED)
        )
        rows.append(dict(zip(RANKING, (expression, _ranks(ranked[:n]), _ranks(worst), others), strict=True)))
    return rows


def _ranks(rows: Sequence[Row]) -> str:
    """Networks with their scores and, if it is known, the number of images behind these."""
    known = ["" if row["n"] is None else f", n {row['n']}" for row in rows]
    return " ".join(
        f"{i}. {row['name']} ({row['estimate']:.2f}{n})"
        for i, (row, n) in enumerate(zip(rows, known, strict=True), start=1)
    )
