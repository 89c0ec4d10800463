"""An estimate of the time left in a run, beside the bars of Snakemake's logger `rich`."""

import logging
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping

from snakemake.logging import logger
from snakemake_interface_logger_plugins.common import LogEvent

from workflow_scripts.orchestration.failures import job_name


class TimeLeft:
    """Estimates from finished jobs: each remaining job takes as long as those of its rule.

    Parameters
    ----------
    jobs
        How many jobs of each rule the run has.
    now
        Returns the time in seconds.
    """

    def __init__(self, jobs: Mapping[str, int], now: Callable[[], float] = time.monotonic):
        self.waiting = Counter(jobs)
        self.running: dict[int, tuple[str, float]] = {}
        self.taken: dict[str, list[float]] = defaultdict(list)
        self.now = now
        self.begun = now()

    def begin(self, job: int, rule: str) -> None:
        """A job has begun."""
        self.waiting[rule] -= 1
        self.running[job] = (rule, self.now())

    def end(self, job: int) -> None:
        """A job has ended."""
        if job in self.running:
            rule, begun = self.running.pop(job)
            self.taken[rule].append(self.now() - begun)

    def seconds(self) -> float | None:
        """Seconds left, with as many jobs in parallel as so far; None before any has ended.

        Rules without any finished job count as zero: see `is_least`.
        """
        elapsed = self.now() - self.begun
        if not self.taken or not elapsed:
            return None
        means = {rule: sum(taken) / len(taken) for rule, taken in self.taken.items()}
        left = sum(count * means.get(rule, 0) for rule, count in self.waiting.items() if count > 0)
        spent = {job: self.now() - begun for job, (_, begun) in self.running.items()}
        left += sum(max(means.get(rule, 0) - spent[job], 0) for job, (rule, _) in self.running.items())
        busy = sum(map(sum, self.taken.values())) + sum(spent.values())
        return left / max(busy / elapsed, 1)

    def is_least(self) -> bool:
        """Whether there are jobs whose duration is still unknown."""
        left = {rule for rule, count in self.waiting.items() if count > 0}
        return not (left | {rule for rule, _ in self.running.values()}) <= self.taken.keys()

    def words(self) -> str:
        """The text for users; empty while too little is known, or if nothing is left."""
        seconds, least = self.seconds(), self.is_least()
        if not seconds or (least and seconds < 60):
            return ""
        if seconds < 60:
            return "under 1 min left"
        minutes = round(seconds / 60)
        hours = f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"
        return f"{'over' if least else 'about'} {hours} left"


class Watch(logging.Handler):
    """Passes what Snakemake logs on to a TimeLeft."""

    def __init__(self, left: TimeLeft):
        super().__init__()
        self.left = left

    def emit(self, record: logging.LogRecord) -> None:
        event = getattr(record, "event", None)
        if event == LogEvent.JOB_INFO and record.output:
            self.left.begin(record.jobid, record.rule_name)
        elif event == LogEvent.JOB_FINISHED:
            self.left.end(record.job_id)
        elif event == LogEvent.JOB_ERROR:
            self.left.running.pop(record.jobid, None)


def tell_time_left(workflow) -> None:
    """Add the time left to the bars of the logger `rich`, if a run uses it, and shorten its failure messages.

    The logger shows a failed job with its whole log, which may be long; `tell_failures` prints its end.
    """
    for handler in workflow.logger_manager.plugin_handlers:
        progress = getattr(handler, "progress", None)
        if progress is None or not handler.__module__.startswith("snakemake_logger_plugin_rich"):
            continue
        from rich.progress import ProgressColumn
        from rich.table import Column
        from rich.text import Text

        jobs = [job.rule.name for job in workflow.dag.needrun_jobs() if job.output]
        left = TimeLeft(Counter(jobs))

        class Words(ProgressColumn):
            def render(self, task, left=left) -> Text:
                return Text(left.words() if "Total" in task.description else "")

        def failed(event, events=handler.event_handler, **_) -> None:
            job = events.jobs_info.get(event.jobid, {"rule": f"job {event.jobid}", "wildcards": {}})
            events.console.print(
                Text(f"Failed: {job_name(job['rule'], job['wildcards'] or {})}", style="red")
            )

        progress.columns = (*progress.columns, Words(table_column=Column(no_wrap=True)))
        handler.event_handler.handle_job_error = failed
        logger.addHandler(Watch(left))
