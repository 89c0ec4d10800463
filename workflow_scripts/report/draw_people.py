"""Rule draw_people: where people look beside what networks rely on, and how well the one finds the other."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from workflow_scripts.common.command_line import run
from workflow_scripts.common.tables import read_table
from workflow_scripts.comparison.agreement_rows import AGREEMENT, NETWORK
from workflow_scripts.comparison.cells import AVERAGE
from workflow_scripts.comparison.people_intervals import BOTH
from workflow_scripts.comparison.references import CENTRE
from workflow_scripts.report.draw_heatmaps import heatmap_cell
from workflow_scripts.report.draw_mask_sets import mask_cell
from workflow_scripts.report.figures.face_grid import read_face
from workflow_scripts.report.figures.heatmap_colors import face_picture
from workflow_scripts.report.figures.people_picture import (
    NETWORKS,
    OF_MASKS,
    OF_PEOPLE,
    PLAIN,
    UNLEARNED,
    Look,
    Mark,
    Strip,
    draw_people_picture,
)
from workflow_scripts.report.people_numbers import PATTERNLESS, Number, PeopleNumbers
from workflow_scripts.standardization.heatmaps import read_heatmap
from workflow_scripts.training.learned import MARK_NOTE, marked, read_learned

MEANINGS = {
    "auc": "AUC on people's maps, average over expressions (0.5: no better than a map without pattern)",
    "r": "r with people's maps inside the face, average over expressions (0: no better than a map without "
    "pattern)",
}


def draw_people(
    agreement: Path,
    *,
    people: Path,
    heatmaps: Annotated[list[Path], Parameter(consume_multiple=True)],
    networks: Annotated[list[Path], Parameter(consume_multiple=True)],
    masks: Annotated[list[Path] | None, Parameter(consume_multiple=True)] = None,
    masked: str = "[]",
    mask_sets: str = "[]",
    expressions: str,
    groups: str = "{}",
    learned: Path,
    background: Path,
    output: Path,
    png: Path,
) -> None:
    """Draw where people look, and what of it networks find according to the table AGREEMENT.

    Parameters
    ----------
    agreement
        Table of how well networks agree with the people.
    people
        Table of how well people agree with each other, and masks with them.
    heatmaps
        Heatmaps of the people, one for each expression.
    networks
        Mean heatmaps of the networks that learned, likewise.
    masks
        Masks of the first mask set.
    masked
        Their [mask set, expression], as a JSON list in the same order.
    mask_sets
        The mask sets, as a JSON list.
    expressions
        The expressions, as a JSON list.
    groups
        Groups of networks, as a JSON object.
    learned
        Table of the networks that says which of them learned; the others are marked.
    background
        The mean face, 8-bit grey, 224 x 275.
    output
        The SVG file to write.
    png
        The PNG file to write.
    """
    shown, sets = json.loads(expressions), json.loads(mask_sets)
    numbers = PeopleNumbers.of(read_table(agreement, AGREEMENT), read_table(people, AGREEMENT))
    face = face_picture(read_face(background))
    faces = {
        "places that people use": [heatmap_cell(face, read_heatmap(path)) for path in heatmaps],
        "places that the networks rely on, mean": [
            heatmap_cell(face, read_heatmap(path)) for path in networks
        ],
    }
    paths = {tuple(cell): path for cell, path in zip(json.loads(masked), masks or [], strict=True)}
    if sets:
        faces[f"masks {sets[0]}"] = [mask_cell(face, paths, sets[0], expression) for expression in shown]
    strip = people_strip(numbers, sets, json.loads(groups), read_learned(learned))
    draw_people_picture(faces, shown, strip, [output, png])
    print(f"{len(strip.networks)} networks beside {len(strip.others)} others drawn: {output}")


def people_strip(
    numbers: PeopleNumbers,
    mask_sets: Sequence[str],
    groups: Mapping[str, Sequence[str]],
    learned: Mapping[str, bool],
    titles: Mapping[str, str] | None = None,
) -> Strip:
    """The strip of scores on people's maps. titles: of what else is scored, if not those of the page."""
    metric = numbers.metric()
    looks = dict(zip(groups, NETWORKS, strict=False)) if len(groups) > 1 else {}
    of = {name: looks[group] for group, members in groups.items() if group in looks for name in members}
    rows = [
        (name, numbers.get(NETWORK, name, metric))
        for name in dict.fromkeys(key[1] for key in numbers.rows if key[0] == NETWORK)
    ]
    known = sorted(((name, found) for name, found in rows if found), key=lambda row: -row[1].estimate)
    networks = [
        _mark(
            marked(name, learned), of.get(name, NETWORKS[0]) if learned.get(name, True) else UNLEARNED, found
        )
        for name, found in known
        if name != AVERAGE
    ]
    n = len(numbers.averaged(learned))
    networks += [
        _mark(f"average of {n}", NETWORKS[0], found, True)
        for name, found in known
        if name == AVERAGE and n > 1
    ]
    others = [
        _mark((titles or {}).get(name, title), _look(name, mask_sets), found)
        for name, (title, kind) in numbers.references(mask_sets).items()
        for found in [numbers.get(kind, name, metric)]
    ]
    others.append(Mark("a map without pattern", PLAIN, PATTERNLESS[metric]))
    others.sort(key=lambda mark: -mark.value)
    used = [look for look in looks.values() if any(mark.look == look for mark in networks)]
    return Strip(
        title="How well do networks find the places that people use?",
        networks=networks,
        others=others,
        others_title="for comparison",
        legend={
            name.replace("_", " "): look for name, look in looks.items() if look in used and len(used) > 1
        },
        axis=MEANINGS[metric],
        note=_note([found for _, found in known], others, networks),
    )


def _mark(label: str, look: Look, found: Number, strong: bool = False) -> Mark:
    return Mark(label, look, found.estimate, found.low, found.high, strong)


def _look(name: str, mask_sets: Sequence[str]) -> Look:
    """That of a reference: masks, a spot, or people."""
    if name in mask_sets:
        return OF_MASKS
    return PLAIN if name == CENTRE else OF_PEOPLE


def _note(found: Sequence[Number], others: Sequence[Mark], networks: Sequence[Mark]) -> str:
    """What the bars are, and the mark of networks that did not learn."""
    parts = ["Faces: the brighter, the more important; every map is stretched to its own maximum"]
    claims = {number.over for number in found if number.over}
    if claims == {BOTH}:
        parts.append("bars: 95 % intervals over people, of networks over people and trainings")
    elif BOTH in claims:
        parts.append(
            "bars: 95 % intervals over people, of networks that are several trainings over these too"
        )
    elif claims or any(mark.low is not None for mark in others):
        parts.append("bars: 95 % intervals over people; they say nothing about other trainings")
    if any(mark.look == UNLEARNED for mark in networks):
        parts.append(MARK_NOTE)
    return "; ".join(parts)


if __name__ == "__main__":
    run(draw_people)
