"""Certificates of Compliance, what befell them under BSCP601, and the compliance approvals that follow."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from validator.registry.models.base import NAME, WORD, Base, Cited, Recorded


class Certificate(Cited, Recorded, Base):
    """A Certificate of Compliance for one equipment type; `reference` is blank where it is not known."""

    __tablename__ = "certificate"

    id: Mapped[int] = mapped_column(primary_key=True)
    equipment_type_id: Mapped[int] = mapped_column(ForeignKey("equipment_type.id"))
    reference: Mapped[str] = mapped_column(String(NAME))


class CertificateEvent(Cited, Recorded, Base):
    """One event in the life of a certificate, known by `event`. Each date has its own precision.

    `variants` and `cops` (as `cop:issue`) are `|`-separated: what the event covers.
    """

    __tablename__ = "certificate_event"
    __table_args__ = (
        Index(
            "uq_certificate_event_held",
            "event",
            unique=True,
            sqlite_where=text("retracted_at IS NULL"),
            postgresql_where=text("retracted_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event: Mapped[str] = mapped_column(String(NAME))
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"))
    kind: Mapped[str] = mapped_column(String(WORD))
    variants: Mapped[str]
    mountings: Mapped[str]
    outstation_integral: Mapped[str] = mapped_column(String(WORD))
    firmware_id: Mapped[int | None] = mapped_column(ForeignKey("firmware.id"))
    replaces_firmware_id: Mapped[int | None] = mapped_column(ForeignKey("firmware.id"))
    cops: Mapped[str]
    basis: Mapped[str] = mapped_column(String(WORD))
    protocol_affected: Mapped[str] = mapped_column(String(WORD))
    received_on: Mapped[str] = mapped_column(String(WORD))
    issued_on: Mapped[str] = mapped_column(String(WORD))
    published_on: Mapped[str] = mapped_column(String(WORD))
    removed_on: Mapped[str] = mapped_column(String(WORD))
    note: Mapped[str]


class CommitteePaper(Cited, Recorded, Base):
    """A paper by which a committee notes an event; `paper` is blank where its number is not known."""

    __tablename__ = "committee_paper"

    id: Mapped[int] = mapped_column(primary_key=True)
    event: Mapped[str] = mapped_column(String(NAME), index=True)
    committee: Mapped[str] = mapped_column(String(WORD))
    paper: Mapped[str] = mapped_column(String(NAME))
    meeting_on: Mapped[date | None]
    note: Mapped[str]


class ApprovalRow(Cited, Recorded, Base):
    """A variant and firmware approved for one CoP Issue; what the decisions look at."""

    __tablename__ = "approval"
    __table_args__ = (
        Index("ix_approval_variant_id_firmware_id", "variant_id", "firmware_id"),
        Index("ix_approval_retracted_at", "retracted_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    variant_id: Mapped[int] = mapped_column(ForeignKey("equipment_variant.id"))
    firmware_id: Mapped[int] = mapped_column(ForeignKey("firmware.id"))
    mounting: Mapped[str] = mapped_column(String(WORD))
    outstation_integral: Mapped[str] = mapped_column(String(WORD))
    replaces_firmware: Mapped[str] = mapped_column(String(NAME))
    cop: Mapped[str] = mapped_column(String(WORD))
    issue: Mapped[int]
    committees: Mapped[str] = mapped_column(String(WORD))
    valid_from: Mapped[date | None]
    valid_from_precision: Mapped[str] = mapped_column(String(WORD))
    valid_to: Mapped[date | None]
    basis: Mapped[str] = mapped_column(String(WORD))
    protocol_affected: Mapped[str] = mapped_column(String(WORD))
