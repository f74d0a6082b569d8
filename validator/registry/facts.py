"""What the registry holds for each regulation table: how its rows are read, and how one is written.

A row goes in and comes out as the text of the table that the product ships, so that one set of checks, one
hash and one set of decisions serve both.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import aliased

from validator.registry.models import (
    ApprovalListRow,
    ApprovalRow,
    Certificate,
    CertificateEvent,
    CommitteePaper,
    CopIssueRow,
    DispensationRow,
    EquipmentType,
    EquipmentVariant,
    Firmware,
    Manufacturer,
    ManufacturerAlias,
    OutstationType,
    ProtocolApproval,
    SourceRow,
)
from validator.registry.models.base import NAME
from validator.registry.names import Names
from validator.regulation.tables import FREE_TEXT_COLUMNS, KNOWLEDGE_COLUMNS, SHAPES, Row

Cells = Mapping[str, str]
_LAYOUT = "\n\r\t"
"""What free text may have in it beside printable characters."""
Select_ = Select[*tuple[Any, ...]]


@dataclass(frozen=True)
class Fact:
    """One regulation table in the database.

    `reading` selects the row's number, then a column for each of `columns`. `writing` turns the text of a row
    into the values of `model`'s columns.
    """

    table: str
    model: type[Any]
    columns: tuple[str, ...]
    reading: Select_
    writing: Callable[[Cells, Names], dict[str, Any]]


def known(model: type[Any], at: datetime | None) -> ColumnElement[bool]:
    """Rows known at a moment; None: now."""
    if at is None:
        held: ColumnElement[bool] = model.retracted_at.is_(None)
        return held
    recorded = or_(model.recorded_at.is_(None), model.recorded_at <= at)
    return and_(recorded, or_(model.retracted_at.is_(None), model.retracted_at > at))


def check_texts(row: Row) -> None:
    """RegulationError where a cell has what a database or a terminal would not take as it is."""
    longest = _longest(row.table)
    for column, cell in row.cells.items():
        if not cell.isprintable():
            allowed = _LAYOUT if column in FREE_TEXT_COLUMNS else ""
            wrong = next((letter for letter in cell if _is_control(letter, allowed)), None)
            if wrong is not None:
                raise row.fault(f"{column} {cell!a} has the control character {wrong!a} in it", "text is printable")
        if len(cell) > longest[column]:
            raise row.fault(f"{column} has {len(cell)} characters", f"at most {longest[column]}")


@cache
def _longest(table: str) -> dict[str, float]:
    """The most characters that each column takes."""
    columns = FACTS[table].model.__table__.columns
    # Names stand in tables of their own.
    lengths = {c: getattr(columns[c].type, "length", None) if c in columns else NAME for c in SHAPES[table].columns}
    return {column: math.inf if length is None else length for column, length in lengths.items()}


def _is_control(letter: str, allowed: str) -> bool:
    return (ord(letter) < 32 or 127 <= ord(letter) < 160) and letter not in allowed


def row_file(table: str) -> str:
    """What a table's rows are called in messages: `registry/approvals:17` is row 17 of the registry's approvals."""
    return f"registry/{table.removesuffix('.csv')}"


def as_text(value: Any) -> str:
    """A column's value as the tables write it."""
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else str(value)


def cited(cells: Cells) -> dict[str, str]:
    return {"source": cells["source"], "status": cells["status"]}


def _plain(table: str, model: type[Any]) -> Fact:
    """A table whose columns are those of the model."""
    columns = tuple(name for name in SHAPES[table].columns if name not in KNOWLEDGE_COLUMNS)
    kinds = {name: model.__table__.c[name].type.python_type for name in columns}

    def writing(cells: Cells, _names: Names) -> dict[str, Any]:
        return {name: _typed(cells[name], kinds[name]) for name in columns}

    reading: Select_ = select(model.id, *(getattr(model, name) for name in columns))
    return Fact(table, model, columns, reading, writing)


def _typed(cell: str, kind: type[Any]) -> Any:
    if kind is date:
        return date.fromisoformat(cell) if cell else None
    return int(cell) if kind is int else cell


def _approvals() -> Fact:
    written = {
        name: getattr(ApprovalRow, name)
        for name in SHAPES["approvals.csv"].required
        if name not in ("manufacturer", "meter_type", "variant", "firmware")
    }
    kinds = {name: column.type.python_type for name, column in written.items()}
    held = {
        "manufacturer": Manufacturer.name,
        "meter_type": EquipmentType.meter_type,
        "variant": EquipmentVariant.variant,
        "firmware": Firmware.firmware,
        **written,
    }
    columns = SHAPES["approvals.csv"].required

    def writing(cells: Cells, names: Names) -> dict[str, Any]:
        said = cited(cells)
        maker, meter_type = cells["manufacturer"], cells["meter_type"]
        own = {name: _typed(cells[name], kind) for name, kind in kinds.items()}
        return {
            **own,
            "variant_id": names.variant(maker, meter_type, cells["variant"], said),
            "firmware_id": names.firmware(maker, meter_type, cells["firmware"], said),
        }

    reading: Select_ = (
        select(ApprovalRow.id, *(held[name] for name in columns))
        .join(EquipmentVariant, ApprovalRow.variant_id == EquipmentVariant.id)
        .join(Firmware, ApprovalRow.firmware_id == Firmware.id)
        .join(EquipmentType, EquipmentVariant.equipment_type_id == EquipmentType.id)
        .join(Manufacturer, EquipmentType.manufacturer_id == Manufacturer.id)
    )
    return Fact("approvals.csv", ApprovalRow, columns, reading, writing)


def _events() -> Fact:
    columns = SHAPES["certificate_events.csv"].required
    new, old = aliased(Firmware), aliased(Firmware)
    held: dict[str, Any] = {
        "manufacturer": Manufacturer.name,
        "meter_type": EquipmentType.meter_type,
        "firmware": new.firmware,
        "replaces_firmware": old.firmware,
    }
    own = tuple(name for name in columns if name not in held)
    held |= {name: getattr(CertificateEvent, name) for name in own}

    def writing(cells: Cells, names: Names) -> dict[str, Any]:
        said, kind = cited(cells), (cells["manufacturer"], cells["meter_type"])

        def firmware(name: str) -> int | None:
            return names.firmware(*kind, cells[name], said) if cells[name] else None

        return {
            **{name: cells[name] for name in own},
            "certificate_id": names.certificate(*kind, said),
            "firmware_id": firmware("firmware"),
            "replaces_firmware_id": firmware("replaces_firmware"),
        }

    reading: Select_ = (
        select(CertificateEvent.id, *(held[name] for name in columns))
        .join(Certificate, CertificateEvent.certificate_id == Certificate.id)
        .join(EquipmentType, Certificate.equipment_type_id == EquipmentType.id)
        .join(Manufacturer, EquipmentType.manufacturer_id == Manufacturer.id)
        .outerjoin(new, CertificateEvent.firmware_id == new.id)
        .outerjoin(old, CertificateEvent.replaces_firmware_id == old.id)
    )
    return Fact("certificate_events.csv", CertificateEvent, columns, reading, writing)


def _of_manufacturer(table: str, model: type[Any]) -> Fact:
    """A table about one maker, whose other columns are the model's own."""
    columns = SHAPES[table].required
    kinds = {name: getattr(model, name).type.python_type for name in columns if name != "manufacturer"}

    def writing(cells: Cells, names: Names) -> dict[str, Any]:
        values = {name: _typed(cells[name], kind) for name, kind in kinds.items()}
        return {**values, "manufacturer_id": names.manufacturer(cells["manufacturer"], cited(cells))}

    held = {name: Manufacturer.name if name == "manufacturer" else getattr(model, name) for name in columns}
    reading: Select_ = select(model.id, *(held[name] for name in columns)).join(
        Manufacturer, model.manufacturer_id == Manufacturer.id
    )
    return Fact(table, model, columns, reading, writing)


FACTS: dict[str, Fact] = {
    fact.table: fact
    for fact in (
        _plain("sources.csv", SourceRow),
        _plain("cop_issues.csv", CopIssueRow),
        _of_manufacturer("manufacturers.csv", ManufacturerAlias),
        _of_manufacturer("approval_lists.csv", ApprovalListRow),
        _approvals(),
        _plain("dispensations.csv", DispensationRow),
        _plain("protocol_approvals.csv", ProtocolApproval),
        _plain("outstation_types.csv", OutstationType),
        _events(),
        _plain("committee_papers.csv", CommitteePaper),
    )
}
"""The tables that a registry keeps. The limits and policies are the product's, or an override's."""
