"""A made study of any size: the results folder of a study that nobody ran, in the formats of a real one.

    python -m benchmarks.made_study FOLDER [--networks 12] [--folds 5] [--images 100] [--hidden]

It is for what shows results, which must work for studies larger than a demo. Faces are varied copies of some
embedded ones, found by the project's own detector and cut by SLIC; predictions, weights of regions and the
fields behind them are random; heatmaps are the means of their explanations, taken at the nearest pixel.
Everything from there on is computed by the entry points of the rules, with fewer surrogates. Nothing in it
says anything about networks. The same design gives the same bytes.

What a study may have besides complete cells is there, if it has four networks or more (`Gaps`). Left out are
the single explanations on the standard face, models, and what is about controls, people and subjects.
"""

import sys
import time
from collections.abc import Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import Annotated

import cyclopts
import yaml

from benchmarks.made_study_faces import make_faces
from benchmarks.made_study_maps import make_explanations
from benchmarks.made_study_networks import Gaps, make_predictions
from benchmarks.made_study_tables import make_comparison, make_similarity
from benchmarks.side_by_side import REPOSITORY
from workflow_scripts.comparison.score_columns import ALL
from workflow_scripts.orchestration.config_check import read_config

EXPRESSIONS = ("anger", "disgust", "fear", "happiness", "sadness", "surprise")
PUBLISHED = REPOSITORY / "config.yaml"
SIZES = (64, 150, 224)  # of networks that the published study does not have
FACE_SIZE = 128  # pixels of an aligned face


@dataclass(frozen=True)
class Design:
    """What a made study consists of.

    networks: how many, those of the published study first. images: explained per cell, at most. datasets:
    whether the images of each may be shown. dense: explainers, of `explainers`, with importance by pixel.
    surrogates: of each mask. id_text: is in all image ids.
    """

    networks: int = 12
    folds: int = 5
    expressions: tuple[str, ...] = EXPRESSIONS
    explainers: tuple[str, ...] = ("lime",)
    dense: tuple[str, ...] = ()
    mask_sets: tuple[str, ...] = ("figure4", "facs")
    images: int = 100
    datasets: Mapping[str, bool] = field(default_factory=lambda: {"made": True})
    metrics: tuple[str, ...] = ALL
    surrogates: int = 100
    seed: int = 1
    title: str = "A made study: nothing here was measured"
    id_text: str = ""


def make_study(folder: Path, design: Design) -> dict:
    """Write the study to `folder`: study.yaml, to be read after config.yaml, and results/.

    Returns its configuration, which is complete.
    """
    changes = settings(design)
    config, results = read_config([PUBLISHED], changes), Path(folder) / "results"
    results.mkdir(parents=True)
    (results.parent / "study.yaml").write_text(yaml.safe_dump(changes), encoding="utf-8")
    gaps = Gaps.of(config)
    with redirect_stdout(StringIO()):  # what the jobs say
        faces = make_faces(results, config, design.id_text)
        make_predictions(results, config, gaps)
        for explainer in design.explainers:
            make_explanations(results, config, explainer, faces, gaps, dense=explainer in design.dense)
        make_comparison(results, config)
        make_similarity(results, config)
    return config


def settings(design: Design) -> dict:
    """What the study changes of the published one."""
    published = read_config([PUBLISHED])["training"]["networks"]
    names = list(islice(published, design.networks))
    others = {
        f"Made{number:02}": {"architecture": "weinet", "input_size": SIZES[number % len(SIZES)]}
        | {"epochs": 10, "optimizer": "adam", "learning_rate": 1e-4}
        for number in range(len(names) + 1, design.networks + 1)
    }
    groups = {"made": list(others)} if others else {}
    shown = {"reader": "csv", "root": ".", "table": "made.csv"}
    return {
        "seed": design.seed,
        "run": {
            "datasets": list(design.datasets),
            "networks": names + list(others),
            "explainers": list(design.explainers),
            "mask_sets": list(design.mask_sets),
            "expressions": list(design.expressions),
        },
        "datasets": {name: shown | {"shareable": may} for name, may in design.datasets.items()},
        "faces": {"size": FACE_SIZE},
        "training": {"folds": design.folds, "networks": others, "groups": groups},
        "explanation": {
            "positives": design.images,
            "explainers": {name: {"explainer": "lime"} for name in design.explainers},
        },
        "comparison": {"metrics": list(design.metrics), "nulls": {"surrogates": design.surrogates}},
        "report": {
            "title": design.title,
            "notes": dict.fromkeys(design.datasets, "Varied copies of synthetic faces"),
        },
    }


def main(
    folder: Path,
    *,
    networks: int = 12,
    folds: int = 5,
    images: int = 100,
    explainers: Annotated[list[str] | None, cyclopts.Parameter(consume_multiple=True)] = None,
    mask_sets: Annotated[list[str] | None, cyclopts.Parameter(consume_multiple=True)] = None,
    metrics: Annotated[list[str] | None, cyclopts.Parameter(consume_multiple=True)] = None,
    hidden: bool = False,
    seed: int = 1,
) -> None:
    """Write a made study.

    Parameters
    ----------
    folder
        Folder to write to, without results.
    networks
        Number of networks.
    folds
        Number of folds.
    images
        Images that are explained per network, fold and expression, at most.
    explainers
        Names of explainers; lime by default.
    mask_sets
        Mask sets of config.yaml that need no faces and no people; figure4 and facs by default.
    metrics
        Metrics of config.yaml, the paper's four among them; all by default, which takes the longest.
    hidden
        The images may not be shown.
    seed
        The study's seed.
    """
    started = time.process_time()
    design = Design(
        networks=networks,
        folds=folds,
        images=images,
        explainers=tuple(explainers or Design.explainers),
        mask_sets=tuple(mask_sets or Design.mask_sets),
        metrics=tuple(metrics or ALL),
        datasets={"made": not hidden},
        seed=seed,
    )
    make_study(folder, design)
    print(f"{folder}: {time.process_time() - started:.0f} s of processor time", file=sys.stderr)


if __name__ == "__main__":
    cyclopts.run(main)
