"""How large the atlas of a study is, how long it takes to write, and how soon a browser shows it.

    python -m benchmarks.atlas [--networks 12 --images 100] [--study FOLDER]

A study is made (`benchmarks.made_study`), unless a folder has one. Its atlas is opened from a file in
Chromium, as fast as it goes and with the CPU slowed four times, several times each: from the start of loading
to the first map, to all maps of the overview in sight, and the time of a move of the threshold's slider.
Goals: first map .7 s, overview 1 s (slowed: 2 and 3 s), 16 ms a move, 25 MB for a study of the paper's size.
Results go to benchmarks/results/atlas.json.
"""

import json
import shutil
import tempfile
import time
from pathlib import Path

import cyclopts
import numpy as np
from playwright.sync_api import sync_playwright

from benchmarks.made_study import Design, make_study
from workflow_scripts.common.places import located
from workflow_scripts.orchestration import atlas_files, slices
from workflow_scripts.orchestration.config_check import complete, read_config
from workflow_scripts.report.write_atlas import write_atlas
from workflow_scripts.training.groups import network_groups
from workflow_scripts.training.repeats import fold_numbers

RESULTS = Path(__file__).parent / "results/atlas.json"
SLOWER = 4
MOVES = 60
MARK = "() => performance.getEntriesByName('{name}')[0]?.startTime ?? null"


def written(folder: Path, config: dict) -> Path:
    """Write the atlas of a study that lies in `folder`; its page."""
    complete(config)
    folds = fold_numbers(config["training"])
    run, sets = config["run"], config["comparison"]["mask_sets"]
    masked = {
        name: [one for one in run["expressions"] if one in sets[name]["expressions"]]
        for name in run["mask_sets"]
    }
    beside = atlas_files.scripts(run, {}, len(folds))
    groups = network_groups(config["training"]["groups"], run["networks"])
    shown = [name for name in run["datasets"] if config["datasets"][name]["shareable"]]
    paths = {name: str(folder / path) for name, path in atlas_files.PATHS.items()}
    methods = Path(paths["methods"])
    methods.parent.mkdir(parents=True, exist_ok=True)
    methods.write_text("Made data.\n", encoding="utf-8")
    page = folder / "results/report/atlas.html"
    write_atlas(
        settings=slices.atlas_slice(config, groups, {}, masked, bool(beside)),
        paths=json.dumps(paths),
        background=folder / "results/standardization/mean_face.png",
        standard_face=located(config["standardization"]["standard_face"]),
        faces=[folder / f"results/faces/{name}/faces.h5" for name in shown],
        output=page,
    )
    return page


def seen(page: Path, slower: int, times: int) -> dict[str, float]:
    """Seconds to the first map and to the overview, medians; milliseconds of a slider's move."""
    first, overview, moves = [], [], []
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for _ in range(times):
            context = browser.new_context(viewport={"width": 1280, "height": 900}, offline=True)
            tab = context.new_page()
            context.new_cdp_session(tab).send("Emulation.setCPUThrottlingRate", {"rate": slower})
            tab.goto(page.resolve().as_uri(), wait_until="commit")
            for name, found in (("first map", first), ("overview", overview)):
                mark = MARK.format(name=name)
                tab.wait_for_function(mark, timeout=120_000)
                found.append(tab.evaluate(mark) / 1000)
            tab.evaluate("state.set({view: 'explore', network: 2, fold: 1})")
            tab.wait_for_selector("#threshold")
            tab.wait_for_timeout(1500 * slower)
            moves += moved(tab)
            context.close()
        browser.close()
    return {
        "first_map_s": round(float(np.median(first)), 2),
        "overview_s": round(float(np.median(overview)), 2),
        "move_ms": round(float(np.median(moves)), 1),
        "move_p95_ms": round(float(np.percentile(moves, 95)), 1),
    }


def moved(tab) -> list[float]:
    """Milliseconds of work for each of MOVES moves of the slider: in its listener, and in the next frame."""
    return tab.evaluate(
        """async (moves) => {
            const slider = document.querySelector('#threshold');
            const frame = () => new Promise((resolve) => requestAnimationFrame((began) => {
                const channel = new MessageChannel();  // answers when the work of the frame is done
                channel.port1.onmessage = () => resolve(performance.now() - began);
                channel.port2.postMessage(0);
            }));
            const took = [];
            for (let i = 0; i < moves; i += 1) {
                slider.value = 30 + ((i * 37) % 190);
                const began = performance.now();
                slider.dispatchEvent(new Event('input', {bubbles: true}));
                const heard = performance.now() - began;
                took.push(heard + (await frame()));
            }
            return took;
        }""",
        MOVES,
    )


def atlas(
    *,
    networks: int = 12,
    folds: int = 5,
    images: int = 100,
    study: Path | None = None,
    times: int = 5,
) -> None:
    """Measure, print and keep.

    Parameters
    ----------
    networks
        Of the made study.
    folds
        Likewise.
    images
        Of each cell.
    study
        A folder with a made study, and its study.yaml, instead.
    times
        How often the page is opened.
    """
    with tempfile.TemporaryDirectory() as scratch:
        folder = study or Path(scratch)
        config = made(folder) if study else make_study(folder, Design(networks, folds, images=images))
        began = time.process_time()
        page = written(folder, config)
        row = {"networks": len(config["run"]["networks"]), "page_mb": round(page.stat().st_size / 1e6, 1)}
        row["beside_mb"] = round(sum(one.stat().st_size for one in page.parent.glob("atlas/*/*.js")) / 1e6, 1)
        row["cpu_s"] = round(time.process_time() - began, 1)
        rows = [row | {"slower": slower} | seen(page, slower, times) for slower in (1, SLOWER)]
    for row in rows:
        print(json.dumps(row))
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(rows, indent=1) + "\n")


def made(folder: Path) -> dict:
    """The configuration of a study that was made before."""
    return read_config([located("config.yaml"), folder / "study.yaml"])


if __name__ == "__main__":
    cyclopts.run(atlas)
