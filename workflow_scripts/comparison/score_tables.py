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
) -> pd.DataFrame:
    """Means and standard deviations over folds, in the form of Tables 3 and 4.

    scores: rows of cells, with the columns of `cell_scores.COLUMNS`. learned: whether each network did.
    Rows: the networks, ``average`` over those that learned and lack no panel, ``face`` (the whole face as a
    region). Columns: ``learned`` (yes, no; for ``average`` the number of its networks); for each expression
    with masks, then for ``average`` over them: ``{name}_{metric}``, ``..._sd`` (the sample's, over folds),
    ``..._chance_face`` (what a random region of the face as large as the heatmaps' would get),
    ``{name}_n`` explained images and ``{name}_folds`` that the mean and the deviation are over. What is
    missing is NaN.
    """
    masked = [name for name in expressions if name in set(scores["expression"])]
    cells = scores.assign(**{metric: pd.to_numeric(scores[metric]) for metric in ("n", *_scored(metrics))})
    complete = [name for name in networks if _is_complete(cells, name, masked, metrics[0])]
    averaged = [name for name in complete if learned[name]]
    table = {}
    for name in (*networks, AVERAGE):
        members = averaged if name == AVERAGE else [name]
        own = cells[cells["network"].isin(members)]
        row = {"learned": str(len(averaged)) if name == AVERAGE else "yes" if learned[name] else "no"}
        for expression in masked:
            row |= _entries(expression, own[own["expression"] == expression], metrics)
        whole = own if set(members) <= set(complete) else own[:0]
        table[name] = row | _entries(AVERAGE, whole, metrics)
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


def ranking_table(
    table3: pd.DataFrame,
    scores: pd.DataFrame,
    networks: Sequence[str],
    expressions: Sequence[str],
    min_images: int,
) -> pd.DataFrame:
    """The networks that agree best and worst with the masks by IoU, in the form of Table 5.

    At most three on each side, and no network on both. Ranked are the means of Table 3, of networks that
    learned, where every fold has a heatmap of at least `min_images` images; ``not_ranked`` names the others
    with their reasons.
    """
    rows = []
    for expression in expressions:
        column = f"{expression}_iou"
        if column not in table3:
            continue
        reasons = {name: _not_ranked(table3, scores, name, expression, min_images) for name in networks}
        chosen = [name for name in networks if not reasons[name]]
        ranked = table3.loc[chosen, column].sort_values(ascending=False, kind="stable")
        n = min(RANKED, len(ranked) // 2) or min(1, len(ranked))
        worst = ranked[::-1][: min(n, len(ranked) - n)]
        others = "; ".join(f"{name}: {reason}" for name, reason in reasons.items() if reason)
        rows.append(
            {"expression": expression, "best": _ranks(ranked[:n]), "worst": _ranks(worst)}
            | {"not_ranked": others}
        )
    return pd.DataFrame(rows, columns=["expression", "best", "worst", "not_ranked"])


def _not_ranked(
    table3: pd.DataFrame, scores: pd.DataFrame, network: str, expression: str, min_images: int
) -> str:
    """Why a panel is not ranked; empty where it is."""
    if table3.loc[network, "learned"] == "no":
        return "did not learn"
    cells = scores[(scores["network"] == network) & (scores["expression"] == expression)]
    if missing := [str(cell.fold) for cell in cells.itertuples() if pd.isna(cell.iou)]:
        return f"no heatmap of fold {', '.join(missing)}"
    n = pd.to_numeric(cells["n"])  # not known of heatmaps from elsewhere
    if few := [
        f"{images:.0f} of fold {fold}"
        for fold, images in zip(cells["fold"], n, strict=True)
        if images < min_images
    ]:
        return f"few images: {', '.join(few)}"
    return ""


def _ranks(values: pd.Series) -> str:
    return " ".join(f"{i}. {name} ({value:.2f})" for i, (name, value) in enumerate(values.items(), start=1))
