"""What became of a submission: verdicts, findings, report, receipt, and another run of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from typing import Annotated, Any, Literal

import pyarrow as pa
from fastapi import APIRouter, Header, Query, Request, Response
from pydantic import Field
from sqlalchemy import select
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from service.access.caller import Caller
from service.api.accepting import chosen
from service.api.access import Reader, ServicesDep, Submitter
from service.api.inline import Inline
from service.api.json_bodies import KeyFirstRoute
from service.api.reported import report_named, restored_run
from service.api.shapes import DifferenceShape, ReceiptShape, RerunRequest, RerunShape, RowPage
from service.api.submissions import PROBLEMS, RunNumber, SubmissionId
from service.database import Manifest, Regulations, Run
from service.jobs.ledger import Leased, held_run
from service.problems import Problem, not_found
from service.receiving.accept import again
from service.receiving.record import standing_for
from service.results.differences import difference
from service.results.receipt import receipt
from service.results.reported import noted_beside
from service.results.submissions import Held, find, on_record, shape
from service.results.tables import ENDINGS, MEDIA_TYPES, Cursor, Filters, encoded, plain_rows, rows_of, schema_of
from service.services import Services
from validator.catalogue import BY_CODE
from validator.readings.refused import REFUSED_FILE
from validator.report.page import page_of

router = APIRouter(prefix="/v1/submissions/{submission_id}", tags=["reading back"], route_class=KeyFirstRoute)
PAGE_ROWS, MOST_PAGE_ROWS = 1000, 10_000
Form = Literal["json", "ndjson", "csv", "parquet", "arrow"]
Mpan = Annotated[str | None, Query(max_length=20, pattern=r"^\d{1,20}$", description="One metering system.")]
From = Annotated[date | None, Query(description="First settlement date.")]
To = Annotated[date | None, Query(description="Last settlement date.")]
CheckCode = Annotated[str | None, Query(max_length=40, description="Code of a check.")]
OutcomeWord = Literal["PASS", "QUERY", "NOT_ASSESSED", "FAIL"]
CursorText = Annotated[str | None, Query(max_length=64, description="`next` of the page before.")]
Limit = Annotated[int | None, Query(ge=1, le=MOST_PAGE_ROWS, description="Rows; all, but for a thousand as JSON.")]
Besides = Annotated[
    tuple[Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")], ...],
    Query(max_length=10, description="A C0101 or C0541 that you submitted; may be repeated."),
]
As = Annotated[Form | None, Query(alias="as", description="The form, where no Accept header can be sent.")]
_FORMS: dict[int | str, dict[str, Any]] = {
    200: {"content": {media: {} for media in MEDIA_TYPES.values() if media != "application/json"}},
    406: PROBLEMS[404],
}


@router.get("/verdicts", response_model=RowPage, responses=PROBLEMS | _FORMS)
def verdicts(
    services: ServicesDep, caller: Reader, submission_id: SubmissionId, run: RunNumber = None, mpan: Mpan = None,
    first_date: From = None, last_date: To = None, check: CheckCode = None, outcome: OutcomeWord | None = None,
    cursor: CursorText = None, limit: Limit = None, as_: As = None,
    accept: Annotated[str | None, Header(include_in_schema=False)] = None,
) -> Any:  # fmt: skip
    """One row for each channel-day, in the order of the submission."""
    filters = _filters(mpan, first_date, last_date, check, outcome)
    return _rows(services, caller, submission_id, run, "verdicts", filters, cursor, limit, as_, accept)


@router.get("/findings", response_model=RowPage, responses=PROBLEMS | _FORMS)
def findings(
    services: ServicesDep, caller: Reader, submission_id: SubmissionId, run: RunNumber = None, mpan: Mpan = None,
    first_date: From = None, last_date: To = None, check: CheckCode = None, outcome: OutcomeWord | None = None,
    cursor: CursorText = None, limit: Limit = None, as_: As = None,
    accept: Annotated[str | None, Header(include_in_schema=False)] = None,
) -> Any:  # fmt: skip
    """One row for each run of adjacent periods with the same check."""
    filters = _filters(mpan, first_date, last_date, check, outcome)
    return _rows(services, caller, submission_id, run, "findings", filters, cursor, limit, as_, accept)


@router.get(
    "/report",
    response_class=Response,
    responses=PROBLEMS | {200: {"content": {"text/html": {}}}},
)
def report(
    request: Request, services: ServicesDep, caller: Reader, submission_id: SubmissionId, run: RunNumber = None,
    beside: Besides = (),
) -> Response:  # fmt: skip
    """The report as one page for a person, with what a C0101 or C0541 named by `beside` says of these readings."""
    restored = restored_run(request, services, caller, submission_id, run)
    reports = [(f"/v1/submissions/{each}/reported", report_named(request, services, caller, each)) for each in beside]
    content = page_of(noted_beside(restored.run, reports), restored.index, restored.counts, {})
    # The page is whole in itself: no script, and its styles inside it.
    policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
    return Response(content, headers={"Content-Security-Policy": policy}, media_type="text/html; charset=utf-8")


@router.get("/receipt", response_model=ReceiptShape, responses=PROBLEMS)
def receipt_of(
    services: ServicesDep, caller: Reader, submission_id: SubmissionId, run: RunNumber = None
) -> dict[str, Any]:
    """What was received and how it was judged, with the link of the chain that holds both."""
    held = on_record(services.database, caller.collector_id, submission_id, run)
    with services.database.reading() as connection:
        links = select(Manifest.__table__).where(Manifest.submission_id == submission_id).order_by(Manifest.seq)
        return receipt(held, connection.execute(links).all())


@router.get("/refused", response_class=Response, responses=PROBLEMS | {200: {"content": {"text/plain": {}}}})
def refused(services: ServicesDep, caller: Reader, submission_id: SubmissionId, run: RunNumber = None) -> Response:
    """What a lenient reading left out: for each place which lines and why, then the bytes as they were sent."""
    held = on_record(services.database, caller.collector_id, submission_id, run)
    if REFUSED_FILE not in held.result()["outputs"]:
        raise not_found("file: nothing of this submission was left out")
    name = f"{submission_id}-{held.run.number}-{REFUSED_FILE}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Content-Type": "text/plain"}
    return Response(services.store.get(held.key_of(REFUSED_FILE)), headers=headers)


@router.post("/rerun", response_model=RerunShape, responses={202: {"model": RerunShape}, **PROBLEMS})
async def rerun(
    request: Request, response: Response, services: ServicesDep, caller: Submitter, submission_id: SubmissionId,
    wanted: RerunRequest | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Judges a submission again, by today's regulation or a past one, and tells what changed."""
    asked = wanted or RerunRequest()
    settings = services.settings
    number, leased = await run_in_threadpool(_again, services, caller, submission_id, asked)
    if leased is not None:
        inline: Inline = request.app.state.inline
        await inline.wait(leased, settings.sync_wait_s)
    held = await run_in_threadpool(on_record, services.database, caller.collector_id, submission_id, number)
    if held.run.state != "done":
        response.status_code = 202
        response.headers["Location"] = f"/v1/submissions/{submission_id}?run={number}"
        return {"submission": shape(held), "difference": None}
    told = await run_in_threadpool(_difference, services, caller, submission_id, None, number)
    return {"submission": shape(held), "difference": told}


@router.get("/differences", response_model=DifferenceShape, responses=PROBLEMS)
def differences(
    services: ServicesDep, caller: Reader, submission_id: SubmissionId,
    before: Annotated[int | None, Query(ge=1, le=2**31 - 1, description="A run; the one before `after`.")] = None,
    after: Annotated[int | None, Query(ge=1, le=2**31 - 1, description="A run; the newest unless told.")] = None,
) -> dict[str, Any]:  # fmt: skip
    """How the verdicts of two runs differ."""
    return _difference(services, caller, submission_id, before, after)


def _filters(
    mpan: str | None, first_date: date | None, last_date: date | None, check: str | None, outcome: str | None
) -> Filters:
    if check is not None and check not in BY_CODE:
        raise Problem(422, "invalid-request", f"check: there is no check {check!r}; see /v1/checks")
    return Filters(mpan, first_date, last_date, check, outcome)


def _rows(
    services: Services, caller: Caller, submission_id: str, run: int | None, table: str, filters: Filters,
    cursor: str | None, limit: int | None, as_: str | None, accept: str | None,
) -> Any:  # fmt: skip
    form = as_ or chosen(accept, MEDIA_TYPES)
    start = 0
    if cursor is not None:
        place = Cursor.read(cursor)
        if run is not None and run != place.run:
            raise Problem(422, "invalid-request", "cursor: it is of another run")
        run, start = place.run, place.row
    held = on_record(services.database, caller.collector_id, submission_id, run)
    if form == "json":
        return _page(services, held, table, filters, start, limit or PAGE_ROWS)
    return _stream(services, held, table, form, filters, start, limit)


def _page(services: Services, held: Held, table: str, filters: Filters, start: int, at_most: int) -> dict[str, Any]:
    rows: list[dict[str, Any]] = []
    with services.store.local(held.table_key(table)) as path:
        following = start
        for batch, after in rows_of(path, table, filters, start, at_most + 1):
            more = plain_rows(batch)
            if len(rows) + len(more) > at_most:
                # The one row too many says that there is a page after this one.
                more = more[: at_most - len(rows)]
                rows += more
                following = _row_after(path, table, filters, start, at_most)
                return _told(held, rows, str(Cursor(held.run.number, following)))
            rows += more
            following = after
    return _told(held, rows, None)


def _row_after(path: Any, table: str, filters: Filters, start: int, many: int) -> int:
    return max((after for _, after in rows_of(path, table, filters, start, many)), default=start)


def _told(held: Held, rows: list[dict[str, Any]], following: str | None) -> dict[str, Any]:
    return {"submission": held.submission.id, "run": held.run.number, "rows": rows, "next": following}


def _stream(
    services: Services, held: Held, table: str, form: str, filters: Filters, start: int, limit: int | None
) -> Response:
    key = held.table_key(table)
    name = f"{held.submission.id}-{held.run.number}-{table}{ENDINGS[form]}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    if key.endswith(ENDINGS[form]) and not filters.any and not start and limit is None:
        # The stored file as it is: its digest is the manifest's.
        content = services.store.get(key)
        return Response(content, headers=headers, media_type=MEDIA_TYPES[form])

    def pieces() -> Iterator[bytes]:
        with ExitStack() as held_open:
            path = held_open.enter_context(services.store.local(key))
            batches: Iterator[pa.RecordBatch] = (batch for batch, _ in rows_of(path, table, filters, start, limit))
            yield from encoded(form, schema_of(path, table), batches)

    return StreamingResponse(pieces(), headers=headers, media_type=MEDIA_TYPES[form])


def _again(services: Services, caller: Caller, submission_id: str, asked: RerunRequest) -> tuple[int, Leased | None]:
    today = services.regulations.record(asked.known_on)
    with services.database.writing() as connection:
        held = find(connection, caller.collector_id, submission_id)
        if held.submission.kept != "online":
            held.result()
        if held.run.state in ("queued", "running"):
            raise Problem(409, "not-done", f"run {held.run.number} is {held.run.state}: wait for it first")
        hash_ = today if asked.regulation == "today" else asked.regulation
        if connection.scalar(select(Regulations.hash).where(Regulations.hash == hash_)) is None:
            raise Problem(422, "unknown-regulation", f"no run was judged by the regulation {hash_}")
        wanted = {"same": held.run.standing_id, "current": None}.get(asked.standing, asked.standing)
        terms = {
            "standing_id": standing_for(connection, caller, wanted),
            "regulation_hash": hash_,
            "known_on": None if asked.known_on is None else asked.known_on.isoformat(),
        }
        hold = held.submission.size_bytes <= services.settings.sync_bytes
        run_id = again(services, connection, caller, submission_id, held.submission.size_bytes, terms, hold=hold)
        number = connection.scalar(select(Run.number).where(Run.id == run_id))
        return int(number or 0), held_run(connection, run_id) if hold else None


def _difference(
    services: Services, caller: Caller, submission_id: str, before: int | None, after: int | None
) -> dict[str, Any]:
    new = on_record(services.database, caller.collector_id, submission_id, after)
    number = new.run.number - 1 if before is None else before
    if number < 1:
        raise Problem(409, "one-run", "there is one run of this submission: nothing to compare it with")
    old = on_record(services.database, caller.collector_id, submission_id, number)
    local = services.store.local
    with local(old.table_key("verdicts")) as first, local(new.table_key("verdicts")) as second:
        told = difference(first, second)
    return {"submission": submission_id, "before": number, "after": new.run.number, **told}
