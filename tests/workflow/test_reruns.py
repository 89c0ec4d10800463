"""What reruns after an edit: exactly the jobs that depend on it.

EDITS is the table: an edit of the settings or of a file, and the jobs of the finished miniature study that
`snakemake --summary` plans after it. Each edit is undone, and in the end nothing is left to do.
"""

import base64
import csv
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

from tests.workflow.miniature import EXPRESSIONS, MASK_SETS, METRICS, NETWORKS, STUDY, run_study
from tests.workflow.planning import snakemake_calls
from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.tables import read_table
from workflow_scripts.comparison.score_columns import PAPER
from workflow_scripts.orchestration.config_check import merge
from workflow_scripts.orchestration.provenance import code_files
from workflow_scripts.standardization.heatmaps import read_heatmap
from workflow_scripts.training.imagenet_weights import official_file

# one output of each rule, and in it the wildcards of its jobs
RULES = {
    "index_dataset": "results/datasets/{dataset}/index.csv",
    "check_datasets": "results/datasets/checked.csv",
    "prepare_faces": "results/faces/{dataset}/faces.h5",
    "assign_folds": "results/training/folds.csv",
    "repeat_folds": "results/training/folds_repeat{repeat}.csv",
    "train_network": "results/training/{network}/fold{fold}/model.keras",
    "train_control": "results/training/{network}/controls/{control}/fold{fold}/repeat{repeat}/model.keras",
    "predict_expressions": "results/training/{network}/fold{fold}/predictions.csv",
    "measure_accuracy": "results/training/accuracy.csv",
    "sample_positives": "results/explanation/{network}/fold{fold}/positives.csv",
    "count_positives": "results/explanation/counts.csv",
    "explain_images": "results/explanation/{explainer}/{network}/fold{fold}/{expression}.h5",
    "explain_controls": "results/explanation/{explainer}/{network}/controls.h5",
    "measure_quality": "results/explanation/{explainer}/{network}/quality.csv",
    "standardize_explanations": "results/standardization/{explainer}/{network}/fold{fold}/heatmaps.sha256",
    "average_heatmaps": "results/standardization/{group}/happiness.npy",
    "draw_masks": "results/comparison/masks/{mask_set}/{expression}.png",
    "compare_network": "results/comparison/{explainer}/{mask_set}/scores/{network}.csv",
    "compare_references": "results/comparison/{explainer}/{mask_set}/references.csv",
    "compare_action_units": "results/comparison/{explainer}/action_units.csv",
    "contrast_heatmaps": "results/comparison/{explainer}/contrasts.csv",
    "compare_controls": "results/comparison/{explainer}/{mask_set}/controls/{network}.json",
    "summarize_controls": "results/comparison/{explainer}/{mask_set}/controls.csv",
    "summarize_comparison": "results/comparison/{explainer}/{mask_set}/scores.csv",
    "summarize_quality": "results/comparison/{explainer}/quality.csv",
    "rank_networks": "results/comparison/{explainer}/rankings.csv",
    "correlate_heatmaps": "results/similarity/{explainer}/{expression}.csv",
    "resample_similarity": "results/similarity/{explainer}/support.csv",
    "draw_dendrogram": "results/similarity/{explainer}/{expression}.svg",
    "draw_mask_sets": "results/report/figure4.svg",
    "draw_accuracy": "results/report/figure5.svg",
    "draw_color_scale": "results/report/figure6.svg",
    "draw_heatmaps": "results/report/{explainer}/{figure}.svg",
    "draw_controls": "results/report/{explainer}/controls.svg",
    "draw_dendrograms": "results/report/{explainer}/figure10.svg",
    "draw_contrasts": "results/report/{explainer}/contrasts_networks.svg",
    "draw_rule_graph": "results/report/rule_graph.svg",
    "draw_answer": "results/report/{explainer}/answer.svg",
    "draw_scoring": "results/report/{explainer}/scoring.svg",
    "draw_training": "results/report/training.svg",
    "draw_confusions": "results/report/confusions.svg",
    "compare_means": "results/comparison/{explainer}/{mask_set}/means.csv",
    "write_report": "results/report/index.html",
    "write_atlas": "results/report/atlas.html",
}
# likewise, of rules that the miniature study needs only with people beside its networks
PEOPLE_RULES = {
    "fetch_people": "results/comparison/people/{people}/trials.csv",
    "standardize_people": "results/comparison/people/{people}/maps.h5",
    "measure_people": "results/comparison/people/{people}/agreement.csv",
    "compare_people": "results/comparison/{explainer}/agreement/{people}.csv",
    "draw_people": "results/report/{explainer}/people_{people}.svg",
    "compare_beside": "results/comparison/beside/{mask_set}.csv",
}
# of a rule that it needs only if images may be shown
FACE_RULES = {"average_faces": "results/standardization/mean_face.png"}
# the values of the wildcards in the miniature study
WILDCARDS = {
    "dataset": ["mini"],
    "network": NETWORKS,
    "control": ["shuffled_labels"],  # the only kind that is trained
    "repeat": [],  # of those after the first
    "fold": [1, 2],
    "explainer": ["lime"],
    "expression": EXPRESSIONS,
    "group": ["lime", *(f"lime/{network}" for network in NETWORKS)],
    "mask_set": MASK_SETS,
    "figure": ["figure7", "heatmaps_low_depth", "heatmaps_deep"],
}
# only WeiNet has control networks, of its first fold
OF_CONTROLS = {"network": ["WeiNet"], "fold": [1], "repeat": [1]}
UNMASKED = {(mask_set, "neutral") for mask_set in MASK_SETS} | {("mine", "surprise")}
# the figure of a network's heatmaps; Figure 7 shows the mean of all
FIGURE = {"WeiNet": "heatmaps_low_depth", "SongNet": "heatmaps_deep", "AlexNet": "heatmaps_deep"}

Job = tuple[str, str]  # rule, and wildcards like "network=SongNet fold=1"
Edit = Mapping[str, Callable[[str], str]]  # file -> its text, edited


def jobs(rules: str | Iterable[str], **wildcards) -> set[Job]:
    """The jobs of `rules` whose wildcards have the given value, or one of the values; all others have any."""
    rules = rules.split() if isinstance(rules, str) else rules
    values = WILDCARDS | {k: v if isinstance(v, list) else [v] for k, v in wildcards.items()}
    found = set()
    for rule in rules:
        names, of_rule = re.findall(r"{(\w+)}", RULES[rule]), values
        if rule.endswith(("_control", "_controls")):
            known = {name: [one for one in values[name] if one in of] for name, of in OF_CONTROLS.items()}
            of_rule = values | known | {"repeat": [1]}
        for chosen in itertools.product(*(of_rule[name] for name in names)):
            job = dict(zip(names, chosen, strict=True))
            if (job.get("mask_set"), job.get("expression")) not in UNMASKED:
                found.add(named(rule, job))
    return found


def named(rule: str, wildcards: Mapping) -> Job:
    return rule, " ".join(f"{name}={value}" for name, value in wildcards.items())


# each stage of the work on some networks, with all that follows: in the end what joins all networks


def trained(networks=NETWORKS) -> set[Job]:
    return jobs("train_network train_control", network=networks) | predicted(networks)


def predicted(networks=NETWORKS) -> set[Job]:
    return jobs("predict_expressions", network=networks) | ACCURACY | MARKED | sampled(networks)


def sampled(networks=NETWORKS) -> set[Job]:
    return jobs("sample_positives", network=networks) | COUNTED | explained(networks)


def explained(networks=NETWORKS) -> set[Job]:
    return (
        jobs(
            "explain_images standardize_explanations compare_network",
            network=networks,
        )
        | (jobs("explain_controls") | CONTROLLED if "WeiNet" in networks else set())
        | jobs("measure_quality", network=networks)
        | SUMMARY_OF_QUALITY
        | jobs("average_heatmaps", group=[f"lime/{network}" for network in networks])
        | jobs("draw_heatmaps", figure=[FIGURE[network] for network in networks])
        | JOINED
    )


ACCURACY = jobs("measure_accuracy draw_accuracy draw_training draw_confusions")
COUNTED = jobs("count_positives")
SUMMARY_OF_QUALITY = jobs("summarize_quality")
CONTROLLED = jobs("compare_controls summarize_controls draw_controls rank_networks") | jobs(
    "summarize_comparison draw_answer draw_scoring"
)


def controlled(mask_set: str | list[str]) -> set[Job]:
    """Controls against masks; their figure, which needs none, takes its numbers from the first set."""
    figure = jobs("draw_controls") if MASK_SETS[0] in mask_set else set()
    return jobs("compare_controls summarize_controls", mask_set=mask_set) | figure


NETWORK_ASKED = jobs("explain_images explain_controls measure_quality")
REPORT = jobs("write_report write_atlas")
# figures mark the networks that did not learn, averages leave them out
MARKED = jobs("draw_heatmaps summarize_controls draw_controls")
JOINED = (
    jobs("average_heatmaps", group="lime")
    | jobs("compare_means")
    | jobs("draw_heatmaps", figure="figure7")
    | jobs(
        "compare_references compare_action_units summarize_comparison draw_answer draw_scoring rank_networks"
    )
    | jobs("correlate_heatmaps resample_similarity contrast_heatmaps draw_contrasts")
    | jobs("draw_dendrogram draw_dendrograms")
    | REPORT
)
SHOWING_THE_FACE = jobs("draw_mask_sets draw_heatmaps draw_contrasts draw_answer draw_scoring") | REPORT
UNCHANGING = {"draw_color_scale", "draw_rule_graph"}  # the same for all studies


def compared(mask_set: str | list[str]) -> set[Job]:
    """Masks, and all that is made of them."""
    return (
        jobs("draw_masks compare_network compare_references", mask_set=mask_set)
        | jobs("summarize_comparison draw_answer", mask_set=mask_set)
        | jobs("compare_means", mask_set=mask_set)
        | jobs("rank_networks draw_mask_sets")
        | (jobs("draw_scoring") if MASK_SETS[0] in mask_set else set())  # which shows the first set
        | controlled(mask_set)
        | REPORT
    )


def settings(changes: Mapping[str, object]) -> Edit:
    """Edit settings of the study, each named by its sections: training.folds."""

    def edited(text: str) -> str:
        study = yaml.safe_load(text)
        for key, value in changes.items():
            for section in reversed(key.split(".")):
                value = {section: value}
            merge(study, value)
        return yaml.safe_dump(study)

    return {"study.yaml": edited}


def replaced(path: str, old: str, new: str) -> Edit:
    """Replace a string that a file has."""

    def edited(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return {path: edited}


MORE_EXPRESSIONS = [*EXPRESSIONS, "fear"]  # figure4 and facs have masks for it
EDITS = {
    # settings of one stage after the other
    "the seed": (settings({"seed": 2}), jobs("assign_folds") | trained()),
    "an expression added": (
        settings({"run.expressions": MORE_EXPRESSIONS}),
        jobs(RULES.keys() - {"draw_masks"} - UNCHANGING, expression=MORE_EXPRESSIONS)
        | jobs("draw_masks", mask_set=["figure4", "facs"], expression="fear")
        | jobs("draw_masks", mask_set="truth"),
    ),
    "a data set added": (
        settings({"run.datasets": ["mini", "more"], "datasets.more": STUDY["datasets"]["mini"]}),
        jobs("index_dataset prepare_faces", dataset="more") | jobs("check_datasets assign_folds") | trained(),
    ),
    "a row less in the table of a data set": (
        {"mini.csv": lambda text: text[: text.rstrip().rindex("\n") + 1]},
        jobs(RULES.keys() - {"draw_masks"} - UNCHANGING) | jobs("draw_masks", mask_set="truth"),
    ),
    "faces.crop_eye_distances": (
        settings({"faces.crop_eye_distances": 3.6}),
        jobs("prepare_faces assign_folds") | trained() | compared("truth"),
    ),
    "a fold more": (
        settings({"training.folds": 3}),
        jobs("check_datasets assign_folds")
        | trained()
        | jobs(
            "train_network predict_expressions sample_positives explain_images standardize_explanations",
            fold=3,
        ),
    ),
    "the cross-validation repeated: trainings more, and none again": (
        settings({"training.repeats": 2}),
        jobs("repeat_folds", repeat=2)
        | jobs(
            "train_network predict_expressions sample_positives explain_images standardize_explanations",
            fold=[3, 4],
        )
        | jobs("average_heatmaps")
        | ACCURACY
        | MARKED
        | COUNTED
        | jobs("compare_network")
        | JOINED,
    ),
    "folds that the data sets bring": (
        settings({"training.split": "official"}),
        jobs("check_datasets assign_folds") | trained(),
    ),
    "images of a data set that may be shown": (
        settings({"datasets.mini.shareable": True}),
        {named("average_faces", {})} | SHOWING_THE_FACE,
    ),
    "a column of such folds, where subjects are divided": (settings({"datasets.mini.split": "cv"}), set()),
    "training.augmentation.crop": (settings({"training.augmentation.crop": 0.9}), trained()),
    "copies of each image": (settings({"training.augmentation.copies": 2}), trained()),
    "copies of each image, but for a network with a number of its own": (
        settings({"training.augmentation.copies": 2, "training.networks.SongNet.copies": 1}),
        trained(["WeiNet"]),
    ),
    "training.class_weights": (settings({"training.class_weights": "balanced"}), trained()),
    "epochs of SongNet": (settings({"training.networks.SongNet.epochs": 3}), trained(["SongNet"])),
    "training.prediction_precision": (settings({"training.prediction_precision": "bfloat16"}), predicted()),
    "a network added": (settings({"run.networks": [*NETWORKS, "AlexNet"]}), trained(["AlexNet"])),
    "SongNet removed, and with it the figure of its group": (
        settings({"run.networks": ["WeiNet"]}),
        ACCURACY
        | COUNTED
        | jobs("draw_heatmaps", figure="heatmaps_low_depth")
        | jobs("summarize_controls draw_controls")
        | SUMMARY_OF_QUALITY
        | JOINED,
    ),
    "positives per expression": (settings({"explanation.positives": 2}), sampled()),
    "positives per subject": (
        settings({"explanation.positives": {"images": 3, "per_subject": 1}}),
        sampled(),
    ),
    "explanation.precision": (settings({"explanation.precision": "bfloat16"}), explained()),
    "samples of LIME": (settings({"explanation.explainers.lime.samples": 64}), explained()),
    "standardization.averaging": (
        settings({"standardization.averaging": "unit_mass"}),
        explained() - NETWORK_ASKED - SUMMARY_OF_QUALITY,
    ),
    "images of a control": (
        settings({"training.controls.untrained.positives": 1}),
        jobs("explain_controls") | REPORT | CONTROLLED,
    ),
    "a kind of control removed": (
        settings({"run.controls": ["untrained", "shuffled_labels"]}),
        jobs("explain_controls") | REPORT | CONTROLLED,
    ),
    "controls of another network": (
        settings({"training.controls.untrained.of": ["SongNet"]}),
        jobs("explain_controls")
        | REPORT
        | CONTROLLED
        | {("explain_controls", "explainer=lime network=SongNet")}
        | {("compare_controls", f"explainer=lime mask_set={name} network=SongNet") for name in MASK_SETS},
    ),
    "seeds of the examination of explanations": (
        settings({"explanation.quality.seeds": 3}),
        jobs("measure_quality summarize_quality") | REPORT,
    ),
    "an explainer no longer examined": (settings({"run.quality": []}), REPORT),
    "images that a ranking needs": (
        settings({"comparison.min_images": 2}),
        jobs("summarize_comparison draw_answer draw_scoring rank_networks") | REPORT,
    ),
    "sign flips of contrasts": (
        settings({"comparison.subjects.flips": 101}),
        jobs("contrast_heatmaps draw_contrasts") | REPORT,
    ),
    "surrogates of the masks": (
        settings({"comparison.nulls.surrogates": 101}),
        jobs("compare_references summarize_comparison draw_answer draw_scoring rank_networks") | REPORT,
    ),
    "a metric added": (
        settings({"comparison.metrics": [*METRICS, "workflow_scripts/comparison/metrics/iou.py:score"]}),
        jobs("compare_network compare_means compare_references compare_action_units")
        | CONTROLLED
        | jobs("summarize_comparison draw_answer draw_scoring rank_networks")
        | REPORT,
    ),
    "the paper's metrics in another order": (
        settings({"comparison.metrics": [*reversed(PAPER), "auc"]}),
        REPORT,  # which lists the settings
    ),
    "a mask set added": (
        settings(
            {
                "run.mask_sets": [*MASK_SETS, "more"],
                "comparison.mask_sets.more": STUDY["comparison"]["mask_sets"]["mine"],
            }
        ),
        jobs("draw_masks", mask_set="more", expression="happiness")
        | controlled("more")
        | jobs("compare_network compare_references", mask_set="more")
        | jobs("summarize_comparison draw_answer", mask_set="more")
        | jobs("compare_means", mask_set="more")
        | jobs("rank_networks draw_mask_sets")
        | REPORT,
    ),
    "people put beside the networks": (
        settings(
            {
                "run.people": ["theirs"],
                "comparison.people.theirs": {"data": "maps", "maps": "my masks/{expression}.png"},
            }
        ),
        {("standardize_people", "people=theirs"), ("measure_people", "people=theirs")}
        | {(f"{what}_people", "explainer=lime people=theirs") for what in ("compare", "draw")}
        | {("draw_heatmaps", "explainer=lime figure=heatmaps_people")}
        | {("compare_beside", f"mask_set={name}") for name in MASK_SETS}
        | jobs("compare_references compare_means compare_action_units rank_networks")
        | jobs("summarize_comparison draw_answer draw_scoring")
        | jobs("correlate_heatmaps resample_similarity draw_dendrogram draw_dendrograms")
        | REPORT,
    ),
    "people that are not put beside": (
        settings({"comparison.people.wegrzyn2017.share": 0.2}),
        set(),
    ),
    "a mask set removed": (
        settings({"run.mask_sets": MASK_SETS[:-1]}),
        jobs("rank_networks draw_mask_sets draw_answer") | REPORT,
    ),
    "an expression less in a mask set": (
        settings({"comparison.mask_sets.facs.expressions": ["happiness"]}),
        jobs("compare_network compare_references", mask_set="facs")
        | jobs("summarize_comparison draw_answer compare_means", mask_set="facs")
        | controlled("facs")
        | jobs("rank_networks draw_mask_sets")
        | REPORT,
    ),
    "action units of happiness": (
        settings({"comparison.mask_sets.facs.action_units.happiness": [12]}),
        jobs("draw_masks", mask_set="facs", expression="happiness")
        | controlled("facs")
        | jobs("compare_network compare_references", mask_set="facs")
        | jobs("summarize_comparison draw_answer compare_means", mask_set="facs")
        | jobs("rank_networks draw_mask_sets")
        | REPORT,
    ),
    "threshold of the mask set truth": (
        settings({"comparison.mask_sets.truth.threshold": "otsu"}),
        compared("truth"),
    ),
    "an outline of the mask set figure4": (
        replaced("resources/figure4_masks.json", '"B36"', '"B37"'),
        compared("figure4"),
    ),
    "a point of the standard face": (
        replaced("resources/standard_face.csv", "\n0,", "\n0,1"),
        explained() - NETWORK_ASKED - SUMMARY_OF_QUALITY
        | set().union(*map(compared, ["figure4", "facs", "truth", "mine"])),
    ),
    "linkage": (
        settings({"similarity.linkage": "single"}),
        jobs("resample_similarity draw_dendrogram draw_dendrograms") | REPORT,
    ),
    "a title in the page's table of sections": (
        replaced("workflow_scripts/report/page/sections.csv", ",The data,", ",The faces,"),
        REPORT,
    ),
    "a caption in the page's texts": (
        replaced("workflow_scripts/report/page/captions.toml", "single folds (points)", "folds (points)"),
        REPORT,
    ),
    "the frame of the page": (
        replaced("workflow_scripts/report/page/page.html", "<main>", "<main >"),
        REPORT,
    ),
    "what to cite": (replaced("CITATION.cff", "year: 2024", "year: 2025"), REPORT),
    "report.title": (settings({"report.title": "Another title"}), REPORT),
    "report.notes": (settings({"report.notes.mini": "Rendered"}), REPORT),
    "SongNet in another group too": (
        settings({"training.groups.low_depth": NETWORKS}),
        jobs("draw_heatmaps", figure="heatmaps_low_depth")
        | jobs("summarize_comparison draw_answer draw_scoring rank_networks")
        | jobs("resample_similarity draw_dendrogram draw_dendrograms")
        | REPORT,
    ),
    # what no job depends on
    "settings that the run does not name": (
        settings({"training.networks.VGG16.epochs": 3, "datasets.jaffe.root": "nowhere"}),
        set(),
    ),
    "comments and the order of keys": (
        {
            name: lambda text: yaml.safe_dump(backwards(yaml.safe_load(text)), sort_keys=False)
            for name in ("config.yaml", "study.yaml")
        },
        set(),
    ),
}


def backwards(node: object) -> object:
    """The same mappings with their keys in reverse order."""
    if not isinstance(node, dict):
        return node
    return {key: backwards(value) for key, value in reversed(node.items())}


@pytest.fixture(scope="module")
def snakemake(finished_copy) -> Iterator[Callable[..., str]]:
    """Calls Snakemake in the copy of the finished study."""
    with snakemake_calls(finished_copy) as call:
        yield call


def summary(snakemake: Callable[..., str], *targets: str, option: str = "--summary") -> list[dict[str, str]]:
    """Snakemake's summary: a row for each output."""
    return list(csv.DictReader(snakemake(option, *targets).splitlines(), delimiter="\t"))


def jobs_of(rows: Iterable[Mapping[str, str]]) -> dict[Job, Mapping[str, str]]:
    """The rows of the outputs that RULES names, by their jobs."""
    found = {}
    for row in rows:
        pattern = re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", (RULES | PEOPLE_RULES | FACE_RULES)[row["rule"]])
        pattern = pattern.replace("<group>[^/]+", "<group>.+")  # an explainer, or explainer/network
        if match := re.fullmatch(pattern, row["output_file"]):
            found[named(row["rule"], match.groupdict())] = row
    return found


def planned(snakemake: Callable[..., str]) -> set[Job]:
    """The jobs that Snakemake would run."""
    return {job for job, row in jobs_of(summary(snakemake)).items() if row["plan"] != "no update"}


@contextmanager
def edited(folder: Path, edit: Edit) -> Iterator[None]:
    """Files edited, and put back in the end."""
    before = {folder / path: (folder / path).read_bytes() for path in edit}
    try:
        for path, change in edit.items():
            after = change(before[folder / path].decode()).encode()
            assert after != before[folder / path]
            (folder / path).write_bytes(after)
        yield
    finally:
        for path, content in before.items():
            path.write_bytes(content)


def test_a_finished_study_has_the_jobs_of_the_table_and_nothing_to_do(snakemake):
    assert set(jobs_of(summary(snakemake))) == jobs(RULES)
    assert planned(snakemake) == set()


@pytest.mark.parametrize("edit, reruns", EDITS.values(), ids=EDITS.keys())
def test_an_edit_reruns_the_jobs_that_depend_on_it_and_no_others(finished_copy, snakemake, edit, reruns):
    with edited(finished_copy, edit):
        assert planned(snakemake) == reruns


def test_edits_that_are_undone_leave_nothing_to_do(finished_copy, snakemake):
    """After all of the above."""
    assert planned(snakemake) == set()


def test_an_edited_module_reruns_the_jobs_that_load_it_and_what_follows_them(finished_copy, snakemake):
    """A statement more in each module of ours, in all at once that the same jobs load.

    Which jobs load it they have told themselves, in their logs; what follows them is told by the inputs that
    Snakemake recorded when they ran. What one fold or expression loads counts for all: those without
    positives do without the explainer, but Snakemake cannot know which these will be.
    """
    rows = summary(snakemake, option="--detailed-summary")
    loaded = defaultdict(set)
    for job, row in jobs_of(rows).items():
        loaded[of_any_cell(job)] |= modules_loaded(finished_copy, job[0], row["log-file(s)"])
    modules = {
        path.relative_to(finished_copy).as_posix() for path in finished_copy.glob("workflow_scripts/**/*.py")
    }
    together = defaultdict(list)
    for module in sorted(modules):
        users = frozenset(job for job in jobs(RULES) if module in loaded[of_any_cell(job)])
        together[users].append(module)
    assert sum(map(len, together.values())) > len(together) > 30
    wrong = {}
    for users, of_users in together.items():
        with edited(finished_copy, dict.fromkeys(of_users, with_statement)):
            wrong[", ".join(of_users)] = planned(snakemake) ^ with_followers(users, rows)
    assert {names: difference for names, difference in wrong.items() if difference} == {}
    assert planned(snakemake) == set()


def test_each_module_counts_by_itself(finished_copy, snakemake):
    """What the plan records of a job names every module that the job loads, and each with its own meaning."""
    rows = jobs_of(summary(snakemake, option="--detailed-summary"))
    for job, row in rows.items():
        record = json.loads(record_of(finished_copy, row["output_file"]).read_text())
        recorded = code_files(record["params"])
        assert all(map(str.isalnum, recorded.values()))
        assert modules_loaded(finished_copy, job[0], row["log-file(s)"]) <= recorded.keys(), job


def test_a_comment_in_every_module_reruns_nothing(finished_copy, snakemake):
    modules = finished_copy.glob("workflow_scripts/**/*.py")
    names = [path.relative_to(finished_copy).as_posix() for path in modules]
    with edited(finished_copy, dict.fromkeys(names, with_comment)):
        assert planned(snakemake) == set()


def record_of(folder: Path, output: str) -> Path:
    """Where Snakemake keeps its record of an output."""
    return folder / ".snakemake/metadata" / base64.urlsafe_b64encode(output.encode()).decode()


def of_any_cell(job: Job) -> Job:
    """A job's name without fold and expression."""
    return job[0], re.sub(r"(fold|expression)=\w+", "", job[1])


def with_comment(text: str) -> str:
    return text + "# edited\n"


def with_statement(text: str) -> str:
    return text + "EDITED = True\n"


def modules_loaded(folder: Path, rule: str, log: str) -> set[str]:
    """Files of the modules of ours that a job loaded; the one it was started with has no name of its own."""
    names = " ".join(re.findall(r"^loaded: (.*)$", (folder / log).read_text(), re.MULTILINE)).split()
    assert names, f"{log} does not say which modules were loaded"
    paths = [Path(*name.split(".")) for name in names]
    files = [path / "__init__.py" if (folder / path).is_dir() else path.with_suffix(".py") for path in paths]
    (entry_point,) = folder.glob(f"workflow_scripts/*/{rule}.py")
    return {file.as_posix() for file in [*files, entry_point.relative_to(folder)]}


def with_followers(first: set[Job], rows: Iterable[Mapping[str, str]]) -> set[Job]:
    """These jobs, and all that take what they make, at any distance. The outputs of a job share its log."""
    logs = {row["log-file(s)"] for job, row in jobs_of(rows).items() if job in first}
    while True:
        made = {row["output_file"] for row in rows if row["log-file(s)"] in logs}
        takers = {row["log-file(s)"] for row in rows if made.intersection(row["input-file(s)"].split(","))}
        if takers <= logs:
            return {job for job, row in jobs_of(rows).items() if row["log-file(s)"] in logs}
        logs |= takers


def test_touched_files_rerun_nothing(finished_copy, snakemake):
    for path in sorted(finished_copy.rglob("*")):
        if ".snakemake" not in path.parts:
            path.touch()
    assert planned(snakemake) == set()


def test_a_new_clone_over_the_results_reruns_nothing(finished_copy, tmp_path):
    """All files of the repository are newer than the results."""
    origin, clone = tmp_path / "origin", tmp_path / "clone"
    results = ["results", "logs", ".snakemake"]
    git = ["git", "-c", "user.name=Ann", "-c", "user.email=ann@example.org", "-c", "commit.gpgsign=false"]
    at_origin = [*git, "--git-dir", origin / ".git", "--work-tree", finished_copy]
    subprocess.run([*git, "init", "--quiet", origin], check=True)
    subprocess.run([*at_origin, "add", "--all", "--", ":/", *(f":!{name}" for name in results)], check=True)
    subprocess.run([*at_origin, "commit", "--quiet", "--message", "All"], check=True)
    subprocess.run([*git, "clone", "--quiet", origin, clone], check=True)
    for name in results:
        shutil.copytree(finished_copy / name, clone / name, symlinks=True)
    with snakemake_calls(clone) as snakemake:
        assert planned(snakemake) == set()


def test_of_a_heatmap_that_was_deleted_an_error_says_how_it_is_made_again(finished_copy, snakemake):
    """A job that reads whole networks asks for hashes only."""
    output = "results/comparison/lime/action_units.csv"
    heatmap = finished_copy / "results/standardization/lime/WeiNet/fold1/happiness.h5"
    hashes = heatmap.with_name("heatmaps.sha256")
    kept = {path: path.read_bytes() for path in (finished_copy / output, heatmap, hashes)}
    remade = jobs("standardize_explanations", network="WeiNet", fold=1)

    def of_output() -> set[Job]:
        rows = jobs_of(summary(snakemake, output))
        return {job for job, row in rows.items() if row["plan"] != "no update"}

    (finished_copy / output).unlink()
    heatmap.unlink()
    assert of_output() == jobs("compare_action_units")
    with pytest.raises(StudyError, match=r"there is no .*; delete heatmaps\.sha256 beside it and rerun"):
        read_heatmap(heatmap)
    hashes.unlink()
    assert of_output() == jobs("compare_action_units") | remade
    for path, content in kept.items():
        path.write_bytes(content)
    assert planned(snakemake) == set()


def test_a_heatmap_that_is_replaced_counts_everywhere_once_its_hash_is_written(finished_copy, snakemake):
    """Never in a picture before it counts in the tables, and as it is."""
    heatmap = finished_copy / "results/standardization/lime/WeiNet/fold1/happiness.h5"
    hashes = heatmap.with_name("heatmaps.sha256")
    kept = {path: path.read_bytes() for path in (heatmap, hashes)}
    heatmap.write_bytes(kept[heatmap] + b"replaced")
    assert planned(snakemake) == set()
    subprocess.run("sha256sum *.h5 > heatmaps.sha256", shell=True, cwd=heatmap.parent, check=True)
    rerun = planned(snakemake)
    read_it = jobs("average_heatmaps", group="lime/WeiNet") | jobs("draw_scoring write_atlas")
    assert read_it | jobs("compare_network", network="WeiNet") <= rerun
    assert not jobs("standardize_explanations") & rerun
    for path, content in kept.items():
        path.write_bytes(content)
    assert planned(snakemake) == set()


def test_weights_from_another_place_are_no_reason_to_train_again(finished, tmp_path):
    """Files stand in for weights and a model, marked as made of each other."""
    folder = tmp_path / "lookalike"
    shutil.copytree(finished, folder, symlinks=True)
    official = f"elsewhere/{official_file('vgg16').name}"
    model = "results/training/VGG16/fold1/model.keras"
    outputs = [model, "results/training/VGG16/fold1/history.csv", "results/training/weights/vgg16.h5"]
    for name in [*outputs, official]:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("stands in")
    with snakemake_calls(folder) as snakemake, edited(folder, settings({"run.networks": ["VGG16"]})):
        snakemake("--touch", "--forceall", model)
        assert {row["plan"] for row in summary(snakemake, model)} == {"no update"}
        elsewhere = {"training.weights_dir": "elsewhere"}
        edits = [
            (settings(elsewhere), set()),
            ({"workflow_scripts/training/fetch_weights.py": with_statement}, set()),
            (settings(elsewhere | {"training.networks.VGG16.epochs": 3}), {"train_network"}),
        ]
        for edit, rules in edits:
            with edited(folder, edit):
                rows = summary(snakemake, model)
                assert {row["rule"] for row in rows if row["plan"] != "no update"} == rules


def test_edits_of_a_model_that_was_trained_elsewhere(finished, tmp_path):
    """Files stand in for the model and what is made of it, marked as made of each other."""
    folder = tmp_path / "lookalike"
    shutil.copytree(finished, folder, symlinks=True)
    model, predictions = (
        f"results/training/Mine/fold1/{name}" for name in ("model.keras", "predictions.csv")
    )
    for name in [model, predictions, "mine1.keras", "mine2.keras", "seen.csv"]:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("stands in")
    mine = {
        "model": "mine{fold}.keras",
        "classes": EXPRESSIONS,
        "scaling": "unit",
        "trained_on": "other_folds",
    }
    own = "training.networks.Mine"
    edits = [
        ({f"{own}.scaling": "tf"}, {"import_network", "predict_expressions"}),
        ({f"{own}.classes": EXPRESSIONS[::-1]}, {"import_network", "predict_expressions"}),
        ({f"{own}.input_size": 32}, {"import_network", "predict_expressions"}),
        ({f"{own}.trained_on": "seen.csv"}, {"predict_expressions"}),
        ({"training.networks.WeiNet.epochs": 9}, set()),
    ]
    study = settings({"run.networks": ["Mine"], own: mine})
    with snakemake_calls(folder) as snakemake, edited(folder, study):
        snakemake("--touch", "--forceall", predictions)

        def rules() -> set[str]:
            return {row["rule"] for row in summary(snakemake, predictions) if row["plan"] != "no update"}

        assert rules() == set()
        for changes, expected in edits:
            with edited(folder, settings(changes)):
                assert rules() == expected, changes
        with edited(folder, {"mine1.keras": lambda text: text + " for another"}):
            assert rules() == {"import_network", "predict_expressions"}


def test_edits_of_what_the_mean_face_is_made_of(finished, tmp_path):
    """One of two data sets may be shown, and of the other no file is read."""
    folder = tmp_path / "lookalike"
    shutil.copytree(finished, folder, symlinks=True)
    face, table = (f"results/standardization/mean_face.{suffix}" for suffix in ("png", "csv"))
    more = STUDY["datasets"]["mini"] | {"table": "more.csv"}
    shutil.copy(folder / "mini.csv", folder / "more.csv")
    study = {"run.datasets": ["mini", "more"], "datasets.more": more, "datasets.mini.shareable": True}
    average = {"average_faces"}
    prepare = {"index_dataset", "prepare_faces", "average_faces"}
    less = {"more.csv": lambda text: text[: text.rstrip().rindex("\n") + 1]}
    edits = [
        (settings({"datasets.more.shareable": True}), prepare),
        (settings({"run.datasets": ["mini"]}), set()),
        ({"mini.csv": less["more.csv"]}, prepare),
        (less, set()),
        (replaced("resources/standard_face.csv", "\n0,", "\n0,1"), average),
        ({"workflow_scripts/standardization/averaged_faces.py": with_statement}, average),
        ({"workflow_scripts/standardization/warp.py": with_statement}, average),
        ({"workflow_scripts/standardization/heatmaps.py": with_statement}, set()),
        (settings({"training.folds": 3}), set()),
    ]
    with edited(folder, settings(study)):
        run_study(folder, face)
        assert read_table(folder / table) == [
            {"dataset": "mini", "subjects": "8", "images": "24", "unknown": "0", "shown": "no"}
        ]
        assert (folder / face).read_bytes() == (folder / "resources/mean_face.png").read_bytes()
        with snakemake_calls(folder) as snakemake:

            def reruns() -> set[str]:
                return {row["rule"] for row in summary(snakemake, face) if row["plan"] != "no update"}

            rows = summary(snakemake, face, option="--detailed-summary")
            read = {file for row in rows for file in row["input-file(s)"].split(",")}
            assert "results/faces/mini/faces.sha256" in read
            assert not any("more" in file for file in read)
            assert reruns() == set()
            for edit, expected in edits:
                with edited(folder, edit):
                    assert reruns() == expected, edit


def test_edits_of_what_a_batched_explainer_reads(finished, tmp_path):
    """Files stand in for explanations and scores of uncovering, marked as made of what there is."""
    folder = tmp_path / "lookalike"
    shutil.copytree(finished, folder, symlinks=True)
    cells = [(fold, one) for fold in (1, 2) for one in EXPRESSIONS]
    explained = {
        network: {
            f"results/{stage}/uncovering/{network}/fold{fold}/{one}.h5"
            for stage in ("explanation", "standardization")
            for fold, one in cells
        }
        | {f"results/standardization/uncovering/{network}/fold{fold}/heatmaps.sha256" for fold in (1, 2)}
        for network in NETWORKS
    }
    scored = {network: {f"results/comparison/uncovering/mine/scores/{network}.csv"} for network in NETWORKS}
    controls = {"results/explanation/uncovering/WeiNet/controls.h5"}
    of_lime = {f"results/explanation/lime/WeiNet/{name}" for name in ("fold1/happiness.h5", "controls.h5")}
    stand_ins = set().union(*explained.values(), *scored.values())
    for name in stand_ins | controls:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("stands in")
    outputs = stand_ins | controls | of_lime
    of_uncovering = "explanation.explainers.uncovering"
    grid, module = "resources/wegrzyn2017/grid.csv", "workflow_scripts/explanation/uncovering_trials.py"
    table = "workflow_scripts/comparison/compare_network.py"
    edits = [
        (replaced(grid, "\n0,3.5,", "\n0,4.5,"), stand_ins | controls),
        ({module: with_statement}, stand_ins | controls),
        (settings({f"{of_uncovering}.orders": 3}), stand_ins | controls),
        (settings({"explanation.explainers.lime.samples": 30}), of_lime),
        (settings({"standardization.averaging": "unit_mass"}), stand_ins),
        (settings({"training.networks.SongNet.epochs": 3}), explained["SongNet"] | scored["SongNet"]),
        (settings({"comparison.metrics": PAPER}), scored["WeiNet"] | scored["SongNet"]),
        ({table: with_statement}, scored["WeiNet"] | scored["SongNet"]),
        ({"workflow_scripts/standardization/standardize_explanations.py": with_statement}, set()),
    ]
    study = settings({"run.explainers": ["lime", "uncovering"]})
    with snakemake_calls(folder) as snakemake, edited(folder, study):
        snakemake("--touch", "--forceall", *sorted(outputs))

        def reruns() -> set[str]:
            rows = summary(snakemake, *sorted(outputs))
            return {row["output_file"] for row in rows if row["plan"] != "no update"}

        assert reruns() == set()
        for edit, expected in edits:
            with edited(folder, edit):
                assert reruns() & outputs == expected, edit
        assert reruns() == set()


# Python runs a module of this name at its start: one job's process finds its code edited when it gets there
EDITING = """
import sys
from pathlib import Path

if "workflow_scripts.report.draw_color_scale" in sys.orig_argv:
    module = Path("workflow_scripts/common/figures.py")
    module.write_text(module.read_text() + "EDITED = True\\n")
"""


def test_a_result_of_code_that_was_edited_after_the_plan_is_not_kept(finished_copy, snakemake, tmp_path):
    (tmp_path / "sitecustomize.py").write_text(EDITING)
    module, figure = finished_copy / "workflow_scripts/common/figures.py", "results/report/figure6.svg"
    content = module.read_bytes()
    command = [sys.executable, "-m", "snakemake", "--profile", "profile", "--force", figure]
    finished = subprocess.run(
        command,
        cwd=finished_copy,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    module.write_bytes(content)
    assert finished.returncode == 1
    assert "Error: workflow_scripts/common/figures.py: edited while it ran" in finished.stdout
    assert not (finished_copy / figure).exists()
    run_study(finished_copy, figure)
    assert planned(snakemake) == set()
