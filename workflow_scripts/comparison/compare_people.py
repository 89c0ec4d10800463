"""Rule compare_people: whether the heatmaps of networks agree with where people look."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np

from workflow_scripts.common.command_line import run
from workflow_scripts.common.tables import write_table
from workflow_scripts.comparison.agreement_rows import (
    AGREEMENT,
    GROUP,
    NETWORK,
    ON_PEOPLE,
    Row,
    agreement_rows,
    corrected,
)
from workflow_scripts.comparison.ceilings import Ceilings, read_ceilings
from workflow_scripts.comparison.cells import AVERAGE
from workflow_scripts.comparison.network_agreement import (
    Agreements,
    agreements,
    difference,
    group_difference,
    minus,
    numbers_of,
    with_shares,
)
from workflow_scripts.comparison.people_scores import CEILINGS, OTHER_HALF, read_measured
from workflow_scripts.comparison.references import OTHER_EXPRESSIONS
from workflow_scripts.comparison.score_columns import PAPER
from workflow_scripts.comparison.scores import load_metrics
from workflow_scripts.standardization.heatmaps import read_heatmap
from workflow_scripts.standardization.standard_face import face_area, read_standard_face
from workflow_scripts.training.learned import read_learned


@dataclass(frozen=True)
class Entries:
    """Whose heatmaps are compared: networks, groups of them, and all of them.

    networks: all of the study. learned: those that learned and lack no heatmap, which averages are over.
    groups: names with their networks, of these. one_model: networks that are one model in all folds.
    """

    networks: Sequence[str]
    learned: Sequence[str]
    groups: Mapping[str, Sequence[str]]
    one_model: Sequence[str]
    folds_each: int

    def named(self) -> Iterator[tuple[str, str, Sequence[str]]]:
        """Kind, name, and the networks behind it."""
        for name in self.networks:
            yield NETWORK, name, [name]
        yield from ((GROUP, name, members) for name, members in self.groups.items() if members)
        if self.learned:
            yield NETWORK, AVERAGE, self.learned

    def trained(self, networks: Sequence[str]) -> bool:
        """Whether the folds of networks are trainings of their own."""
        return not set(networks) & set(self.one_model)


def compare_people(
    heatmaps: list[Path],
    *,
    cells: str,
    people: str,
    maps: Path,
    ceilings: Path,
    learned: Path,
    groups: str = "{}",
    one_model: str = "[]",
    folds: int,
    standard_face: Path,
    seed: int,
    output: Path,
    metrics: str = json.dumps(PAPER),
) -> None:
    """Score the HEATMAPS of cells on the maps of people.

    Parameters
    ----------
    heatmaps
        Heatmaps of the cells (HDF5).
    cells
        Their [network, fold, expression], as a JSON list in the same order.
    people
        The name of this set of people.
    maps
        Maps of the people on the standard face (HDF5).
    ceilings
        What people reach on each other's maps, from measure_people.
    learned
        Table of the networks that says which of them learned; the others are in no average.
    groups
        Groups of networks, as a JSON object.
    one_model
        Networks that are one model for all folds, as a JSON list: they say nothing about other trainings.
    folds
        Folds of one cross-validation.
    standard_face
        Table of the 89 standard points.
    seed
        The study's seed.
    output
        Table to write, see `comparison.agreement_rows`.
    metrics
        The metrics, as a JSON list: modules of comparison/metrics, or path/to/file.py:function.
    """
    by = load_metrics(json.loads(metrics))
    face = face_area(read_standard_face(standard_face))
    reached = read_ceilings(ceilings)
    measured, shown = read_measured(maps, people, reached.expressions, face, seed)
    named = zip(json.loads(cells), heatmaps, strict=True)
    read = {tuple(cell): read_heatmap(path) for cell, path in named}
    there = {cell: one for cell, one in read.items() if cell[2] in shown and np.ptp(one) > 0}
    did = [name for name, learned_it in read_learned(learned).items() if learned_it]
    of = entries(list(dict.fromkeys(cell[0] for cell in read)), there, shown, did, json.loads(groups))
    of = Entries(**of, one_model=json.loads(one_model), folds_each=folds)
    rows = compared(agreements(by, there, measured, shown), of, reached, people) if there else []
    write_table(output, AGREEMENT, rows)
    print(
        f"{len(there)} of {len(read)} heatmaps compared with {max(reached.persons)} people of {people}: "
        f"{output}"
    )


def entries(
    networks: Sequence[str], there: Mapping, shown: Sequence[str], learned: Sequence[str], groups: Mapping
) -> dict[str, object]:
    """The first fields of `Entries`."""
    have = {(network, expression) for network, _, expression in there}
    whole = [name for name in networks if name in learned and all((name, one) in have for one in shown)]
    return {
        "networks": networks,
        "learned": whole,
        "groups": {group: [name for name in of if name in whole] for group, of in groups.items()},
    }


def compared(found: Agreements, of: Entries, reached: Ceilings, people: str) -> list[Row]:
    """All rows: scores on people, and these minus those of references, other expressions and groups."""
    rows = []

    def add(numbers, kind: str, name: str, beside: str = "", only_average: bool = False) -> None:
        keys = {"people": people, "kind": kind, "scored": name, "minus": beside, "on": ON_PEOPLE}
        made = agreement_rows(numbers, keys, reached.expressions, reached.scores, reached.persons)
        rows.extend(row for row in made if not only_average or row["expression"] == AVERAGE)

    def numbers(values, networks):
        trained = of.trained(networks)
        return numbers_of(values, networks, len(reached.expressions), of.folds_each, trained)

    for kind, name, networks in of.named():
        if not any(key[0] in networks for key in found.own):
            continue
        own = numbers(found.own, networks)
        if found.halves and OTHER_HALF in reached.of:
            on_halves = numbers(found.halves, networks)
            own = with_shares(own, on_halves, reached.of[OTHER_HALF], reached.without)
        add(own, kind, name)
        if found.others:
            add(numbers(difference(found.own, found.others), networks), kind, name, OTHER_EXPRESSIONS)
        for reference, scores in reached.of.items():
            if reference not in CEILINGS:
                add(minus(own, scores), kind, name, reference, only_average=True)
    for a, b in combinations([name for name, members in of.groups.items() if members], 2):
        if not set(of.groups[a]) & set(of.groups[b]):
            apart = group_difference(found.own, of.groups[a], of.groups[b], a)
            if apart:
                trained = of.trained([*of.groups[a], *of.groups[b]])
                values = numbers_of(apart, [a], len(reached.expressions), of.folds_each, trained)
                add(values, GROUP, a, b)
    return corrected(rows)


if __name__ == "__main__":
    run(compare_people)
