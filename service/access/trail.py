"""The trail: who did what, and to what."""

from __future__ import annotations

from sqlalchemy import Connection, Row, insert, select

from service.database import Clock, Trail


def note(
    connection: Connection, actor: str, collector_id: str | None, action: str, subject: str, **detail: object
) -> None:
    """Adds to the trail within the transaction that does what is noted."""
    values = {"actor": actor, "collector_id": collector_id, "action": action, "subject": subject[:100]}
    connection.execute(insert(Trail).values(at=Clock(), detail=detail, **values))


def read_trail(connection: Connection, collector_id: str, after: int, at_most: int) -> list[Row[tuple[object, ...]]]:
    """What was done to a collector's data, oldest first, from after an entry on."""
    columns = (Trail.id, Trail.at, Trail.actor, Trail.action, Trail.subject, Trail.detail)
    wanted = select(*columns).where(Trail.collector_id == collector_id, Trail.id > after)
    return list(connection.execute(wanted.order_by(Trail.id).limit(at_most)))
