"""The mappings that MHHS messages are read by: stored by their collector, named by a submission's options."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping as Options
from typing import Any

from sqlalchemy import select

from service.access.caller import Caller
from service.database import Database, Mapping
from service.problems import Problem
from service.store import DamagedObjectError
from validator.readings.hints import MappingText


def mapping_named(database: Database, caller: Caller, mapping_id: str) -> dict[str, str]:
    """The collector's own mapping as it stands on record with a submission; Problem 404 where it has none such."""
    mine = select(Mapping.name, Mapping.sha256).where(Mapping.collector_id == caller.collector_id)
    with database.reading() as connection:
        row = connection.execute(mine.where(Mapping.id == mapping_id)).one_or_none()
    if row is None:
        raise Problem(
            404,
            "no-mapping",
            f"there is no mapping {mapping_id}: see GET /v1/mappings, or store it by PUT /v1/mappings",
        )
    return {"id": mapping_id, "name": row.name, "sha256": row.sha256}


def mapping_on_record(database: Database, options: Options[str, Any]) -> MappingText | None:
    """The mapping that a submission's options name, as it was then; None where they name none."""
    named = options.get("mapping")
    if named is None:
        return None
    with database.reading() as connection:
        content = bytes(connection.execute(select(Mapping.content).where(Mapping.id == named["id"])).scalar_one())
    found = hashlib.sha256(content).hexdigest()
    if found != named["sha256"]:
        raise DamagedObjectError(f"mapping {named['id']}", named["sha256"], found)
    return MappingText(named["name"], content)
