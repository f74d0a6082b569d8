"""Metering Dispensations under BSCP32, with their scope and what they do."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from validator.registry.models.base import NAME, WORD, Base, Cited, Recorded


class DispensationRow(Cited, Recorded, Base):
    """A dispensation: what it covers, from when to when, and its effect. Columns are those of the table."""

    __tablename__ = "dispensation"
    __table_args__ = (
        Index(
            "uq_dispensation_held",
            "ref",
            unique=True,
            sqlite_where=text("retracted_at IS NULL"),
            postgresql_where=text("retracted_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(NAME))
    kind: Mapped[str] = mapped_column(String(WORD))
    cop: Mapped[str] = mapped_column(String(NAME))
    issue: Mapped[str] = mapped_column(String(WORD))
    subject: Mapped[str]
    valid_from: Mapped[date | None]
    expiry: Mapped[date | None]
    allows_issues_before: Mapped[date | None]
    clause: Mapped[str]
    meter_type: Mapped[str] = mapped_column(String(NAME))
    variant: Mapped[str] = mapped_column(String(NAME))
    msids: Mapped[str]
    installed_before: Mapped[date | None]
    installed_from: Mapped[date | None]
    registered_before: Mapped[date | None]
    registered_from: Mapped[date | None]
    governs_issue: Mapped[str] = mapped_column(String(WORD))
    replaces_limits: Mapped[str]
    waives_checks: Mapped[str]
