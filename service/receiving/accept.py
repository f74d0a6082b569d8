"""Accepted means safe: bodies kept and their rows committed, before anything is answered.

Several submissions that come at once are written in one transaction, as the commit is what takes the time.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from types import SimpleNamespace
from typing import Any

from sqlalchemy import ColumnElement, Connection, insert, or_, select

from service import metrics
from service.access.caller import Caller
from service.access.limits import OverLimitError, admit
from service.access.trail import note
from service.database import Clock, Event, Run, Standing, Submission, Trail
from service.identity import new_id
from service.jobs.ledger import Leased, queue, tell
from service.problems import Problem
from service.receiving.body import Spooled
from service.results.submissions import Held
from service.services import Services
from service.store.small import keep_small

_QUEUED = {"state": "queued", "attempts": 0, "run_after": 0.0, "lease_owner": None, "lease_until": None}


@dataclass(frozen=True)
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
    stamps: str = "auto"
    channels: tuple[str, ...] = ()
    allow_test_data: bool = False
    lenient: bool = False
    mapping: dict[str, str] | None = None

    @cached_property
    def options(self) -> dict[str, Any]:
        """What the reader of the body goes by, as it stands on record."""
        names = ("format", "time_base", "collector", "stamps", "allow_test_data", "lenient", "mapping")
        return {name: getattr(self, name) for name in names} | {"channels": list(self.channels)}


@dataclass(frozen=True, slots=True)
class Accepted:
    """A submission on record. `leased` is its run where this process is to do it at once.

    `held` is what was written of a new one; one that came before has gone on since.
    """

    submission_id: str
    repeated: bool
    leased: Leased | None = None
    held: Held | None = None


@dataclass
class Arrival:
    """A body that came, on its way to the record. `hold` takes its run's lease for this process.

    `content` is set for one small enough to be kept in the database; others are in the store under `key`.
    """

    caller: Caller
    body: Spooled
    told: Told
    hold: bool
    key: str = ""
    content: bytes | None = None
    regulation: str = ""
    submission_id: str = field(default_factory=new_id)
    tried: bool = False

    @cached_property
    def content_key(self) -> str:
        """One digest for the bytes and everything that changes how they are judged."""
        told = self.told
        parts = [self.body.sha256, told.options, told.standing, told.known_on]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def arrival_of(services: Services, caller: Caller, body: Spooled, told: Told, *, hold: bool) -> Arrival:
    """Keeps a body in the store, or readies it for the database where it is small: that waits for no disk."""
    arrival = Arrival(caller, body, told, hold)
    place = f"bodies/{caller.collector_id}/{arrival.submission_id}"
    arrival.key = services.store.key_for(place, body.size_bytes)
    if arrival.key != place:
        arrival.content = body.content if body.content is not None else body.path.read_bytes()
    else:
        services.store.take(place, body.file())
    return arrival


def write(services: Services, arrivals: Sequence[Arrival]) -> list[Accepted | Problem]:
    """Writes what came in one transaction; for each its place on record, or why it is not taken.

    A body that came before with the same options is the submission that it was. A Problem is 422 where an
    Idempotency-Key comes with another body or no standing data is on file, and 429 where the key is used up.
    """
    for arrival in arrivals:
        on = arrival.told.known_on
        arrival.regulation = services.regulations.record(None if on is None else date.fromisoformat(on))
    with services.database.writing() as connection:
        answers = _Batch(services, connection).written(arrivals)
    for arrival, answer in zip(arrivals, answers, strict=True):
        new = isinstance(answer, Accepted) and not answer.repeated
        if new:
            metrics.RECEIVED.inc()
            metrics.BYTES.inc(arrival.body.size_bytes)
        elif arrival.content is None:
            services.store.remove(arrival.key)
    return answers


class _Batch:
    """One transaction's work: looks first, then rows by the table."""

    def __init__(self, services: Services, connection: Connection) -> None:
        self._services = services
        self._connection = connection
        self._now = float(connection.scalar(select(Clock())) or 0.0)
        self._standing: dict[tuple[str, str | None], str] = {}

    def written(self, arrivals: Sequence[Arrival]) -> list[Accepted | Problem]:
        known = _known(self._connection, arrivals)
        answers: list[Accepted | Problem] = []
        new: dict[int, tuple[Arrival, str]] = {}
        for at, arrival in enumerate(arrivals):
            try:
                repeated = _repeated(known, arrival)
                if repeated is None:
                    self._admit(arrival)
                    new[at] = arrival, self._standing_of(arrival)
                    _remember(known, arrival)
                    answers.append(Accepted(arrival.submission_id, False))
                else:
                    metrics.REPEATED.inc()
                    answers.append(Accepted(repeated, True))
            except Problem as problem:
                answers.append(problem)
        if new:
            rows = self._insert([arrival for arrival, _ in new.values()])
            for at, row, (run, leased) in zip(new, rows, self._queue(list(new.values())), strict=True):
                held = Held(SimpleNamespace(**row), SimpleNamespace(**run), 1)
                answers[at] = Accepted(new[at][0].submission_id, False, leased, held)
        return answers

    def _admit(self, arrival: Arrival) -> None:
        try:
            admit(self._connection, arrival.caller)
        except OverLimitError as fault:
            raise Problem(429, "over-limit", str(fault), headers={"Retry-After": str(fault.retry_s)}) from fault

    def _standing_of(self, arrival: Arrival) -> str:
        wanted = arrival.caller.collector_id, arrival.told.standing
        if wanted not in self._standing:
            self._standing[wanted] = standing_for(self._connection, arrival.caller, arrival.told.standing)
        return self._standing[wanted]

    def _insert(self, arrivals: Sequence[Arrival]) -> list[dict[str, Any]]:
        execute = self._connection.execute
        keep_small(self._connection, {a.key: a.content for a in arrivals if a.content is not None})
        rows = [_row(arrival) for arrival in arrivals]
        execute(insert(Submission), rows)
        events = [{"size_bytes": a.body.size_bytes, "sha256": a.body.sha256} for a in arrivals]
        told = zip(arrivals, events, strict=True)
        execute(
            insert(Event),
            [{"submission_id": a.submission_id, "at": self._now, "kind": "received", "data": e} for a, e in told],
        )
        execute(insert(Trail), [self._noted(arrival) for arrival in arrivals])
        return rows

    def _noted(self, arrival: Arrival) -> dict[str, Any]:
        caller, detail = arrival.caller, {"sha256": arrival.body.sha256, "name": arrival.told.name}
        noted = {"at": self._now, "actor": caller.actor, "collector_id": caller.collector_id, "action": "submit"}
        return noted | {"subject": arrival.submission_id, "detail": detail}

    def _queue(self, new: Sequence[tuple[Arrival, str]]) -> list[tuple[dict[str, Any], Leased | None]]:
        """The run of each as it was written, and the lease of it where it is held."""
        until = self._now + self._services.settings.lease_s
        held = {"state": "running", "attempts": 1, "run_after": 0.0, "lease_until": until}
        held["lease_owner"] = self._services.owner
        rows = [
            {
                "submission_id": arrival.submission_id,
                "number": 1,
                "size_bytes": arrival.body.size_bytes,
                "created_at": self._now,
                "standing_id": standing_id,
                "regulation_hash": arrival.regulation,
                "known_on": arrival.told.known_on,
                **(held if arrival.hold else _QUEUED),
            }
            for arrival, standing_id in new
        ]
        numbers = self._connection.scalars(insert(Run).returning(Run.id, sort_by_parameter_order=True), rows)
        return [
            (
                row | {"id": run_id, "finished_at": None, "result": None, "problem": None},
                _leased(run_id, arrival, standing_id, self._services.owner) if arrival.hold else None,
            )
            for run_id, row, (arrival, standing_id) in zip(numbers, rows, new, strict=True)
        ]


def _row(arrival: Arrival) -> dict[str, Any]:
    body, told = arrival.body, arrival.told
    return {
        "id": arrival.submission_id,
        "collector_id": arrival.caller.collector_id,
        "key_id": arrival.caller.key_id,
        "received_at": _received_at(arrival),
        "name": told.name,
        "media_type": told.media_type,
        "encoding": told.encoding,
        "size_bytes": body.size_bytes,
        "sha256": body.sha256,
        "object_key": arrival.key,
        "content_key": arrival.content_key,
        "idempotency_key": told.idempotency_key,
        "options": told.options,
        "kept": "online",
    }


def _received_at(arrival: Arrival) -> float:
    return int(arrival.submission_id[:12], 16) / 1000


def _leased(run_id: int, arrival: Arrival, standing_id: str, owner: str) -> Leased:
    body, told = arrival.body, arrival.told
    return Leased(
        run_id, 1, 1, owner, arrival.submission_id, arrival.caller.collector_id, arrival.caller.key_id, told.name,
        arrival.key, body.sha256, body.size_bytes, _received_at(arrival), told.options, standing_id,
        arrival.regulation, told.known_on,
    )  # fmt: skip


Known = dict[tuple[str, str, str], tuple[str, str]]
"""Submissions on record, (id, content key), by collector and either content key or Idempotency-Key."""


def _known(connection: Connection, arrivals: Iterable[Arrival]) -> Known:
    contents = {arrival.content_key for arrival in arrivals}
    keys = {a.told.idempotency_key for a in arrivals if a.told.idempotency_key is not None}
    collectors = {arrival.caller.collector_id for arrival in arrivals}
    wanted: ColumnElement[bool] = Submission.content_key.in_(contents)
    if keys:
        wanted = or_(wanted, Submission.idempotency_key.in_(keys))
    columns = (Submission.id, Submission.collector_id, Submission.content_key, Submission.idempotency_key)
    known: Known = {}
    for id_, collector_id, content, key in connection.execute(
        select(*columns).where(Submission.collector_id.in_(collectors), wanted)
    ):
        known[collector_id, "content", content] = id_, content
        if key is not None:
            known[collector_id, "key", key] = id_, content
    return known


def _repeated(known: Known, arrival: Arrival) -> str | None:
    """The submission that this one was, if it came before; Problem 422 where its key came with another body."""
    collector_id, key = arrival.caller.collector_id, arrival.told.idempotency_key
    if key is not None and (found := known.get((collector_id, "key", key))) is not None:
        if found[1] != arrival.content_key:
            detail = f"this Idempotency-Key came with another body before, as submission {found[0]}"
            raise Problem(422, "idempotency-key-reused", detail, submission=found[0])
        return found[0]
    same = known.get((collector_id, "content", arrival.content_key))
    return None if same is None else same[0]


def _remember(known: Known, arrival: Arrival) -> None:
    collector_id, on_record = arrival.caller.collector_id, (arrival.submission_id, arrival.content_key)
    known[collector_id, "content", arrival.content_key] = on_record
    if arrival.told.idempotency_key is not None:
        known[collector_id, "key", arrival.told.idempotency_key] = on_record


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
