"""Is it alive, is it ready, and what has it done."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text
from starlette.responses import JSONResponse

from service.api.access import ServicesDep
from service.database import NotAvailableError
from service.jobs.ledger import waiting
from service.metrics import JOBS, REGISTRY
from service.services import Services
from service.store import MissingObjectError, StoreUnavailableError

router = APIRouter(tags=["operations"])


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/readyz", response_model=dict[str, Any], responses={503: {"model": dict[str, Any]}})
def readyz(request: Request, services: ServicesDep) -> Any:
    """The database and the store answer, the disk has room, and the kernels are compiled."""
    checks: dict[str, Callable[[], str | None]] = {
        "database": lambda: _database(services),
        "store": lambda: _store(services),
        "disk": lambda: _disk(services),
        "kernels": lambda: None if request.app.state.kernels.is_set() else "still being compiled",
        "intake": lambda: None if request.app.state.intake.ready else "still starting",
    }
    faults = {name: check() for name, check in checks.items()}
    ready = not any(faults.values())
    told = {"status": "ready" if ready else "not ready", "checks": {n: f or "ok" for n, f in faults.items()}}
    return JSONResponse(told, 200 if ready else 503, {"Cache-Control": "no-store"})


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
def metrics(services: ServicesDep) -> Response:
    """Readings, verdicts by check, the queue, and how long answers take, for Prometheus."""
    try:
        with services.database.reading() as connection:
            states = dict(waiting(connection))
        for state in ("queued", "running"):
            JOBS.labels(state).set(states.get(state, 0))
    except NotAvailableError:
        # The other figures are still worth having.
        JOBS.clear()
    return Response(generate_latest(REGISTRY), media_type=CONTENT_TYPE_LATEST)


def _database(services: Services) -> str | None:
    try:
        with services.database.reading() as connection:
            connection.execute(text("select 1"))
    except NotAvailableError as fault:
        return str(fault)
    return None


def _store(services: Services) -> str | None:
    try:
        services.store.check()
    except (StoreUnavailableError, MissingObjectError) as fault:
        return str(fault)
    return None


def _disk(services: Services) -> str | None:
    free = shutil.disk_usage(services.settings.data).free
    least = services.settings.least_free_bytes
    return None if free >= least else f"{free // 1_000_000} MB free, and {least // 1_000_000} MB are needed"
