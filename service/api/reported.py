"""What the CDCA reported, read back by itself or beside the readings that it is about."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from service.access.caller import Caller
from service.api.access import Reader, ServicesDep
from service.api.shapes import ReportedShape
from service.api.submissions import PROBLEMS, SubmissionId
from service.problems import Problem
from service.results.reported import reported_of
from service.results.restore import Restored
from service.results.submissions import on_record
from service.services import Services
from validator.readings.formats import REPORT_WORDS

router = APIRouter(prefix="/v1/submissions/{submission_id}", tags=["reading back"])
PAGE_ROWS, MOST_PAGE_ROWS = 1000, 10_000
Beside = Annotated[str | None, Query(pattern=r"^[0-9a-f]{32}$", description="A submission with readings.")]


@router.get("/reported", response_model=ReportedShape, responses=PROBLEMS)
def reported(
    request: Request, services: ServicesDep, caller: Reader, submission_id: SubmissionId, beside: Beside = None,
    cursor: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
    limit: Annotated[int, Query(ge=1, le=MOST_PAGE_ROWS)] = PAGE_ROWS,
) -> dict[str, Any]:  # fmt: skip
    """What a C0101 or C0541 reports; with `beside`, what is about the channel-days or meters that came there."""
    report = report_named(request, services, caller, submission_id)
    other = None if beside is None else restored_run(request, services, caller, beside)
    exceptions, statuses, elsewhere = reported_of(report.run, None if other is None else other.run)
    # A report is of one kind: one of the two is empty.
    ends, in_all = cursor + limit, len(exceptions) + len(statuses)
    return {
        "submission": submission_id,
        "beside": beside,
        "reported_exceptions": exceptions[cursor:ends],
        "meter_statuses": statuses[cursor:ends],
        "elsewhere": elsewhere,
        "next": ends if ends < in_all else None,
    }


def report_named(request: Request, services: Services, caller: Caller, submission_id: str) -> Restored:
    """A C0101 or C0541 of the caller's, restored; Problem 409 where it is none."""
    report = restored_run(request, services, caller, submission_id)
    (record,) = report.run.inputs
    if record.format not in REPORT_WORDS:
        detail = f"submission {submission_id} is {record.format}; what the CDCA reports is {' or '.join(REPORT_WORDS)}"
        raise Problem(409, "no-report", detail)
    return report


def restored_run(
    request: Request, services: Services, caller: Caller, submission_id: str, run: int | None = None
) -> Restored:
    """A run of one of the caller's submissions, the newest unless told."""
    held = on_record(services.database, caller.collector_id, submission_id, run)
    told: Restored = request.app.state.restorer.get(held)
    return told
