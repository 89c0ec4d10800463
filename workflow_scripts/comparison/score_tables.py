"""Tables 3, 4 and 5 of the paper from the scores of single heatmaps.

The published entries are means over folds of the scores of per-fold heatmaps; scores of pooled
heatmaps match none of them.
"""

from collections.abc import Sequence

import pandas as pd

BASELINES = ("all_face", "chance")
RANKED = 3
DECIMALS = 12


def score_table(
    scores: pd.DataFrame, networks: Sequence[str], expressions: Sequence[str], metrics: Sequence[str]
) -> pd.DataFrame:
    """Means and standard deviations over folds, in the form of Tables 3 and 4.

    scores: rows of cells, with the columns of `cell_scores.COLUMNS`. Rows: the networks, ``average``,
    ``all_face``, ``chance``; columns: ``{expression}_{metric}`` and ``..._sd`` of the expressions that have
    scores, then of ``average``, which in every row is the mean of the expressions before it. Missing cells
    are left out; an entry is missing where nothing is left. The standard deviation is the sample's.
    """
    masked = [name for name in expressions if name in set(scores["expression"])]
    rows = {network: scores[scores["network"] == network] for network in networks}
    rows |= {"average": scores} | dict.fromkeys(BASELINES, scores)
    table = {}
    for name, cells in rows.items():
        prefix = f"{name}_" if name in BASELINES else ""
        table[name] = {}
        for column in (*masked, "average"):
            for metric in metrics:
                chosen = cells if column == "average" else cells[cells["expression"] == column]
                mean, sd = _mean_and_sd(chosen, prefix + metric)
                table[name] |= {f"{column}_{metric}": mean, f"{column}_{metric}_sd": sd}
    return pd.DataFrame.from_dict(table, orient="index").rename_axis("network")


def _mean_and_sd(cells: pd.DataFrame, score: str) -> tuple[float, float]:
    """Mean over folds, then networks, then expressions; standard deviation over folds of a fold's mean.

    The deviation is that of the pairs of network and expression that have a score in every fold: where one
    misses a fold, that fold would differ by what it is a mean of, not by its scores.
    """
    values = cells.assign(score=pd.to_numeric(cells[score])).dropna(subset="score")
    if values.empty:
        return float("nan"), float("nan")
    means = values.groupby(["network", "expression"])["score"].mean()
    n_folds = values.groupby(["network", "expression"])["fold"].transform("nunique")
    complete = values[n_folds == values["fold"].nunique()]
    sd = complete.groupby("fold")["score"].mean().std()
    # what is the same in all folds differs by rounding alone
    return float(means.groupby("expression").mean().mean()), round(float(sd), DECIMALS)


def ranking_table(table3: pd.DataFrame, networks: Sequence[str], expressions: Sequence[str]) -> pd.DataFrame:
    """The networks that agree best and worst with the masks by IoU, in the form of Table 5.

    At most three on each side, and no network on both.
    """
    rows = []
    for expression in expressions:
        column = f"{expression}_iou"
        if column not in table3:
            continue
        ranked = table3.loc[list(networks), column].dropna().sort_values(ascending=False, kind="stable")
        n = min(RANKED, len(ranked) // 2) or min(1, len(ranked))
        worst = ranked[::-1][: min(n, len(ranked) - n)]
        rows.append({"expression": expression, "best": _ranks(ranked[:n]), "worst": _ranks(worst)})
    return pd.DataFrame(rows, columns=["expression", "best", "worst"])


def _ranks(values: pd.Series) -> str:
    return " ".join(f"{i}. {name} ({value:.2f})" for i, (name, value) in enumerate(values.items(), start=1))
