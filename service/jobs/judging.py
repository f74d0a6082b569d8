"""Bodies on record, read and judged: one alone, or several small ones at the cost of one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

from service.jobs.ledger import Leased
from service.receiving.mappings import mapping_on_record
from service.receiving.terms import read_again
from service.results.outputs import Outcome, outputs_of
from service.services import Services
from service.store import DamagedObjectError
from validator.errors import SubmissionError
from validator.readings import Source, require_something
from validator.readings.received import received
from validator.readings.together import Small, read_together
from validator.validation import judge_together

Progress = Callable[[str, dict[str, Any]], None]


@dataclass(frozen=True, slots=True)
class Task:
    """A run to do; `content` is its body where it is at hand."""

    leased: Leased
    content: bytes | None = None


def judge(services: Services, tasks: Sequence[Task], progress: Progress) -> list[Outcome | SubmissionError]:
    """The outcome of each, or why it cannot be read; those with the same terms are judged together."""
    judged: dict[int, Outcome | SubmissionError] = {}
    alike: dict[tuple[Any, ...], list[tuple[int, Source]]] = {}
    read = read_together([_small(task) for task in tasks])
    for at, task in enumerate(tasks):
        leased = task.leased
        try:
            source = require_something(_read(services, task, read[at]))
        except SubmissionError as fault:
            judged[at] = fault
            continue
        terms = leased.standing_id, leased.regulation_hash, leased.known_on, leased.options["collector"]
        alike.setdefault(terms, []).append((at, source))
        progress("read", {"channel_days": source.readings.num_rows})
    for (standing_id, hash_, known_on, collector), sources in alike.items():
        on = None if known_on is None else date.fromisoformat(known_on)
        regulation, standing = services.regulations.get(hash_, on), services.standing.get(standing_id, on)
        tables = [source.readings for _, source in sources]
        threads = services.settings.job_threads
        together = judge_together(tables, standing, regulation, collector=collector, jobs=threads)
        for place, (at, source) in enumerate(sources):
            leased = tasks[at].leased
            progress("checked", {"findings": together.many(place)[1]})
            received_at, options = _received(leased), dict(leased.options)
            judged[at] = outputs_of(together, place, source, standing, regulation, received_at, options)
    return [judged[at] for at in range(len(tasks))]


def _small(task: Task) -> Small | None:
    """A body that may be read together with others; None where it is not at hand, or options say how to read it."""
    leased, options = task.leased, task.leased.options
    if task.content is None or options.get("lenient"):
        return None
    today, test_data = _received(leased).date(), options.get("allow_test_data", False)
    return Small(leased.name, task.content, today, options["format"], test_data)


def _read(services: Services, task: Task, read_already: Source | None) -> Source:
    source = read_already or _read_alone(services, task)
    if source.sha256 != task.leased.sha256:
        raise DamagedObjectError(task.leased.object_key, task.leased.sha256, source.sha256)
    return source


def _read_alone(services: Services, task: Task) -> Source:
    leased = task.leased
    read = partial(
        read_again, name=leased.name, options=leased.options, received_on=_received(leased).date(),
        most_bytes=services.settings.most_decompressed_bytes,
        mapping=mapping_on_record(services.database, leased.options),
    )  # fmt: skip
    content = task.content if task.content is not None else services.store.small(leased.object_key)
    if content is not None:
        return read(content)
    with services.store.local(leased.object_key) as path:
        return read(received(path))


def _received(leased: Leased) -> datetime:
    return datetime.fromtimestamp(leased.received_at, UTC)
