"""Outstation types that are valid, and which collectors may read them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from validator.registry.models.base import NAME, WORD, Base, Cited, Recorded


class OutstationType(Cited, Recorded, Base):
    """An entry of the list of valid outstation types; `code` has three characters. Dates inclusive."""

    __tablename__ = "outstation_type"
    __table_args__ = (Index("ix_outstation_type_code", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(WORD))
    outstation_type: Mapped[str] = mapped_column(String(NAME))
    manufacturer: Mapped[str] = mapped_column(String(NAME))
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    note: Mapped[str]


class ProtocolApproval(Cited, Recorded, Base):
    """A collector's permission to read an outstation type with its instation software, given or removed.

    `date` is written with the precision that is known: `2021-12` is a month.
    """

    __tablename__ = "protocol_approval"
    __table_args__ = (Index("ix_protocol_approval_collector_outstation_type", "collector", "outstation_type"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    collector: Mapped[str] = mapped_column(String(NAME))
    outstation_type: Mapped[str] = mapped_column(String(NAME))
    action: Mapped[str] = mapped_column(String(WORD))
    instation_software: Mapped[str] = mapped_column(String(NAME))
    date: Mapped[str] = mapped_column(String(WORD))
    date_precision: Mapped[str] = mapped_column(String(WORD))
