"""Sweeps away what no row tells of: bodies of clients that went, and what a process was killed over."""

from __future__ import annotations

import time
from collections.abc import Callable

import structlog
from sqlalchemy import Connection, select

from service.access.trail import note
from service.database import Run, Standing, Submission
from service.services import Services

SAFE_S = 3600.0
"""Younger than this, an object's row may still be on its way."""
ARCHIVE = "archive/"
"""Before the key of an object that has gone off line."""
_SPOOLED = ("body-*", "fetched-*")
log = structlog.get_logger("copcheck.orphans")


def sweep(services: Services, at: float | None = None) -> int:
    """Removes orphans that are old enough at a time (seconds since 1970); how many. Each stands in the trail."""
    before = (time.time() if at is None else at) - SAFE_S
    _sweep_spool(services, before)
    swept = 0
    for kind, is_known in _KINDS.items():
        for prefix in (kind, ARCHIVE + kind):
            for key in services.store.aged(prefix, before):
                swept += _swept(services, key, is_known)
    if swept:
        log.info("orphans swept", objects=swept)
    return swept


def _swept(services: Services, key: str, is_known: Callable[[Connection, str], bool]) -> bool:
    with services.database.reading() as connection:
        if is_known(connection, key.removeprefix(ARCHIVE)):
            return False
    # Noted first: what is gone without a word would look like a loss.
    with services.database.writing() as connection:
        note(connection, "housekeeper", None, "sweep", key)
    services.store.remove(key)
    return True


def _sweep_spool(services: Services, before: float) -> None:
    for pattern in _SPOOLED:
        for path in services.settings.spool.glob(pattern):
            if path.is_file() and path.stat().st_mtime < before:
                path.unlink(missing_ok=True)
                log.info("spooled body swept", name=path.name)


def _body_is_known(connection: Connection, key: str) -> bool:
    wanted = select(Submission.id).where(Submission.id == _part(key, 2), Submission.kept != "removed")
    return connection.scalar(wanted) is not None


def _standing_is_known(connection: Connection, key: str) -> bool:
    return connection.scalar(select(Standing.id).where(Standing.id == _part(key, 2))) is not None


def _result_is_known(connection: Connection, key: str) -> bool:
    """Whether a run's result names it, or a run of its submission may still come to do so."""
    wanted = select(Run.state, Run.result).join(Submission, Submission.id == Run.submission_id)
    for state, result in connection.execute(wanted.where(Submission.id == _part(key, 1), Submission.kept != "removed")):
        outputs: dict[str, dict[str, str]] = dict(result or {}).get("outputs", {})  # type: ignore[assignment]
        if state in ("queued", "running") or any(output["key"] == key for output in outputs.values()):
            return True
    return False


def _part(key: str, at: int) -> str:
    parts = key.split("/")
    return parts[at] if at < len(parts) else ""


_KINDS = {"bodies/": _body_is_known, "standing/": _standing_is_known, "results/": _result_is_known}
