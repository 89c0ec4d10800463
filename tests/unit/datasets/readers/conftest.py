"""What the tests of the readers share: trees of files, and a data set read as its rule reads it."""

import csv
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from types import SimpleNamespace

import pytest

from workflow_scripts.datasets.index_dataset import index_dataset


@pytest.fixture
def tree(tmp_path) -> Callable[[Iterable[str]], Path]:
    """Makes files of these names, each with bytes of its own, in the folder `set`; returns that."""

    def make(names: Iterable[str]) -> Path:
        root = tmp_path / "set"
        root.mkdir(exist_ok=True)
        for name in names:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(name, encoding="utf-8")
        return root

    return make


@pytest.fixture
def indexed(tmp_path) -> Callable[..., SimpleNamespace]:
    """Runs index_dataset with a reader; returns rows of `index`, and `counts` and `published` as mappings."""

    def run(reader: str, root: Path, *, expressions: str = "", **settings) -> SimpleNamespace:
        files = {name: tmp_path / f"{name}.csv" for name in ("counts", "published")}
        entry = json.dumps({"reader": reader, "root": str(root)} | settings)
        index_dataset(settings=entry, output=tmp_path / "index.csv", expressions=expressions, **files)
        rows = {
            name: list(csv.DictReader((tmp_path / f"{name}.csv").open(newline="", encoding="utf-8")))
            for name in ("index", *files)
        }
        return SimpleNamespace(
            index=rows["index"],
            counts={row["expression"] or row["reason"]: int(row["images"]) for row in rows["counts"]},
            published={
                row["counted"]: (int(row["found"]), int(row["published"])) for row in rows["published"]
            },
        )

    return run
