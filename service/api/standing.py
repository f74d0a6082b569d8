"""A collector's own standing data, kept by version."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from sqlalchemy import insert, select
from starlette.concurrency import run_in_threadpool

from service.access.caller import Caller
from service.access.trail import note
from service.api.access import Reader, ServicesDep, Submitter
from service.api.shapes import StandingList, StandingShape
from service.api.submissions import PROBLEMS
from service.database import Clock, Standing
from service.identity import new_id
from service.problems import not_found
from service.receiving.body import Spooled, spooled
from service.results.submissions import iso
from service.services import Services
from validator.standing import read_standing

router = APIRouter(prefix="/v1/standing", tags=["standing data"])
_MEDIA = ("text/csv", "application/vnd.apache.parquet", "application/octet-stream")
_BODY = {
    "requestBody": {
        "required": True,
        "content": {media: {"schema": {"type": "string", "format": "binary"}} for media in _MEDIA},
    }
}


@router.put("", response_model=StandingShape, openapi_extra=_BODY, responses=PROBLEMS)
async def put_standing(
    request: Request,
    services: ServicesDep,
    caller: Submitter,
    name: Annotated[str, Query(max_length=100, pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._-]*$")] = "standing.csv",
) -> dict[str, Any]:
    """Send standing data, CSV or Parquet, whole; from then on submissions are judged by it.

    It is read before it is kept: what is wrong with it is told with its row and column.
    """
    settings = services.settings
    async with spooled(request, settings.spool, settings.most_standing_bytes, settings.body_idle_s) as body:
        return await run_in_threadpool(_keep, services, caller, body, name)


def _keep(services: Services, caller: Caller, body: Spooled, name: str) -> dict[str, Any]:
    folder = body.path.with_name(f"{body.path.name}-standing")
    folder.mkdir()
    try:
        named = body.file().rename(folder / name)
        read = read_standing(named)
        with services.database.reading() as connection:
            newest = connection.execute(_mine(caller).limit(1)).one_or_none()
        if newest is not None and newest.sha256 == read.sha256:
            return _shape(newest, current=True)
        standing_id = new_id()
        key = f"standing/{caller.collector_id}/{standing_id}"
        services.store.take(key, named)
        with services.database.writing() as connection:
            values = {
                "id": standing_id, "collector_id": caller.collector_id, "name": name, "sha256": read.sha256,
                "object_key": key, "size_bytes": body.size_bytes, "rows": read.frame.height, "created_at": Clock(),
            }  # fmt: skip
            connection.execute(insert(Standing).values(**values))
            note(connection, caller.actor, caller.collector_id, "standing", standing_id, sha256=read.sha256)
            return _shape(connection.execute(_mine(caller).limit(1)).one(), current=True)
    finally:
        (folder / name).unlink(missing_ok=True)
        folder.rmdir()


@router.get("", response_model=StandingList, responses=PROBLEMS)
def list_standing(services: ServicesDep, caller: Reader) -> dict[str, Any]:
    """The versions on file, newest first; the first is the one in use."""
    with services.database.reading() as connection:
        rows = connection.execute(_mine(caller).limit(500)).all()
    return {"standing": [_shape(row, current=at == 0) for at, row in enumerate(rows)]}


@router.get(
    "/{standing_id}",
    response_class=Response,
    responses=PROBLEMS | {200: {"content": {media: {} for media in _MEDIA[:2]}}},
)
def get_standing(
    services: ServicesDep, caller: Reader, standing_id: Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]
) -> Response:
    """A version as it was sent."""
    with services.database.reading() as connection:
        row = connection.execute(_mine(caller).where(Standing.id == standing_id)).one_or_none()
    if row is None:
        raise not_found("standing data")
    content = services.store.get(row.object_key)
    media = _MEDIA[1] if content.startswith(b"PAR1") else _MEDIA[0]
    return Response(content, headers={"Content-Disposition": f'attachment; filename="{row.name}"'}, media_type=media)


def _mine(caller: Caller):  # type: ignore[no-untyped-def]
    return select(Standing.__table__).where(Standing.collector_id == caller.collector_id).order_by(Standing.id.desc())


def _shape(row: Any, *, current: bool) -> dict[str, Any]:
    names = ("id", "name", "sha256", "size_bytes", "rows")
    return {name: getattr(row, name) for name in names} | {"created_at": iso(row.created_at), "current": current}
