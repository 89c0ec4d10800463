"""What the work of networks costs, as a table for users."""

import math
from dataclasses import dataclass, fields

from workflow_scripts.tools.columns import WIDTH, shortened, wrapped


@dataclass(frozen=True)
class Cost:
    """What the work of one network costs; hours are None if they were not measured.

    For one training: `images` of its folds, `steps_per_epoch`, `steps`, and `reach`, how far these can move a
    weight, in standard deviations of the initial last layer; `warning` is set if that is too short. For all
    trainings: `training_images`, counting every copy of an image in every epoch. These are None if the number
    of faces is unknown.
    """

    network: str
    parameters: int
    trainings: int
    images: int | None
    steps_per_epoch: int | None
    steps: int | None
    reach: float | None
    training_images: int | None
    explanations: int
    forward_passes: int
    disk_mb: float
    training_hours: float | None = None
    explanation_hours: float | None = None
    warning: str | None = None
    elsewhere: bool | None = None  # whether it was trained elsewhere
    control_explanations: int = 0  # of these explanations and trainings, those of control networks
    control_trainings: int = 0
    examination_passes: int = 0  # of these passes, those of run.quality


def print_costs(costs: list[Cost], faces: int | None, device: str) -> None:
    """Print the table for users, with notes on what it leaves out."""
    titles = ("network", "parameters", "trainings", "images", "/epoch", "steps", "explained", "passes", "GB")
    rows = [(*titles, "train", "explain")]
    for cost in [*costs, total(costs)]:
        counts = (cost.images, cost.steps_per_epoch, cost.steps)
        steps = ["" if count is None else f"{count:,}" for count in counts]
        explained = [f"{cost.explanations:,}", f"{cost.forward_passes:,}", f"{cost.disk_mb / 1000:.2f}"]
        times = [duration(cost.training_hours), duration(cost.explanation_hours)]
        rows.append((cost.network, f"{cost.parameters:,}", str(cost.trainings), *steps, *explained, *times))
    _print_numbers(rows)
    print("images, steps: for one training; images without their copies, steps per epoch and in total")
    if brought := [cost.network for cost in costs if cost.elsewhere]:
        print(f"trained elsewhere, and only used here: {', '.join(brought)}")
    if controls := sum(cost.control_explanations for cost in costs):
        trained = sum(cost.control_trainings for cost in costs)
        print(f"control networks included: {trained} trainings, {controls:,} explained images")
    if examined := sum(cost.examination_passes for cost in costs):
        print(f"examination of explanations included (run.quality): {examined:,} passes")
    if faces is None:
        print("images, steps, train: unknown until data sets are indexed (results/datasets); or give --faces")
    if costs[0].explanation_hours is not None:
        print(
            wrapped(
                f"train, explain: estimated by running each network here for a few seconds, on {device}, one "
                "job at a time; starting jobs, superpixels and fits come on top"
            )
        )
    for cost in costs:
        if cost.warning:
            print(wrapped(f"warning: {cost.warning}"))


def _print_numbers(rows: list[tuple[str, ...]]) -> None:
    """Print names and their numbers; long names are cut if the line would be too long."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    widths[0] = min(widths[0], WIDTH - sum(widths[1:]) - len(widths) + 1)
    for name, *numbers in rows:
        cells = [f"{number:>{width}}" for number, width in zip(numbers, widths[1:], strict=True)]
        print(" ".join([f"{shortened(name, widths[0]):<{widths[0]}}", *cells]).rstrip())


def total(costs: list[Cost]) -> Cost:
    """All networks together; what is unknown for one is unknown for all."""
    of_one = ("images", "steps_per_epoch", "steps", "reach", "warning", "elsewhere")
    values = {field.name: [getattr(cost, field.name) for cost in costs] for field in fields(Cost)[1:]}
    sums = {
        name: None if name in of_one or None in column else sum(column) for name, column in values.items()
    }
    return Cost(network="all", **sums)


def duration(hours_: float | None) -> str:
    """Hours in readable units.

    >>> [duration(value) for value in (None, 0.004, 0.5, 7.25, 72)]
    ['', '15 s', '30 min', '7.2 h', '3.0 d']
    """
    if hours_ is None:
        return ""
    if hours_ >= 48:
        return f"{hours_ / 24:.1f} d"
    if hours_ >= 1:
        return f"{hours_:.1f} h"
    if hours_ >= 1 / 60:
        return f"{hours_ * 60:.0f} min"
    return f"{math.ceil(hours_ * 3600)} s"
