"""Tables 3, 4 and 5 of the paper from the scores of single heatmaps.

The published entries are means over folds of the scores of per-fold heatmaps; scores of pooled
heatmaps match none of them. A *panel* is a (network, expression). There is one mean for all of it:

- a panel's is over the folds that have a score;
- a network's average is over the panels of all expressions that have masks, and empty where one is missing,
  or a network that never predicts a hard expression would gain by that;
- the average over networks is over those that learned and have every panel, in every column the same ones.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from workflow_scripts.comparison.cell_scores import CHANCE, FACE

AVERAGE, FACE_ROW = "average", "face"
RANKED = 3
DECIMALS = 12  # what is the same in all folds differs by rounding alone


def score_table(
    scores: pd.DataFrame,
    networks: Sequence[str],
    expressions: Sequence[str],
    metrics: Sequence[str],
    learned: Mapping[str, bool],
    min_images: int,
) -> pd.DataFrame:
    """Means and standard deviations over folds, in the form of Tables 3 and 4.

    scores: rows of cells, with the columns of `cell_scores.COLUMNS`. learned: whether each network did.
    min_images: that each fold's heatmap must rest on for its panel to be ranked. Rows: the networks,
    ``average`` over those that learned and lack no panel, ``face`` (the whole face as a region). Columns:
    ``learned`` (yes, no; for ``average`` the number of its networks); for each expression with masks, then
    for ``average`` over them, ``{name}_{metric}``, ``..._sd`` (the sample's, over folds),
    ``..._chance_face`` (what a random region of the face as large as the heatmaps' would get),
    ``{name}_n`` explained images and ``{name}_folds`` that have all of them, which the deviation is over;
    ``{name}_not_ranked``, why a panel, or an average with such a panel, is not ranked, or empty. Missing
    numbers are NaN.
    """
    masked = [name for name in expressions if name in set(scores["expression"])]
    cells = scores.assign(**{column: pd.to_numeric(scores[column]) for column in ("n", *_scored(metrics))})
    folds = sorted(set(cells["fold"]))
    complete = [name for name in networks if _is_complete(cells, name, masked, metrics[0])]
    averaged = [name for name in complete if learned[name]]
    table = {}
    for name in (*networks, AVERAGE):
        members = averaged if name == AVERAGE else [name]
        own = cells[cells["network"].isin(members)]
        row = {"learned": str(len(averaged)) if name == AVERAGE else "yes" if learned[name] else "no"}
        for expression in masked:
            panels = own[own["expression"] == expression]
            row |= _entries(expression, panels, metrics)
            if name != AVERAGE:
                scored = panels.dropna(subset=metrics[0])
                row[f"{expression}_not_ranked"] = _not_ranked(scored, folds, learned[name], min_images)
        if name != AVERAGE:
            reasons = {expression: row[f"{expression}_not_ranked"] for expression in masked}
            row[f"{AVERAGE}_not_ranked"] = "; ".join(f"{key}: {why}" for key, why in reasons.items() if why)
        table[name] = row | _entries(AVERAGE, own if set(members) <= set(complete) else own[:0], metrics)
    table[FACE_ROW] = _face_row(cells, masked, metrics)
    return pd.DataFrame.from_dict(table, orient="index").rename_axis("network")


def _scored(metrics: Sequence[str]) -> list[str]:
    return [prefix + metric for prefix in ("", FACE, CHANCE) for metric in metrics]


def _is_complete(cells: pd.DataFrame, network: str, masked: Sequence[str], metric: str) -> bool:
    """Whether a network has a score of every expression in at least one fold."""
    scored = cells[(cells["network"] == network) & cells[metric].notna()]
    return set(masked) <= set(scored["expression"])


def _entries(name: str, cells: pd.DataFrame, metrics: Sequence[str]) -> dict[str, float]:
    """The entries of one row for one expression, or for the average of those that `cells` hold."""
    scored = cells.dropna(subset=metrics[0])
    by_fold = _folds_of_all(scored)
    entries = {}
    for metric in metrics:
        # the same in all folds is no deviation
        deviation = scored[scored["fold"].isin(by_fold)].groupby("fold")[metric].mean().std()
        entries[f"{name}_{metric}"] = _mean(scored, metric)
        entries[f"{name}_{metric}_sd"] = round(float(deviation), DECIMALS)
        entries[f"{name}_{metric}_chance_face"] = _mean(scored, CHANCE + metric)
    return entries | {
        f"{name}_n": float(scored["n"].sum(min_count=1)),
        f"{name}_folds": float(len(by_fold)) if len(scored) else np.nan,
    }


def _mean(scored: pd.DataFrame, column: str) -> float:
    """Mean of panels, each the mean of its folds; NaN of nothing."""
    return float(scored.groupby(["network", "expression"])[column].mean().mean())


def _folds_of_all(scored: pd.DataFrame) -> list:
    """Folds in which every panel of `scored` has a score: those whose means can be compared."""
    panels = scored.groupby(["network", "expression"]).ngroups
    counts = scored.groupby("fold").size()
    return list(counts[counts == panels].index)


def _face_row(cells: pd.DataFrame, masked: Sequence[str], metrics: Sequence[str]) -> dict[str, float | str]:
    """The scores of the whole face, which depend on the masks alone."""
    of_masks = cells.groupby("expression")[[FACE + metric for metric in metrics]].first()
    row: dict[str, float | str] = {"learned": ""}
    for metric in metrics:
        row |= {f"{name}_{metric}": of_masks.loc[name, FACE + metric] for name in masked}
        row[f"{AVERAGE}_{metric}"] = of_masks[FACE + metric].mean()
    return row


def _not_ranked(scored: pd.DataFrame, folds: Sequence, learned: bool, min_images: int) -> str:
    """Why a panel is not ranked, of which the cells with scores are given; empty where it is."""
    if not learned:
        return "did not learn"
    if missing := [str(fold) for fold in folds if fold not in set(scored["fold"])]:
        return f"no heatmap of fold {', '.join(missing)}"
    few = scored[scored["n"] < min_images]  # of heatmaps from elsewhere the number is not known
    if len(few):
        return "few images: " + ", ".join(f"{row.n:.0f} in fold {row.fold}" for row in few.itertuples())
    return ""


def ranking_table(table3: pd.DataFrame, networks: Sequence[str], expressions: Sequence[str]) -> pd.DataFrame:
    """The networks that agree best and worst with the masks by IoU, in the form of Table 5.

    At most three on each side, and no network on both; ``not_ranked`` names the others with their reasons.
    """
    rows = []
    for expression in expressions:
        column, reason = f"{expression}_iou", f"{expression}_not_ranked"
        if column not in table3:
            continue
        panels = table3.loc[list(networks)]
        ranked = panels.loc[panels[reason] == "", column].sort_values(ascending=False, kind="stable")
        n = min(RANKED, len(ranked) // 2) or min(1, len(ranked))
        worst = ranked[::-1][: min(n, len(ranked) - n)]
        others = "; ".join(f"{name}: {why}" for name, why in panels[reason].items() if why)
        rows.append(
            {
                "expression": expression,
                "best": _ranks(ranked[:n], panels[f"{expression}_n"]),
                "worst": _ranks(worst, panels[f"{expression}_n"]),
                "not_ranked": others,
            }
        )
    return pd.DataFrame(rows, columns=["expression", "best", "worst", "not_ranked"])


def _ranks(values: pd.Series, images: pd.Series) -> str:
    """Networks with their scores and, where it is known, the number of images behind these."""
    known = {name: "" if pd.isna(n) else f", n {n:.0f}" for name, n in images.items()}
    return " ".join(
        f"{i}. {name} ({value:.2f}{known[name]})" for i, (name, value) in enumerate(values.items(), start=1)
    )
