"""Rule import_network: make a model that was trained elsewhere a network of the study."""

import json
from pathlib import Path

from workflow_scripts.common.command_line import run
from workflow_scripts.training.model_file import ModelFacts, save_model
from workflow_scripts.training.tensorflow_setup import set_up_tensorflow
from workflow_scripts.training.trained_models import imported_network


def import_network(trained: Path, *, network: str, settings: str, threads: int = 1, output: Path) -> None:
    """Check the model TRAINED and add a layer that scales its input.

    Its weights and the order of its outputs are unchanged.

    Parameters
    ----------
    trained
        The .keras file of the model.
    network
        Name of the network.
    settings
        The classes, scaling and input_size of its entry under training.networks, as JSON.
    threads
        Threads TensorFlow may use.
    output
        The .keras file to write.
    """
    options = json.loads(settings)
    set_up_tensorflow(threads, seed=0)  # nothing here is random
    model, size = imported_network(trained, options, f"training.networks.{network}")
    print(
        f"{network}: {trained}, trained elsewhere, {model.count_params():,} parameters, input {size} px "
        f"scaled as {options['scaling']}, outputs {', '.join(options['classes'])}"
    )
    save_model(model, ModelFacts(network, options["classes"], size, options["scaling"]), output)


if __name__ == "__main__":
    run(import_network)
