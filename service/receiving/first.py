"""Small submissions judged before they are on record, all that came together at the cost of one."""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from service.access.limits import OverLimitError, admit
from service.jobs.judging import Task
from service.jobs.ledger import Ending, Leased
from service.jobs.perform import endings_of
from service.problems import Problem
from service.receiving.arrival import Arrival
from service.receiving.record import StandingFor, known_of, repeated
from service.services import Services

log = structlog.get_logger("copcheck.receiving")


def judged_first(services: Services, arrivals: Sequence[Arrival]) -> dict[str, Ending]:
    """How the small ones whose senders wait end, by the submission's id.

    Left out is what a transaction will refuse or find on record, and what could not be judged: it becomes a job, whose
    process dies alone where a body is the death of it.
    """
    tasks = _tasks(services, [each for each in arrivals if each.hold and each.content is not None])
    return {ending.leased.submission_id: ending for ending in _endings(services, tasks)}


def _tasks(services: Services, arrivals: Sequence[Arrival]) -> list[Task]:
    if not arrivals:
        return []
    tasks = []
    with services.database.reading() as connection:
        known, standing = known_of(connection, arrivals), StandingFor(connection)
        for arrival in arrivals:
            try:
                if repeated(known, arrival) is None:
                    admit(connection, arrival.caller, count=False)
                    tasks.append(Task(leased_of(arrival, standing.of(arrival)), arrival.content))
            except (Problem, OverLimitError):
                # The transaction finds the same, and says so.
                continue
    return tasks


def leased_of(arrival: Arrival, standing_id: str) -> Leased:
    """Its first run, as what is to be done; it has no id and no owner yet."""
    told, caller = arrival.told, arrival.caller
    return Leased(
        0, 1, 1, "", arrival.submission_id, caller.collector_id, caller.key_id, told.name, arrival.key,
        arrival.sha256, arrival.size_bytes, arrival.received_at, told.options, standing_id, arrival.regulation,
        told.known_on,
    )  # fmt: skip


def _endings(services: Services, tasks: Sequence[Task]) -> list[Ending]:
    """Of all together; where that fails, of each alone, so that none has others fail."""
    if not tasks:
        return []
    try:
        return endings_of(services, tasks)
    except Exception as fault:
        if len(tasks) == 1:
            log.exception("not judged at once", submission=tasks[0].leased.submission_id)
            return []
        log.warning("not judged together, so one by one", why=str(fault))
    return [ending for task in tasks for ending in _endings(services, [task])]
