"""The ledger of runs: taken by a lease, kept by a heartbeat, and ended once."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, func, insert, or_, select, update

from service.access.limits import charge_readings
from service.audit.chain import append
from service.database import Clock, Database, Event, Run, Submission
from service.store.small import keep_small

ABANDONED = "this job ended too often without a word, and is set aside; the submission itself is safe"


@dataclass(frozen=True, slots=True)
class Leased:
    """A run that this process holds, with what it takes to do it. `attempt` fences a lost lease off."""

    run_id: int
    number: int
    attempt: int
    owner: str
    submission_id: str
    collector_id: str
    key_id: str | None
    name: str
    object_key: str
    sha256: str
    size_bytes: int
    received_at: float
    options: dict[str, Any]
    standing_id: str
    regulation_hash: str
    known_on: str | None


def new_owner() -> str:
    """A name for a process that no other has or ever had."""
    return f"{socket.gethostname()[:40]}-{os.getpid()}-{secrets.token_hex(4)}"


_COLUMNS: tuple[Any, ...] = (
    Run.id, Run.number, Run.attempts, Run.lease_owner, Run.submission_id, Submission.collector_id, Submission.key_id,
    Submission.name, Submission.object_key, Submission.sha256, Submission.size_bytes, Submission.received_at,
    Submission.options, Run.standing_id, Run.regulation_hash, Run.known_on,
)  # fmt: skip


def take(database: Database, owner: str, lease_s: float, most_attempts: int) -> Leased | None:
    """The next run that is due, or whose holder fell silent; None where there is none."""
    silent = and_(Run.state == "running", Run.lease_until < Clock())
    due = or_(and_(Run.state == "queued", Run.run_after <= Clock()), silent)
    with database.reading() as connection:
        if connection.scalar(select(Run.id).where(due).limit(1)) is None:
            return None
    with database.writing() as connection:
        wanted = select(Run.id, Run.attempts).where(due).order_by(Run.run_after, Run.id).limit(1)
        found = connection.execute(wanted.with_for_update(skip_locked=True)).one_or_none()
        if found is None:
            return None
        run_id, attempts = found
        if attempts >= most_attempts:
            _set_aside(connection, run_id)
            return None
        held = {"state": "running", "attempts": attempts + 1, "lease_owner": owner, "lease_until": Clock() + lease_s}
        connection.execute(update(Run).where(Run.id == run_id).values(**held))
        leased = held_run(connection, run_id)
        tell(connection, leased.submission_id, "started", run=leased.number, attempt=leased.attempt)
        return leased


def held_run(connection: Connection, run_id: int) -> Leased:
    """A run as this transaction sees it."""
    wanted = select(*_COLUMNS).join(Submission, Submission.id == Run.submission_id).where(Run.id == run_id)
    return Leased(*connection.execute(wanted).one())


def keep(database: Database, owner: str, lease_s: float) -> None:
    """Renews the leases of everything that a process holds."""
    with database.writing() as connection:
        mine = update(Run).where(Run.lease_owner == owner, Run.state == "running")
        connection.execute(mine.values(lease_until=Clock() + lease_s))


def finish(
    database: Database,
    leased: Leased,
    result: dict[str, Any],
    manifest: dict[str, Any],
    readings: int,
    small: dict[str, bytes],
) -> bool:
    """Ends a run with its result, its small files, its link of the chain and its charge, all at once.

    False where the lease was lost: nothing is written then.
    """
    with database.writing() as connection:
        if not _end(connection, leased, state="done", result=result):
            return False
        keep_small(connection, small)
        database.lock_chain(connection)
        append(connection, leased.submission_id, manifest)
        if leased.key_id is not None and leased.number == 1:
            charge_readings(connection, leased.key_id, readings)
        tell(connection, leased.submission_id, "done", run=leased.number, outcomes=result["outcomes"])
        return True


def refuse(database: Database, leased: Leased, problem: dict[str, Any]) -> bool:
    """Ends a run whose submission cannot be read; False where the lease was lost."""
    with database.writing() as connection:
        if not _end(connection, leased, state="refused", problem=problem):
            return False
        tell(connection, leased.submission_id, "refused", run=leased.number, detail=problem["detail"])
        return True


def give_back(database: Database, leased: Leased, after_s: float, *, blameless: bool) -> None:
    """Lets a run go for another time; one that is `blameless` (a full disk, say) does not count as an attempt."""
    attempts = leased.attempt - 1 if blameless else leased.attempt
    with database.writing() as connection:
        values = {"state": "queued", "attempts": attempts, "run_after": Clock() + after_s}
        connection.execute(_mine(leased).values(lease_owner=None, lease_until=None, **values))


def queue(
    connection: Connection, submission_id: str, size_bytes: int, terms: dict[str, Any], holder: dict[str, Any]
) -> int:
    """Puts a run in the ledger: queued, or held from the start by `holder`; its identifier."""
    number = (connection.scalar(select(func.max(Run.number)).where(Run.submission_id == submission_id)) or 0) + 1
    values = {"submission_id": submission_id, "number": number, "size_bytes": size_bytes, "created_at": Clock()}
    added = connection.execute(insert(Run).values(**values, **terms, **holder).returning(Run.id))
    return int(added.scalar_one())


def tell(connection: Connection, submission_id: str, kind: str, **data: Any) -> None:
    """Adds an event for whoever listens."""
    connection.execute(insert(Event).values(submission_id=submission_id, at=Clock(), kind=kind, data=data))


def waiting(connection: Connection) -> Sequence[tuple[str, int]]:
    """How many runs are queued and running."""
    wanted = select(Run.state, func.count()).where(Run.state.in_(("queued", "running"))).group_by(Run.state)
    return [(state, many) for state, many in connection.execute(wanted)]


def _mine(leased: Leased):  # type: ignore[no-untyped-def]
    fence = (Run.id == leased.run_id, Run.lease_owner == leased.owner, Run.attempts == leased.attempt)
    return update(Run).where(*fence, Run.state == "running")


def _end(connection: Connection, leased: Leased, **values: Any) -> bool:
    ended = _mine(leased).values(finished_at=Clock(), lease_owner=None, lease_until=None, **values)
    return bool(connection.execute(ended).rowcount == 1)


def _set_aside(connection: Connection, run_id: int) -> None:
    problem = {"type": "urn:copcheck:problem:set-aside", "title": "A fault of ours", "status": 500, "detail": ABANDONED}
    values = {"state": "failed", "problem": problem, "lease_owner": None, "lease_until": None}
    connection.execute(update(Run).where(Run.id == run_id).values(finished_at=Clock(), **values))
    submission_id = connection.scalar(select(Run.submission_id).where(Run.id == run_id))
    tell(connection, str(submission_id), "failed", detail=ABANDONED)
