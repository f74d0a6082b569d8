"""Standing data: what is on file about each meter, by period of validity."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from validator.registry.models.base import NAME, WORD, Base, Cited, Recorded


class StandingRow(Cited, Recorded, Base):
    """One meter over one period of validity; the columns of `validator.standing.COLUMNS`."""

    __tablename__ = "standing_data"
    __table_args__ = (Index("ix_standing_data_mpan_core", "mpan_core", "role", "effective_from"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    mpan_core: Mapped[str] = mapped_column(String(WORD))
    role: Mapped[str] = mapped_column(String(WORD))
    effective_from: Mapped[date]
    effective_to: Mapped[date | None]
    energised: Mapped[bool | None]
    energised_from: Mapped[date | None]
    manufacturer: Mapped[str | None] = mapped_column(String(NAME))
    meter_type: Mapped[str | None] = mapped_column(String(NAME))
    variant: Mapped[str | None] = mapped_column(String(NAME))
    firmware: Mapped[str | None] = mapped_column(String(NAME), index=True)
    meter_serial: Mapped[str | None] = mapped_column(String(NAME))
    outstation_id: Mapped[str | None] = mapped_column(String(NAME))
    outstation_type: Mapped[str | None] = mapped_column(String(NAME))
    cop: Mapped[str | None] = mapped_column(String(WORD))
    issue: Mapped[int | None]
    first_registered_on: Mapped[date | None]
    installed_on: Mapped[date | None]
    rated_kva: Mapped[float | None]
    meter_class_active: Mapped[str | None] = mapped_column(String(WORD))
    ct_class: Mapped[str | None] = mapped_column(String(WORD))
    resolution_kwh: Mapped[float | None]
    register_digits: Mapped[int | None]
    direction: Mapped[str | None] = mapped_column(String(WORD))
    collector: Mapped[str | None] = mapped_column(String(NAME))
    alarms_capable: Mapped[str | None]
