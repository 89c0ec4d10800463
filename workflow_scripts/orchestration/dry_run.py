"""The jobs that Snakemake would run, each with its reasons in words, from a dry run in this process."""

import ast
import json
import logging
import re
import shlex
import sys
from argparse import Namespace
from collections.abc import Iterable, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from snakemake.cli import args_to_api, parse_args, parse_config
from snakemake.exceptions import WorkflowError
from snakemake.logging import logger
from snakemake.workflow import Workflow
from snakemake_interface_logger_plugins.common import LogEvent

from workflow_scripts.common.errors import StudyError
from workflow_scripts.orchestration.code_params import file_of
from workflow_scripts.orchestration.config_check import read_settings
from workflow_scripts.orchestration.own_reasons import Reasons, are_certain, own_reasons

SHOWN = 3  # files or rules of one reason
SHOWN_CHARACTERS = 60  # of a setting's value

# how Snakemake begins each reason, and what that means to the user who changed something
MISSING = "Missing output files"
FORCED = "Forced execution"
UPSTREAM = "Input files updated by another job"
UPDATED = "Updated input files"
NOTHING = "<nothing exclusive>"
PARAMS = "Params have changed since last execution"
REASONS = {
    MISSING: "missing output",
    "Incomplete output files": "output of a job that was cut off",
    FORCED: "forced",
    "Set of input files has changed since last execution": "inputs added or taken away",
    "Code has changed since last execution": "command changed in rules/",
    "Software environment definition has changed since last execution": "environment changed in envs/",
    PARAMS: "settings changed",
    UPDATED: "changed",
    UPSTREAM: "upstream runs",
}
HEADS = "|".join(map(re.escape, REASONS))
REASON = re.compile(rf"(?:^|; )({HEADS})(?:: (.*?))?(?=; (?:{HEADS})|$)", re.DOTALL)


@dataclass(frozen=True)
class PlannedJob:
    """A job of the plan: what it is for, and why it would run.

    It is certain if it runs whatever other jobs of the plan write.
    """

    rule: str
    stage: str
    wildcards: Mapping[str, str]
    reason: str
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    certain: bool = True
    forced: bool = False


@dataclass(frozen=True)
class Plan:
    """What would run, in an order in which it can run; the checked configuration; the study's folder."""

    jobs: list[PlannedJob]
    config: Mapping
    folder: Path


def dry_run(arguments: Sequence[str]) -> Plan:
    """What `snakemake ARGUMENTS` would run.

    Snakemake's warnings and errors are printed as usual, its list of the jobs is not. Raises StudyError if it
    cannot plan.
    """
    records, options, workflow = dry_run_records(arguments)
    makers = {path: record.rule_name for record in records for path in record.output}
    certain = are_certain(
        [reasons_of(record.reason) for record in records],
        [record.input for record in records],
        [record.output for record in records],
    )
    jobs = [
        PlannedJob(
            rule=record.rule_name,
            stage=Path(record.log[0]).parts[1],
            wildcards=dict(record.wildcards),
            reason=in_words(record.reason, record.shellcmd, makers),
            inputs=tuple(record.input),
            outputs=tuple(record.output),
            certain=sure,
            forced=record.reason.startswith(FORCED),
        )
        for record, sure in zip(records, certain, strict=True)
    ]
    return Plan(jobs, workflow.globals["config"], Path(options.directory or "."))


def dry_run_records(arguments: Sequence[str]) -> tuple[list[logging.LogRecord], Namespace, Workflow]:
    """Snakemake's record of each job that it would run, the options it took, and its own object.

    Raises StudyError if it cannot plan.
    """
    parser, options = parse_args(["--dry-run", *arguments])
    options.quiet = None  # otherwise no job events are emitted
    _check_settings(options)
    records = []

    def keep(record: logging.LogRecord) -> bool:
        if getattr(record, "event", None) == LogEvent.JOB_INFO and record.output:
            records.append(record)
        return record.levelno >= logging.WARNING

    # a filter of the logger, not of a handler: Snakemake replaces handlers
    logger.addFilter(keep)
    try:
        with redirect_stdout(sys.stderr), own_reasons() as plans:  # stderr: where a dry run's errors belong
            planned = args_to_api(options, parser)
    finally:
        logger.removeFilter(keep)
    if not planned or not plans:
        raise StudyError("Snakemake cannot plan this study; see the error above")
    return records, options, plans[-1].workflow


def _check_settings(options: Namespace) -> None:
    """Raise StudyError if a configuration file or --config cannot be read: Snakemake names no line."""
    for file in options.configfile or []:
        read_settings(file)
    try:
        parse_config(options.config)
    except (ValueError, WorkflowError) as error:
        raise StudyError(
            f"--config {' '.join(options.config)}: {error or 'no key=value'}; write the section first, "
            "--config seed=2 'run={networks: [WeiNet]}', or write the settings into a file"
        ) from error


def reasons_of(reason: str) -> Reasons:
    """Whether Snakemake's reason for a job names more than jobs that run before it.

    >>> reasons_of("Updated input files: ; Input files updated by another job: b.csv")
    Reasons(own=False, missing=False)
    >>> reasons_of("Missing output files: a.csv; Updated input files: mine.csv")
    Reasons(own=True, missing=True)
    """
    found = dict(REASON.findall(reason))
    own = found.keys() - {UPSTREAM, MISSING} - ({UPDATED} if found.get(UPDATED) == "" else set())
    return Reasons(own=bool(own) or not found, missing=MISSING in found)


def in_words(reason: str, command: str, makers: Mapping[str, str]) -> str:
    """Snakemake's reason for a job, in a researcher's words.

    That upstream jobs run is mentioned only if there is no other reason.

    Parameters
    ----------
    reason
        As Snakemake words it.
    command
        The job's shell command, whose options name the settings.
    makers
        The rule that makes each file of the plan.

    >>> in_words("Missing output files: a.csv; Input files updated by another job: b.csv", "", {})
    'missing output'
    >>> in_words("Input files updated by another job: b.csv", "", {"b.csv": "assign_folds"})
    'upstream runs: assign_folds'
    >>> in_words("Updated input files: mine.csv", "", {})
    'input changed: mine.csv'
    """
    found = dict(REASON.findall(reason))
    if not found:
        return reason
    if found.get(UPDATED) == "":  # its files are those that other jobs update
        del found[UPDATED]
    if len(found) > 1:
        found.pop(UPSTREAM, None)
    words = []
    for head, detail in found.items():
        files = detail.split(", ")
        if head == UPDATED:
            words.append(f"input changed: {_some(files)}")
        elif head == UPSTREAM:
            rules = sorted({makers[path] for path in files if path in makers})
            words.append(f"{REASONS[head]}: {_some(rules)}")
        elif head == PARAMS:
            words += _changed_params(detail, command)
        else:
            words.append(REASONS[head])
    return "; ".join(words)


def _changed_params(detail: str, command: str) -> list[str]:
    """What differs in the params of a job: modules, settings or both."""
    before, now = _before_and_now(detail)
    files = sorted({file_of(value) for value in (*before, *now)} - {None})
    modules = [path for path in files if path.endswith(".py")]
    others = [path for path in files if path not in modules]
    words = [f"code changed: {_some(modules)}"] if modules else []
    words += [f"input changed: {_some(others)}"] if others else []
    if not files or any(file_of(value) is None for value in (*before, *now)):
        changes = changed_settings(detail, command)
        words.append(f"{REASONS[PARAMS]}: {', '.join(changes)}" if changes else REASONS[PARAMS])
    return words


def _before_and_now(detail: str) -> tuple[list, list]:
    """The values that only the last execution had, and those that only this plan has; empty if unknown."""
    match = re.search(r"before: (.*) now: (.*) $", detail.replace(NOTHING, ""), re.DOTALL)
    try:
        return tuple(ast.literal_eval(f"[{text}]") for text in match.groups())
    except (AttributeError, SyntaxError, ValueError):
        return [], []


def changed_settings(detail: str, command: str) -> list[str]:
    """Which settings differ, from Snakemake's list of the values before and now.

    Values in a mapping are named by their key, others by the option of `command` that has that value.
    Empty if Snakemake does not say.

    >>> changed_settings("before: '{\\"epochs\\": 2}' now: '{\\"epochs\\": 3}' ", "train --settings ...")
    ['epochs 2 → 3']
    >>> changed_settings("before: 5 now: 7 ", "sample --positives 7 --seed 1")
    ['positives 5 → 7']
    """
    before, now = (
        [_decoded(value) for value in values if file_of(value) is None] for values in _before_and_now(detail)
    )
    old, new = _leaves(before), _leaves(now)
    changes = [
        _difference(name, old.get(name), new.get(name))
        for name in dict.fromkeys([*old, *new])
        if old.get(name) != new.get(name)
    ]
    before, now = ([value for value in values if not isinstance(value, Mapping)] for values in (before, now))
    if len(before) == len(now) == 1:
        changes.append(_difference(_option(now[0], command), before[0], now[0]))
    else:
        changes += [f"{_option(value, command)} now {value}".strip() for value in now]
    return [text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]} ..." for text in changes]


def _decoded(value: object) -> object:
    try:
        return json.loads(value)
    except (TypeError, ValueError):
        return value


def _leaves(values: Iterable[object]) -> dict[str, object]:
    leaves = {}
    for value in values:
        for key, below in value.items() if isinstance(value, Mapping) else ():
            inner = _leaves([below])
            leaves |= {f"{key}.{name}": leaf for name, leaf in inner.items()} or {key: below}
    return leaves


def _option(value: object, command: str) -> str:
    words = shlex.split(command)
    names = [
        option.lstrip("-").replace("-", "_")
        for option, argument in pairwise(words)
        if option.startswith("--") and _decoded(argument) == value
    ]
    return names[0] if len(names) == 1 else ""


def _difference(name: str, old: object, new: object) -> str:
    if isinstance(old, list) and isinstance(new, list):
        signs = [f"+{each}" for each in new if each not in old]
        signs += [f"-{each}" for each in old if each not in new]
        return f"{name}: {', '.join(signs) or 'order'}".removeprefix(": ")
    return f"{name} {_shown(old)} → {_shown(new)}".strip()


def _shown(value: object) -> str:
    return "nothing" if value in (None, "", []) else str(value)


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more
