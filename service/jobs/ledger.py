"""The ledger of runs: taken by a lease, kept by a heartbeat, and ended once."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, insert, or_, select, update

from service.access.limits import charge_readings
from service.audit.chain import append
from service.database import Clock, Database, Event, Run, Submission
from service.database.adding import add
from service.store.small import MOST_BYTES, keep_small

MOST_TOGETHER = 64
"""Small runs that are judged at the cost of one."""
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


def take(database: Database, owner: str, lease_s: float, most_attempts: int) -> list[Leased]:
    """The next run that is due, or whose holder fell silent, with others as small; none where there is none."""
    silent = and_(Run.state == "running", Run.lease_until < Clock())
    due = or_(and_(Run.state == "queued", Run.run_after <= Clock()), silent)
    with database.reading() as connection:
        if connection.scalar(select(Run.id).where(due).limit(1)) is None:
            return []
    with database.writing() as connection:
        wanted = select(Run.id, Run.attempts, Run.size_bytes).where(due).order_by(Run.run_after, Run.id)
        found = connection.execute(wanted.limit(MOST_TOGETHER).with_for_update(skip_locked=True)).all()
        if not found:
            return []
        if found[0].attempts >= most_attempts:
            _set_aside(connection, found[0].id)
            return []
        # A run that was tried before may be what ended its process: it is tried alone.
        small = [row for row in found if row.size_bytes <= MOST_BYTES and row.attempts == 0]
        taken = small if found[0] in small else found[:1]
        held = {"state": "running", "attempts": Run.attempts + 1, "lease_owner": owner}
        mine = update(Run).where(Run.id.in_([row.id for row in taken]))
        connection.execute(mine.values(lease_until=Clock() + lease_s, **held))
        leased = _held_runs(connection, [row.id for row in taken])
        for one in leased:
            tell(connection, one.submission_id, "started", run=one.number, attempt=one.attempt)
        return leased


def held_run(connection: Connection, run_id: int) -> Leased:
    """A run as this transaction sees it."""
    return _held_runs(connection, [run_id])[0]


def _held_runs(connection: Connection, run_ids: Sequence[int]) -> list[Leased]:
    wanted = select(*_COLUMNS).join(Submission, Submission.id == Run.submission_id).where(Run.id.in_(run_ids))
    return [Leased(*row) for row in connection.execute(wanted.order_by(Run.id))]


def keep(database: Database, owner: str, lease_s: float) -> None:
    """Renews the leases of everything that a process holds."""
    with database.writing() as connection:
        mine = update(Run).where(Run.lease_owner == owner, Run.state == "running")
        connection.execute(mine.values(lease_until=Clock() + lease_s))


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run ends: with a result, its manifest and its small files; or refused, with a problem."""

    leased: Leased
    result: dict[str, Any] | None = None
    manifest: dict[str, Any] = field(default_factory=dict)
    readings: int = 0
    small: dict[str, bytes] = field(default_factory=dict)
    problem: dict[str, Any] | None = None
    wall_s: float = 0.0

    @property
    def state(self) -> str:
        return "done" if self.problem is None else "refused"


def finish(database: Database, endings: Sequence[Ending]) -> set[int]:
    """Ends runs, each with its result, its small files, its link of the chain and its charge, all at once.

    The ids of those that ended; a run whose lease was lost is left out, and nothing is written of it.
    """
    with database.writing() as connection:
        held = _held(connection, endings)
        ended = [ending for ending in endings if ending.leased.run_id in held]
        if not ended:
            return set()
        now = float(connection.scalar(select(Clock())) or 0.0)
        done = [ending for ending in ended if ending.problem is None]
        refused = [ending for ending in ended if ending.problem is not None]
        if done:
            connection.execute(_DONE, [_ended(ending, now) | {"its_result": ending.result} for ending in done])
        if refused:
            connection.execute(_REFUSED, [_ended(ending, now) | {"its_problem": ending.problem} for ending in refused])
        keep_small(connection, {key: content for ending in done for key, content in ending.small.items()})
        record(database, connection, ended, now)
        return {ending.leased.run_id for ending in ended}


def record(database: Database, connection: Connection, ended: Sequence[Ending], now: float) -> None:
    """What the end of runs leaves beside their rows: links of the chain, charges, and events."""
    done = [ending for ending in ended if ending.problem is None]
    if done:
        database.lock_chain(connection)
        append(connection, [(ending.leased.submission_id, ending.manifest) for ending in done])
    for key_id, readings in _charges(done).items():
        charge_readings(connection, key_id, readings)
    add(connection, Event, [_told(ending, now) for ending in ended])


_RUNS: Any = Run.__table__
_END = (
    update(_RUNS)
    .where(_RUNS.c.id == bindparam("run_id"))
    .values(state=bindparam("ended"), finished_at=bindparam("at"), lease_owner=None, lease_until=None)
)
_DONE = _END.values(result=bindparam("its_result"))
_REFUSED = _END.values(problem=bindparam("its_problem"))


def _ended(ending: Ending, now: float) -> dict[str, Any]:
    return {"run_id": ending.leased.run_id, "ended": ending.state, "at": now}


def _held(connection: Connection, endings: Sequence[Ending]) -> set[int]:
    """Runs that are still this process's, which stay so until the transaction ends."""
    fences = {ending.leased.run_id: (ending.leased.owner, ending.leased.attempt) for ending in endings}
    wanted = select(Run.id, Run.lease_owner, Run.attempts).where(Run.id.in_(fences), Run.state == "running")
    rows = connection.execute(wanted.order_by(Run.id).with_for_update())
    return {run_id for run_id, owner, attempts in rows if fences[run_id] == (owner, attempts)}


def _charges(done: Sequence[Ending]) -> dict[str, int]:
    """Readings by the key that sent them; a further run of a submission costs none."""
    charges: dict[str, int] = {}
    for ending in done:
        key_id = ending.leased.key_id
        if key_id is not None and ending.leased.number == 1:
            charges[key_id] = charges.get(key_id, 0) + ending.readings
    return charges


def _told(ending: Ending, now: float) -> dict[str, Any]:
    data: dict[str, Any] = {"run": ending.leased.number}
    if ending.result is not None:
        data["outcomes"] = ending.result["outcomes"]
    if ending.problem is not None:
        data["detail"] = ending.problem["detail"]
    return {"submission_id": ending.leased.submission_id, "at": now, "kind": ending.state, "data": data}


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


def _set_aside(connection: Connection, run_id: int) -> None:
    problem = {"type": "urn:copcheck:problem:set-aside", "title": "A fault of ours", "status": 500, "detail": ABANDONED}
    values = {"state": "failed", "problem": problem, "lease_owner": None, "lease_until": None}
    connection.execute(update(Run).where(Run.id == run_id).values(finished_at=Clock(), **values))
    submission_id = connection.scalar(select(Run.submission_id).where(Run.id == run_id))
    tell(connection, str(submission_id), "failed", detail=ABANDONED)
