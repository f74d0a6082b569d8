"""The registry over HTTP: what an amendment would do, and changes to what is on record, each by its revision."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from fastapi import APIRouter, Header, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator
from starlette.concurrency import run_in_threadpool

from service.access.caller import Caller
from service.access.trail import note
from service.api.access import Reader, Registrar, ServicesDep
from service.api.json_bodies import KeyFirstRoute
from service.api.submissions import PROBLEMS
from service.problems import Problem, not_found, of_submission
from service.receiving.body import spooled
from service.receiving.record import standing_for
from service.services import Services
from validator.errors import RegistryError, SubmissionError
from validator.impact import amendment_by_event, amendment_by_firmware, impact_of, supposed_amendment
from validator.impact.counts import counts_of
from validator.impact.document import document_of
from validator.impact.making import Making
from validator.registry.life import record_event, scope_of
from validator.registry.lists import LISTS, import_list
from validator.regulation.certificate_rows import certificate_event
from validator.regulation.tables import SHAPES, Row
from validator.version import product_version

router = APIRouter(prefix="/v1", tags=["registry"], route_class=KeyFirstRoute)
T = TypeVar("T")
MOST_LIST_BYTES = 32 * 1024 * 1024
_REVISION = re.compile(r'"?r(\d+)"?')
_EVENTS = "certificate_events.csv"
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            media: {"schema": {"type": "string", "format": "binary"}}
            for media in ("text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
        },
    }
}
_CHANGES: dict[int | str, dict[str, Any]] = PROBLEMS | {412: PROBLEMS[404], 428: PROBLEMS[404]}
IfMatch = Annotated[
    str | None,
    Header(alias="If-Match", max_length=40, description='The revision that the change is based on, as `"r12"`.'),
]
Apply = Annotated[bool, Query(description="Write it; else only tell what would change.")]


class EventRequest(BaseModel):
    """What befell a certificate, by the columns of certificate_events.csv, and its committee papers."""

    model_config = ConfigDict(extra="forbid")
    event: dict[str, str] = Field(max_length=40)
    variants: list[str] | None = Field(
        default=None, max_length=100, description="An amendment: all it has unless told."
    )
    cops: list[str] | None = Field(default=None, max_length=100, description="CoP and Issue as `5:6`.")
    papers: list[dict[str, str]] = Field(default_factory=list, max_length=20)
    source: dict[str, str] | None = Field(default=None, description="The document, where it is not on record yet.")


class ImpactRequest(BaseModel):
    """One amendment: by the firmware that it brought, by its event on file, or supposed."""

    model_config = ConfigDict(extra="forbid")
    firmware: str | None = Field(default=None, max_length=100)
    meter_type: str | None = Field(default=None, max_length=100)
    amendment: str | None = Field(default=None, max_length=100)
    event: dict[str, str] | None = Field(default=None, max_length=40)
    standing: str | None = Field(
        default=None, max_length=64, description="An id of /v1/standing; the newest unless told."
    )
    on: date | None = None
    committee: Literal["ISG", "SVG"] | None = None

    @model_validator(mode="after")
    def _one(self) -> ImpactRequest:
        if sum(asked is not None for asked in (self.firmware, self.amendment, self.event)) != 1:
            raise ValueError("one of firmware, amendment and event")
        return self


@router.get("/registry", responses=PROBLEMS)
def state(response: Response, services: ServicesDep, caller: Reader) -> dict[str, Any]:  # noqa: ARG001 - who may
    """The registry's revision, as the ETag too, and its last changes, newest first."""
    registry = services.regulations.registry
    changes = registry.history()
    revision = changes[-1].revision if changes else 0
    response.headers["ETag"] = _tag(revision)
    told = [
        {"revision": c.revision, "at": c.at.isoformat(), "by": c.by, "action": c.action, "detail": c.detail}
        for c in reversed(changes[-100:])
    ]
    return {"revision": revision, "regulation": services.regulations.today.hash, "changes": told}


@router.post("/approvals/impact", responses=PROBLEMS)
def impact(services: ServicesDep, caller: Reader, asked: ImpactRequest) -> dict[str, Any]:
    """What an amendment does to the collector's own meters: who is certified before it and after."""
    tables = services.regulations.today
    if asked.firmware is not None:
        amendment = _told(lambda: amendment_by_firmware(tables, asked.firmware or "", asked.meter_type))
    elif asked.amendment is not None:
        amendment = _told(lambda: amendment_by_event(tables, asked.amendment or ""))
    else:
        amendment = _told(lambda: supposed_amendment(tables, certificate_event(_event_row(asked.event or {}))))
    with services.database.reading() as connection:
        standing_id = standing_for(connection, caller, asked.standing)
    standing = services.standing.get(standing_id, None)
    whole = _told(lambda: impact_of(amendment, standing, asked.on or datetime.now(UTC).date()))
    found = whole.narrowed(asked.committee) if asked.committee else whole
    making = Making(datetime.now(UTC), product_version(), tables.hash, "the service's registry")
    return document_of(found, counts_of(found), making)


@router.post("/certificates/events", responses=_CHANGES)
def certificate(
    response: Response, services: ServicesDep, caller: Registrar, asked: EventRequest,
    apply: Apply = False, if_match: IfMatch = None,
) -> dict[str, Any]:  # fmt: skip
    """Record what befell a certificate, with the approvals that it grants or ends; without `apply`, only tell them."""
    revision = _based_on(if_match, apply)
    _check_columns(asked.event, _EVENTS)
    registry = services.regulations.registry
    whole = _with_blanks(asked.event)
    scope = scope_of(registry, whole, asked.variants, asked.cops)
    event = {**whole, **{name: cell for name, cell in scope.items() if cell and not whole[name]}}
    done = _changed(
        lambda: record_event(
            registry, event, _by(caller), papers=asked.papers, source=asked.source, apply=apply, if_revision=revision
        )
    )
    _after(services, caller, response, done.revision, "certificate event", done.event.event, applied=done.applied)
    return {
        "applied": done.applied,
        "revision": done.revision,
        "event": asdict(done.event),
        "granted": [asdict(row) for row in done.granted],
        "ended": [{**asdict(row), "last_day": last_day} for row, last_day in done.ended],
        "due": {committee: [f"{cop}:{issue}" for cop, issue in cops] for committee, cops in done.due.items()},
    }


@router.post("/registry/lists/{kind}", openapi_extra=_BODY, responses=_CHANGES)
async def list_(
    request: Request, response: Response, services: ServicesDep, caller: Registrar,
    kind: Literal["approvals", "outstations", "protocols", "dispensations"],
    apply: Apply = False, if_match: IfMatch = None,
    on: Annotated[date | None, Query(description="Day of the list; what it omits ended before.")] = None,
    keep_unlisted: Annotated[bool, Query(description="Leave what the list no longer names as it is.")] = False,
) -> dict[str, Any]:  # fmt: skip
    """Compare a published list, CSV or XLSX with our columns, with the registry; with `apply`, make it so."""
    revision = _based_on(if_match, apply)
    settings = services.settings
    async with spooled(request, settings.spool, MOST_LIST_BYTES, settings.body_idle_s) as body:

        def compare() -> Any:
            with tempfile.TemporaryDirectory(dir=settings.spool) as folder:
                ending = ".xlsx" if body.head(2) == b"PK" else ".csv"
                path = body.file().rename(Path(folder) / f"{kind}{ending}")
                registry = services.regulations.registry
                return _changed(
                    lambda: import_list(
                        registry, path, kind, _by(caller), on=on, keep_unlisted=keep_unlisted, apply=apply,
                        if_revision=revision,
                    )
                )  # fmt: skip

        done = await run_in_threadpool(compare)
    await run_in_threadpool(
        _after, services, caller, response, done.revision, f"import {kind}", kind, applied=done.applied
    )
    difference = done.difference
    counts = {name: len(getattr(difference, name)) for name in ("added", "changed", "removed", "ended")}
    return {
        "applied": done.applied, "revision": done.revision, "rows": done.rows, "difference": counts,
        "unread_columns": list(done.unread), "table": LISTS[kind],
    }  # fmt: skip


def _based_on(if_match: str | None, apply: bool) -> int | None:
    """The revision of an If-Match header; Problem 428 where a change comes without one."""
    if if_match is None:
        if apply:
            raise Problem(428, "no-revision", 'send If-Match with the revision that you looked at, as "r12"')
        return None
    found = _REVISION.fullmatch(if_match.strip())
    if found is None:
        raise Problem(412, "revision", f"{if_match!r} is no revision of the registry")
    return int(found.group(1))


def _changed(change: Callable[[], T]) -> T:
    try:
        return change()
    except RegistryError as fault:
        if fault.found.startswith("revision "):
            raise Problem(412, "revision", str(fault)) from fault
        if fault.found.startswith("no such"):
            raise not_found("row") from fault
        raise


def _told(ask: Callable[[], T]) -> T:
    try:
        return ask()
    except SubmissionError as fault:
        # Its place is an option of the command; here it is a member of the body.
        raise Problem(422, "unknown-amendment", of_submission(fault).detail.removeprefix("--")) from fault


def _after(
    services: Services, caller: Caller, response: Response, revision: int, action: str, subject: str, *, applied: bool
) -> None:
    response.headers["ETag"] = _tag(revision)
    if applied:
        services.regulations.changed()
        with services.database.writing() as connection:
            note(connection, caller.actor, caller.collector_id, action, subject, revision=revision)


def _check_columns(cells: dict[str, str], table: str) -> None:
    unknown = sorted(set(cells) - set(SHAPES[table].own_columns))
    if unknown:
        known = ", ".join(SHAPES[table].own_columns)
        raise Problem(
            422, "invalid-request", f"event: {', '.join(unknown)} is no column of {table}; these are: {known}"
        )


def _with_blanks(cells: dict[str, str]) -> dict[str, str]:
    return {**dict.fromkeys(SHAPES[_EVENTS].own_columns, ""), **cells}


def _event_row(cells: dict[str, str]) -> Row:
    _check_columns(cells, _EVENTS)
    return Row(_EVENTS, "event", 1, _with_blanks(cells), frozenset(cells))


def _by(caller: Caller) -> str:
    return f"{caller.collector} ({caller.actor})"


def _tag(revision: int) -> str:
    return f'"r{revision}"'
