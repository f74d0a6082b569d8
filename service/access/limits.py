"""How much a key may send: readings in a UTC day, and submissions in a minute."""

from __future__ import annotations

import time

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from service.access.caller import Caller
from service.database import Usage

DAY_S = 86_400
MINUTE_S = 60


class OverLimitError(Exception):
    """The key has sent all that it may for now; `retry_s` is when it may go on."""

    def __init__(self, what: str, limit: int, retry_s: int) -> None:
        self.retry_s = retry_s
        super().__init__(f"this key may send {limit:,} {what}, and has")


def admit(connection: Connection, caller: Caller, *, count: bool = True) -> None:
    """Counts a submission of the key; OverLimitError where it has none left, or no readings left today.

    What a body holds is known only when it is read: the one that passes the limit is still taken, the next is not.
    Without `count` it only looks.
    """
    if caller.key_id is None:
        return
    now = int(time.time())
    if caller.readings_per_day is not None:
        day = now - now % DAY_S
        if _used(connection, caller.key_id, "readings", day) >= caller.readings_per_day:
            raise OverLimitError("readings a day", caller.readings_per_day, day + DAY_S - now)
    if caller.requests_per_minute is not None:
        minute = now - now % MINUTE_S
        if _used(connection, caller.key_id, "requests", minute) >= caller.requests_per_minute:
            raise OverLimitError("submissions a minute", caller.requests_per_minute, minute + MINUTE_S - now)
        if count:
            charge(connection, caller.key_id, "requests", minute, 1)


def charge_readings(connection: Connection, key_id: str, readings: int) -> None:
    """Counts what a submission turned out to hold."""
    now = int(time.time())
    charge(connection, key_id, "readings", now - now % DAY_S, readings)


def charge(connection: Connection, key_id: str, kind: str, period: int, many: int) -> None:
    """Adds to what a key used in a period."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    row = insert(Usage).values(key_id=key_id, kind=kind, period=period, used=many)
    keys = [Usage.key_id, Usage.kind, Usage.period]
    connection.execute(row.on_conflict_do_update(index_elements=keys, set_={"used": Usage.used + many}))


def _used(connection: Connection, key_id: str, kind: str, period: int) -> int:
    wanted = select(Usage.used).where(Usage.key_id == key_id, Usage.kind == kind, Usage.period == period)
    return connection.scalar(wanted) or 0
