"""Writes the README's section "What the published heatmaps carry" and its figure (`make findings`).

    python -m workflow_scripts.tools.write_findings PUBLISHED --readme README.md \\
        --regions resources/action_unit_regions.csv --figure resources/findings.png

PUBLISHED is a copy of the study's published data, with the folders heatmaps and masks.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes

from workflow_scripts.common.command_line import run
from workflow_scripts.common.figures import FAINT, INK, NETWORK_HUE, figure_files
from workflow_scripts.comparison.action_unit_regions import DENSITY, unit_regions, units_table
from workflow_scripts.comparison.cells import AVERAGE, CHANCE_NAME, FACE_NAME
from workflow_scripts.comparison.differences import differences
from workflow_scripts.comparison.rankings import rankings_table
from workflow_scripts.comparison.references import (
    CENTRE,
    MEAN_OF_FOLDS,
    MEAN_OF_OTHERS,
    OTHER_EXPRESSIONS,
    OTHER_MASKS,
)
from workflow_scripts.comparison.summary import summarized
from workflow_scripts.report.page.entries import Differences, Entries
from workflow_scripts.report.page.wording import LEVEL, interval, listed, p_value
from workflow_scripts.report.page.worth import worth_sentences
from workflow_scripts.similarity.group_distances import group_test
from workflow_scripts.similarity.node_support import node_support
from workflow_scripts.standardization.standard_face import read_standard_face
from workflow_scripts.tools.heatmap_folder import read_folder
from workflow_scripts.tools.people_findings import write_people
from workflow_scripts.tools.readme_section import write_section
from workflow_scripts.tools.score_heatmaps import STANDARD_FACE, Scored, products_of, scored_folder

PATTERN = "{network}_CV{fold}_{expression}_heatmap.png"
METRICS = ("iou", "f1", "precision", "recall", "auc")
SHOWN = {"iou": "IoU", "auc": "AUC"}
SHALLOW = ("AlexNet", "SilNet", "SongNet", "WeiNet")
SEED, SURROGATES, STEP, LINKAGE = 1, 5000, 6, "average"
SECTION = "findings"
REFERENCES = {
    MEAN_OF_FOLDS: ("own heatmaps, averaged over the five folds into one", True),
    OTHER_EXPRESSIONS: ("their heatmaps of the other expressions", True),
    MEAN_OF_OTHERS: ("the mean of these five heatmaps", True),
    CHANCE_NAME: ("a random region of the face as large", True),
    OTHER_MASKS: ("the places where most other masks overlap", False),
    FACE_NAME: ("the whole face", False),
    CENTRE: ("a blurred spot at the centre of the face", False),
}

Rows = list[dict[str, object]]


@dataclass(frozen=True)
class Findings:
    """Everything that the section says."""

    entries: Entries
    differences: Differences
    scored: Scored
    units: Rows
    groups: Mapping[str, Sequence[str]]


def write_findings(
    published: Path,
    *,
    readme: Path,
    figure: Path,
    regions: Path,
    people: Path | None = None,
    people_figure: Path | None = None,
) -> None:
    """Score the PUBLISHED heatmaps, and write what they carry.

    Parameters
    ----------
    published
        Folder with the folders heatmaps and masks.
    readme
        File whose section between the marks is replaced.
    figure
        Figure to write.
    regions
        Table of the regions of action units.
    people
        Folder with data on people, as comparison.people.wegrzyn2017.folder; without it, what the file says on
        people stays as it is.
    people_figure
        Figure to write of them.
    """
    found = findings(published, regions)
    write_section(readme, SECTION, section(found))
    with figure_files([figure], 9, 4.2) as drawing:
        for axes, metric in zip(drawing.subplots(1, 2, sharey=True), SHOWN, strict=True):
            draw(axes, found.entries, metric)
        drawing.tight_layout()
    if people and people_figure:
        write_people(people, found.scored.given, found.entries, found.groups, SEED, readme, people_figure)
    else:
        print(f"{readme}: what it says on people stays as it is; PEOPLE=folder computes it anew")


def findings(published: Path, regions: Path) -> Findings:
    """Score and test the published heatmaps."""
    read = read_folder(published / "heatmaps", PATTERN, published / "masks", "{expression}*")
    networks = sorted({network for network, *_ in read[0]})
    groups = {"deep": [name for name in networks if name not in SHALLOW], "shallow": list(SHALLOW)}
    scored = scored_folder(*read, METRICS, groups, STANDARD_FACE, SEED, (SURROGATES, STEP))
    given = scored.given
    landmarks = read_standard_face(STANDARD_FACE)
    units = units_table(
        [],
        given.maps,
        unit_regions(regions, landmarks, given.face),
        given.face,
        scored.cells.folds_each,
        networks,
    )
    return Findings(
        Entries.of(as_text(summarized(scored.cells))),
        Differences.of(as_text(differences(scored.cells))),
        scored,
        units,
        groups,
    )


def as_text(rows: Rows) -> Iterator[dict[str, str]]:
    """Rows as tables hold them."""
    for row in rows:
        yield {key: "" if value is None else str(value) for key, value in row.items()}


def section(found: Findings) -> str:
    """The section as Markdown."""
    bullets = [
        *worth_sentences(found.entries, found.differences),
        _without_threshold(found.entries),
        _units(found),
        *_trees(found),
        _rankings(found),
    ]
    return "\n".join([*_references(found.entries), "", *(f"- {text}" for text in bullets), ""])


def _references(entries: Entries) -> list[str]:
    """The table of references."""

    def cells(row_of) -> str:
        rows = [row_of(metric) for metric in SHOWN]
        return " | ".join(
            f"{float(row['estimate']):.3f} {interval(row)}".strip() if row else "–" for row in rows
        )

    lines = [
        f"| scored the same way | {' | '.join(SHOWN.values())} |",
        "|---|---|---|",
        f"| the networks' own heatmaps | {cells(lambda metric: entries.score(AVERAGE, AVERAGE, metric))} |",
    ]
    for name, (title, own) in REFERENCES.items():
        of = AVERAGE if own else ""
        lines.append(f"| {title} | {cells(lambda m, n=name, o=of: entries.reference(n, o, AVERAGE, m))} |")
    return lines


def _without_threshold(entries: Entries) -> str:
    """The tests of panels, and of their average, by AUC."""
    tested = entries.panels("auc")
    low, kept = (sum(float(row[key]) < LEVEL for row in tested) for key in ("p", "q"))
    auc, iou = (p_value(entries.score(AVERAGE, AVERAGE, metric)["p"]) for metric in ("auc", "iou"))
    return (
        f"By AUC, which needs no threshold, {low} of {len(tested)} panels have p < 0.05 against masks "
        f"elsewhere in the face, and {kept} remain after correction. The average over networks and "
        f"expressions has p = {auc}, by IoU {iou}, against sets of masks that overlap about as these do."
    )


def _units(found: Findings) -> str:
    """The action units whose regions the networks favour most and least, beside a spot at the centre."""
    density = {
        (row["network"], row["expression"], row["action_unit"]): row["estimate"]
        for row in found.units
        if row["metric"] == DENSITY
    }
    units = dict.fromkeys(unit for _, _, unit in density)
    of_average = {unit: density[AVERAGE, AVERAGE, unit] for unit in units}
    most, least = max(of_average, key=of_average.get), min(of_average, key=of_average.get)

    def said(unit: int) -> str:
        spot = density[CENTRE, AVERAGE, unit]
        counts = []
        for group, members in found.groups.items():
            panels = [
                value
                for (network, expression, one), value in density.items()
                if network in members and expression != AVERAGE and one == unit
            ]
            counts.append(f"{sum(value > max(1, spot) for value in panels)} of {len(panels)} {group} panels")
        return (
            f"AU {unit} has {of_average[unit]:.2f} times its share (a spot at the centre of the face "
            f"{spot:.2f}; above this and above 1 are {listed(counts)})"
        )

    return (
        "Where the heatmaps are bright, by grey levels and relative to area, among the regions of single "
        f"action units: {said(most)}; {said(least)}."
    )


def _trees(found: Findings) -> Iterator[str]:
    """Deep and shallow networks by the similarity of their heatmaps."""
    given, sizes = found.scored.given, [len(members) for members in found.groups.values()]
    in_order = [name for members in found.groups.values() for name in members]
    p_values, support = [], {group: [] for group in found.groups}
    for expression in given.masks:
        products = products_of(given, expression).of(in_order)
        distances = products.distances(np.ones(products.present.shape))
        p_values.append(group_test(distances, sizes, SEED).p)
        nodes = node_support(list(found.groups.values()), products, LINKAGE, seed=SEED).support
        for group, share in zip(support, nodes, strict=True):
            support[group].append(share)
    splits = group_test(distances, sizes, SEED).splits
    yield (
        f"Heatmaps of deep and of shallow networks: of {splits} divisions of the networks into groups of "
        f"{' and '.join(map(str, sizes))}, theirs has a p of {p_value(max(p_values))} or less for every "
        "expression (distance 1 − r inside the face). Depth and pretraining go together in these networks, "
        "so this does not say which of them matters."
    )
    ranges = [
        f"{group} networks in {100 * min(shares):.0f} to {100 * max(shares):.0f} %"
        for group, shares in support.items()
    ]
    yield (
        "Redrawn folds, which vary less than other trainings would, give a cluster of exactly the "
        f"{listed(ranges)} of the trees, depending on the expression."
    )


def _rankings(found: Findings) -> str:
    """Whether AUC ranks the networks as IoU does."""
    entries = found.entries
    averages = {
        ("masks", 0, metric): {
            name: float(entries.score(name, AVERAGE, metric)["estimate"]) for name in entries.networks
        }
        for metric in SHOWN
    }
    (row,) = rankings_table(averages, [])
    return (
        f"The rankings of the {row['n']} networks by IoU and by AUC have a Kendall's tau of {row['tau']:.2f}."
    )


def draw(axes: Axes, entries: Entries, metric: str) -> None:
    """Average scores of the networks with their intervals, and lines for references."""
    by_iou = {name: float(entries.score(name, AVERAGE, "iou")["estimate"]) for name in entries.networks}
    names = sorted(by_iou, key=by_iou.get)
    for place, name in enumerate([*names, AVERAGE]):
        row = entries.score(name, AVERAGE, metric)
        low, value, high = (float(row[key]) for key in ("low", "estimate", "high"))
        axes.plot([low, high], [place, place], color=NETWORK_HUE, linewidth=3 if name == AVERAGE else 1.5)
        axes.plot(value, place, "o", color=NETWORK_HUE, markersize=7 if name == AVERAGE else 5)
    lines = {OTHER_EXPRESSIONS: "other\nexpressions", FACE_NAME: "whole\nface", CENTRE: "centre"}
    for name, title in lines.items():
        own = REFERENCES[name][1]
        row = entries.reference(name, AVERAGE if own else "", AVERAGE, metric)
        axes.axvline(float(row["estimate"]), color=FAINT, linestyle=(0, (4, 3)), linewidth=1)
        axes.text(
            float(row["estimate"]), len(names) + 0.8, title, ha="center", va="bottom", fontsize=8, color=INK
        )
    axes.set_yticks(range(len(names) + 1), [*names, f"mean of {len(names)}"])
    axes.set_ylim(-0.7, len(names) + 0.7)
    axes.set_xlabel(f"{SHOWN[metric]} with the mask of the own expression")


if __name__ == "__main__":
    run(write_findings)
