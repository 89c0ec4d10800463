"""Control networks of a configuration: which networks have which, and what is wrong with their entries."""

from collections.abc import Iterator, Mapping

from workflow_scripts.explanation.positives import images_asked
from workflow_scripts.orchestration.brought import is_trained
from workflow_scripts.orchestration.hints import nearest
from workflow_scripts.training.controls import (
    ALL,
    RANDOMIZED_LAYERS,
    SHUFFLED_LABELS,
    ControlNetwork,
    control_networks,
)
from workflow_scripts.training.repeats import fold_numbers

Entries = dict[str, Mapping]


def controls_of(config: Mapping, network: str) -> Entries:
    """The entries of training.controls that run and have a network, by name, without what names networks.

    A network that was trained elsewhere is not trained here, on shuffled labels neither.
    """
    brought = is_trained(config["training"]["networks"][network])
    defined = {name: config["training"]["controls"][name] for name in config["run"]["controls"]}
    return {
        name: {key: value for key, value in entry.items() if key != "of"}
        for name, entry in defined.items()
        if (entry["of"] == ALL or network in entry["of"])
        and not (brought and entry["kind"] == SHUFFLED_LABELS)
    }


def controlled_networks(config: Mapping) -> list[str]:
    """The networks of the run that have any control network."""
    return [name for name in config["run"]["networks"] if controls_of(config, name)]


def networks_of(config: Mapping, network: str) -> list[ControlNetwork]:
    """The control networks of a network."""
    return control_networks(dict(sorted(controls_of(config, network).items())))


def shuffled_folds(config: Mapping) -> list[int]:
    """The folds whose training images some control network has with shuffled labels."""
    every = [one for name in controlled_networks(config) for one in networks_of(config, name)]
    return sorted({one.fold for one in every if one.kind == SHUFFLED_LABELS})


def control_images(config: Mapping, network: str) -> int:
    """The most images that the control networks of a network explain, with one explainer."""
    entries, expressions = controls_of(config, network), len(config["run"]["expressions"])
    explained = images_asked(
        config["explanation"]["positives"]
    )  # by the trained network, whose images they are
    of_cell = [min(entries[one.control]["positives"], explained) for one in networks_of(config, network)]
    return sum(of_cell) * expressions


def idle_controls(config: Mapping) -> Iterator[str]:
    """Controls of the run that no network of the run has, a line each."""
    used = {name for network in config["run"]["networks"] for name in controls_of(config, network)}
    for name in config["run"]["controls"]:
        if name not in used:
            key = f"training.controls.{name}.of"
            yield f"run.controls names {name}, but no network of run.networks has it ({key})"


def control_problems(config: Mapping) -> Iterator[str]:
    """What is wrong with the entries of training.controls that run, a line each."""
    networks, folds = config["training"]["networks"], fold_numbers(config["training"])
    for name in config["run"]["controls"]:
        entry, key = config["training"]["controls"].get(name), f"training.controls.{name}"
        if entry is None:
            continue  # reported with all undefined names
        named = [] if entry["of"] == ALL else entry["of"]
        for network in named:
            if network not in networks:
                known = nearest(network, networks, "defined are")
                yield f"{key}.of names {network}, which the configuration does not define{known}"
            elif is_trained(networks[network]) and entry["kind"] == SHUFFLED_LABELS:
                yield (
                    f"{key}.of names {network}, which was trained elsewhere and cannot be trained here on "
                    "shuffled labels; remove it there"
                )
        if (entry["kind"] == RANDOMIZED_LAYERS) != ("groups" in entry):
            yield (
                f"{key}.groups: says into how many groups to divide the layers; kind {RANDOMIZED_LAYERS} "
                f"needs it, and no other kind has it; the kind is {entry['kind']}"
            )
        if absent := [str(fold) for fold in entry["folds"] if fold not in folds]:
            yield f"{key}.folds: there is no fold {', '.join(absent)}; the study has folds 1 to {folds[-1]}"
