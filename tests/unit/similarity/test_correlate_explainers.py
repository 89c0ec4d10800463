import json
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from workflow_scripts.common.tables import read_table
from workflow_scripts.similarity.correlate_explainers import correlate_explainers
from workflow_scripts.standardization.standard_face import HEIGHT, WIDTH, face_area, read_standard_face

FACE = Path(__file__).parents[3] / "resources/standard_face.csv"
EXPLAINERS, NETWORKS, EXPRESSIONS = ["lime", "rise", "shap"], ["A", "B"], ["fear", "anger"]


def correlated(folder: Path, maps: dict) -> dict:
    """r by network, expression and pair of explainers."""
    paths = []
    for name in product(EXPLAINERS, NETWORKS, EXPRESSIONS):
        paths.append(folder / f"{'_'.join(name)}.npy")
        np.save(paths[-1], maps[name].astype(np.float32))
    output = folder / "explainers.csv"
    named = dict(
        zip(("explainers", "networks", "expressions"), (EXPLAINERS, NETWORKS, EXPRESSIONS), strict=True)
    )
    correlate_explainers(
        paths,
        **{key: json.dumps(names) for key, names in named.items()},
        standard_face=FACE,
        output=output,
    )
    return {
        (row["network"], row["expression"], row["explainer_a"], row["explainer_b"]): row["r_face"]
        for row in read_table(output)
    }


def test_explainers_are_compared_within_the_face_of_the_same_panel(tmp_path):
    draw = np.random.default_rng(1)
    maps = {name: draw.random((HEIGHT, WIDTH)) for name in product(EXPLAINERS, NETWORKS, EXPRESSIONS)}
    face = face_area(read_standard_face(FACE))
    maps["rise", "A", "fear"] = np.where(face, 3 * maps["lime", "A", "fear"] + 1, 0)  # another scale
    maps["shap", "A", "fear"] = np.where(face, -maps["lime", "A", "fear"], 5)
    maps["shap", "B", "anger"] = np.full((HEIGHT, WIDTH), np.nan)
    found = correlated(tmp_path, maps)
    assert len(found) == 2 * 3 * 3 + 2
    assert float(found["A", "fear", "lime", "rise"]) == pytest.approx(1, abs=1e-6)
    assert float(found["A", "fear", "lime", "shap"]) == pytest.approx(-1, abs=1e-6)
    expected = np.corrcoef(maps["lime", "B", "anger"][face], maps["rise", "B", "anger"][face])[0, 1]
    assert float(found["B", "anger", "lime", "rise"]) == pytest.approx(expected, abs=1e-6)
    assert found["B", "anger", "lime", "shap"] == found["B", "anger", "rise", "shap"] == ""  # missing
    of_pair = [float(found["B", name, "lime", "rise"]) for name in EXPRESSIONS]
    assert float(found["B", "average", "lime", "rise"]) == pytest.approx(np.mean(of_pair))
    assert found["B", "average", "lime", "shap"] == found["B", "fear", "lime", "shap"]  # all that is known
    known = [
        float(r)
        for (name, expression, *_), r in found.items()
        if name == "B" and expression in EXPRESSIONS and r
    ]
    assert len(known) == 4
    assert float(found["B", "average", "average", "average"]) == pytest.approx(np.mean(known))
