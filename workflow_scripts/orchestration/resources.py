"""Memory and time that jobs of networks request at their first attempt."""

from collections.abc import Mapping

from workflow_scripts.explanation.positives import images_asked
from workflow_scripts.orchestration.controls import control_images
from workflow_scripts.orchestration.passes import PASSES_OF, declared_passes
from workflow_scripts.orchestration.quality import examined_images, quality_passes
from workflow_scripts.training.budget import copies_of
from workflow_scripts.training.trained_file import input_side

# memory of a job that runs a network, measured on a CPU: everything but the batch, for the largest network
# (SilNet: 6.1 GB to train, which is more than to draw its weights or to save it; 2.5 to load and use it, of
# which a GPU's libraries may need more); and each image of a batch, in bytes per pixel (training: Xception
# 2,900; inference: VGG16 590)
NETWORK_MB = 8000
LOADED_MB = 6000
TRAINING_BYTES = 3000
INFERENCE_BYTES = 600
INFERENCE_BATCH = 128  # images at once, at most


def training_mb(config: Mapping, network: str) -> int:
    """MB for a training: those of the largest network, and those of a batch on a CPU."""
    entry = config["training"]["networks"][network]
    return NETWORK_MB + _batch_mb(entry, entry["batch_size"], TRAINING_BYTES)


def inference_mb(config: Mapping, network: str) -> int:
    """MB for predictions or explanations of a network that is loaded from its file."""
    return LOADED_MB + _batch_mb(config["training"]["networks"][network], INFERENCE_BATCH, INFERENCE_BYTES)


def changed_mb(config: Mapping, network: str) -> int:
    """MB for a network that is loaded, and saved or drawn anew: its weights are there more than once."""
    return NETWORK_MB + _batch_mb(config["training"]["networks"][network], INFERENCE_BATCH, INFERENCE_BYTES)


def _batch_mb(entry: Mapping, images: int, bytes_per_pixel: int) -> int:
    """MB of the activations of a batch."""
    return round(images * input_side(entry) ** 2 * bytes_per_pixel / 1e6)


def training_minutes(config: Mapping, network: str) -> int:
    """An hour, and five minutes per epoch and copy of 224 x 224 images.

    Ample on a GPU, which processes a few thousand images a minute; eight cores may take longer for a large
    network. The study's longest training, 200 such passes, requests 18 hours; many clusters refuse more than
    a day. A training that is cut off resumes from its backup of minutes before, at the next attempt, which
    has more time.
    """
    entry = config["training"]["networks"][network]
    passes = entry["epochs"] * copies_of(config["training"], network)
    return 60 + round(5 * passes * _relative_size(entry))


def explanation_minutes(config: Mapping, network: str, explainer: str) -> int:
    """Half an hour, and two minutes per 1,000 passes of 224 x 224 images, as the explainer declares them."""
    images = images_asked(config["explanation"]["positives"])
    return _explaining_minutes(config, network, explainer, images)


def batched_minutes(config: Mapping, network: str, explainer: str) -> int:
    """Likewise, for the cells of all expressions."""
    images = images_asked(config["explanation"]["positives"]) * len(config["run"]["expressions"])
    if config["explanation"]["explainers"][explainer].get(PASSES_OF):
        return 30
    return _explaining_minutes(config, network, explainer, images)


def control_minutes(config: Mapping, network: str, explainer: str) -> int:
    """Likewise, for all control networks of a network."""
    return _explaining_minutes(config, network, explainer, control_images(config, network))


def _explaining_minutes(config: Mapping, network: str, explainer: str, images: int) -> int:
    entry = config["explanation"]["explainers"][explainer]
    passes = declared_passes(entry, len(config["run"]["expressions"]))
    return 30 + round(2 * images * passes / 1000 * _relative_size(config["training"]["networks"][network]))


def quality_minutes(config: Mapping, network: str, explainer: str) -> int:
    """Likewise, for the examination of an explainer's explanations."""
    thousands = examined_images(config) * quality_passes(config, explainer) / 1000
    return 30 + round(2 * thousands * _relative_size(config["training"]["networks"][network]))


def _relative_size(entry: Mapping) -> float:
    """Pixels of a network's input as a multiple of 224 x 224."""
    return (input_side(entry) / 224) ** 2
