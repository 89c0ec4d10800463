"""Control networks: networks that should not look at faces the way that a trained one does.

If explanations of a network that learned nothing about expressions score as high as those of a trained one,
the score says nothing about learning (Adebayo et al. 2018, "Sanity checks for saliency maps", NeurIPS 31).
Three kinds, each with the architecture and input of the network that it is a control of:

- ``untrained``: all weights as they are drawn before any training, ImageNet included;
- ``shuffled_labels``: trained like the network, on the same images with their labels permuted within each
  subject, so that it can learn who somebody is and how often each expression occurs, and little of what
  expressions look like (`shuffled_labels.kept_labels`: nothing, if all subjects show all equally often);
- ``randomized_layers``: the trained network with the layers of its topmost groups drawn anew, one group, then
  two, up to all: how much of what it looks at rests on what its layers learned?

An entry of training.controls stands for several networks: one for each of its folds and repeats, and for each
number of randomised groups.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

UNTRAINED, SHUFFLED_LABELS, RANDOMIZED_LAYERS = "untrained", "shuffled_labels", "randomized_layers"
ALL = "all"  # value of `of`


@dataclass(frozen=True)
class ControlNetwork:
    """One control network of one network.

    control: the name of its entry. fold: the fold that the network was not trained on. repeat: from 1; each
    has other draws. randomized: how many groups of layers are drawn anew, from the top; 0 for other kinds.
    """

    control: str
    kind: str
    fold: int
    repeat: int
    randomized: int = 0

    @property
    def key(self) -> str:
        """A name of its own among the control networks of one network.

        >>> ControlNetwork("random", RANDOMIZED_LAYERS, fold=1, repeat=1, randomized=2).key
        'random/fold1/repeat1/randomized2'
        """
        group = f"/randomized{self.randomized}" if self.randomized else ""
        return f"{self.control}/fold{self.fold}/repeat{self.repeat}{group}"


def control_networks(controls: Mapping[str, Mapping]) -> list[ControlNetwork]:
    """The networks that entries of training.controls stand for, in the order of the entries.

    >>> entry = {"kind": "randomized_layers", "folds": [1], "repeats": 1, "groups": 2}
    >>> [network.key for network in control_networks({"random": entry})]
    ['random/fold1/repeat1/randomized1', 'random/fold1/repeat1/randomized2']
    """
    return [network for name, entry in controls.items() for network in _networks_of(name, entry)]


def _networks_of(name: str, entry: Mapping) -> Iterator[ControlNetwork]:
    stages = range(1, entry["groups"] + 1) if entry["kind"] == RANDOMIZED_LAYERS else [0]
    for fold in entry["folds"]:
        for repeat in range(1, entry["repeats"] + 1):
            for stage in stages:
                yield ControlNetwork(name, entry["kind"], fold, repeat, stage)
