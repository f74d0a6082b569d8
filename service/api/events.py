"""The steps of a submission as they happen, by Server-Sent Events; a client that comes back goes on where it was."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from typing import Annotated, Any

import anyio
from fastapi import APIRouter, Depends, Header
from fastapi.sse import EventSourceResponse, ServerSentEvent
from sqlalchemy import Row, select
from starlette.concurrency import run_in_threadpool

from service.api.access import Reader, ServicesDep
from service.api.submissions import PROBLEMS, SubmissionId
from service.database import Event, Run
from service.results.submissions import iso, on_record
from service.services import Services

router = APIRouter(prefix="/v1/submissions/{submission_id}", tags=["reading back"])
LOOK_S = 0.25
MOST_S = 3600.0
RETRY_MS = 2000
_ENDED = ("done", "refused", "failed")
LastEventId = Annotated[int | None, Header(ge=0, le=2**63 - 1, description="The last event that the client saw.")]


def _own(services: ServicesDep, caller: Reader, submission_id: SubmissionId) -> str:
    """The submission's id; Problem 404 before a stream begins where it is not the caller's."""
    return str(on_record(services.database, caller.collector_id, submission_id).submission.id)


@router.get("/events", response_class=EventSourceResponse, responses=PROBLEMS)
async def events(
    services: ServicesDep, submission_id: Annotated[str, Depends(_own)], last_event_id: LastEventId = None
) -> AsyncIterator[ServerSentEvent]:
    """received, started, read, checked, then done, refused or failed. The stream ends when no run is at work."""
    after, until = last_event_id or 0, time.monotonic() + MOST_S
    while time.monotonic() < until:
        rows, ended = await run_in_threadpool(_since, services, submission_id, after)
        for row in rows:
            after = row.id
            told: dict[str, Any] = {"submission": submission_id, "at": iso(row.at), **row.data}
            yield ServerSentEvent(data=told, event=row.kind, id=str(row.id), retry=RETRY_MS)
        if ended:
            return
        await anyio.sleep(LOOK_S)


def _since(services: Services, submission_id: str, after: int) -> tuple[list[Row[Any]], bool]:
    with services.database.reading() as connection:
        # The state first: an event that comes after this look is told by the next.
        working = select(Run.id).where(Run.submission_id == submission_id, Run.state.not_in(_ENDED)).limit(1)
        ended = connection.scalar(working) is None
        wanted = select(Event.__table__).where(Event.submission_id == submission_id, Event.id > after)
        return list(connection.execute(wanted.order_by(Event.id).limit(500))), ended
