"""Submitting, and the submissions that there are."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Annotated, Any, Literal
from urllib.parse import unquote

from fastapi import APIRouter, Header, Path, Query, Request, Response
from pydantic import StringConstraints
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse

from service.access.caller import Caller
from service.api.access import Reader, ServicesDep, Submitter
from service.api.inline import Inline
from service.api.shapes import ProblemDetails, State, SubmissionPage, SubmissionShape
from service.jobs.judging import Task
from service.jobs.perform import Done
from service.problems import Problem
from service.receiving.accept import Arrival, Told, arrival_of
from service.receiving.body import spooled
from service.receiving.intake import Intake
from service.receiving.mappings import mapping_named
from service.receiving.media import check_content, encoding_of, format_of
from service.results.submissions import Held, find, page, shape
from service.services import Services
from service.spans import name_submission
from service.store import small
from validator.readings.formats import FORMATS
from validator.readings.hints import StampedHint

router = APIRouter(prefix="/v1/submissions", tags=["submissions"])
SubmissionId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$", description="A submission's id.")]
RunNumber = Annotated[int | None, Query(ge=1, le=2**31 - 1, description="Which run; the newest unless told.")]
ChannelHint = Annotated[str, StringConstraints(pattern=r"^([0-9]{13}|[0-9]{4})/(AI|AE|RI|RE)$")]
_FILE_NAME = re.compile(r"filename\*?=(?:UTF-8'')?\"?([^\";]+)\"?", re.IGNORECASE)
_UNSAFE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            media: {"schema": {"type": "string", "format": "binary"}}
            for media in dict.fromkeys([*(form.media_type for form in FORMATS), "application/octet-stream"])
        },
    }
}
_PROBLEM: dict[str, Any] = {"model": ProblemDetails}
PROBLEMS: dict[int | str, dict[str, Any]] = dict.fromkeys(
    (400, 401, 403, 404, 408, 409, 410, 413, 415, 422, 429, 503, 507), _PROBLEM
)


@router.post(
    "",
    response_model=SubmissionShape,
    openapi_extra=_BODY,
    responses={202: {"model": SubmissionShape, "description": "Accepted; a job judges it."}, **PROBLEMS},
)
async def submit(
    request: Request,
    services: ServicesDep,
    caller: Submitter,
    name: Annotated[str | None, Query(max_length=200, description="What to call it in reports.")] = None,
    format: Annotated[str | None, Query(max_length=40, description="A format's word; else by content.")] = None,  # noqa: A002
    time_base: Annotated[
        Literal["local", "utc"], Query(description="Whose days, where the format is silent.")
    ] = "local",
    collector: Annotated[str | None, Query(max_length=64, description="Who read the outstations.")] = None,
    standing: Annotated[
        str | None, Query(max_length=64, description="An id of /v1/standing; the newest unless told.")
    ] = None,
    known_on: Annotated[date | None, Query(description="Judge by what was on record on this date.")] = None,
    allow_test_data: Annotated[
        bool, Query(description="Let in a file whose header says that it is a test; it stands on record with it.")
    ] = False,
    lenient: Annotated[
        bool, Query(description="Leave out what cannot be read, and keep it as refused.txt beside the result.")
    ] = False,
    stamps: Annotated[
        StampedHint, Query(description="Whether stamps mark a period's start or end, where the file is silent.")
    ] = "auto",
    channel: Annotated[
        list[ChannelHint], Query(max_length=16, description="MPAN/QUANTITY of a file without identifiers.")
    ] = [],  # noqa: B006 - FastAPI copies it
    mapping: Annotated[
        str | None, Query(pattern=r"^[0-9a-f]{32}$", description="An id of /v1/mappings, for MHHS messages.")
    ] = None,
    idempotency_key: Annotated[str | None, Header(min_length=1, max_length=200)] = None,
    prefer: Annotated[str | None, Header(max_length=200)] = None,
) -> Response:
    """Send readings: the raw body, in any format that is read, as it is or in gzip or zstd.

    A small one is answered with its result; a large one, or with `Prefer: respond-async`, by 202. The same body
    with the same options, or the same Idempotency-Key, is the same submission.
    """
    for text in (name, collector, standing, idempotency_key):
        if text is not None and _UNSAFE.search(text):
            raise Problem(422, "invalid-request", "names and keys hold no control characters")
    told = Told(
        name=_named(request, name),
        media_type=(request.headers.get("content-type") or "")[:200] or None,
        encoding=encoding_of(request.headers.get("content-encoding")),
        format=format_of(request.headers.get("content-type"), format),
        time_base=time_base,
        collector=collector,
        standing=standing,
        known_on=None if known_on is None else known_on.isoformat(),
        idempotency_key=idempotency_key,
        stamps=stamps,
        channels=tuple(channel),
        allow_test_data=allow_test_data,
        lenient=lenient,
        mapping=None if mapping is None else await run_in_threadpool(mapping_named, services.database, caller, mapping),
    )
    settings = services.settings
    async with spooled(request, settings.spool, settings.most_body_bytes, settings.body_idle_s) as body:
        waits = body.size_bytes <= settings.sync_bytes and "respond-async" not in (prefer or "").lower()

        def ready() -> Arrival:
            check_content(body, told.name, told.format, told.encoding)
            return arrival_of(services, caller, body, told, hold=waits)

        # A small body is in memory, and readied sooner than handed to another thread.
        arrival = ready() if body.size_bytes <= small.MOST_BYTES else await run_in_threadpool(ready)
        intake: Intake = request.app.state.intake
        accepted = await asyncio.wrap_future(intake.put(arrival))
    name_submission(accepted.submission_id)
    # The row is committed: what follows may be cut off at any moment, and the job will be done.
    replayed = {"Idempotency-Replayed": "true"} if accepted.repeated else {}
    held = accepted.held
    if accepted.leased is not None:
        inline: Inline = request.app.state.inline
        held = _ended(held, await inline.wait(Task(accepted.leased, arrival.content), settings.sync_wait_s))
    if held is None:
        held = await run_in_threadpool(_held, services, caller, accepted.submission_id)
    return answer(held, replayed)


def _ended(held: Held | None, done: Done | None) -> Held | None:
    """What is on record once a run has ended; None where it has to be looked up."""
    if held is None or done is None or done.ending is None:
        return None
    ended = {"state": done.state, "result": done.ending.result, "problem": done.ending.problem, "finished_at": done.at}
    return replace(held, run=SimpleNamespace(**vars(held.run) | ended))


def answer(held: Held, headers: dict[str, str]) -> Response:
    """200 with a result, 202 without one yet, or the problem of a body that could not be read."""
    submission_id, run = held.submission.id, held.run
    if run.state in ("refused", "failed"):
        told = dict(run.problem or {})
        raise Problem(
            int(told.pop("status", 500)),
            str(told.pop("type", "ours")).rsplit(":", 1)[-1],
            str(told.pop("detail", "")),
            headers=headers,
            submission=submission_id,
            **{name: value for name, value in told.items() if name not in ("title", "instance")},
        )
    place = {"Location": f"/v1/submissions/{submission_id}"}
    if run.state != "done":
        place |= {"Preference-Applied": "respond-async", "Retry-After": "1"}
    return JSONResponse(shape(held), 200 if run.state == "done" else 202, {**place, **headers})


@router.get("", response_model=SubmissionPage, responses=PROBLEMS)
def submissions(
    services: ServicesDep,
    caller: Reader,
    cursor: Annotated[str | None, Query(pattern=r"^[0-9a-f]{32}$")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    state: State | None = None,
) -> dict[str, Any]:
    """The collector's submissions, newest first."""
    with services.database.reading() as connection:
        held, following = page(connection, caller.collector_id, cursor, limit, state)
    return {"submissions": [shape(one) for one in held], "next": following}


@router.get("/{submission_id}", response_model=SubmissionShape, responses=PROBLEMS)
def submission(
    services: ServicesDep, caller: Reader, submission_id: SubmissionId, run: RunNumber = None
) -> dict[str, Any]:
    """One submission, with its newest run or the one asked for."""
    with services.database.reading() as connection:
        return shape(find(connection, caller.collector_id, submission_id, run))


def _held(services: Services, caller: Caller, submission_id: str) -> Held:
    with services.database.reading() as connection:
        return find(connection, caller.collector_id, submission_id)


def _named(request: Request, name: str | None) -> str:
    """What to call a submission: as told, by the file it was, or plainly."""
    if name is None:
        found = _FILE_NAME.search(request.headers.get("content-disposition", ""))
        name = unquote(found.group(1)) if found else None
    bare = _UNSAFE.sub("", (name or "").replace("\\", "/").rsplit("/", 1)[-1]).strip()
    return bare[:200] or "submission"
