"""Rule write_atlas: everything that the study found in one page to look at, which needs no network."""

import json
from collections.abc import Sequence
from contextlib import nullcontext
from itertools import product
from pathlib import Path
from typing import Annotated

import numpy as np
from cyclopts import Parameter

from workflow_scripts.common.command_line import run
from workflow_scripts.common.files import atomic_write
from workflow_scripts.comparison.mask_image import read_mask
from workflow_scripts.faces.face_store import FaceReader
from workflow_scripts.report.atlas.blocks import Blocks
from workflow_scripts.report.atlas.document import atlas_page
from workflow_scripts.report.atlas.evidence import pack_evidence
from workflow_scripts.report.atlas.maps import contour, pack_background, pack_map, pack_mask, pack_thumbnails
from workflow_scripts.report.atlas.study import Atlas, described, numbers, trees
from workflow_scripts.report.atlas.trust import trust
from workflow_scripts.report.figures.face_grid import read_face
from workflow_scripts.standardization.standard_face import LANDMARKS, face_area, read_standard_face

PICTURED = 1500  # images at most; 25 MB for twelve networks, see benchmarks/README.md


def write_atlas(
    *,
    settings: str,
    paths: str,
    background: Path,
    standard_face: Path,
    faces: Annotated[list[Path] | None, Parameter(consume_multiple=True)] = None,
    output: Path,
) -> None:
    """Write the atlas of a study, and scripts with a part of its data beside it if these are many.

    Parameters
    ----------
    settings
        JSON object: what `slices.atlas_slice` says of the study.
    paths
        JSON object: a path for each kind of file that is read, with {explainer}, {mask_set}, {network},
        {fold}, {expression} where there are several.
    background
        The face below the heatmaps, 8-bit grey, 224 x 275.
    standard_face
        Table of the 89 standard points.
    faces
        The faces.h5 files of the data sets whose images may be shown.
    output
        The HTML file to write; scripts lie in a folder of the same name.
    """
    told, templates = json.loads(settings), json.loads(paths)
    atlas = Atlas(told, lambda kind, **names: Path(templates[kind].format(**names)))
    blocks = Blocks()
    study = described(atlas) | {
        "background": pack_background(blocks, read_face(background)),
        **standard(blocks, read_standard_face(standard_face)),
        **masks(atlas, blocks),
        **mean_maps(atlas, blocks),
    }
    study |= {"maps": fold_maps(atlas, blocks, study.pop("means"))}
    study |= numbers(atlas) | {"trees": trees(atlas)} | trust(blocks, atlas)
    study |= evidence(atlas, blocks, faces or [])
    for file in blocks.files:
        with atomic_write(output.parent / file) as unfinished:
            unfinished.write_text(blocks.script(file), encoding="utf-8")
    with atomic_write(output) as unfinished, unfinished.open("w", encoding="utf-8") as page:
        page.writelines(atlas_page(study, blocks))
    print(f"written: {output}, {len(blocks.files)} scripts beside it")


def standard(blocks: Blocks, points: np.ndarray) -> dict:
    """The standard face: its landmarks, and its area as a block."""
    landmarks = [[round(float(x), 1), round(float(y), 1)] for x, y in points[:LANDMARKS]]
    return {"landmarks": landmarks, "face": pack_mask(blocks, face_area(points))}


def masks(atlas: Atlas, blocks: Blocks) -> dict:
    """The sets of masks, each with blocks and outlines by expression; None where there is no mask."""
    found = []
    for name in atlas.mask_sets:
        of_set = {"name": name, "kind": atlas.settings["kinds"][name], "blocks": [], "contours": []}
        for expression in atlas.expressions:
            there = expression in atlas.settings["masked"][name]
            mask = read_mask(atlas.file("mask", mask_set=name, expression=expression)) if there else None
            of_set["blocks"].append(pack_mask(blocks, mask) if there else None)
            of_set["contours"].append(contour(mask) if there else None)
        found.append(of_set)
    return {"maskSets": found}


def mean_maps(atlas: Atlas, blocks: Blocks) -> dict:
    """Mean heatmaps by explainer, network and expression, networks' mean last, and their thumbnails.

    They come before all others, so that a browser has what it shows first before it has read the rest.
    """
    names = [*atlas.networks, ""]
    maps = {
        (explainer, network): [atlas.heatmap(explainer, network, one) for one in atlas.expressions]
        for explainer, network in product(atlas.explainers, names)
    }
    thumbnails = [[pack_thumbnails(blocks, maps[one, name]) for name in names] for one in atlas.explainers]
    packed = [
        [[pack_map(blocks, heatmap) for heatmap in maps[one, name]] for name in names]
        for one in atlas.explainers
    ]
    return {"thumbnails": thumbnails, "means": packed}


def fold_maps(atlas: Atlas, blocks: Blocks, means: Sequence) -> list:
    """All heatmaps by explainer, network, place (0 is the mean over folds, 1 the first fold), expression."""
    found = []
    for explainer, of_networks in zip(atlas.explainers, means, strict=True):
        rows = []
        for network, of_network in zip([*atlas.networks, ""], of_networks, strict=True):
            rows.append([of_network])
            if network:
                with blocks.beside(beside_file(atlas, explainer, network)):
                    rows[-1] += [of_fold(atlas, blocks, explainer, network, fold) for fold in atlas.folds]
        found.append(rows)
    return found


def of_fold(atlas: Atlas, blocks: Blocks, explainer: str, network: str, fold: int) -> list:
    """The heatmaps of a network's fold by expression; None where one is missing."""
    if fold not in atlas.folds_of(network):
        return [None] * len(atlas.expressions)
    return [pack_map(blocks, atlas.heatmap(explainer, network, one, fold)) for one in atlas.expressions]


def evidence(atlas: Atlas, blocks: Blocks, faces: Sequence[Path]) -> dict:
    """The explained images of the study's own networks, with pictures of those in `faces`."""
    told = atlas.settings
    own = told["run"]["networks"]
    positives = {
        (name, fold): atlas.table("positives", ["image_id", "expression", "true"], network=name, fold=fold)
        for name, fold in product(own, told["folds"])
    }

    def stack(explainer: str, network: str, fold: int, expression: str) -> Path | None:
        names = {"explainer": explainer, "network": network, "fold": fold, "expression": expression}
        return atlas.file("stack", **names) if (network, fold) in positives else None

    with FaceReader(faces) if faces else nullcontext() as reader:
        return pack_evidence(
            blocks,
            explainers=atlas.explainers,
            networks=atlas.networks,
            folds=atlas.folds,
            expressions=atlas.expressions,
            datasets=told["run"]["datasets"],
            positives=positives,
            stacks=stack,
            place=lambda explainer, network: beside_file(atlas, explainer, network),
            faces=reader,
            most=PICTURED,
            seed=told["seed"],
        )


def beside_file(atlas: Atlas, explainer: str, network: str) -> str:
    """The script beside the page that holds what a network has most of; empty if the page itself does."""
    return f"atlas/{explainer}/{network}.js" if atlas.settings["beside_page"] else ""


if __name__ == "__main__":
    run(write_atlas)
