"""Images that belong in one fold: those of one subject, and byte-identical ones."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

Image = Mapping[str, str]


def image_groups(images: Sequence[Image]) -> dict[str, str]:
    """The group of every image, by image_id; groups must not be divided among folds.

    `images` have image_id, dataset, subject (empty if unknown) and sha256; they may come from several data
    sets. A group is a subject of a data set, or an image whose subject is unknown; groups that contain
    byte-identical images are joined. A group is named `dataset/subject` or by its image_id; joined groups
    take the alphabetically first name. The order of the images does not matter.

    >>> rows = [("a/1", "ann", "x"), ("a/2", "ann", "y"), ("a/3", "bob", "y"), ("a/4", "cy", "z")]
    >>> keys = ("image_id", "subject", "sha256")
    >>> image_groups([dict(zip(keys, row), dataset="a") for row in rows])
    {'a/1': 'a/ann', 'a/2': 'a/ann', 'a/3': 'a/ann', 'a/4': 'a/cy'}
    """
    parent: dict[str, str] = {}

    def first_name(group: str) -> str:
        while (above := parent.setdefault(group, group)) != group:
            parent[group] = parent.setdefault(above, above)  # a shorter path for the next search
            group = above
        return group

    holder: dict[str, str] = {}
    for image in images:
        own = own_group(image)
        names = first_name(own), first_name(holder.setdefault(image["sha256"], own))
        parent[max(names)] = min(names)
    return {image["image_id"]: first_name(own_group(image)) for image in images}


def own_group(image: Image) -> str:
    """The group of an image without identical copies."""
    return f"{image['dataset']}/{image['subject']}" if image["subject"] else image["image_id"]


def identical_images(images: Sequence[Image]) -> dict[str, str]:
    """For each image with identical copies, the first image_id among them; other images are absent.

    >>> rows = [{"image_id": name, "sha256": name[0]} for name in ("y2", "x1", "y1")]
    >>> identical_images(rows)
    {'y2': 'y1', 'y1': 'y1'}
    """
    same = defaultdict(list)
    for image in images:
        same[image["sha256"]].append(image["image_id"])
    return {name: min(names) for names in same.values() if len(names) > 1 for name in names}
