"""The published heatmaps beside where people look: a section of the README and a figure (`make findings`)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import comb
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from workflow_scripts.common.seeds import generator
from workflow_scripts.common.tables import read_table, write_table
from workflow_scripts.comparison.agreement_rows import AGREEMENT, GROUP, NETWORK
from workflow_scripts.comparison.ceilings import read_ceilings
from workflow_scripts.comparison.cells import AVERAGE
from workflow_scripts.comparison.compare_people import Entries as Compared
from workflow_scripts.comparison.compare_people import compared
from workflow_scripts.comparison.fetch_people import fetch_people
from workflow_scripts.comparison.group_differences import division_p
from workflow_scripts.comparison.mask_image import write_mask
from workflow_scripts.comparison.mask_kinds.outlines import draw as draw_outlines
from workflow_scripts.comparison.measure_people import measure_people
from workflow_scripts.comparison.network_agreement import agreements
from workflow_scripts.comparison.people_scores import OTHER_HALF, read_measured
from workflow_scripts.comparison.reference_tables import Heatmaps
from workflow_scripts.comparison.standardize_people import standardize_people
from workflow_scripts.comparison.target_scores import R
from workflow_scripts.orchestration.config_check import read_config
from workflow_scripts.report.draw_heatmaps import heatmap_cell
from workflow_scripts.report.draw_people import people_strip
from workflow_scripts.report.figures.face_grid import GridCell, read_face
from workflow_scripts.report.figures.heatmap_colors import face_picture, masked
from workflow_scripts.report.figures.people_picture import draw_people_picture
from workflow_scripts.report.page.entries import Entries
from workflow_scripts.report.page.people_sentences import people_sentences, shown
from workflow_scripts.report.page.wording import MISSING, p_value
from workflow_scripts.report.people_numbers import AUC, LABELS, Number, PeopleNumbers
from workflow_scripts.standardization.heatmaps import read_heatmap
from workflow_scripts.standardization.standard_face import read_standard_face
from workflow_scripts.tools.readme_section import write_section
from workflow_scripts.tools.score_heatmaps import RESOURCES, STANDARD_FACE

SECTION = "findings on people"
PEOPLE, MASKS = "wegrzyn2017", "paper"
TITLES = {MASKS: "the paper's masks"}
FILES, OUTLINES = RESOURCES / "wegrzyn2017/files.csv", RESOURCES / "figure4_masks.json"

Groups = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class OnPeople:
    """What scores how on people's maps, and these, float32 (h, w) by expression."""

    numbers: PeopleNumbers
    heatmaps: Mapping[str, np.ndarray]


def write_people(
    folder: Path, given: Heatmaps, entries: Entries, groups: Groups, seed: int, readme: Path, figure: Path
) -> None:
    """Score published heatmaps on the maps of people, and write what comes out.

    folder: as comparison.people.wegrzyn2017.folder. given: the heatmaps, with the paper's masks. entries:
    their scores on these.
    """
    found = on_people(folder, given, groups, seed)
    write_section(readme, SECTION, people_text(found.numbers, entries, groups, seed))
    draw_findings(found, groups, figure)


def on_people(folder: Path, given: Heatmaps, groups: Groups, seed: int) -> OnPeople:
    """Score heatmaps, masks and people on the maps of the people whose data `folder` has."""
    with TemporaryDirectory() as place:
        work = Path(place)
        expressions = _measure(folder, given, seed, work)
        measured, seen = read_measured(work / "maps.h5", PEOPLE, expressions, given.face, seed)
        found = agreements(given.metrics, given.maps, measured, seen)
        folds = len({fold for _, fold, _ in given.maps})
        whose = Compared(given.networks, given.networks, groups, [], folds)
        rows = compared(found, whose, read_ceilings(work / "ceilings.h5"), PEOPLE)
        write_table(work / "networks.csv", AGREEMENT, rows)
        tables = [read_table(work / name, AGREEMENT) for name in ("people.csv", "networks.csv")]
        heatmaps = {expression: read_heatmap(work / f"{expression}.npy") for expression in seen}
        return OnPeople(PeopleNumbers.of(*tables), heatmaps)


def _measure(folder: Path, given: Heatmaps, seed: int, work: Path) -> list[str]:
    """The jobs on people of a study, with their files in `work`; the expressions."""
    expressions = list(given.masks)
    weights, named = work / "weights.csv", json.dumps(expressions)
    fetch_people(
        PEOPLE,
        files=FILES,
        folder=str(folder),
        source=work / "source",
        trials=work / "trials.csv",
        weights=weights,
    )
    settings = json.dumps(read_config([])["comparison"]["people"][PEOPLE])
    standardize_people(
        PEOPLE,
        settings=settings,
        expressions=named,
        standard_face=STANDARD_FACE,
        weights=weights,
        output=work,
    )
    for expression, mask in given.masks.items():
        write_mask(work / f"{expression}.png", mask)
    measure_people(
        work / "maps.h5",
        people=PEOPLE,
        expressions=named,
        masks=[work / f"{expression}.png" for expression in expressions],
        masked=json.dumps([[MASKS, expression] for expression in expressions]),
        standard_face=STANDARD_FACE,
        seed=seed,
        output=work / "people.csv",
        ceilings=work / "ceilings.h5",
        metrics=json.dumps([metric.name for metric in given.metrics]),
    )
    return expressions


def people_text(numbers: PeopleNumbers, entries: Entries, groups: Groups, seed: int) -> str:
    """The section as Markdown."""
    bullets = [*people_sentences(numbers, {}, {MASKS: entries}, TITLES), _division(numbers, groups, seed)]
    return "\n".join([*_table(numbers, groups), "", *(f"- {text}" for text in bullets), ""])


def _table(numbers: PeopleNumbers, groups: Groups) -> list[str]:
    """Scores on people's maps."""
    rows = [("the networks' heatmaps", NETWORK, AVERAGE)]
    rows += [(f"those of the {name} networks", GROUP, name) for name in groups]
    lines = [
        f"| scored on people's maps | {LABELS[AUC]} | {LABELS[R]} | share of the ceiling |",
        "|---|---|---|---|",
    ]
    for title, kind, name in rows:
        scores = [numbers.get(kind, name, metric) for metric in (AUC, R)]
        lines.append(f"| {title} | {' | '.join(shown(one, '') for one in scores)} | {_share(scores[0])} |")
    for name, (title, kind) in numbers.references([MASKS]).items():
        scores = [shown(numbers.get(kind, name, metric), "people") for metric in (AUC, R)]
        share = "100 %" if name == OTHER_HALF else MISSING
        lines.append(f"| {TITLES.get(name, title)} | {' | '.join(scores)} | {share} |")
    return lines


def _share(number: Number) -> str:
    low, value, high = (100 * share for share in (number.share_low, number.share, number.share_high))
    return f"{value:.0f} % [{low:.0f}, {high:.0f}]".replace("-", "−")


def _division(numbers: PeopleNumbers, groups: Groups, seed: int) -> str:
    """The p value of the division into groups."""
    scores = [[numbers.get(NETWORK, name, AUC).estimate for name in members] for members in groups.values()]
    p = division_p(*scores, generator(seed, "groups on people"))
    first, second = map(len, scores)
    return (
        f"Of the {comb(first + second, first)} divisions of these networks into groups of {first} and "
        f"{second}, that into {' and '.join(groups)} ones has a p of {p_value(str(p))} by this AUC. They "
        "differ in more than depth, as said above."
    )


def draw_findings(found: OnPeople, groups: Groups, figure: Path) -> None:
    """People's maps, the paper's masks as outlined for this project, and the scores; no published heatmap."""
    face, points = face_picture(read_face(RESOURCES / "mean_face.png")), read_standard_face(STANDARD_FACE)
    outlined = [draw_outlines({}, expression, points, OUTLINES, [], []) for expression in found.heatmaps]
    faces = {
        "places that people use": [heatmap_cell(face, one) for one in found.heatmaps.values()],
        "the paper's masks": [GridCell(masked(face, mask)) for mask in outlined],
    }
    strip = people_strip(found.numbers, [MASKS], groups, {}, TITLES)
    draw_people_picture(faces, list(found.heatmaps), strip, [figure])
