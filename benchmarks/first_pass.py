"""One job until its first pass, with the CPU seconds of each part: run by start_up, in a process of its own.

python -P benchmarks/first_pass.py MODULE ARGUMENTS runs the entry point that `python -m MODULE ARGUMENTS`
would, of the lookalike on PYTHONPATH (so that two versions can be compared). The last line that it prints is
JSON: seconds by part, and the peak of resident memory in bytes when the network was loaded or built.
"""

import importlib
import json
import os
import resource
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import wraps

PARTS = (
    "TensorFlow and Keras",
    "other imports",
    "setting up TensorFlow",
    "the network",
    "the rest before the first pass",
    "first pass, beyond a second one",
)
seconds = dict.fromkeys(PARTS, 0.0)
peak = 0


def cpu() -> float:
    """CPU seconds of this process, all threads."""
    return time.process_time()


def timed(part: str, function: Callable) -> Callable:
    """The function, whose CPU seconds count for `part`."""

    @wraps(function)
    def measured(*arguments, **options):
        global peak
        began = cpu()
        result = function(*arguments, **options)
        seconds[part] += cpu() - began
        if part == "the network":
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        return result

    return measured


def last(function: Callable) -> Callable:
    """The function, called twice the first time; then everything is told, and the process ends."""

    def measured(*arguments, **options):
        spent = [cpu()]
        for _ in range(2):
            function(*arguments, **options)
            spent.append(cpu())
        tell(spent[0], (spent[1] - spent[0]) - (spent[2] - spent[1]))

    return measured


def tell(begun: float, first: float) -> None:
    """Print the parts; what was spent before `begun` and belongs to no other part is the rest."""
    seconds["first pass, beyond a second one"] = first
    seconds["the rest before the first pass"] = begun - sum(list(seconds.values())[:4])
    print(json.dumps(seconds | {"peak": peak}), flush=True)
    os._exit(0)


def stop_training(keras) -> None:
    """Tell the parts when a training's second step is done."""
    begun = []
    fit, lists = keras.Model.fit, keras.callbacks.CallbackList

    def began_fit(*arguments, **options):
        begun.append(cpu())
        return fit(*arguments, **options)

    def step_done(*_) -> None:
        begun.append(cpu())
        if len(begun) == 3:
            tell(begun[0], (begun[1] - begun[0]) - (begun[2] - begun[1]))

    keras.Model.fit, lists.on_train_batch_end = began_fit, step_done


def main(name: str, arguments: list[str]) -> None:
    """Run the entry point of a module until its network has answered twice."""
    importlib.import_module("numpy")  # which all jobs import
    importing = timed("TensorFlow and Keras", importlib.import_module)
    importing("workflow_scripts.training.tensorflow_setup")
    keras = sys.modules["keras"]
    importing = timed("other imports", importlib.import_module)
    module = importing(name)
    if name.endswith("explain_images"):
        importing("workflow_scripts.explanation.explainers.lime")
        perturbation = importing("workflow_scripts.explanation.perturbation")
        compiled = perturbation.perturbed_predictions
        perturbation.perturbed_predictions = lambda *given: last(compiled(*given))
        for old in ("batched_lime", "lime_explainer"):  # as it was called, and is
            with suppress(ImportError):
                importing(f"workflow_scripts.explanation.{old}")
    module.set_up_tensorflow = timed("setting up TensorFlow", module.set_up_tensorflow)
    if hasattr(module, "load_model"):
        module.load_model = timed("the network", module.load_model)
    if name.endswith("train_network"):
        fitting = sys.modules["workflow_scripts.training.fitting"]
        fitting.build_network = timed("the network", fitting.build_network)
        stop_training(keras)
    keras.Model.predict_on_batch = last(keras.Model.predict_on_batch)
    sys.argv = [name, *arguments]
    sys.modules["workflow_scripts.common.command_line"].run(getattr(module, name.rpartition(".")[2]))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
