"""Who makes what: manufacturers and their other names, equipment types, variants and firmware.

Rows here are identities. They are found again by name, never changed, and stay when nothing refers to them.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from validator.registry.models.base import NAME, WORD, Base, Cited, Recorded


class Manufacturer(Cited, Recorded, Base):
    """A maker under the name that the approvals use."""

    __tablename__ = "manufacturer"
    __table_args__ = (UniqueConstraint("name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(NAME))


class ManufacturerAlias(Cited, Recorded, Base):
    """Another name of a maker: a former or later company name, or a short form; dates inclusive."""

    __tablename__ = "manufacturer_alias"
    __table_args__ = (
        Index(
            "uq_manufacturer_alias_held",
            "alias",
            unique=True,
            sqlite_where=text("retracted_at IS NULL"),
            postgresql_where=text("retracted_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    manufacturer_id: Mapped[int] = mapped_column(ForeignKey("manufacturer.id"))
    alias: Mapped[str] = mapped_column(String(NAME))
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    note: Mapped[str] = mapped_column(default="")


class ApprovalListRow(Cited, Recorded, Base):
    """Whether the registry holds all the approvals of one maker."""

    __tablename__ = "approval_list"

    id: Mapped[int] = mapped_column(primary_key=True)
    manufacturer_id: Mapped[int] = mapped_column(ForeignKey("manufacturer.id"))
    complete: Mapped[str] = mapped_column(String(WORD))
    note: Mapped[str]


class EquipmentType(Cited, Recorded, Base):
    """A meter or outstation type as its maker calls it. `outstation_integral` is yes, no or blank."""

    __tablename__ = "equipment_type"
    __table_args__ = (UniqueConstraint("manufacturer_id", "meter_type"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    manufacturer_id: Mapped[int] = mapped_column(ForeignKey("manufacturer.id"))
    meter_type: Mapped[str] = mapped_column(String(NAME), index=True)


class EquipmentVariant(Cited, Recorded, Base):
    """A variant of an equipment type; `variant` is blank where the type has none."""

    __tablename__ = "equipment_variant"
    __table_args__ = (UniqueConstraint("equipment_type_id", "variant"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    equipment_type_id: Mapped[int] = mapped_column(ForeignKey("equipment_type.id"))
    variant: Mapped[str] = mapped_column(String(NAME))


class Firmware(Cited, Recorded, Base):
    """A firmware of an equipment type: an exact string, matched to the letter and never ordered."""

    __tablename__ = "firmware"
    __table_args__ = (UniqueConstraint("equipment_type_id", "firmware"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    equipment_type_id: Mapped[int] = mapped_column(ForeignKey("equipment_type.id"))
    firmware: Mapped[str] = mapped_column(String(NAME), index=True)
