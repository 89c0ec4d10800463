import csv
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).parents[3]
STUDY = {  # network: input size, ImageNet weights, parameters with six classes, epochs
    "AlexNet": ("224", "no", "88718726", "10"),
    "WeiNet": ("64", "no", "1728230", "10"),
    "SongNet": ("224", "no", "172678", "25"),
    "SilNet": ("150", "no", "184852038", "10"),
    "VGG16": ("224", "yes", "14717766", "2"),
    "VGG19": ("224", "yes", "20027462", "2"),
    "ResNet50": ("224", "yes", "23600006", "2"),
    "ResNet101V2": ("224", "yes", "42638854", "2"),
    "InceptionV3": ("224", "yes", "21815078", "2"),
    "Xception": ("224", "yes", "20873774", "2"),
    "MobileNetV3": ("224", "yes", "3002118", "10"),
    "EfficientNetV2": ("224", "yes", "5926998", "10"),
}


def test_the_configuration_has_the_twelve_networks_of_the_study():
    finished = subprocess.run(
        [sys.executable, "-m", "workflow_scripts.training.list_networks", "--csv"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    rows = list(csv.DictReader(finished.stdout.splitlines()))
    columns = ("input_size", "imagenet", "parameters", "epochs")
    assert {row["network"]: tuple(row[name] for name in columns) for row in rows} == STUDY
