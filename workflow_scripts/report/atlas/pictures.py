"""The images of which the atlas shows pictures: which these are, and each of them small.

All sides are at most `SIDE` pixels (`DENSE_SIDE` for importance per pixel), which is enough to look at.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence

import cv2
import numpy as np

from workflow_scripts.common.seeds import derived_seed
from workflow_scripts.faces.face_store import FaceReader
from workflow_scripts.report.atlas.blocks import Blocks

SIDE = 112  # px
DENSE_SIDE = 48  # px
QUALITY = 80  # of WebP, of 100
LARGEST = 127  # what the largest weight becomes as int8


def chosen_images(
    explained: Mapping[Hashable, Iterable[str]], may_be_shown: Collection[str], most: int, seed: int
) -> list[str]:
    """The images to picture: at most `most`, sorted, as many of each group as of any other where it has them.

    explained: for each group, a (fold, predicted expression), the image_id of every explanation of every
    network, so that an image comes up as often as networks explain it there. A group's images are taken by
    that number, the highest first; ties are drawn. An image counts for all groups that it is in.

    >>> explained = {("1", "fear"): ["a", "b", "b"], ("1", "anger"): ["c", "d"]}
    >>> chosen_images(explained, "abcd", 1, seed=1), len(chosen_images(explained, "abcd", 3, seed=1))
    (['b'], 3)
    """
    draws = {image: derived_seed(seed, "atlas_picture", image) for image in sorted(may_be_shown)}
    queues, groups_of, longest = {}, defaultdict(list), 0
    for group, images in explained.items():
        networks = Counter(image for image in images if image in draws)
        queues[group] = iter(sorted(networks, key=lambda image, of=networks: (-of[image], draws[image])))
        longest = max(longest, len(networks))
        for image in networks:
            groups_of[image].append(group)
    chosen: set[str] = set()
    pictured: Counter[Hashable] = Counter()  # of each group
    for each in range(1, longest + 1):
        for group, queue in queues.items():
            if pictured[group] < each and len(chosen) < most:
                image = next((image for image in queue if image not in chosen), None)
                if image is not None:
                    chosen.add(image)
                    pictured.update(groups_of[image])
    return sorted(chosen)


def packed_face(blocks: Blocks, faces: FaceReader, image_id: str) -> int:
    """A picture: the number of a block with a WebP file, `SIDE` px square."""
    small = cv2.resize(faces.image(image_id), (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    written, content = cv2.imencode(".webp", small, [cv2.IMWRITE_WEBP_QUALITY, QUALITY])
    if not written:
        raise RuntimeError(f"{image_id}: OpenCV could not write its face as WebP")
    return blocks.add_file(content.tobytes())


def small_regions(regions: np.ndarray) -> np.ndarray:
    """Regions uint8 (s, s) with a side of at most `SIDE`: of each pixel, the region at its centre.

    >>> [small_regions(np.zeros((side, side), np.uint8)).shape for side in (64, 224)]
    [(64, 64), (112, 112)]
    """
    size = len(regions)
    side = min(size, SIDE)
    places = ((np.arange(side) + 0.5) * size / side).astype(int)
    return np.ascontiguousarray(regions[np.ix_(places, places)], dtype=np.uint8)


def small_importance(importance: np.ndarray, scale: float) -> np.ndarray:
    """Signed importance float (s, s) as int8, its side at most `DENSE_SIDE`: means, `scale` becomes 127."""
    side = min(len(importance), DENSE_SIDE)
    small = cv2.resize(importance.astype(np.float64), (side, side), interpolation=cv2.INTER_AREA)
    return quantized(small, scale)


def largest(values: np.ndarray | Sequence[float]) -> float:
    """The largest magnitude among signed values, to four digits; 0 if there are none."""
    return float(f"{np.abs(values).max(initial=0):.4g}")


def quantized(values: np.ndarray, scale: float) -> np.ndarray:
    """Signed values as int8, same shape: value = int8 / 127 * scale, to half a step.

    >>> quantized(np.array([-0.5, 0.001, 0.25]), 0.5).tolist(), quantized(np.zeros(2), 0.0).tolist()
    ([-127, 0, 64], [0, 0])
    """
    shares = values / scale if scale > 0 else np.zeros_like(values)
    return np.clip(np.rint(shares * LARGEST), -LARGEST, LARGEST).astype(np.int8)
