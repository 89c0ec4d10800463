"""How many steps a training has, and whether they can move the network's weights far enough.

One step of an adaptive optimizer (Adam, RMSprop) moves a weight by about the learning rate, whatever the
gradient, so steps x learning rate bounds how far a weight can move. A network that starts from ImageNet
weights gets a new last layer, drawn at random; if the bound is small compared with that layer's standard
deviation, the network's answers remain those of the random layer. `benchmarks/training_budget.py` measured
how large the bound must be.
"""

import math
from collections.abc import Mapping

# in standard deviations of the random head: what new heads needed on features trained for the task (0.03 to
# 0.07), and half as much again; ImageNet features may need more
ENOUGH = 0.1


def copies_of(training: Mapping, network: str) -> int:
    """Augmented copies of each image per epoch: the network's own setting, or that of training.augmentation.

    >>> training = {"augmentation": {"copies": 2}, "networks": {"WeiNet": {}, "VGG16": {"copies": 9}}}
    >>> [copies_of(training, network) for network in ("WeiNet", "VGG16")]
    [2, 9]
    """
    return training["networks"][network].get("copies", training["augmentation"]["copies"])


def steps_per_epoch(images: int, copies: int, batch_size: int) -> int:
    """Number of batches in which every copy of every image occurs once.

    >>> steps_per_epoch(images=3630, copies=1, batch_size=128)
    29
    """
    return math.ceil(images * copies / batch_size)


def head_scale(inputs: int, outputs: int) -> float:
    """Standard deviation of the random initial weights of a dense layer: Glorot and Bengio 2010, equation 16.

    >>> round(head_scale(960, 6), 4)
    0.0455
    """
    return math.sqrt(2 / (inputs + outputs))


def reach(steps: int, learning_rate: float, scale: float) -> float:
    """How far a weight can move, in units of `scale`, the standard deviation of the random head.

    >>> round(reach(290, 1e-6, head_scale(960, 6)), 4)
    0.0064
    """
    return steps * learning_rate / scale


def shortage(network: str, settings: Mapping, images: int, scale: float | None) -> str | None:
    """Why a training cannot move a new head far enough, and the remedy; None if it can.

    settings: the network's entry under training.networks, including `copies`. images: training images of a
    fold. scale: see `head_scale`; None for a network without a dense head, which is not judged.
    """
    rate, epochs, batch_size = settings["learning_rate"], settings["epochs"], settings["batch_size"]
    steps = epochs * steps_per_epoch(images, settings["copies"], batch_size)
    if scale is None or not images or reach(steps, rate, scale) >= ENOUGH:
        return None
    needed = math.ceil(ENOUGH * scale / rate / epochs) * batch_size / images
    return (
        f"{network}: {steps:,} steps at learning rate {rate:g} move a weight by {steps * rate:.2g} at most, "
        f"{reach(steps, rate, scale):.2g} of the standard deviation of its random last layer "
        f"({scale:.2g}); below {ENOUGH:g} its answers come from that layer, not from training. Raise "
        f"training.networks.{network}.copies (now {settings['copies']}) to {math.ceil(needed):,}, "
        "or epochs or learning_rate"
    )
