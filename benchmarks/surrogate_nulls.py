"""How often tests against surrogate masks are wrong, and whether grid and number of surrogates matter.

    python -m benchmarks.surrogate_nulls [--quick] [--published FOLDER]

Three tables. `borders`: the border of the study's masks, in sides of cells, beside the mean border of their
surrogates, and how often the least and most frequent places of the face are in one.

`runs`: p values of the same panels on other grids, and with other surrogates of the same number; of the
published heatmaps and masks if their folder is there, else of random ones with the study's outlines.

`false_positives`: masks and panels of heatmaps that know nothing of each other, so that p <= .05 in more than
5 % of panels is a fault of the test. Masks are symmetric random fields of several widths, thresholded;
mirrored boxes; and the study's six outlines. A panel is five heatmaps, the folds: the positive part of
symmetric random fields that share half of their variance, of several widths; or a published panel, beside
random masks. Widths are in pixels of the canvas, errors are standard errors over masks.

Surrogates are those of `comparison.surrogates` ("matched"), or of the same spectrum but not smoothed
("plain"). Results go to benchmarks/results/surrogate_nulls.json.
"""

import json
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

import cv2
import cyclopts
import numpy as np

from benchmarks.side_by_side import REPOSITORY, machine
from workflow_scripts.common.seeds import generator
from workflow_scripts.comparison.cells import AVERAGE
from workflow_scripts.comparison.mask_image import read_gray, read_mask
from workflow_scripts.comparison.named_points import fill_outlines
from workflow_scripts.comparison.nulls import MaskOnGrid, panel_nulls
from workflow_scripts.comparison.reference_tables import Heatmaps, nulls_table
from workflow_scripts.comparison.scores import load_metrics
from workflow_scripts.comparison.surrogates import border_length, mostly, surrogate_masks
from workflow_scripts.standardization.standard_face import HEIGHT, WIDTH, face_area, read_standard_face
from workflow_scripts.tools.heatmap_folder import mask_of, matching_files

RESULTS = Path(__file__).parent / "results/surrogate_nulls.json"
LANDMARKS = read_standard_face(REPOSITORY / "resources/standard_face.csv")
OUTLINES = json.loads((REPOSITORY / "resources/figure4_masks.json").read_text())["masks"]
FACE = face_area(LANDMARKS)
METRICS = load_metrics(["auc", "iou"])
STEP, SURROGATES = 8, 400
COARSE, MARGIN = 4, 30  # fields are drawn on a grid of this step, with cells around it
MASK_WIDTHS, HEATMAP_WIDTHS = (12, 16, 24, 32), (12, 24, 40)
FOLDS, PANELS = 5, 2  # panels of each width beside each mask
SHARES = (0.25, 0.42)  # of the face, as the study's masks have
LEVELS = (0.05, 0.01)


def field(width: float, draw: np.random.Generator) -> np.ndarray:
    """A symmetric random field on the canvas, smoothed by a Gaussian of this width; sd about 1."""
    shape = HEIGHT // COARSE + 2 * MARGIN, WIDTH // COARSE + 2 * MARGIN
    smooth = cv2.GaussianBlur(draw.standard_normal(shape), (0, 0), width / COARSE)
    inside = smooth[MARGIN:-MARGIN, MARGIN:-MARGIN] / smooth.std()
    return cv2.resize(inside + inside[:, ::-1], (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)


def field_mask(width: float, draw: np.random.Generator) -> np.ndarray:
    """The highest places of the face, of a random field."""
    values = field(width, draw)
    return FACE & (values > np.quantile(values[FACE], 1 - draw.uniform(*SHARES)))


def box_mask(draw: np.random.Generator) -> np.ndarray:
    """Boxes at random places, and their mirror images, until they have the area."""
    mask, area = np.zeros(FACE.shape, bool), draw.uniform(*SHARES) * FACE.sum()
    while (mask & FACE).sum() < area:
        height, width = draw.integers(16, 96), draw.integers(16, 72)
        top, left = draw.integers(1 - height, HEIGHT), draw.integers(1 - width, WIDTH)
        mask[max(top, 0) : top + height, max(left, 0) : left + width] = True
        mask |= mask[:, ::-1]
    return mask & FACE


def outline_masks() -> dict[str, np.ndarray]:
    """The study's masks by expression."""
    return {name: fill_outlines(each, LANDMARKS[:68], convex=False) for name, each in OUTLINES.items()}


def masks_of(kind: str, n: int) -> Iterator[np.ndarray]:
    """The `n` masks of a kind: outlines, boxes, or a width of fields."""
    if kind == "outlines":
        yield from islice(cycle(outline_masks().values()), n)
        return
    for number in range(n):
        draw = generator(1, "surrogate_nulls", kind, number)
        yield box_mask(draw) if kind == "boxes" else field_mask(float(kind), draw)


def panel(width: float, draw: np.random.Generator) -> list[np.ndarray]:
    """Heatmaps of one network and expression, one per fold."""
    shared = field(width, draw)
    return [np.maximum(shared + field(width, draw), 0) for _ in range(FOLDS)]


def published_panel(given: Heatmaps, draw: np.random.Generator) -> list[np.ndarray]:
    """The heatmaps of one network and expression, one per fold."""
    panels = sorted({(network, expression) for network, _, expression in given.maps})
    chosen = panels[draw.integers(len(panels))]
    return [heatmap for (network, _, name), heatmap in given.maps.items() if (network, name) == chosen]


def p_values(
    mask: np.ndarray, kind: str, number: int, published: Heatmaps | None
) -> dict[tuple[str, str, str], list[float]]:
    """p values of panels beside one mask, by (surrogates, width of heatmaps, metric)."""
    places, on = mostly(FACE, STEP), {}
    for how, width in (("matched", None), ("plain", 0.0)):
        draw = generator(1, "surrogate_nulls surrogates", kind, number)
        drawn = surrogate_masks(mostly(mask, STEP), places, SURROGATES, draw, width)
        on[how] = MaskOnGrid(mask, FACE, drawn, STEP)
    found = {}
    for heatmaps in (*map(str, HEATMAP_WIDTHS), *(["published"] if published else [])):
        for one in range(PANELS):
            draw = generator(1, "surrogate_nulls heatmaps", kind, number, heatmaps, one)
            of_folds = (
                panel(float(heatmaps), draw) if heatmaps.isdigit() else published_panel(published, draw)
            )
            for how, grid in on.items():
                for metric, null in panel_nulls(METRICS, of_folds, grid).items():
                    found.setdefault((heatmaps, metric, how), []).append(null.p)
    return found


def false_positives(kind: str, n: int, published: Heatmaps | None) -> Iterator[dict[str, object]]:
    """The rows of one kind of masks: share of panels with p at most each of LEVELS, with standard errors."""
    found = [p_values(mask, kind, number, published) for number, mask in enumerate(masks_of(kind, n))]
    for heatmaps, metric, how in found[0]:
        p = np.array([of_mask[heatmaps, metric, how] for of_mask in found])  # mask, panel
        row = {"masks": kind, "heatmaps": heatmaps, "metric": metric, "surrogates": how}
        for level in LEVELS:
            wrong = (p <= level).mean(axis=1)
            row |= {f"at {level}": wrong.mean(), f"error {level}": wrong.std(ddof=1) / np.sqrt(n)}
        yield row


def study_heatmaps(published: Path) -> Heatmaps:
    """The published heatmaps and masks, or random ones of twelve networks."""
    if published.is_dir():
        files = matching_files(published / "heatmaps", "{network}_CV{fold}_{expression}_heatmap.png")
        maps = {(of["network"], of["fold"], of["expression"]): read_gray(path) * 1.0 for path, of in files}
        names = sorted({name for _, _, name in maps})
        masks = {name: read_mask(mask_of(name, published / "masks", "{expression}*")) for name in names}
        return Heatmaps(maps, masks, FACE, METRICS)
    masks, maps = outline_masks(), {}
    for network in range(12):
        for name in masks:
            of_folds = panel(24, generator(1, "surrogate_nulls study", network, name))
            maps |= {(str(network), fold, name): each for fold, each in enumerate(of_folds, 1)}
    return Heatmaps(maps, masks, FACE, METRICS)


def compared(given: Heatmaps, surrogates: int) -> Iterator[dict[str, object]]:
    """Rows of pairs of runs that differ in the grid or in the draws alone, by metric."""
    runs = {(step, 1): nulls_table(given, "benchmark", 1, surrogates, step, []) for step in (4, 6, 8)}
    runs |= {(6, seed): nulls_table(given, "benchmark", seed, surrogates, 6, []) for seed in (2, 3)}
    for a, b in (((4, 1), (6, 1)), ((6, 1), (8, 1)), ((4, 1), (8, 1)), ((6, 1), (6, 2)), ((6, 2), (6, 3))):
        for metric in (one.name for one in METRICS):
            of_panels = [
                [row["p"] for row in runs[run] if row["metric"] == metric and row["expression"] != AVERAGE]
                for run in (a, b)
            ]
            p, q = np.array(of_panels)
            yield {
                "surrogates": surrogates,
                "metric": metric,
                "first": "step {}, seed {}".format(*a),
                "second": "step {}, seed {}".format(*b),
                "correlation": np.corrcoef(p, q)[0, 1],
                "change of p below .1": np.abs(p - q)[np.minimum(p, q) < 0.1].max(initial=0),
                "below .05, first": int((p < 0.05).sum()),
                "second ": int((q < 0.05).sum()),
                "one alone": int(((p < 0.05) != (q < 0.05)).sum()),
            }


def borders(n: int) -> Iterator[dict[str, object]]:
    """The study's masks and their surrogates: length of the border, how often places are inside."""
    places = mostly(FACE, STEP)
    for name, mask in outline_masks().items():
        own = (mostly(mask, STEP) & places)[places]
        row = {"mask": name, "share": own.mean(), "border": int(border_length(own[None], places)[0])}
        for how, width in (("matched", None), ("plain", 0.0)):
            draw = generator(1, "surrogate_nulls borders", name)
            drawn = surrogate_masks(mostly(mask, STEP), places, n, draw, width)
            often = drawn.mean(axis=0)
            row |= {how: border_length(drawn, places).mean()}
            row |= {f"{how}, least": often.min(), f"{how}, most": often.max()}
        yield row


def surrogate_nulls(*, quick: bool = False, published: Path = REPOSITORY.parent / "shared/published") -> None:
    """Simulate, print and keep the tables.

    Parameters
    ----------
    quick
        A twentieth of the masks, and fewer surrogates.
    published
        Folder of the published heatmaps and masks.
    """
    masks, numbers = (20, (200,)) if quick else (400, (200, 1000, 5000))
    given = study_heatmaps(published)
    of_panels = given if published.is_dir() else None
    tables = {"borders": list(shown(borders(1000 if quick else 20000)))}
    tables["runs"] = [row for n in numbers for row in shown(compared(given, n))]
    tables["false_positives"] = list(shown(false_positives("outlines", masks, None)))
    for kind in ("boxes", *map(str, MASK_WIDTHS)):
        tables["false_positives"] += shown(false_positives(kind, masks, of_panels))
    RESULTS.parent.mkdir(exist_ok=True)
    about = machine(1) | {"masks": masks, "surrogates": SURROGATES, "published": published.is_dir()}
    RESULTS.write_text(json.dumps({"machine": about} | tables, indent=1, default=float) + "\n")


def shown(rows: Iterator[dict[str, object]]) -> Iterator[dict[str, object]]:
    """The same rows, each printed as it comes, below their keys."""
    for number, row in enumerate(rows):
        if not number:
            print("\n" + " | ".join(row))
        values = [f"{value:.3f}" if isinstance(value, float) else f"{value}" for value in row.values()]
        print(" | ".join(values), flush=True)
        yield row


if __name__ == "__main__":
    cyclopts.run(surrogate_nulls)
