"""Submissions on record: looked up by statements that are built once.

To build a select anew takes SQLAlchemy ten times as long as it takes SQLite to answer it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, bindparam, select

from service.access.caller import Caller
from service.database import Clock, IdempotencyKey, Run, Standing, Submission
from service.problems import Problem
from service.receiving.arrival import Arrival

_NOW = select(Clock())
_BY_CONTENT = select(Submission.collector_id, Submission.content_key, Submission.id).where(
    Submission.collector_id.in_(bindparam("collectors", expanding=True)),
    Submission.content_key.in_(bindparam("contents", expanding=True)),
)
_BY_KEY = (
    select(IdempotencyKey.collector_id, IdempotencyKey.key, Submission.id, Submission.content_key)
    .join(Submission, Submission.id == IdempotencyKey.submission_id)
    .where(
        IdempotencyKey.collector_id.in_(bindparam("collectors", expanding=True)),
        IdempotencyKey.key.in_(bindparam("keys", expanding=True)),
    )
)
_MINE = select(Standing.id).where(Standing.collector_id == bindparam("collector_id"))
_NAMED = _MINE.where(Standing.id == bindparam("wanted"))
_NEWEST = _MINE.order_by(Standing.id.desc()).limit(1)
_FIRST_RUNS = select(Run.submission_id, Run.id).where(Run.submission_id.in_(bindparam("ids", expanding=True)))

Known = dict[tuple[str, str, str], tuple[str, str]]
"""Submissions on record, (id, content key), by collector and either content key or Idempotency-Key."""


def now_of(connection: Connection) -> float:
    """The database's time in seconds since 1970."""
    return float(connection.scalar(_NOW) or 0.0)


def known_of(connection: Connection, arrivals: Iterable[Arrival]) -> Known:
    """What is on record with the content or the Idempotency-Key of any of these."""
    collectors = list({arrival.caller.collector_id for arrival in arrivals})
    contents = list({arrival.content_key for arrival in arrivals})
    keys = list({a.told.idempotency_key for a in arrivals if a.told.idempotency_key is not None})
    known: Known = {}
    for collector_id, content, id_ in connection.execute(_BY_CONTENT, {"collectors": collectors, "contents": contents}):
        known[collector_id, "content", content] = id_, content
    if keys:
        for collector_id, key, id_, content in connection.execute(_BY_KEY, {"collectors": collectors, "keys": keys}):
            known[collector_id, "key", key] = id_, content
    return known


def repeated(known: Known, arrival: Arrival) -> str | None:
    """The submission that this one was, if it came before; Problem 422 where its key came with another body."""
    collector_id, key = arrival.caller.collector_id, arrival.told.idempotency_key
    if key is not None and (found := known.get((collector_id, "key", key))) is not None:
        if found[1] != arrival.content_key:
            detail = f"this Idempotency-Key came with another body or other options before: submission {found[0]}"
            raise Problem(422, "idempotency-key-reused", detail, submission=found[0])
        return found[0]
    same = known.get((collector_id, "content", arrival.content_key))
    return None if same is None else same[0]


def remember(known: Known, arrival: Arrival, submission_id: str) -> dict[str, str] | None:
    """Has those that follow in the same transaction know which submission this is.

    The row of its Idempotency-Key, where that is one that has not come before.
    """
    collector_id, key = arrival.caller.collector_id, arrival.told.idempotency_key
    on_record = submission_id, arrival.content_key
    known[collector_id, "content", arrival.content_key] = on_record
    if key is None or (collector_id, "key", key) in known:
        return None
    known[collector_id, "key", key] = on_record
    return {"collector_id": collector_id, "key": key, "submission_id": submission_id}


class StandingFor:
    """Versions of standing data that runs go by, each looked up once while a transaction lasts."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._found: dict[tuple[str, str | None], str] = {}

    def of(self, arrival: Arrival) -> str:
        """The version that its run goes by; Problem 422 where there is none."""
        wanted = arrival.caller.collector_id, arrival.told.standing
        if wanted not in self._found:
            self._found[wanted] = standing_for(self._connection, arrival.caller, arrival.told.standing)
        return self._found[wanted]


def standing_for(connection: Connection, caller: Caller, wanted: str | None) -> str:
    """The version of the collector's standing data that a run goes by: the one named, or the newest."""
    if wanted is not None:
        found = connection.scalar(_NAMED, {"collector_id": caller.collector_id, "wanted": wanted})
        if found is None:
            raise Problem(422, "no-standing-data", f"there is no standing data {wanted!r}; see GET /v1/standing")
        return str(found)
    newest = connection.scalar(_NEWEST, {"collector_id": caller.collector_id})
    if newest is None:
        raise Problem(
            422,
            "no-standing-data",
            "no standing data is on file, so nothing can be judged: send it by PUT /v1/standing",
        )
    return str(newest)


def first_runs(connection: Connection, submission_ids: Sequence[str]) -> dict[str, int]:
    """The identifiers of the runs of new submissions, by the submission's."""
    if not submission_ids:
        return {}
    return dict(connection.execute(_FIRST_RUNS, {"ids": submission_ids}).all())
