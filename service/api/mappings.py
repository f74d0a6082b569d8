"""A collector's own mappings of MHHS messages: where the readings stand in them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from sqlalchemy import Select, insert, select
from starlette.concurrency import run_in_threadpool

from service.access.caller import Caller
from service.access.trail import note
from service.api.access import Reader, ServicesDep, Submitter
from service.api.shapes import MappingList, MappingShape
from service.api.submissions import PROBLEMS
from service.database import Clock, Mapping
from service.identity import new_id
from service.problems import not_found
from service.receiving.body import Spooled, spooled
from service.results.submissions import iso
from service.services import Services
from validator.readings.customers.dip_mapping import read_mapping
from validator.readings.hints import MappingText

router = APIRouter(prefix="/v1/mappings", tags=["mappings"])
MOST_BYTES = 256 << 10
_MEDIA = "application/toml"
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            media: {"schema": {"type": "string", "format": "binary"}} for media in (_MEDIA, "application/octet-stream")
        },
    }
}


@router.put("", response_model=MappingShape, openapi_extra=_BODY, responses=PROBLEMS)
async def put_mapping(
    request: Request,
    services: ServicesDep,
    caller: Submitter,
    name: Annotated[str, Query(max_length=100, pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._-]*$")] = "mapping.toml",
) -> dict[str, Any]:
    """Store a mapping of MHHS messages, TOML; a submission names it with `mapping=ID`.

    It is read before it is kept: what is wrong with it is told with its key. The same one twice is one mapping.
    """
    settings = services.settings
    async with spooled(request, settings.spool, MOST_BYTES, settings.body_idle_s) as body:
        return await run_in_threadpool(_keep, services, caller, body, name)


def _keep(services: Services, caller: Caller, body: Spooled, name: str) -> dict[str, Any]:
    content = body.content if body.content is not None else body.file().read_bytes()
    read_mapping(MappingText(name, content))
    same = _mine(caller).where(Mapping.sha256 == body.sha256, Mapping.name == name)
    with services.database.writing() as connection:
        row = connection.execute(same).first()
        if row is None:
            mapping_id = new_id()
            values = {
                "id": mapping_id, "collector_id": caller.collector_id, "name": name, "sha256": body.sha256,
                "content": content, "created_at": Clock(),
            }  # fmt: skip
            connection.execute(insert(Mapping).values(**values))
            note(connection, caller.actor, caller.collector_id, "mapping", mapping_id, sha256=body.sha256)
            row = connection.execute(_mine(caller).where(Mapping.id == mapping_id)).one()
    return _shape(row)


@router.get("", response_model=MappingList, responses=PROBLEMS)
def list_mappings(services: ServicesDep, caller: Reader) -> dict[str, Any]:
    """The mappings on file, newest first."""
    with services.database.reading() as connection:
        return {"mappings": [_shape(row) for row in connection.execute(_mine(caller).limit(500))]}


@router.get("/{mapping_id}", response_class=Response, responses=PROBLEMS | {200: {"content": {_MEDIA: {}}}})
def get_mapping(
    services: ServicesDep, caller: Reader, mapping_id: Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]
) -> Response:
    """A mapping as it was sent."""
    with services.database.reading() as connection:
        row = connection.execute(_mine(caller).where(Mapping.id == mapping_id)).one_or_none()
    if row is None:
        raise not_found("mapping")
    headers = {"Content-Disposition": f'attachment; filename="{row.name}"'}
    return Response(bytes(row.content), headers=headers, media_type=_MEDIA)


def _mine(caller: Caller) -> Select[Any]:
    mine = select(Mapping.__table__).where(Mapping.collector_id == caller.collector_id)
    return mine.order_by(Mapping.id.desc())


def _shape(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("id", "name", "sha256")} | {"created_at": iso(row.created_at)}
