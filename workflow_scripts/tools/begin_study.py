"""Starts a study: a folder with its settings and a profile, both to be edited.

python -m workflow_scripts.tools.begin_study FOLDER [--profile slurm]
"""

import re
import shlex
from pathlib import Path

from workflow_scripts.common.command_line import run
from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.files import atomic_write
from workflow_scripts.common.places import ROOT

TEMPLATE = Path(__file__).with_name("study.yaml")
PROFILES = ROOT / "profiles"
BEGINS = """\
# Of the study {study}: snakemake --profile {profile}, from any folder.
snakefile: {snakefile}
directory: ..  # results, logs and relative paths of the settings: beside this folder
configfile: ../study.yaml  # what the study changes of {clone}/config.yaml
"""


def begin_study(folder: Path, *, profile: str = "workstation") -> None:
    """Create FOLDER, if it does not exist, and write study.yaml and profile/config.yaml into it.

    Parameters
    ----------
    folder
        The study's folder; existing files in it are left as they are.
    profile
        How the study is run: a folder of `profiles`, workstation or slurm.
    """
    study = folder.absolute()
    shipped = PROFILES / profile / "config.yaml"
    if not shipped.is_file():
        names = sorted(path.parent.name for path in PROFILES.glob("*/config.yaml"))
        raise StudyError(f"there is no profile {profile}; there are {', '.join(names)}")
    files = {
        study / "study.yaml": TEMPLATE.read_text(encoding="utf-8").format(
            study=shlex.quote(str(study)), clone=ROOT, title=quoted(study.name)
        ),
        study / "profile/config.yaml": of_study(shipped.read_text(encoding="utf-8"), study),
    }
    if there := [path for path in files if path.exists()]:
        raise StudyError(f"{', '.join(map(str, there))}: exists already; nothing was written")
    for path, text in files.items():
        with atomic_write(path) as unfinished:
            unfinished.write_text(text, encoding="utf-8")
        print(f"written: {path}")
    print(f"Edit both (EDIT marks what you must change), then: make plan STUDY={shlex.quote(str(study))}")


def of_study(profile: str, study: Path) -> str:
    """A shipped profile, adapted to the study in a folder: with the paths it needs to run from anywhere."""
    head = BEGINS.format(
        study=study, profile=study / "profile", snakefile=quoted(ROOT / "Snakefile"), clone=ROOT
    )
    body = re.sub(r"(?m)^configfile: .*\n", "", profile)
    body = re.sub(r"(?m)^#.*snakemake --profile.*\n", "", body)
    gpus = "profiles/workstation/one_gpu/bash"
    return head + "\n" + body.replace(gpus, quoted(ROOT / gpus))


def quoted(text: str | Path) -> str:
    """A text quoted for YAML, whatever its characters."""
    return "'" + str(text).replace("'", "''") + "'"


if __name__ == "__main__":
    run(begin_study)
