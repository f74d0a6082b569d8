"""Accepted means safe: the body in the store and its row committed, before anything is answered."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from service import metrics
from service.access.caller import Caller
from service.access.limits import OverLimitError, admit
from service.access.trail import note
from service.database import Standing, Submission
from service.identity import new_id
from service.jobs.ledger import Leased, held_run, queue, tell
from service.problems import Problem
from service.receiving.body import Spooled
from service.services import Services

_QUEUED = {"state": "queued", "attempts": 0, "run_after": 0.0}


@dataclass(frozen=True, slots=True)
class Told:
    """What a request says of its body."""

    name: str
    media_type: str | None
    encoding: str | None
    format: str
    time_base: str
    collector: str | None
    standing: str | None
    known_on: str | None
    idempotency_key: str | None


@dataclass(frozen=True, slots=True)
class Accepted:
    """A submission on record. `leased` is its run where this process is to do it at once."""

    submission_id: str
    repeated: bool
    leased: Leased | None = None


def accept(services: Services, caller: Caller, body: Spooled, told: Told, *, hold: bool) -> Accepted:
    """Keeps the body and writes its row and its run; `hold` takes the run's lease for this process.

    A body that came before with the same options is the submission that it was. Problem 422 where an
    Idempotency-Key comes with another body, or no standing data is on file; 429 where the key is used up.
    """
    submission_id = new_id()
    key = f"bodies/{caller.collector_id}/{submission_id}"
    with services.database.reading() as connection:
        # Most repeats are told before the body goes anywhere.
        if (known := _known(connection, caller, body, told)) is not None:
            return known
    known_on = None if told.known_on is None else date.fromisoformat(told.known_on)
    regulation = services.regulations.record(known_on)
    services.store.take(key, body.path)
    try:
        with services.database.writing() as connection:
            known = _known(connection, caller, body, told)
            if known is None:
                accepted = _written(services, connection, caller, body, told, submission_id, key, regulation, hold)
    except IntegrityError:
        # Another process wrote the same submission between our look and our row.
        with services.database.reading() as connection:
            known = _known(connection, caller, body, told)
        if known is None:
            raise
    except Problem:
        services.store.remove(key)
        raise
    if known is not None:
        services.store.remove(key)
        return known
    metrics.RECEIVED.inc()
    metrics.BYTES.inc(body.size_bytes)
    return accepted


def _written(
    services: Services,
    connection: Connection,
    caller: Caller,
    body: Spooled,
    told: Told,
    submission_id: str,
    key: str,
    regulation: str,
    hold: bool,
) -> Accepted:
    try:
        admit(connection, caller)
    except OverLimitError as fault:
        raise Problem(429, "over-limit", str(fault), headers={"Retry-After": str(fault.retry_s)}) from fault
    standing_id = standing_for(connection, caller, told.standing)
    options = {"format": told.format, "time_base": told.time_base, "collector": told.collector}
    connection.execute(
        insert(Submission).values(
            id=submission_id,
            collector_id=caller.collector_id,
            key_id=caller.key_id,
            received_at=int(submission_id[:12], 16) / 1000,
            name=told.name,
            media_type=told.media_type,
            encoding=told.encoding,
            size_bytes=body.size_bytes,
            sha256=body.sha256,
            object_key=key,
            content_key=_content_key(body, told),
            idempotency_key=told.idempotency_key,
            options=options,
            kept="online",
        )
    )
    tell(connection, submission_id, "received", size_bytes=body.size_bytes, sha256=body.sha256)
    note(connection, caller.actor, caller.collector_id, "submit", submission_id, sha256=body.sha256, name=told.name)
    run_id = queue(
        connection,
        submission_id,
        body.size_bytes,
        {"standing_id": standing_id, "regulation_hash": regulation, "known_on": told.known_on},
        services.hold() if hold else _QUEUED,
    )
    return Accepted(submission_id, False, held_run(connection, run_id) if hold else None)


def standing_for(connection: Connection, caller: Caller, wanted: str | None) -> str:
    """The version of the collector's standing data that a run goes by: the one named, or the newest."""
    mine = select(Standing.id).where(Standing.collector_id == caller.collector_id)
    if wanted is not None:
        found = connection.scalar(mine.where(Standing.id == wanted))
        if found is None:
            raise Problem(422, "no-standing-data", f"there is no standing data {wanted!r}; see GET /v1/standing")
        return str(found)
    newest = connection.scalar(mine.order_by(Standing.id.desc()).limit(1))
    if newest is None:
        raise Problem(
            422,
            "no-standing-data",
            "no standing data is on file, so nothing can be judged: send it by PUT /v1/standing",
        )
    return str(newest)


def _known(connection: Connection, caller: Caller, body: Spooled, told: Told) -> Accepted | None:
    mine = select(Submission.id, Submission.content_key).where(Submission.collector_id == caller.collector_id)
    wanted = _content_key(body, told)
    if told.idempotency_key is not None:
        row = connection.execute(mine.where(Submission.idempotency_key == told.idempotency_key)).one_or_none()
        if row is not None and row.content_key != wanted:
            detail = f"this Idempotency-Key came with another body before, as submission {row.id}"
            raise Problem(422, "idempotency-key-reused", detail, submission=row.id)
        if row is not None:
            metrics.REPEATED.inc()
            return Accepted(row.id, True)
    row = connection.execute(mine.where(Submission.content_key == wanted)).one_or_none()
    if row is None:
        return None
    metrics.REPEATED.inc()
    return Accepted(row.id, True)


def _content_key(body: Spooled, told: Told) -> str:
    """One digest for the bytes and everything that changes how they are judged."""
    parts = [body.sha256, told.format, told.time_base, told.collector, told.standing, told.known_on]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def again(
    services: Services,
    connection: Connection,
    caller: Caller,
    submission_id: str,
    size_bytes: int,
    terms: dict[str, Any],
    *,
    hold: bool,
) -> int:
    """Writes another run of a submission into the ledger; its identifier."""
    holder = services.hold() if hold else _QUEUED
    run_id = queue(connection, submission_id, size_bytes, terms, holder)
    tell(connection, submission_id, "queued", regulation=terms["regulation_hash"])
    note(connection, caller.actor, caller.collector_id, "rerun", submission_id, **terms)
    return run_id
