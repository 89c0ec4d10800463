"""Groups of networks that are shown and compared together, as training.groups names them."""

from collections.abc import Collection, Mapping, Sequence

UNGROUPED = "ungrouped"


def group_title(group: str, groups: Collection[str]) -> str:
    """The heading above the heatmaps of a group of networks.

    >>> group_title("low_depth", ["low_depth", "deep"]), group_title("ungrouped", ["ungrouped"])
    ('Networks: low depth', 'Networks')
    """
    return "Networks" if list(groups) == [UNGROUPED] else f"Networks: {group.replace('_', ' ')}"


def network_groups(groups: Mapping[str, Sequence[str]], networks: Sequence[str]) -> dict[str, list[str]]:
    """The networks of each group that a study runs, in the study's order; ungrouped ones come last.

    Groups are in the order of their first networks in the study, since the order of keys means nothing;
    groups without any of these networks are left out.

    >>> network_groups({"deep": ["VGG16", "VGG19"], "flat": ["WeiNet"]}, ["SongNet", "WeiNet", "VGG19"])
    {'flat': ['WeiNet'], 'deep': ['VGG19'], 'ungrouped': ['SongNet']}
    """
    found = {group: [name for name in networks if name in members] for group, members in groups.items()}
    present = [group for group, members in found.items() if members]
    present.sort(key=lambda group: (networks.index(found[group][0]), group))
    grouped = {name for members in groups.values() for name in members}
    others = [name for name in networks if name not in grouped]
    return {group: found[group] for group in present} | ({UNGROUPED: others} if others else {})
