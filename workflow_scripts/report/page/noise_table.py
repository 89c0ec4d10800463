"""How much heatmaps owe to the draws of an explainer, on the page."""

from collections.abc import Mapping, Sequence

from workflow_scripts.report.page.markup import Markup, data_table, element
from workflow_scripts.report.page.study import Study
from workflow_scripts.report.page.wording import MISSING, counted
from workflow_scripts.training.learned import marked

LARGE = 0.1  # intervals between images are then 5 % wider than without the noise
MEANING = (
    "Explanations are drawn: with another seed, heatmaps would differ. Noise is the variance that the draws "
    "add to a heatmap, as a share of its variance between images: at 0.05, another seed changes a heatmap by "
    "about a fifth of the standard error over images. ∞: images differ by no more than draws do. "
)
BIAS = (
    "Only positive weights count, and noise makes some weights positive that are not: that brightens a "
    "heatmap, nearly evenly, by at most the last column, as a share of the heatmap's mean."
)


def noise_table(study: Study, explainer: str) -> list[Markup]:
    """Passes and noise of each network, and a warning where noise is large; nothing where it is unknown."""
    cells = [row for row in study.cells_of(explainer) if row["noise"]]
    if not cells:
        return []
    rows = []
    for network in study.networks:
        of_network = [row for row in cells if row["network"] == network]
        noise = [float(row["noise"]) for row in of_network]
        bounds = [100 * float(row["bias_bound"]) for row in of_network if row["bias_bound"]]
        passes = [float(row["samples"]) for row in of_network]
        large = sum(value > LARGE for value in noise)
        columns = [_range(passes, "{:,.0f}"), _range(noise, "{:.2g}"), f"{large} of {len(noise)}"]
        rows.append([marked(network, study.did_learn), *columns, _range(bounds, "{:.0f}", " %")])
    table = data_table(
        f"Passes of {explainer} for each image and the noise of its heatmaps, lowest to highest cell",
        ["network", "passes", "noise", f"cells above {LARGE}", "bias at most"],
        rows,
    )
    return [table, element("p", MEANING, BIAS), *_warning(cells, study.learned)]


def _range(values: Sequence[float], pattern: str, unit: str = "") -> str:
    """Lowest and highest of some numbers; only one if they are printed alike.

    >>> _range([0.031, float("inf")], "{:.2g}"), _range([12, 15], "{:.0f}", " %"), _range([], "{}")
    ('0.031 to ∞', '12 to 15 %', '–')
    """
    if not values:
        return MISSING
    ends = (pattern.format(value).replace("inf", "∞") for value in (min(values), max(values)))
    return " to ".join(dict.fromkeys(ends)) + unit


def _warning(cells: Sequence[Mapping[str, str]], learned: Sequence[Mapping[str, str]]) -> list[Markup]:
    """Of networks that learned; the heatmaps of others are said to mean nothing anyway."""
    names = {row["network"] for row in learned if row["learned"] == "yes"}
    of_learned = [row for row in cells if row["network"] in names]
    large = [row for row in of_learned if float(row["noise"]) > LARGE]
    if not large:
        return []
    text = (
        f"In {len(large)} of {counted(len(of_learned), 'cell')} of networks that learned, noise exceeds "
        f"{LARGE}: there another seed would give visibly other heatmaps and scores. More samples help: raise "
        "max_samples where samples is auto, else samples, or set that to auto."
    )
    return [element("p", text, class_="notice")]
