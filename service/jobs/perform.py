"""One job from its lease to its end: read, validate, keep the results, write the ledger."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import structlog

from service import metrics
from service.database import NotAvailableError
from service.jobs.ledger import Leased, finish, give_back, refuse
from service.problems import of_submission
from service.receiving.terms import read_on_record
from service.results.outputs import Outcome, outputs_of
from service.services import Services
from service.store import DamagedObjectError, StoreUnavailableError
from validator.errors import SubmissionError
from validator.report.document import product_version
from validator.validation import validate_readings

PAUSE_S = 5.0
"""How long a job waits after a fault that will pass: a full disk, a database that is away."""

log = structlog.get_logger("copcheck.jobs")
Progress = Callable[[str, dict[str, Any]], None]


@dataclass(frozen=True, slots=True)
class Done:
    """How a job ended: `done`, `refused`, or `queued` again."""

    state: str


def perform(services: Services, leased: Leased, progress: Progress | None = None) -> Done:
    """Does a job that this process holds. Only a fault of ours is raised, and the job is then another's to try."""
    with structlog.contextvars.bound_contextvars(submission=leased.submission_id, run=leased.number):
        try:
            return _performed(services, leased, progress or _untold)
        except (NotAvailableError, StoreUnavailableError) as fault:
            log.warning("job put off", why=str(fault))
            _let_go(services, leased, blameless=True)
            return Done("queued")
        except Exception:
            log.exception("job failed")
            _let_go(services, leased, blameless=False)
            raise


def _untold(_: str, __: dict[str, Any]) -> None:
    """Progress of a job so short that nobody could follow it."""


def _performed(services: Services, leased: Leased, progress: Progress) -> Done:
    began = time.perf_counter()
    try:
        outcome = _judged(services, leased, progress)
    except SubmissionError as fault:
        if refuse(services.database, leased, of_submission(fault).document()):
            metrics.REFUSED.inc()
            log.info("submission refused", why=str(fault))
        return Done("refused")
    kept, small = _keep(services, leased, outcome)
    wall_s = time.perf_counter() - began
    result = outcome.summary | {"outputs": kept, "version": product_version(), "wall_s": round(wall_s, 6)}
    manifest = _manifest(services, leased, kept)
    if finish(services.database, leased, result, manifest, outcome.readings, small):
        metrics.judged(outcome.readings, outcome.summary["checks"], outcome.summary["outcomes"], wall_s)
        log.info("submission judged", readings=outcome.readings, seconds=round(wall_s, 3), **_outcomes(result))
    else:
        log.warning("lease lost; another process ends this job")
    return Done("done")


def _judged(services: Services, leased: Leased, progress: Progress) -> Outcome:
    options = leased.options
    known_on = None if leased.known_on is None else date.fromisoformat(leased.known_on)
    regulation = services.regulations.get(leased.regulation_hash, known_on)
    standing = services.standing.get(leased.standing_id, known_on)
    received_at = datetime.fromtimestamp(leased.received_at, UTC)
    with services.store.local(leased.object_key) as path:
        most_bytes = services.settings.most_decompressed_bytes
        source = read_on_record(path, leased.name, options, received_on=received_at.date(), most_bytes=most_bytes)
        if source.sha256 != leased.sha256:
            raise DamagedObjectError(leased.object_key, leased.sha256, source.sha256)
        progress("read", {"channel_days": source.readings.num_rows})
        threads = services.settings.job_threads
        validation = validate_readings(
            source.readings, standing, regulation, collector=options["collector"], jobs=threads
        )
        progress("checked", {"findings": validation.findings.num_rows})
        return outputs_of(validation, source, standing, regulation, received_at, dict(options))


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
