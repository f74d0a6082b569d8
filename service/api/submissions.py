"""Submitting, and the submissions that there are."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Query, Request, Response

from service.api.access import Reader, ServicesDep, Submitter
from service.api.posting import submitted
from service.api.shapes import ProblemDetails, State, SubmissionPage, SubmissionShape
from service.receiving.asked import Asked, AskedInHeaders
from service.results.submissions import on_record, page, shape
from validator.readings.formats import FORMATS

router = APIRouter(prefix="/v1/submissions", tags=["submissions"])
SubmissionId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$", description="A submission's id.")]
RunNumber = Annotated[int | None, Query(ge=1, le=2**31 - 1, description="Which run; the newest unless told.")]
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
    asked: Annotated[Asked, Query()],
    headers: Annotated[AskedInHeaders, Header()],
) -> Response:
    """Send readings: the raw body, in any format that is read, as it is or in gzip or zstd.

    A small one is answered with its result; a large one, or with `Prefer: respond-async`, by 202. The same body
    with the same options, or the same Idempotency-Key, is the same submission.
    """
    # What stands here is the description: `posting_route` is asked first.
    return await submitted(request, services, caller, asked, headers)


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
    return shape(on_record(services.database, caller.collector_id, submission_id, run))
