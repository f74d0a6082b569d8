"""Documents and the Issues of the Codes of Practice."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from validator.registry.models.base import NAME, WORD, Base, Cited, Recorded


class SourceRow(Recorded, Base):
    """A document that other rows cite."""

    __tablename__ = "source"
    __table_args__ = (Index("ix_source_source", "source"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(NAME))
    title: Mapped[str]
    publisher: Mapped[str] = mapped_column(String(NAME))
    dated: Mapped[date | None]
    note: Mapped[str]


class CopIssueRow(Cited, Recorded, Base):
    """One Issue of a Code of Practice, its dates in force and the committees that answer for it."""

    __tablename__ = "cop_issue"
    __table_args__ = (Index("ix_cop_issue_cop_issue", "cop", "issue"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cop: Mapped[str] = mapped_column(String(WORD))
    issue: Mapped[int]
    title: Mapped[str]
    in_force_from: Mapped[date | None]
    in_force_to: Mapped[date | None]
    committees: Mapped[str] = mapped_column(String(WORD))
