"""Standing data from its body to a version on record: the whole of it, or some meters of the version in use."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select

from service.access.caller import Caller
from service.access.trail import note
from service.database import Clock, Collector, Standing
from service.identity import new_id
from service.problems import Problem
from service.receiving.media import check_coding
from service.services import Services
from service.store import DamagedObjectError, MissingObjectError
from validator.errors import Place, TooLargeError
from validator.readings.compression import DamagedError, decompressed
from validator.readings.parquet_footer import BrokenFooterError, decoded_bytes, row_groups
from validator.report.words import many
from validator.standing import StandingData
from validator.standing.amended import amended
from validator.standing.read import is_parquet, standing_of_table
from validator.standing.sent import FLOW, SentStanding, form_of, read_sent, rows_alone

_NAMES = {"csv": "standing.csv", "parquet": "standing.parquet", FLOW: "standing.usr"}


class _OvertakenError(Exception):
    """Another version came while this one was made."""


@dataclass(frozen=True)
class Body:
    """Standing data as it was sent, and what may be kept of it."""

    name: str
    sent: SentStanding
    kept: bytes


def read_body(services: Services, body: bytes, name: str | None, encoding: str | None, allow_test_data: bool) -> Body:
    """Reads a body whole; SubmissionError with its place where it cannot be used."""
    most_bytes, label = services.settings.most_standing_bytes, name or "standing data"
    check_coding(body, label, encoding)
    try:
        content = bytes(decompressed(memoryview(body), label, most_bytes))
    except DamagedError as fault:
        raise fault.error from fault
    named = name or _NAMES[form_of(content)]
    _check_decoded(content, named, most_bytes)
    sent = read_sent(content, named, allow_test_data=allow_test_data)
    return Body(named, sent, rows_alone(content, named, sent))


def replace(services: Services, caller: Caller, body: Body, based_on: str | None) -> tuple[Any, list[str]]:
    """Has a body be the version in use; its row, and what a person should know of it."""
    notes = list(body.sent.notes)
    newest = _newest(services, caller, based_on)
    sha256 = hashlib.sha256(body.kept).hexdigest()
    if newest is not None and newest.sha256 == sha256:
        return newest, notes
    if newest is not None:
        notes += _no_longer(services, newest.id, body.sent.standing)
    rows = body.sent.standing.frame.height
    with _put(services, caller, body.name, body.kept, rows) as version, services.database.writing() as connection:
        _check_newest(_newest_of(connection, caller, hold=True), based_on)
        return _added(connection, caller, version, "standing", {}), notes


def amend(services: Services, caller: Caller, body: Body, based_on: str | None) -> tuple[Any, dict[str, int]]:
    """Puts the meters of a body in the place of those in the version in use; the row, and how many are what."""
    while True:
        newest = _newest(services, caller, based_on)
        before = b",".join(column.encode() for column in body.sent.standing.carried) + b"\n"
        if newest is not None:
            before = services.store.get(newest.object_key)
        made = amended(before, body.kept)
        counts = {"added": made.added, "changed": made.changed, "unchanged": made.unchanged}
        if newest is not None and not made.added and not made.changed:
            return newest, counts
        name = body.name if body.name.endswith(".csv") else _NAMES["csv"]
        rows = standing_of_table(made.content, name).frame.height
        with (
            suppress(_OvertakenError),
            _put(services, caller, name, made.content, rows) as version,
            services.database.writing() as connection,
        ):
            now = _newest_of(connection, caller, hold=True)
            _check_newest(now, based_on)
            if (now and now.id) != (newest and newest.id):
                # What was sent amends the version that came meanwhile.
                raise _OvertakenError
            return _added(connection, caller, version, "amend standing", counts), counts


def mine(caller: Caller):  # type: ignore[no-untyped-def]
    """The collector's versions, newest first."""
    return select(Standing.__table__).where(Standing.collector_id == caller.collector_id).order_by(Standing.id.desc())


def _newest(services: Services, caller: Caller, based_on: str | None) -> Any:
    with services.database.reading() as connection:
        newest = _newest_of(connection, caller, hold=False)
    _check_newest(newest, based_on)
    return newest


def _newest_of(connection: Connection, caller: Caller, *, hold: bool) -> Any:
    """The version in use, or None; with `hold` no other process makes one until the transaction ends."""
    if hold:
        connection.execute(select(Collector.id).where(Collector.id == caller.collector_id).with_for_update())
    return connection.execute(mine(caller).limit(1)).one_or_none()


def _check_newest(newest: Any, based_on: str | None) -> None:
    if based_on is not None and (newest is None or newest.id != based_on):
        found = "none is on file" if newest is None else f"{newest.id} is"
        raise Problem(412, "standing-changed", f"standing data {based_on} is not the version in use; {found}")


@contextmanager
def _put(services: Services, caller: Caller, name: str, content: bytes, rows: int) -> Iterator[dict[str, Any]]:
    """Keeps the bytes of a version, whose row is written within the block: where that fails, they go again."""
    standing_id = new_id()
    key = f"standing/{caller.collector_id}/{standing_id}"
    services.store.put(key, content)
    try:
        yield {
            "id": standing_id, "collector_id": caller.collector_id, "name": name, "object_key": key, "rows": rows,
            "sha256": hashlib.sha256(content).hexdigest(), "size_bytes": len(content),
        }  # fmt: skip
    except (Problem, _OvertakenError):
        services.store.remove(key)
        raise


def _added(connection: Connection, caller: Caller, version: dict[str, Any], action: str, counts: dict[str, int]) -> Any:
    connection.execute(insert(Standing).values(**version, created_at=Clock()))
    note(connection, caller.actor, caller.collector_id, action, version["id"], sha256=version["sha256"], **counts)
    return connection.execute(mine(caller).where(Standing.id == version["id"])).one()


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
