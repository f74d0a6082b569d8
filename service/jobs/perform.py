"""One job from its lease to its end: read, validate, keep the results, write the ledger."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import structlog

from service.database import NotAvailableError
from service.jobs.judging import Progress, Task, judge
from service.jobs.ledger import Ending, Leased, finish, give_back
from service.metrics import Tally
from service.problems import of_submission
from service.results.outputs import Outcome
from service.services import Services
from service.spans import judging
from service.store import StoreUnavailableError
from validator.errors import SubmissionError
from validator.version import product_version

PAUSE_S = 5.0
"""How long a job waits after a fault that will pass: a full disk, a database that is away."""

log = structlog.get_logger("copcheck.jobs")


def perform(services: Services, leased: Leased, progress: Progress | None = None) -> None:
    """Does a job that this process holds. Only a fault of ours is raised, and the job is then another's to try."""
    with structlog.contextvars.bound_contextvars(submission=leased.submission_id, run=leased.number):
        try:
            _performed(services, [Task(leased)], progress or _untold)
        except (NotAvailableError, StoreUnavailableError) as fault:
            log.warning("job put off", why=str(fault))
            _let_go(services, leased, blameless=True)
        except Exception:
            log.exception("job failed")
            _let_go(services, leased, blameless=False)
            raise


def perform_together(services: Services, tasks: Sequence[Task]) -> None:
    """Does small jobs at the cost of one. Where that fails, each is done alone, so that none has others fail."""
    if len(tasks) > 1:
        try:
            _performed(services, tasks, _untold)
        except Exception as fault:
            log.warning("jobs not done together, so one by one", why=str(fault))
        else:
            return
    for task in tasks:
        # What went wrong is in the log, and the job back in the ledger.
        with suppress(Exception):
            perform(services, task.leased)


def _untold(_: str, __: dict[str, Any]) -> None:
    """Progress of a job so short that nobody could follow it."""


def _performed(services: Services, tasks: Sequence[Task], progress: Progress) -> None:
    endings = endings_of(services, tasks, progress)
    ended = finish(services.database, endings)
    tally = Tally()
    for ending in endings:
        if ending.leased.run_id in ended:
            tell(ending, tally)
        else:
            log.warning("lease lost; another process ends this job", **_named(ending))
    tally.count()


def endings_of(services: Services, tasks: Sequence[Task], progress: Progress = _untold) -> list[Ending]:
    """Judges, and puts what is too large for the ledger in the store; nothing is on record yet."""
    began = time.perf_counter()
    with judging([(task.leased.submission_id, task.leased.number) for task in tasks]):
        judged = judge(services, tasks, progress)
    wall_s = (time.perf_counter() - began) / len(tasks)
    return [_ending(services, task.leased, each, wall_s) for task, each in zip(tasks, judged, strict=True)]


def _ending(services: Services, leased: Leased, judged: Outcome | SubmissionError, wall_s: float) -> Ending:
    if isinstance(judged, SubmissionError):
        return Ending(leased, problem=of_submission(judged).document(), wall_s=wall_s)
    kept, small = _keep(services, leased, judged)
    result = judged.summary | {"outputs": kept, "version": product_version(), "wall_s": round(wall_s, 6)}
    return Ending(leased, result, _manifest(services, leased, kept), judged.readings, small, wall_s=wall_s)


def tell(ending: Ending, tally: Tally) -> None:
    """Tells the log and the tally of a run that has ended and is on record."""
    if ending.result is None:
        tally.refused += 1
        log.info("submission refused", why=(ending.problem or {})["detail"], **_named(ending))
        return
    result, wall_s = ending.result, ending.wall_s
    tally.judged(ending.readings, result, wall_s)
    told = {"readings": ending.readings, "seconds": round(wall_s, 4)}
    log.info("submission judged", **told, **_outcomes(result), **_named(ending))


def _named(ending: Ending) -> dict[str, Any]:
    return {"submission": ending.leased.submission_id, "run": ending.leased.number}


def _keep(services: Services, leased: Leased, outcome: Outcome) -> tuple[dict[str, dict[str, Any]], dict[str, bytes]]:
    """Puts every file where its digest says, so that a second attempt writes over nothing.

    The second are the small ones, which the ledger's own transaction keeps.
    """
    kept, small = {}, {}
    for output in outcome.outputs:
        digest, name = output.sha256, output.name
        place = f"results/{leased.submission_id}/{leased.number}/{digest[:16]}-{name}"
        key = services.store.key_for(place, len(output.content))
        if key == place:
            services.store.put(key, output.content)
        else:
            small[key] = output.content
        kept[name] = {"key": key, "sha256": digest, "size_bytes": len(output.content)}
    return kept, small


def _manifest(services: Services, leased: Leased, kept: dict[str, dict[str, Any]]) -> dict[str, Any]:
    standing = services.standing.get(leased.standing_id, None)
    return {
        "kind": "run",
        "submission": leased.submission_id,
        "run": leased.number,
        "collector": leased.collector_id,
        "input": {"key": leased.object_key, "sha256": leased.sha256, "size_bytes": leased.size_bytes},
        "options": leased.options,
        "standing": {"id": leased.standing_id, "sha256": standing.sha256},
        "regulation": {"hash": leased.regulation_hash, "known_on": leased.known_on},
        "version": product_version(),
        "outputs": kept,
        "finished_at": datetime.now(UTC).isoformat(timespec="milliseconds"),
    }


def _let_go(services: Services, leased: Leased, *, blameless: bool) -> None:
    try:
        give_back(services.database, leased, PAUSE_S, blameless=blameless)
    except NotAvailableError:
        # Its lease will run out by itself.
        log.warning("lease left to run out")


def _outcomes(result: dict[str, Any]) -> dict[str, int]:
    return {name.lower(): many for name, many in result["outcomes"].items()}
