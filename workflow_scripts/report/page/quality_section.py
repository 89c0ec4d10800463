"""The page's section on the quality of explanations: are they any good?"""

from workflow_scripts.comparison.cells import AVERAGE
from workflow_scripts.comparison.over_faces import COVERAGE
from workflow_scripts.explanation.quality import (
    DELETION,
    FIT,
    INFIDELITY,
    INSERTION,
    LEAST_FALL,
    LEAST_SPREAD,
    OF_HIDING,
    OF_REGIONS,
    OF_SEEDS,
    RANKS,
)
from workflow_scripts.report.page.controls_section import LEVEL
from workflow_scripts.report.page.entries import Row
from workflow_scripts.report.page.explainer_parts import by_explainer
from workflow_scripts.report.page.markup import Markup, bullets, data_table, element, folded, joined
from workflow_scripts.report.page.study import Study
from workflow_scripts.report.page.unknown_subjects import unknown_subjects
from workflow_scripts.report.page.wording import MISSING, counted, listed, signed
from workflow_scripts.training.learned import marked

LABELS = {
    DELETION: "deletion",
    INSERTION: "insertion",
    INFIDELITY: "infidelity",
    OF_SEEDS: "over seeds",
    OF_REGIONS: "over regions",
    OF_HIDING: "over what hides",
    FIT: "R²",
}
MEANINGS = {
    DELETION: "how much of the answer is left, on average, while regions are hidden one by one, the most "
    "important first: low if these mattered. 1 is the answer to the face, 0 that to nothing, and it can be "
    "less; beside it, random orders, and the median, as one image can carry the mean where the answer falls "
    "little.",
    INSERTION: "likewise, while they are shown one by one: high if these suffice, above 1 if a part of the "
    "face says more than all of it.",
    INFIDELITY: "the share of the (squared) falls of the answer, when random regions are hidden, that the "
    "weights do not predict: 0 is best; beside it, the same weights dealt out to other regions.",
    OF_SEEDS: "ICC(1,1), the share of the variance of the weights that other random draws would give again: "
    "1 if nothing depends on the seed, as with explainers that draw nothing.",
    OF_REGIONS: "correlation of maps made with different numbers of superpixels: even a perfect explanation "
    "stays below 1, as coarse and fine regions differ, and draws differ, too; that of ranks "
    "is lower where many regions matter little, and are in no order.",
    OF_HIDING: "correlation of maps made with different things in place of what is hidden (black, the "
    "mean colour, a blur), which also changes what the network is asked: 1 if that does not matter.",
    FIT: "the share of the variance of the answers to the perturbed images that LIME's linear fit has: 1 is "
    "best, and need not mean that the network uses what the fit weighs.",
}


def quality_section(study: Study) -> list[Markup]:
    """What is measured, in a line each, then a sentence per network and a table for each explainer."""
    if not study.quality:
        return []
    found = {row["measure"] for rows in study.quality.values() for row in rows}
    parts = [
        element(
            "p",
            "An explanation can fail: the network may not follow it, and other draws or settings may give "
            "another. None of these measures says that an explanation is true; each can say that it is not "
            "to be relied on.",
        ),
        bullets(
            joined([element("b", LABELS[name]), ": ", MEANINGS[name]]) for name in LABELS if name in found
        ),
        element(
            "p",
            "Regions are hidden by what explanation.quality.hide names first, whatever hides them for the "
            "explainer. Means over some images of the first fold, with intervals over faces: had these "
            "networks been shown other people. Such 95 % intervals of one fold covered the truth in "
            f"{int(100 * min(COVERAGE[1].values()))} % or more of simulated studies; of fewer than "
            f"{min(COVERAGE[1])} people there are none. Better than chance: q below {LEVEL}, over all "
            "networks and measures of an explainer. Images are left out, and counted, where the answer falls "
            "by less than "
            f"{LEAST_FALL} when all is hidden (infidelity: {LEAST_SPREAD}, root mean square, when regions "
            "are), or a map is the same everywhere.",
        ),
        *unknown_subjects(study),
    ]
    return [*parts, *by_explainer(study, _of_explainer, study.quality)]


def _of_explainer(study: Study, explainer: str) -> list[Markup]:
    """A line for each network, and the table, of one explainer."""
    rows = [row for row in study.quality[explainer] if row["expression"] == AVERAGE]
    return [
        bullets(quality_sentences(study, rows)),
        folded(f"How good the explanations of {explainer} are", _table(study, explainer, rows)),
    ]


def quality_sentences(study: Study, rows: list[Row]) -> list[Markup]:
    """A line for each network: is the explanation better than chance, and what does it depend on?"""
    lines = []
    for network in dict.fromkeys(row["network"] for row in rows):
        of = {row["measure"]: row for row in rows if row["network"] == network}
        told = [_against_chance(of)]
        alike = [
            f"{float(of[name]['estimate']):.2f} {LABELS[name]}"
            for name in (OF_SEEDS, OF_REGIONS, OF_HIDING)
            if name in of and of[name]["estimate"]
        ]
        if alike:
            told.append(f"agreement {listed(alike)}")
        name = element("b", marked(network, study.did_learn))
        lines.append(joined([name, f": {'; '.join(told)}."]))
    return lines


def _against_chance(of: dict[str, Row]) -> str:
    """Which of the measures with a baseline are shown to be better than it."""
    tested = [of[name] for name in (DELETION, INSERTION, INFIDELITY) if name in of]
    better = [LABELS[row["measure"]] for row in tested if _is_better(row)]
    others = [LABELS[row["measure"]] for row in tested if not _is_better(row)]
    parts = [f"{listed(better)} better than chance"] if better else []
    parts += [f"{listed(others)} not shown to be better than chance"] if others else []
    return ", ".join(parts)


def _is_better(row: Row) -> bool:
    """Whether the difference to chance lies on the good side of 0, given all that are tested."""
    if not row["difference_low"] or not row["q"] or float(row["q"]) >= LEVEL:
        return False
    if row["better"] == "lower":
        return float(row["difference_high"]) < 0
    return float(row["difference_low"]) > 0


def _table(study: Study, explainer: str, rows: list[Row]) -> Markup:
    measures = [name for name in LABELS if any(row["measure"] == name for row in rows)]
    found = {(row["network"], row["measure"]): row for row in rows}
    body = [
        [
            marked(network, study.did_learn),
            *(
                _cell(found.get((network, measure)), found.get((network, RANKS.get(measure))))
                for measure in measures
            ),
        ]
        for network in dict.fromkeys(row["network"] for row in rows)
    ]
    return data_table(
        f"Quality of the explanations of {explainer}, means over images with intervals over faces",
        ["network", *(LABELS[name] for name in measures)],
        body,
    )


def _cell(row: Row | None, ranks: Row | None) -> Markup | str:
    """The mean, its interval, the median, what chance or ranks give, and how many images were left out."""
    if row is None:
        return MISSING
    lines = [signed(float(row["estimate"])) if row["estimate"] else MISSING]
    if row["low"]:
        lines.append(f"[{signed(float(row['low']))}, {signed(float(row['high']))}]")
    if row["median"] and row["measure"] in (DELETION, INSERTION):
        lines.append(f"median {signed(float(row['median']))}")
    if row["baseline"]:
        lines.append(f"chance {signed(float(row['baseline']))}")
    if ranks and ranks["estimate"]:
        lines.append(f"ranks {signed(float(ranks['estimate']))}")
    if row["left_out"] != "0":
        lines.append(f"without {counted(int(row['left_out']), 'image')}")
    first, *rest = lines
    return joined([first, *(part for one in rest for part in (element("br"), _small(one)))])


def _small(text: str) -> Markup:
    return element("span", text, class_="chance")
