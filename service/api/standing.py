"""A collector's own standing data, kept by version."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from sqlalchemy import insert, select
from starlette.concurrency import run_in_threadpool

from service.access.caller import Caller
from service.access.trail import note
from service.api.access import Reader, ServicesDep, Submitter
from service.api.shapes import StandingList, StandingTaken
from service.api.submissions import PROBLEMS
from service.database import Clock, Standing
from service.identity import new_id
from service.problems import not_found
from service.receiving.body import spooled
from service.receiving.media import check_coding, encoding_of
from service.results.submissions import iso
from service.services import Services
from service.store import DamagedObjectError, MissingObjectError
from validator.errors import Place, TooLargeError
from validator.readings.compression import DamagedError, decompressed
from validator.readings.parquet_footer import BrokenFooterError, decoded_bytes, row_groups
from validator.report.words import many
from validator.standing import StandingData
from validator.standing.read import is_parquet
from validator.standing.sent import FLOW, form_of, read_sent, rows_alone

router = APIRouter(prefix="/v1/standing", tags=["standing data"])
_CSV, _PARQUET = "text/csv", "application/vnd.apache.parquet"
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            media: {"schema": {"type": "string", "format": "binary"}}
            for media in (_CSV, _PARQUET, "text/vnd.elexon.d0268", "application/octet-stream")
        },
    }
}
_NAMES = {"csv": "standing.csv", "parquet": "standing.parquet", FLOW: "standing.usr"}
_FLOW_ENDINGS = (".usr", ".uff")


@router.put("", response_model=StandingTaken, openapi_extra=_BODY, responses=PROBLEMS)
async def put_standing(
    request: Request,
    services: ServicesDep,
    caller: Submitter,
    name: Annotated[str | None, Query(max_length=100, pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._-]*$")] = None,
    allow_test_data: Annotated[bool, Query(description="Take a D0268 whose header says that it is a test.")] = False,
) -> dict[str, Any]:
    """Send standing data whole: CSV, Parquet or a D0268, as it is or in gzip or zstd. Submissions are judged by it.

    It is read before it is kept: what is wrong with it is told with its line or row and its column. What it holds
    besides, such as the passwords of a D0268, is not kept.
    """
    settings = services.settings
    encoding = encoding_of(request.headers.get("content-encoding"))
    async with spooled(request, settings.spool, settings.most_standing_bytes, settings.body_idle_s) as body:
        content = await run_in_threadpool(body.head, body.size_bytes)
    return await run_in_threadpool(_keep, services, caller, content, name, encoding, allow_test_data)


def _keep(
    services: Services, caller: Caller, body: bytes, name: str | None, encoding: str | None, allow_test_data: bool
) -> dict[str, Any]:
    label = name or "standing data"
    check_coding(body, label, encoding)
    try:
        content = bytes(decompressed(memoryview(body), label, services.settings.most_standing_bytes))
    except DamagedError as fault:
        raise fault.error from fault
    named = name or _NAMES[form_of(content)]
    _check_decoded(content, named, services.settings.most_standing_bytes)
    sent = read_sent(content, named, allow_test_data=allow_test_data)
    kept = rows_alone(content, named, sent)
    notes = list(sent.notes)
    told = {"form": sent.form, "notes": notes}
    sha256 = hashlib.sha256(kept).hexdigest()
    with services.database.reading() as connection:
        newest = connection.execute(_mine(caller).limit(1)).one_or_none()
    if newest is not None and newest.sha256 == sha256:
        return _shape(newest, current=True) | told
    if newest is not None:
        notes += _no_longer(services, newest.id, sent.standing)
    standing_id = new_id()
    key = f"standing/{caller.collector_id}/{standing_id}"
    services.store.put(key, kept)
    with services.database.writing() as connection:
        values = {
            "id": standing_id, "collector_id": caller.collector_id, "name": named, "sha256": sha256,
            "object_key": key, "size_bytes": len(kept), "rows": sent.standing.frame.height, "created_at": Clock(),
        }  # fmt: skip
        connection.execute(insert(Standing).values(**values))
        note(connection, caller.actor, caller.collector_id, "standing", standing_id, sha256=sha256)
        # By its id: another that came at the same time may be the newest by now.
        row = connection.execute(_mine(caller).where(Standing.id == standing_id)).one()
        return _shape(row, current=True) | told


def _check_decoded(content: bytes, name: str, most_bytes: int) -> None:
    """A few pages of Parquet may hold any number of rows: what they come to is held to the cap of a body as well."""
    if not is_parquet(content):
        return
    # A footer that is broken is its reader's to tell of.
    with suppress(BrokenFooterError):
        found = decoded_bytes(row_groups(memoryview(content)))
        if found > most_bytes:
            said = f"{found} bytes when decoded"
            raise TooLargeError(Place(name), said, f"at most {most_bytes}", "Send the rows in use alone")


def _no_longer(services: Services, before: str, now: StandingData) -> list[str]:
    """A note where metering systems that were on file are not: who sends a day's changes alone would lose the rest."""
    try:
        held = services.standing.get(before, None).frame["mpan_core"].unique()
    except (DamagedObjectError, MissingObjectError):
        # What cannot be read is no reason to refuse what replaces it; the audit tells of it.
        return []
    gone = int((~held.is_in(now.frame["mpan_core"].unique().implode())).sum())
    if not gone:
        return []
    return [f"{many(gone, 'metering system')} of the version in use until now are not in this one, which replaces it"]


@router.get("", response_model=StandingList, responses=PROBLEMS)
def list_standing(services: ServicesDep, caller: Reader) -> dict[str, Any]:
    """The versions on file, newest first; the first is the one in use."""
    with services.database.reading() as connection:
        rows = connection.execute(_mine(caller).limit(500)).all()
    return {"standing": [_shape(row, current=at == 0) for at, row in enumerate(rows)]}


@router.get(
    "/{standing_id}",
    response_class=Response,
    responses=PROBLEMS | {200: {"content": {media: {} for media in (_CSV, _PARQUET)}}},
)
def get_standing(
    services: ServicesDep, caller: Reader, standing_id: Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]
) -> Response:
    """A version as it is kept: as it was sent, or its rows alone where the body held more."""
    with services.database.reading() as connection:
        row = connection.execute(_mine(caller).where(Standing.id == standing_id)).one_or_none()
    if row is None:
        raise not_found("standing data")
    content = services.store.get(row.object_key)
    media, ending = (_PARQUET, ".parquet") if is_parquet(content) else (_CSV, ".csv")
    # The rows of a flow are kept as CSV.
    name = row.name if not row.name.endswith(_FLOW_ENDINGS) else f"{row.name}{ending}"
    return Response(content, headers={"Content-Disposition": f'attachment; filename="{name}"'}, media_type=media)


def _mine(caller: Caller):  # type: ignore[no-untyped-def]
    return select(Standing.__table__).where(Standing.collector_id == caller.collector_id).order_by(Standing.id.desc())


def _shape(row: Any, *, current: bool) -> dict[str, Any]:
    names = ("id", "name", "sha256", "size_bytes", "rows")
    return {name: getattr(row, name) for name in names} | {"created_at": iso(row.created_at), "current": current}
