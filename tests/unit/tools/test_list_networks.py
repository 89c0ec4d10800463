import csv
import os
import re
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


def listed(folder: Path, *config: str) -> list[dict[str, str]]:
    """The rows that list_networks prints for configurations named relative to `folder`."""
    command = [sys.executable, "-m", "workflow_scripts.tools.list_networks", *config, "--csv"]
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY)}
    finished = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=True
    )
    return list(csv.DictReader(finished.stdout.splitlines()))


def test_the_configuration_has_the_twelve_networks_of_the_study():
    columns = ("input_size", "imagenet", "parameters", "epochs")
    rows = listed(REPOSITORY)
    assert {row["network"]: tuple(row[name] for name in columns) for row in rows} == STUDY


def test_the_networks_of_one_s_own_that_the_readme_shows(tmp_path):
    section = (REPOSITORY / "README.md").read_text().split("## Your own networks")[1].split("\n## ")[0]
    python, settings, *_ = re.findall(r"```(?:python|yaml)\n(.*?)```", section, re.DOTALL)
    (tmp_path / "my_networks.py").write_text(python)
    (tmp_path / "mine.yaml").write_text(settings)
    rows = listed(tmp_path, str(REPOSITORY / "config.yaml"), "mine.yaml")
    assert [(row["network"], row["imagenet"], row["parameters"]) for row in rows] == [
        ("VGG16", "yes", "14717766"),
        ("VGG16-scratch", "no", "14717766"),
        ("ConvNeXtTiny", "no", "27824742"),
    ]
