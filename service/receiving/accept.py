"""Accepted means safe: bodies kept and their rows committed, before anything is answered.

Several submissions that come at once are written in one transaction, as the commit is what takes the time. Small ones
whose senders wait are judged before it, so that it holds their results as well: their rows are written once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Connection

from service.access.caller import Caller
from service.access.limits import OverLimitError, admit
from service.access.trail import note
from service.database import Event, IdempotencyKey, Run, SmallObject, Submission, Trail
from service.database.adding import add
from service.jobs.ledger import Ending, Leased, queue, record, tell
from service.jobs.perform import tell as tell_of
from service.metrics import Tally
from service.problems import Problem
from service.receiving.arrival import Arrival
from service.receiving.first import judged_first, leased_of
from service.receiving.record import StandingFor, first_runs, known_of, now_of, remember, repeated
from service.results.submissions import Held, Shown, shown
from service.services import Services

MOST_AT_ONCE = 64
"""Submissions that one transaction writes."""
_QUEUED = {"state": "queued", "attempts": 0, "run_after": 0.0, "lease_owner": None, "lease_until": None}


@dataclass(frozen=True, slots=True)
class Accepted:
    """A submission on record. `leased` is its run where this process is to do it at once.

    `shown` is what was written of a new one; one that came before has gone on since.
    """

    submission_id: str
    repeated: bool
    leased: Leased | None = None
    shown: Shown | None = None


def write(services: Services, arrivals: Sequence[Arrival], tally: Tally) -> list[Accepted | Problem]:
    """Writes what came in one transaction; for each its place on record, or why it is not taken.

    A body that came before with the same options is the submission that it was. A Problem is 422 where an
    Idempotency-Key comes with another body or no standing data is on file, and 429 where the key is used up.
    """
    hashes = {on: _regulation(services, on) for on in {arrival.told.known_on for arrival in arrivals}}
    for arrival in arrivals:
        arrival.regulation = hashes[arrival.told.known_on]
    endings = judged_first(services, arrivals)
    with services.database.writing() as connection:
        answers = _Batch(services, connection, endings).written(arrivals)
    for arrival, answer in zip(arrivals, answers, strict=True):
        new = isinstance(answer, Accepted) and not answer.repeated
        if new:
            tally.received += 1
            tally.received_bytes += arrival.size_bytes
            if (ending := endings.get(arrival.submission_id)) is not None:
                tell_of(ending, tally)
        else:
            tally.repeated += isinstance(answer, Accepted)
            if arrival.content is None:
                services.store.remove(arrival.key)
    return answers


def _regulation(services: Services, known_on: str | None) -> str:
    return services.regulations.record(None if known_on is None else date.fromisoformat(known_on))


class _Batch:
    """One transaction's work: looks first, then rows by the table."""

    def __init__(self, services: Services, connection: Connection, endings: Mapping[str, Ending]) -> None:
        self._services = services
        self._connection = connection
        self._endings = endings
        self._now = now_of(connection)
        self._standing = StandingFor(connection)

    def written(self, arrivals: Sequence[Arrival]) -> list[Accepted | Problem]:
        known = known_of(self._connection, arrivals)
        answers: list[Accepted | Problem] = []
        new: dict[int, tuple[Arrival, str]] = {}
        keys: list[dict[str, str]] = []
        for at, arrival in enumerate(arrivals):
            try:
                before = repeated(known, arrival)
                if before is None:
                    self._admit(arrival)
                    new[at] = arrival, self._standing_of(arrival)
                submission_id = before or arrival.submission_id
                if (key := remember(known, arrival, submission_id)) is not None:
                    keys.append(key)
                answers.append(Accepted(submission_id, before is not None))
            except Problem as problem:
                answers.append(problem)
        for at, accepted in zip(new, self._added(list(new.values())), strict=True):
            answers[at] = accepted
        add(self._connection, IdempotencyKey, keys)
        return answers

    def _admit(self, arrival: Arrival) -> None:
        try:
            admit(self._connection, arrival.caller)
        except OverLimitError as fault:
            raise Problem(429, "over-limit", str(fault), headers={"Retry-After": str(fault.retry_s)}) from fault

    def _standing_of(self, arrival: Arrival) -> str:
        if (ending := self._endings.get(arrival.submission_id)) is not None:
            return ending.leased.standing_id
        return self._standing.of(arrival)

    def _added(self, new: Sequence[tuple[Arrival, str]]) -> list[Accepted]:
        arrivals, connection = [arrival for arrival, _ in new], self._connection
        rows, runs = [_row(arrival) for arrival in arrivals], [self._run(*each) for each in new]
        ended = [self._endings[a.submission_id] for a in arrivals if a.submission_id in self._endings]
        small = [{"key": a.key, "content": a.content} for a in arrivals if a.content is not None]
        small += [{"key": key, "content": content} for each in ended for key, content in each.small.items()]
        add(connection, SmallObject, small)
        add(connection, Submission, rows)
        add(connection, Event, [self._told(arrival) for arrival in arrivals])
        add(connection, Trail, [self._noted(arrival) for arrival in arrivals])
        for state in ("queued", "running", "done", "refused"):
            add(connection, Run, [run for run in runs if run["state"] == state])
        if ended:
            record(self._services.database, connection, ended, self._now)
        held = {a.submission_id: run for a, run in zip(arrivals, runs, strict=True) if run["state"] == "running"}
        numbers = first_runs(connection, list(held))
        return [
            Accepted(
                arrival.submission_id,
                False,
                _held_here(numbers[arrival.submission_id], arrival, run) if arrival.submission_id in held else None,
                shown(Held(SimpleNamespace(**row), SimpleNamespace(**_UNENDED | run), 1)),
            )
            for arrival, row, run in zip(arrivals, rows, runs, strict=True)
        ]

    def _told(self, arrival: Arrival) -> dict[str, Any]:
        data = {"size_bytes": arrival.size_bytes, "sha256": arrival.sha256}
        return {"submission_id": arrival.submission_id, "at": self._now, "kind": "received", "data": data}

    def _noted(self, arrival: Arrival) -> dict[str, Any]:
        caller, detail = arrival.caller, {"sha256": arrival.sha256, "name": arrival.told.name}
        noted = {"at": self._now, "actor": caller.actor, "collector_id": caller.collector_id, "action": "submit"}
        return noted | {"subject": arrival.submission_id, "detail": detail}

    def _run(self, arrival: Arrival, standing_id: str) -> dict[str, Any]:
        return {
            "submission_id": arrival.submission_id,
            "number": 1,
            "size_bytes": arrival.size_bytes,
            "created_at": self._now,
            "standing_id": standing_id,
            "regulation_hash": arrival.regulation,
            "known_on": arrival.told.known_on,
            **self._state(arrival),
        }

    def _state(self, arrival: Arrival) -> dict[str, Any]:
        """Where its run stands from the start: small ones that could not be judged first are a job's."""
        ending = self._endings.get(arrival.submission_id)
        if ending is None:
            return self._services.hold(self._now) if arrival.hold and arrival.content is None else _QUEUED
        outcome = {"result": ending.result} if ending.problem is None else {"problem": ending.problem}
        return _QUEUED | {"state": ending.state, "attempts": 1, "finished_at": self._now} | outcome


_UNENDED = {"finished_at": None, "result": None, "problem": None}


def _row(arrival: Arrival) -> dict[str, Any]:
    told = arrival.told
    return {
        "id": arrival.submission_id,
        "collector_id": arrival.caller.collector_id,
        "key_id": arrival.caller.key_id,
        "received_at": arrival.received_at,
        "name": told.name,
        "media_type": told.media_type,
        "encoding": told.encoding,
        "size_bytes": arrival.size_bytes,
        "sha256": arrival.sha256,
        "object_key": arrival.key,
        "content_key": arrival.content_key,
        "idempotency_key": told.idempotency_key,
        "options": told.options,
        "kept": "online",
    }


def _held_here(run_id: int, arrival: Arrival, run: dict[str, Any]) -> Leased:
    return replace(leased_of(arrival, run["standing_id"]), run_id=run_id, owner=run["lease_owner"])


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
