"""How far an explanation can be trusted, for the atlas: what other explainers find, what examining it showed.

Places stand for names as in `numbers`; an explainer is its place among those of the study.
"""

from collections.abc import Iterable, Sequence

from workflow_scripts.comparison.cells import AVERAGE
from workflow_scripts.comparison.over_faces import ENOUGH
from workflow_scripts.explanation.quality import (
    DELETION,
    FIT,
    INFIDELITY,
    INSERTION,
    OF_HIDING,
    OF_REGIONS,
    OF_SEEDS,
    RANKS,
)
from workflow_scripts.report.atlas.blocks import Blocks
from workflow_scripts.report.atlas.numbers import ALL_EXPRESSIONS, Places, Row, places, value
from workflow_scripts.report.atlas.study import Atlas
from workflow_scripts.report.finding_sentence import sentence, wrong_sides
from workflow_scripts.report.page.quality_section import MEANINGS

SIDES = ("above", "below", "undecided")
OF_FINDING = ("depends", "sentence", *SIDES)
OF_AGREEMENT = ("r_face", "least_a", "least_b", "least_r")
OF_EXCESS = ("estimate", "chance", "excess", "low", "high")
OF_QUALITY = (
    *("n", "left_out", "estimate", "low", "high", "median"),
    *("baseline", "difference", "difference_low", "difference_high", "p", "q"),
)
LABELS = {
    DELETION: "deletion",
    INSERTION: "insertion",
    INFIDELITY: "infidelity",
    OF_SEEDS: "ICC over seeds",
    OF_REGIONS: "agreement over regions",
    RANKS[OF_REGIONS]: "ranks over regions",
    OF_HIDING: "agreement over what hides",
    RANKS[OF_HIDING]: "ranks over what hides",
    FIT: "R²",
}


def finding_tables(
    findings: Sequence[Row], mask_sets: Sequence[str], networks: Places, expressions: Places
) -> dict[str, dict]:
    """Rows of findings.csv: whether what is found depends on the explainer, and how alike their heatmaps are.

    Returns ``findings``: `metrics`, of which there are any, `columns`, `sentences`, and `rows`, for each mask
    set by "network,expression,metric": depends, the sentence's place, how many explainers are on each side.
    ``agreement``: `columns`, and `rows` by "network,expression"; neither masks nor metric change it.
    """
    sentences: dict[str, int] = {}
    rows: dict[str, dict] = {name: {} for name in mask_sets}
    agreement = {}
    for row in findings:
        panel = f"{networks[row['network']]},{expressions[row['expression']]}"
        told = sentences.setdefault(sentence(row), len(sentences))
        counts = [len(row[side].split()) for side in SIDES]
        rows[row["mask_set"]][f"{panel},{row['metric']}"] = [row["depends"], told, *counts]
        if row["r_face"]:
            r, least = value("", row["r_face"]), value("", row["least_r"])
            agreement[panel] = [r, row["least_a"], row["least_b"], least]
    return {
        "findings": {
            "metrics": list(dict.fromkeys(row["metric"] for row in findings)),
            "columns": OF_FINDING,
            "sentences": list(sentences),
            "rows": list(rows.values()),
        },
        "agreement": {"columns": OF_AGREEMENT, "rows": agreement},
    }


def pack_excess(
    blocks: Blocks,
    excess: Iterable[Row],
    *,
    explainers: Places,
    mask_sets: Sequence[str],
    networks: Places,
    expressions: Places,
) -> list[int]:
    """Rows of excess.csv: for each mask set the number of a JSON block.

    A block has `columns`, and `rows` by "network,expression,metric": for each explainer its place, the score,
    chance, the excess with its interval, and the side.
    """
    rows: dict[str, dict[str, list]] = {name: {} for name in mask_sets}
    for row in excess:
        key = f"{networks[row['network']]},{expressions[row['expression']]},{row['metric']}"
        numbers = [value(name, row[name]) for name in OF_EXCESS]
        one = [explainers[row["explainer"]], *numbers, row["side"]]
        rows[row["mask_set"]].setdefault(key, []).append(one)
    columns = ("explainer", *OF_EXCESS, "side")
    return [blocks.add_json({"columns": columns, "rows": of_set}) for of_set in rows.values()]


def pack_quality(blocks: Blocks, quality: Iterable[Row], networks: Places, expressions: Places) -> int:
    """Rows of an explainer's quality.csv: the number of a JSON block.

    It has `columns`, and `rows` by "network,expression,measure"; expression -1 is all examined images.
    """
    of_expression = {**expressions, AVERAGE: ALL_EXPRESSIONS}
    rows = {
        f"{networks[row['network']]},{of_expression[row['expression']]},{row['measure']}": [
            value(name, row[name]) for name in OF_QUALITY
        ]
        for row in quality
    }
    return blocks.add_json({"columns": OF_QUALITY, "rows": rows})


def measures(tables: Iterable[Sequence[Row]]) -> list[dict[str, str]]:
    """The measures of quality that the tables have: name, label, the better direction, and what it says.

    median: whether one image can carry the mean, so that the median belongs beside it.
    """
    better = {row["measure"]: row["better"] for table in tables for row in table}
    return [
        {
            "name": name,
            "label": label,
            "better": better[name],
            "text": MEANINGS.get(name, ""),
            "median": name in (DELETION, INSERTION),
        }
        for name, label in LABELS.items()
        if name in better
    ]


def trust(blocks: Blocks, atlas: Atlas) -> dict:
    """What the tables say on trust; empty with one explainer whose explanations were not examined."""
    networks, expressions = places(atlas.networks), places(atlas.expressions)
    found: dict = {}
    if len(atlas.explainers) > 1:
        found |= finding_tables(atlas.table("findings"), atlas.mask_sets, networks, expressions)
        found["enough"] = ENOUGH
        found["wrongSides"] = wrong_sides(atlas.settings["folds_each"])
        found["excess"] = pack_excess(
            blocks,
            atlas.table("excess"),
            explainers=places(atlas.explainers),
            mask_sets=atlas.mask_sets,
            networks=networks,
            expressions=expressions,
        )
    tables = {name: atlas.table("quality", explainer=name) for name in atlas.examined}
    if tables:
        found["measures"] = measures(tables.values())
        found["quality"] = [
            pack_quality(blocks, tables[name], networks, expressions) if name in tables else None
            for name in atlas.explainers
        ]
    return found
