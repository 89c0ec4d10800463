"""Rule write_report: one page with the figures, the tables and what they show."""

import json
from collections.abc import Mapping, Sequence
from itertools import product
from pathlib import Path

from workflow_scripts.common.command_line import run
from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.files import atomic_write
from workflow_scripts.common.tables import read_table
from workflow_scripts.comparison.action_unit_regions import UNITS
from workflow_scripts.comparison.agreement_rows import AGREEMENT
from workflow_scripts.comparison.contrasts import CONTRASTS
from workflow_scripts.comparison.control_rows import CONTROLS
from workflow_scripts.comparison.observed import CONFUSIONS, CURVES, EFFECTS, OBSERVERS
from workflow_scripts.comparison.quality_rows import QUALITY
from workflow_scripts.comparison.rankings import RANKINGS
from workflow_scripts.comparison.reference_tables import MATRIX
from workflow_scripts.comparison.scores import load_metrics
from workflow_scripts.comparison.subset_rows import SUBSETS
from workflow_scripts.datasets.splits import SUBJECTS
from workflow_scripts.explanation.count_positives import COLUMNS as EXPLAINED
from workflow_scripts.explanation.positives import images_asked, limits_asked
from workflow_scripts.report.page.document import page
from workflow_scripts.report.page.entries import COLUMNS, DIFFERENCES, Differences, Entries, Row
from workflow_scripts.report.page.linked_files import copy_table, figure_file
from workflow_scripts.report.page.methods_section import methods_text
from workflow_scripts.report.page.study import Comparison, FigureFile, Study
from workflow_scripts.report.people_numbers import PeopleNumbers
from workflow_scripts.similarity.correlate_explainers import BETWEEN
from workflow_scripts.similarity.explainer_findings import EXCESS, FINDINGS
from workflow_scripts.standardization.averaged_faces import COLUMNS as MEAN_FACE

SCORES = [
    "network", "fold", "expression", "n", "samples", "noise", "bias_bound", "median_r2", "missing", "iou"
]  # fmt: skip
FOLDS = ["image_id", "dataset", "subject", "expression", "identical", "fold"]
ACCURACY = ["network", "fold", "balanced_accuracy"]
MEANS = ["network", "metric", "estimate", "sd"]
OF_STUDY = {"accuracy": "accuracy", "means of accuracy": "accuracy_means", "networks that learned": "learned"}
OF_STUDY |= {"expressions that are recognised": "recognised"}
OF_STUDY |= {"folds": "folds", "explained images": "explained"}  # tables by the names shown
ONE = (*OF_STUDY.values(), "figure5", "figure6", "confusions_of_networks", "rule_graph", "deviations")
OF_COMPARISON = (
    "scores", "summary", "differences", "references", "matrix", "nulls", "grown", "table3", "table4", "table5"
)  # fmt: skip
OF_EXPLAINER = ("action_units", "rankings", "contrasts", "support", "trees", "reliability", "groups")
OF_PAIRS = ("contrasts_networks", "contrasts_expressions")  # figures
PICTURES = ("answer", "scoring")  # likewise; those of scores only where there are masks
ON_PEOPLE = ("agreement", "figure_people")  # by explainer and people
BETWEEN_EXPLAINERS = {"between_explainers": "similarity", "excess": "excess", "findings": "findings"}
OF_TRIALS = {"observers": OBSERVERS, "curves": CURVES, "effects": EFFECTS, "confusions": CONFUSIONS}
CEILINGS = ["network", "expression", "ceiling"]
GROUPS = ["expression", "groups", "between", "within", "splits", "p"]
RECOGNISED = ["network", "expression", "right", "by_chance", "p", "recognised"]
LEARNED = ["network", "n", "subjects", "balanced_accuracy", "standard_error", "chance", "learned"]


def write_report(*, settings: str, manifest: str, output: Path, methods: Path) -> None:
    """Write the report's page, and copies of its tables into the folder `tables` beside it.

    Figures are SVG files with a PNG file of the same name beside them, in the page's folder or below.

    Parameters
    ----------
    settings
        JSON object: run and report, the sections of config; kinds, the kind of each mask set; positives and
        metrics, the settings of that name; people, the settings of the people of the run, and uncovering, the
        explainers that keep trials, if there are any; halves, if there are half faces, which half data sets
        and mask_sets show; own_face, true if the study brings its own mean face;
        split, that of training; models, if any network was trained
        elsewhere: by network, trained_on and one (whether it is one model for all folds); min_images, those
        needed for a ranking; groups, pairs of a name and its networks; setup, settings to list at the end.
    manifest
        JSON object of lists of files. One per data set: counts, rejected; per data set of half faces:
        half_subjects. One: accuracy, accuracy_means, learned, recognised, explained, figure5, figure6,
        confusions_of_networks, rule_graph, deviations. One, or none where all networks were trained
        elsewhere: training. One per repeat of the cross-validation: folds. One, or none where no faces were
        averaged: mean_face. One, or none with a single explainer: between_explainers, excess, findings.
        One per [explainer, mask set] of the list comparisons: scores, summary, differences,
        references, matrix, nulls, grown, table3, table4, table5. One per explainer and expression, all
        expressions of the first explainer first: similarity. One, or none where there are no mask sets:
        figure4. One per explainer: action_units, rankings, contrasts, support, trees, reliability, groups,
        figure7, figure10, contrasts_networks, contrasts_expressions, answer; per group and explainer, all
        explainers of the first group first: heatmaps. Without control networks none, otherwise
        controls, one per comparison, and figure_controls, one per explainer; without subsets none, otherwise
        subsets and figure_subsets, likewise. One per explainer that is examined: quality. Without mask sets
        none, otherwise scoring, one per explainer. One per set of people: people; per explainer and set of
        people, all of the first explainer first: agreement, figure_people. Per explainer of `uncovering`:
        observers, curves, effects, confusions, figure_trials. Other lists are ignored.
    output
        The HTML file to write.
    methods
        The text file to write: the methods as on the page, and what to cite.
    """
    options, listed = json.loads(settings), json.loads(manifest)
    one, of = _files(options, listed)
    links = {name: copy_table(path, name, output.parent) for name, path in _copies(one, of).items()}
    figures = {name: figure_file(path, output.parent) for name, path in _figures(one, of).items()}
    study = _study(options, one, of, figures, links)
    for path, text in ((output, page(study)), (methods, methods_text(study))):
        with atomic_write(path) as unfinished:
            unfinished.write_text(text, encoding="utf-8")
    print(f"written: {output}, {len(figures)} figures, {len(links)} tables")


def _files(options: Mapping, listed: Mapping[str, list]) -> tuple[dict[str, Path], dict[str, dict]]:
    """The files of the manifest: the single ones, and the others keyed by what they describe."""
    datasets, explainers, expressions = (
        options["run"][key] for key in ("datasets", "explainers", "expressions")
    )
    pairs = [tuple(pair) for pair in listed["comparisons"]]
    groups = [group for group, _ in options["groups"]]
    first, *repeats = listed["folds"]
    listed = listed | {"folds": [first], "repeats": repeats}
    keys = dict.fromkeys(("counts", "rejected"), datasets)
    half_sets = options.get("halves", {}).get("datasets", ())
    keys["half_subjects"] = [name for name in datasets if name in half_sets]
    keys["repeats"] = range(2, len(repeats) + 2)
    keys |= dict.fromkeys(OF_COMPARISON, pairs)
    keys |= dict.fromkeys((*OF_EXPLAINER, *OF_PAIRS, "answer", "figure7", "figure10"), explainers)
    keys["training"] = ["training"][: len(listed["training"])]
    keys["mean_face"] = ["mean face"][: len(listed["mean_face"])]
    keys["scoring"] = explainers if options["run"]["mask_sets"] else []
    keys |= {name: ["explainers"][: len(listed[name])] for name in BETWEEN_EXPLAINERS}
    keys["controls"] = pairs if listed["controls"] else []
    keys["figure_controls"] = explainers if listed["figure_controls"] else []
    keys["subsets"] = pairs if listed.get("subsets") else []
    keys["figure_subsets"] = explainers if listed.get("figure_subsets") else []
    keys["quality"] = [name for name in explainers if name in options["run"].get("quality", ())]
    keys["people"] = options["run"]["people"]
    on_people = list(product(explainers, options["run"]["people"]))
    keys |= dict.fromkeys(ON_PEOPLE, on_people)
    keys |= dict.fromkeys((*OF_TRIALS, "figure_trials"), options.get("uncovering", []))
    keys["figure4"] = ["4"] if options["run"]["mask_sets"] else []
    keys["similarity"] = list(product(explainers, expressions))
    keys["heatmaps"] = list(product(groups, explainers))
    listed = {"subsets": [], "figure_subsets": []} | listed
    of = {name: _keyed(listed, name, of_files) for name, of_files in keys.items()}
    return {name: _keyed(listed, name, [name])[name] for name in ONE}, of


def _copies(one: Mapping[str, Path], of: Mapping[str, dict]) -> dict[str, Path]:
    """The tables to copy, by the names shown."""
    copies = {shown: one[name] for shown, name in OF_STUDY.items()}
    copies |= _named("folds, repeat {0}", of["repeats"])
    copies |= _named("{0}: images", of["counts"]) | _named("{0}: rejected images", of["rejected"])
    copies |= _named("{0}: subjects of half faces", of["half_subjects"])
    copies |= of["mean_face"]
    for name, shown in BETWEEN_EXPLAINERS.items():
        copies |= _named(f"{shown} of {{0}}", of[name])
    copies |= _named("people {0}", of["people"]) | _named("{0}, people {1}", of["agreement"])
    for name in (*OF_COMPARISON, "controls", "subsets", "similarity"):
        copies |= _named(f"{{0}}, {{1}}: {name}", of[name])
    for name in (*OF_EXPLAINER, "quality"):
        copies |= _named(f"{{0}}: {name}", of[name])
    for name in OF_TRIALS:
        copies |= _named(f"{{0}}, trials: {name}", of[name])
    return copies


def _figures(one: Mapping[str, Path], of: Mapping[str, dict]) -> dict[str, Path]:
    """The figures by the names that the sections of the page know."""
    figures = {"5": one["figure5"], "6": one["figure6"], "rules": one["rule_graph"]} | of["figure4"]
    figures |= {"confusions": one["confusions_of_networks"]} | of["training"]
    for number in ("7", "10"):
        figures |= {f"{number}/{explainer}": path for explainer, path in of[f"figure{number}"].items()}
    figures |= {f"controls/{explainer}": path for explainer, path in of["figure_controls"].items()}
    figures |= {f"people/{explainer}/{name}": path for (explainer, name), path in of["figure_people"].items()}
    figures |= {f"trials/{explainer}": path for explainer, path in of["figure_trials"].items()}
    figures |= {f"subsets/{explainer}": path for explainer, path in of["figure_subsets"].items()}
    for name in (*OF_PAIRS, *PICTURES):
        figures |= {f"{name}/{explainer}": path for explainer, path in of[name].items()}
    return figures | {
        f"heatmaps/{explainer}/{group}": path for (group, explainer), path in of["heatmaps"].items()
    }


def _study(
    options: Mapping,
    one: Mapping[str, Path],
    of: Mapping[str, dict],
    figures: Mapping[str, FigureFile],
    links: Mapping[str, str],
) -> Study:
    """All that the page shows."""
    chosen, shown, asked = options["run"], options["report"], options["positives"]
    return Study(
        title=shown["title"],
        datasets={name: shown.get("notes", {}).get(name, "") for name in chosen["datasets"]},
        networks=chosen["networks"],
        expressions=chosen["expressions"],
        explainers=chosen["explainers"],
        mask_sets={name: options["kinds"][name] for name in chosen["mask_sets"]},
        groups=dict(options["groups"]),
        asked_positives=images_asked(asked),
        sample_limits=[f"{most} {limit.replace('_', ' ')}" for limit, most in limits_asked(asked).items()],
        min_images=options["min_images"],
        metrics=load_metrics(options["metrics"]),
        setup=options.get("setup", {}),
        official=options.get("split", SUBJECTS) != SUBJECTS,
        models=options.get("models", {}),
        halves=options.get("halves", {}),
        half_subjects=_tables(of["half_subjects"], ["images", "missing"]),
        recognised={
            (row["network"], row["expression"]): row for row in read_table(one["recognised"], RECOGNISED)
        },
        own_face=options.get("own_face", False),
        mean_face=next(iter(_tables(of["mean_face"], MEAN_FACE).values()), ()),
        counts=_tables(of["counts"], ["expression", "images", "subjects", "used"]),
        rejected=_tables(of["rejected"], ["expression", "reason"]),
        folds=read_table(one["folds"], FOLDS),
        repeats=list(_tables(of["repeats"], FOLDS).values()),
        accuracy=read_table(one["accuracy"], ACCURACY),
        accuracy_means=read_table(one["accuracy_means"], MEANS),
        learned=read_table(one["learned"], LEARNED),
        explained=read_table(one["explained"], EXPLAINED),
        comparisons=[
            Comparison(
                *pair,
                read_table(of["scores"][pair], SCORES),
                Entries.of(read_table(of["summary"][pair], COLUMNS)),
                read_table(of["table5"][pair], ["expression", "best", "worst", "not_ranked"]),
                Differences.of(read_table(of["differences"][pair], DIFFERENCES)),
                read_table(of["matrix"][pair], MATRIX),
            )
            for pair in of["scores"]
        ],
        action_units=_tables(of["action_units"], UNITS),
        rankings=_tables(of["rankings"], RANKINGS),
        contrasts=_tables(of["contrasts"], CONTRASTS),
        reliability=_tables(of["reliability"], CEILINGS),
        tree_groups=_tables(of["groups"], GROUPS),
        between_explainers=next(iter(_tables(of["between_explainers"], BETWEEN).values()), ()),
        excess=next(iter(_tables(of["excess"], EXCESS).values()), ()),
        findings=next(iter(_tables(of["findings"], FINDINGS).values()), ()),
        controls=_controls(_tables(of["controls"], CONTROLS)),
        quality=_tables(of["quality"], QUALITY),
        people=options.get("people", {}),
        agreement={
            (explainer, name): PeopleNumbers.of(
                read_table(path, AGREEMENT), read_table(of["people"][name], AGREEMENT)
            )
            for (explainer, name), path in of["agreement"].items()
        },
        trials={
            explainer: {name: read_table(of[name][explainer], OF_TRIALS[name]) for name in OF_TRIALS}
            for explainer in of["figure_trials"]
        },
        subsets={
            explainer: {
                mask_set: read_table(path, SUBSETS)
                for (one, mask_set), path in of["subsets"].items()
                if one == explainer
            }
            for explainer in of["figure_subsets"]
        },
        similarity=_tables(of["similarity"], ["network_a", "network_b", "r_face"]),
        figures=figures,
        deviations=read_table(one["deviations"], ["what", "paper", "here", "why", "key"]),
        copies=links,
    )


def _controls(tables: Mapping[tuple[str, str], Sequence[Row]]) -> dict[str, list[Row]]:
    """Rows on control networks by explainer; those that need no masks are the same for all sets of masks."""
    rows = {}
    for (explainer, _), table in tables.items():
        found = rows.setdefault(explainer, [])
        found += [row for row in table if row["mask_set"] or not found]
    return rows


def _keyed(listed: Mapping[str, Sequence[str]], name: str, keys: Sequence) -> dict:
    """The files of one list of the manifest, keyed by what they describe."""
    paths = [Path(path) for path in listed[name]]
    if len(paths) != len(keys):
        raise StudyError(
            f"--manifest: {len(paths)} files of {name} for {len(keys)} ({', '.join(map(str, keys))})"
        )
    return dict(zip(keys, paths, strict=True))


def _named(pattern: str, paths: Mapping) -> dict[str, Path]:
    return {pattern.format(*(key if isinstance(key, tuple) else (key,))): path for key, path in paths.items()}


def _tables(paths: Mapping, columns: Sequence[str]) -> dict:
    return {key: read_table(path, columns) for key, path in paths.items()}


if __name__ == "__main__":
    run(write_report)
