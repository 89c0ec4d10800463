"""results/provenance.json: what the results were made of, with what, where and when.

The Snakefile calls this at the end of a successful run, because no rule sees its own run's records and a
commit must not cause reruns. If another workflow imports this one, the end of the run is that workflow's: a
rule then plans the same run again and writes what Snakemake has recorded so far. One JSON object:

written           when this file was (ISO 8601, UTC)
seed, config      the checked configuration of the run, with the defaults filled in
code              version (of lookalike), commit (null without git), changed (tracked files that differ
                  from it), sha256 (of the Snakefile, rules, schemas and modules together, now), files (for
                  each module that a job used, the package's or a user's, the fingerprint of its meaning as
                  planned; for each shipped file that it read from the clone, a hash of the bytes)
python, platform  of the process that ran Snakemake
packages          name and version of each package installed there
environments      conda environment files that jobs ran in (with --sdm conda), by their sha256
inputs            sha256 of each file that no job makes, as the jobs found it
jobs              one object per job, sorted by their first output:

    rule, wildcards
    params        slices of the configuration that its command got, by name; as a list under "" alone if
                  they are no longer those of the configuration and the output was kept
    inputs        paths
    accepted      true if `snakemake --touch` has kept older outputs: params, code and inputs are then those
                  declared for the outputs, not those that made them; null without a record
    outputs       for each path: sha256, as a later job read it or, if none did, of the file as it is, and
                  now, one of "as made", "written since", "deleted"
    environment   a key of environments; null for the packages above
    ended         ISO 8601, UTC: when Snakemake saw its outputs; on a cluster it checks periodically
    seconds       of the command
    cpu_seconds, peak_memory_mb    lower bounds, since Snakemake samples the processes; null if the command
                  ended before the first sample
    tensorflow, keras, device, node, cuda_visible_devices, began    as a job of a network logged them, on its
                  node, once TensorFlow was loaded; otherwise null

The records are Snakemake's, for the job that made the present output, in whichever run. What it has not
recorded is null, such as the sha256 of an input that exceeds max-checksum-file-size.
"""

import csv
import hashlib
import json
import platform
import re
import subprocess
import sys
from base64 import b64decode
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from workflow_scripts.common.files import atomic_write, file_sha256
from workflow_scripts.common.places import ROOT
from workflow_scripts.common.version import version
from workflow_scripts.orchestration.code_params import UNUSED, file_of

PROVENANCE = Path("results/provenance.json")
OWN_CODE = ("Snakefile", "rules/*.smk", "schemas/*.yaml", "workflow_scripts/**/*.py")
CLOCKS = 1.0  # seconds by which the clocks of two machines may differ
NO_ENVIRONMENT = hashlib.md5(usedforsecurity=False).hexdigest()  # as Snakemake records it
NETWORK_LOG = re.compile(
    r"^TensorFlow (?P<tensorflow>\S+), Keras (?P<keras>\S+), (?P<device>.+)\n"
    r"node (?P<node>.+), CUDA_VISIBLE_DEVICES (?P<cuda_visible_devices>.*)\n"
    r"began (?P<began>\S+)$",
    re.MULTILINE,
)


def write_provenance(workflow, config: Mapping) -> None:
    """Write the provenance of a run of the whole study; a run of a part leaves it as it is.

    Never raises: the run is over, and its results remain valid. Errors are printed.

    Parameters
    ----------
    workflow
        Snakemake's own object, after a run.
    config
        The checked configuration.
    """
    try:
        jobs = list(workflow.dag.jobs)
        if not any(job.rule.name == workflow.default_target for job in jobs):
            return
        write_records(jobs, workflow.persistence, config, PROVENANCE)
    except Exception as error:
        print(f"{PROVENANCE} was not written: {type(error).__name__}: {error}", file=sys.stderr)


def write_records(jobs: Iterable, persistence, config: Mapping, output: Path) -> None:
    """Write the `provenance` of jobs to a file; runs in the study's folder."""
    content = provenance(jobs, persistence, config, ROOT)
    with atomic_write(output) as unfinished:
        unfinished.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def provenance(jobs: Iterable, persistence, config: Mapping, root: Path) -> dict:
    """The whole content, as plain data.

    Parameters
    ----------
    jobs
        Snakemake's jobs; those without outputs are left out.
    persistence
        Snakemake's records.
    config
        The checked configuration.
    root
        Folder of the Snakefile.
    """
    records = {job: job_record(job, persistence) for job in jobs if job.output}
    ended = {job: output_times(job, persistence) for job in records}
    made = {str(path) for job in records for path in job.output}
    hashes = {}
    for record in sorted(filter(None, records.values()), key=lambda record: record.endtime):
        hashes |= record.input_checksums or {}
    hashes = {path: checksum.removeprefix("sha256:") for path, checksum in hashes.items()}
    read = {str(path) for job in records for path in job.input}
    code = {}
    for record in filter(None, records.values()):
        code |= code_files(record.params)
    environments = {
        sha256(text): text.decode()
        for record in records.values()
        if (text := environment(record)) is not None
    }
    return {
        "written": timestamp(datetime.now(UTC).timestamp()),
        "seed": config["seed"],
        "config": config,
        "code": code_version(root) | {"files": dict(sorted(code.items()))},
        "python": platform.python_version(),
        "platform": platform.platform(),
        "packages": installed_packages(),
        "environments": environments,
        "inputs": {path: hashes.get(path) for path in sorted(read - made)},
        "jobs": [
            job_entry(job, record, ended[job], hashes)
            for job, record in sorted(records.items(), key=lambda item: str(item[0].output[0]))
        ],
    }


def job_record(job, persistence):
    """Snakemake's record of the job that made the outputs; None if there is none."""
    found = (persistence.metadata(path) for path in job.output)
    return next((record for record in found if record is not None and record.endtime), None)


def output_times(job, persistence) -> dict[str, float | None]:
    """The recorded time of each output: Snakemake touches a job's files one after the other."""
    found = {str(path): persistence.metadata(path) for path in job.output}
    return {path: record and record.endtime for path, record in found.items()}


def job_entry(job, record, ended: Mapping[str, float | None], hashes: Mapping[str, str]) -> dict:
    """One job, as the module's docstring describes it; `hashes` of all files that jobs read."""
    text = environment(record)
    return {
        "rule": job.rule.name,
        "wildcards": dict(job.wildcards_dict),
        "params": named_params(job.params, record.params) if record else None,
        "inputs": sorted({str(path) for path in job.input}),
        "accepted": was_accepted(record, Path(job.log[0])) if record else None,
        "outputs": {path: output_entry(Path(path), time, hashes) for path, time in ended.items()},
        "environment": None if text is None else sha256(text),
        "ended": timestamp(record.endtime) if record else None,
        **measurements(Path(job.benchmark)),
        **network_log(Path(job.log[0])),
    }


def named_params(params, recorded: Iterable[str]) -> dict:
    """The settings in a record, by the names that the rule gives them; JSON is decoded.

    Snakemake records values without names. What depends on inputs is not recorded and is left out here.

    >>> params = {"settings": '{"epochs": 2}', "seed": 1, "weights": ["a.h5"]}
    >>> named_params(params, ["1", repr('{"epochs": 2}')])
    {'settings': {'epochs': 2}, 'seed': 1}
    >>> named_params(params, ["1", repr('{"epochs": 3}')])
    {'': ['1', '\\'{"epochs": 3}\\'']}
    """
    settings = [text for text in recorded if text != repr(UNUSED) and not code_files([text])]
    named = {name: value for name, value in params.items() if repr(value) in settings}
    if set(map(repr, named.values())) != set(settings):
        return {"": settings}
    return {name: decoded(value) for name, value in named.items()}


def code_files(recorded: Iterable[str]) -> dict[str, str]:
    """The modules among recorded params, each with its fingerprint.

    >>> code_files(["1", repr("workflow_scripts/common/files.py 0123456789abcdef")])
    {'workflow_scripts/common/files.py': '0123456789abcdef'}
    """
    texts = (text[1:-1] for text in recorded)
    return {path: text.rpartition(" ")[2] for text in texts if (path := file_of(text))}


def was_accepted(record, log: Path) -> bool:
    """Whether a record was made by `--touch`: the command's log is then older than the record's start."""
    return log.is_file() and log.stat().st_mtime < record.starttime - CLOCKS


def decoded(value: object) -> object:
    """The decoded text, if it is a JSON object or list; otherwise the value itself."""
    return json.loads(value) if isinstance(value, str) and value[:1] in ("{", "[") else value


def output_entry(path: Path, ended: float | None, hashes: Mapping[str, str]) -> dict[str, str | None]:
    """An output's hash, and whether it is still the file whose record has this time."""
    if not path.exists():
        return {"sha256": hashes.get(str(path)), "now": "deleted"}
    now = "as made" if path.stat().st_mtime == ended else "written since"
    return {"sha256": hashes.get(str(path)) or file_sha256(path), "now": now}


def environment(record) -> bytes | None:
    """The conda environment file that a job ran in."""
    if record is None or not record.conda_env or record.software_stack_hash == NO_ENVIRONMENT:
        return None
    return b64decode(record.conda_env)


def measurements(path: Path) -> dict[str, float | None]:
    """What Snakemake's benchmark measured."""
    columns = {"seconds": "s", "cpu_seconds": "cpu_time", "peak_memory_mb": "max_rss"}
    row = {}
    if path.is_file():
        with path.open(newline="", encoding="utf-8") as file:
            row = next(csv.DictReader(file, delimiter="\t"), {})
    return {name: number(row.get(column)) for name, column in columns.items()}


def number(text: str | None) -> float | None:
    """A number of a benchmark, which holds other text if the job ended before the first sample."""
    try:
        return float(text)
    except (TypeError, ValueError):
        return None


def network_log(path: Path) -> dict[str, str | None]:
    """What a job that runs a network logged about its device."""
    text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    match = NETWORK_LOG.search(text)
    return match.groupdict() if match else dict.fromkeys(NETWORK_LOG.groupindex)


def code_version(root: Path) -> dict:
    """Commit and changed files, if `root` is under git, and a hash of the workflow's code as it is now."""
    inside = git(root, "ls-files", "--error-unmatch", "Snakefile") is not None
    changed = git(root, "diff", "HEAD", "--name-only", "-z", "--relative") if inside else None
    digest = hashlib.sha256()
    for path in sorted(path for pattern in OWN_CODE for path in root.glob(pattern)):
        digest.update(f"{path.relative_to(root).as_posix()} {file_sha256(path)}\n".encode())
    return {
        "version": version(),
        "commit": git(root, "rev-parse", "HEAD") if inside else None,
        "changed": None if changed is None else [name for name in changed.split("\0") if name],
        "sha256": digest.hexdigest(),
    }


def git(root: Path, *arguments: str) -> str | None:
    """What git prints in `root`; None if it fails or is not installed."""
    try:
        finished = subprocess.run(["git", "-C", root, *arguments], capture_output=True, text=True)
    except OSError:
        return None
    return finished.stdout.strip() if finished.returncode == 0 else None


def installed_packages() -> dict[str, str]:
    """Name and version of every package that Python finds."""
    packages = {each.metadata["Name"].lower(): each.version for each in metadata.distributions()}
    return dict(sorted(packages.items()))


def sha256(content: bytes) -> str:
    """Hexadecimal SHA-256."""
    return hashlib.sha256(content).hexdigest()


def timestamp(seconds: float) -> str:
    """ISO 8601 to the millisecond, in UTC.

    >>> timestamp(0)
    '1970-01-01T00:00:00.000+00:00'
    """
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
