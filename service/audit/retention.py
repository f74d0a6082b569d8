"""What is too old goes off line, and later goes for good; the chain says what went and when."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import structlog
from sqlalchemy import Row, select, update

from service.access.trail import note
from service.audit.chain import append
from service.audit.orphans import ARCHIVE, sweep
from service.database import Manifest, NotAvailableError, Run, Submission
from service.services import Services
from service.store import StoreUnavailableError

HOUR_S, DAY_S = 3600.0, 86_400.0
_BATCH = 200
log = structlog.get_logger("copcheck.retention")


def months_before(at: datetime, months: int) -> datetime:
    """The same day and time so many calendar months earlier, or the last day of a shorter month."""
    year, month = divmod(at.year * 12 + at.month - 1 - months, 12)
    for day in range(at.day, 27, -1):
        with suppress(ValueError):
            return at.replace(year=year, month=month + 1, day=day)
    return at.replace(year=year, month=month + 1, day=min(at.day, 28))


def apply_retention(services: Services, at: datetime) -> dict[str, int]:
    """Archives and removes what is due at a time; how many submissions each. Safe to break off and to repeat."""
    settings = services.settings
    online = months_before(at, settings.online_months).timestamp()
    kept = months_before(at, settings.retention_months).timestamp()
    archived = sum(_archive(services, row) for row in _due(services, ("online",), online))
    removed = sum(_remove(services, row, at) for row in _due(services, ("online", "archived"), kept))
    if archived or removed:
        log.info("retention", archived=archived, removed=removed)
    return {"archived": archived, "removed": removed}


def _due(services: Services, states: tuple[str, ...], before: float) -> Iterator[Row[Any]]:
    last = ""
    while True:
        with services.database.reading() as connection:
            wanted = select(Submission.__table__).where(
                Submission.kept.in_(states), Submission.received_at < before, Submission.id > last
            )
            rows = connection.execute(wanted.order_by(Submission.id).limit(_BATCH)).all()
        if not rows:
            return
        yield from rows
        last = rows[-1].id


def objects_of(services: Services, submission: Row[Any]) -> dict[str, str]:
    """Every object of a submission with the digest that it should have, by its key while on line."""
    objects = {submission.object_key: submission.sha256}
    with services.database.reading() as connection:
        wanted = select(Run.result).where(Run.submission_id == submission.id, Run.state == "done")
        for result in connection.scalars(wanted):
            objects |= {output["key"]: output["sha256"] for output in _outputs(result)}
    return objects


def _outputs(result: Any) -> list[dict[str, str]]:
    return list((result or {}).get("outputs", {}).values())


def _archive(services: Services, submission: Row[Any]) -> bool:
    if not _at_rest(services, submission):
        return False
    for key in objects_of(services, submission):
        services.store.move(key, ARCHIVE + key)
    with services.database.writing() as connection:
        mine = update(Submission).where(Submission.id == submission.id, Submission.kept == "online")
        if connection.execute(mine.values(kept="archived")).rowcount != 1:
            return False
        note(connection, "retention", submission.collector_id, "archive", submission.id)
    return True


def _remove(services: Services, submission: Row[Any], at: datetime) -> bool:
    if not _at_rest(services, submission):
        return False
    objects = objects_of(services, submission)
    with services.database.writing() as connection:
        mine = update(Submission).where(Submission.id == submission.id, Submission.kept != "removed")
        if connection.execute(mine.values(kept="removed")).rowcount != 1:
            return False
        services.database.lock_chain(connection)
        removal = {
            "kind": "removal",
            "submission": submission.id,
            "at": at.astimezone(UTC).isoformat(),
            "objects": objects,
        }
        append(connection, [(submission.id, removal)])
        note(connection, "retention", submission.collector_id, "remove", submission.id, objects=len(objects))
    # Recorded first: what a crash leaves here is told by the audit as an object that should be gone.
    for key in objects:
        services.store.remove(key)
        services.store.remove(ARCHIVE + key)
    return True


def _at_rest(services: Services, submission: Row[Any]) -> bool:
    with services.database.reading() as connection:
        busy = select(Run.id).where(Run.submission_id == submission.id, Run.state.in_(("queued", "running")))
        return connection.scalar(busy.limit(1)) is None


def removals(services: Services) -> dict[str, dict[str, str]]:
    """What the chain says was removed: objects by submission."""
    with services.database.reading() as connection:
        bodies = connection.scalars(select(Manifest.body).where(Manifest.body.contains('"kind":"removal"')))
        told = [json.loads(body) for body in bodies]
    return {removal["submission"]: removal["objects"] for removal in told}


class Housekeeper:
    """Applies retention once an hour, and sweeps at the start and once a day, on a thread of its own."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="housekeeper", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Returns when the thread has ended."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        wait_s, swept_at = 60.0, float("-inf")
        while not self._stopped.wait(wait_s):
            wait_s = HOUR_S
            try:
                apply_retention(self._services, datetime.now(UTC))
                if time.monotonic() - swept_at > DAY_S:
                    sweep(self._services)
                    swept_at = time.monotonic()
            except (NotAvailableError, StoreUnavailableError) as fault:
                log.warning("retention put off", why=str(fault))
                wait_s = 60.0
