"""A collector's own keys and trail, for a key with the scope admin."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response

from service.access.keys import keys_on_file, make_key, revoke_key
from service.access.trail import note, read_trail
from service.api.access import Administrator, ServicesDep
from service.api.json_bodies import KeyFirstRoute
from service.api.shapes import KeyList, KeyRequest, NewKeyShape, TrailPage
from service.api.submissions import PROBLEMS
from service.problems import not_found
from service.results.submissions import iso

router = APIRouter(prefix="/v1", tags=["keys"], route_class=KeyFirstRoute)
DAY_S = 86_400


@router.get("/keys", response_model=KeyList, responses=PROBLEMS)
def list_keys(services: ServicesDep, caller: Administrator) -> dict[str, Any]:
    """The collector's keys, without their secrets."""
    with services.database.reading() as connection:
        rows = keys_on_file(connection, caller.collector_id)
    return {"keys": [_shape(row) for row in rows]}


@router.post("/keys", status_code=201, response_model=NewKeyShape, responses=PROBLEMS)
def create_key(services: ServicesDep, caller: Administrator, wanted: KeyRequest) -> dict[str, str]:
    """Make a key for the collector, with no more than this key's own limits. The secret is shown once."""
    with services.database.writing() as connection:
        made = make_key(
            connection, caller.collector_id, wanted.name, wanted.scopes, lasts_s=wanted.days * DAY_S,
            readings_per_day=caller.readings_per_day, requests_per_minute=caller.requests_per_minute,
        )  # fmt: skip
        note(connection, caller.actor, caller.collector_id, "make key", made.id, scopes=wanted.scopes)
    return {"id": made.id, "secret": made.secret}


@router.delete("/keys/{key_id}", status_code=204, responses=PROBLEMS)
def delete_key(
    services: ServicesDep, caller: Administrator, key_id: Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]
) -> Response:
    """Revoke a key; it opens nothing from a second later on."""
    with services.database.writing() as connection:
        if not revoke_key(connection, key_id, caller.collector_id):
            raise not_found("key in force")
        note(connection, caller.actor, caller.collector_id, "revoke key", key_id)
    return Response(status_code=204)


@router.get("/trail", response_model=TrailPage, responses=PROBLEMS)
def trail(
    services: ServicesDep,
    caller: Administrator,
    cursor: Annotated[int, Query(ge=0, le=2**63 - 1)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> dict[str, Any]:
    """Who did what to the collector's data."""
    with services.database.reading() as connection:
        rows = read_trail(connection, caller.collector_id, cursor, limit)
    entries = [{**row._mapping, "at": iso(row.at)} for row in rows]
    return {"entries": entries, "next": rows[-1].id if len(rows) == limit else None}


def _shape(row: Any) -> dict[str, Any]:
    times = ("created_at", "expires_at", "revoked_at")
    told = {name: getattr(row, name) for name in ("id", "name", "readings_per_day", "requests_per_minute")}
    told |= {name: None if getattr(row, name) is None else iso(getattr(row, name)) for name in times}
    return told | {"scopes": row.scopes.split()}
