"""A collector's own standing data, kept by version."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from service.api.access import Reader, ServicesDep, Submitter
from service.api.shapes import StandingAmended, StandingList, StandingTaken
from service.api.submissions import PROBLEMS
from service.database import Standing
from service.problems import Problem, not_found
from service.receiving.body import spooled
from service.receiving.media import encoding_of
from service.receiving.standing import Body, amend, mine, read_body, replace
from service.results.submissions import iso
from service.services import Services
from validator.standing.read import is_parquet

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
_FLOW_ENDINGS = (".usr", ".uff")
_VERSION = re.compile(r'"?([0-9a-f]{32})"?')
_CHANGES: dict[int | str, dict[str, Any]] = PROBLEMS | {412: PROBLEMS[404]}
Name = Annotated[str | None, Query(max_length=100, pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._-]*$")]
AllowTestData = Annotated[bool, Query(description="Take a D0268 whose header says that it is a test.")]
IfMatch = Annotated[
    str | None,
    Header(alias="If-Match", max_length=40, description="The version that must be in use, as the ETag names it."),
]


@router.put("", response_model=StandingTaken, openapi_extra=_BODY, responses=_CHANGES)
async def put_standing(
    request: Request, response: Response, services: ServicesDep, caller: Submitter, name: Name = None,
    allow_test_data: AllowTestData = False, if_match: IfMatch = None,
) -> dict[str, Any]:  # fmt: skip
    """Send standing data whole: CSV, Parquet or a D0268, as it is or in gzip or zstd. Submissions are judged by it.

    It is read before it is kept: what is wrong with it is told with its line or row and its column. What it holds
    besides, such as the passwords of a D0268, is not kept.
    """

    def keep(body: Body, based_on: str | None) -> dict[str, Any]:
        row, notes = replace(services, caller, body, based_on)
        return _shape(row, current=True) | {"form": body.sent.form, "notes": notes}

    return await _taken(request, response, services, name, allow_test_data, if_match, keep)


@router.patch("", response_model=StandingAmended, openapi_extra=_BODY, responses=_CHANGES)
async def patch_standing(
    request: Request, response: Response, services: ServicesDep, caller: Submitter, name: Name = None,
    allow_test_data: AllowTestData = False, if_match: IfMatch = None,
) -> dict[str, Any]:  # fmt: skip
    """Send some meters alone, in the same forms: all rows of each replace those on file, other meters stay.

    A meter is an MPAN core and a role; one that is no longer there is sent with its `effective_to`. The whole is a new
    version, as CSV.
    """

    def keep(body: Body, based_on: str | None) -> dict[str, Any]:
        row, counts = amend(services, caller, body, based_on)
        return _shape(row, current=True) | {"form": body.sent.form, "notes": list(body.sent.notes)} | counts

    return await _taken(request, response, services, name, allow_test_data, if_match, keep)


async def _taken(
    request: Request, response: Response, services: Services, name: str | None, allow_test_data: bool,
    if_match: str | None, keep: Callable[[Body, str | None], dict[str, Any]],
) -> dict[str, Any]:  # fmt: skip
    settings, based_on = services.settings, _version_in(if_match)
    encoding = encoding_of(request.headers.get("content-encoding"))
    async with spooled(request, settings.spool, settings.most_standing_bytes, settings.body_idle_s) as body:
        content = await run_in_threadpool(body.head, body.size_bytes)

    def taken() -> dict[str, Any]:
        return keep(read_body(services, content, name, encoding, allow_test_data), based_on)

    told = await run_in_threadpool(taken)
    response.headers["ETag"] = _tag(told["id"])
    return told


def _version_in(if_match: str | None) -> str | None:
    """The version that an If-Match header names; None for none, and for `*`, which any is."""
    if if_match is None or if_match.strip() == "*":
        return None
    found = _VERSION.fullmatch(if_match.strip())
    if found is None:
        raise Problem(412, "standing-changed", f"{if_match!r} is no version of standing data; see GET /v1/standing")
    return found.group(1)


@router.get("", response_model=StandingList, responses=PROBLEMS)
def list_standing(response: Response, services: ServicesDep, caller: Reader) -> dict[str, Any]:
    """The versions on file, newest first; the first is the one in use, which the ETag names too."""
    with services.database.reading() as connection:
        rows = connection.execute(mine(caller).limit(500)).all()
    if rows:
        response.headers["ETag"] = _tag(rows[0].id)
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
        row = connection.execute(mine(caller).where(Standing.id == standing_id)).one_or_none()
    if row is None:
        raise not_found("standing data")
    content = services.store.get(row.object_key)
    media, ending = (_PARQUET, ".parquet") if is_parquet(content) else (_CSV, ".csv")
    # The rows of a flow are kept as CSV.
    name = row.name if not row.name.endswith(_FLOW_ENDINGS) else f"{row.name}{ending}"
    return Response(content, headers={"Content-Disposition": f'attachment; filename="{name}"'}, media_type=media)


def _tag(standing_id: str) -> str:
    return f'"{standing_id}"'


def _shape(row: Any, *, current: bool) -> dict[str, Any]:
    names = ("id", "name", "sha256", "size_bytes", "rows")
    return {name: getattr(row, name) for name in names} | {"created_at": iso(row.created_at), "current": current}
