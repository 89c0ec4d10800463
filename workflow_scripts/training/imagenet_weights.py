"""The official ImageNet weights of the keras.applications networks: where they are, how to get them."""

from dataclasses import dataclass

from workflow_scripts.common.download import RemoteFile
from workflow_scripts.common.errors import StudyError

BASE_URL = "https://storage.googleapis.com/tensorflow/keras-applications"


@dataclass(frozen=True)
class OfficialFile(RemoteFile):
    """A weights file without the top layers: its `path` below BASE_URL and its MD5 in hexadecimal."""

    algorithm: str = "md5"
    words: str = "the official weights"


OFFICIAL_FILES = {  # by architecture
    "vgg16": OfficialFile(
        "vgg16/vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5", "6d6bbae143d832006294945121d1f1fc"
    ),
    "vgg19": OfficialFile(
        "vgg19/vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5", "253f8cb515780f3b799900260a226db6"
    ),
    "resnet50": OfficialFile(
        "resnet/resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5", "4d473c1dd8becc155b73f8504c6f6626"
    ),
    "resnet101v2": OfficialFile(
        "resnet/resnet101v2_weights_tf_dim_ordering_tf_kernels_notop.h5", "c0ed64b8031c3730f411d2eb4eea35b5"
    ),
    "inceptionv3": OfficialFile(
        "inception_v3/inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5",
        "bcbd6486424b2319ff4ef7d526e38f63",
    ),
    "xception": OfficialFile(
        "xception/xception_weights_tf_dim_ordering_tf_kernels_notop.h5", "b0042744bf5b25fce3cb969f33bebb97"
    ),
    "mobilenetv3": OfficialFile(
        "mobilenet_v3/weights_mobilenet_v3_large_224_1.0_float_no_top_v2.h5",
        "07fb09a5933dd0c8eaafa16978110389",
    ),
    "efficientnetv2": OfficialFile(
        "efficientnet_v2/efficientnetv2-b0_notop.h5", "893217f2bb855e2983157299931e43ff"
    ),
}


def official_file(architecture: str) -> OfficialFile:
    """The weights file of an architecture. Raises StudyError if there is none."""
    if architecture not in OFFICIAL_FILES:
        raise StudyError(
            f"architecture '{architecture}' has no ImageNet weights; set weights: null in its entry under "
            f"training.networks (with weights: {', '.join(OFFICIAL_FILES)})"
        )
    return OFFICIAL_FILES[architecture]


def download_instructions(official: OfficialFile, base_url: str = BASE_URL) -> str:
    """How to bring the file to a machine without internet."""
    return (
        f"download {base_url}/{official.path} (MD5 {official.digest}) elsewhere, copy it into a folder here "
        "and set training.weights_dir to that folder; or set weights: null"
    )
