"""What every registry table shares: names of constraints, time in UTC, and when a row was known."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, ForeignKey, MetaData, String, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

WORD = 64
"""Longest code, word or reference."""
NAME = 255
"""Longest name of a company, a type, a variant or a firmware."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, stored as UTC. SQLite keeps no zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime has no place in time")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - its signature
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


class Base(DeclarativeBase):
    """Tables of the registry. Constraints are named alike on every database, so that migrations can find them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Change(Base):
    """One committed change of the registry. Its number is the revision that the change brought about."""

    __tablename__ = "registry_change"

    revision: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(String(NAME))
    action: Mapped[str] = mapped_column(String(WORD))
    detail: Mapped[str] = mapped_column(default="")


class Recorded:
    """When a row was known. Nothing is deleted: a row that no longer holds is retracted.

    `recorded_at` None: on record from the beginning, as shipped. `retracted_at` None: still held.
    The revisions name the changes that did it.
    """

    recorded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    retracted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    recorded_in: Mapped[int] = mapped_column(ForeignKey("registry_change.revision"))
    retracted_in: Mapped[int | None] = mapped_column(ForeignKey("registry_change.revision"))


class Cited:
    """Where a row comes from, and how well it is known: a source of `source`, and a status word."""

    source: Mapped[str] = mapped_column(String(NAME))
    status: Mapped[str] = mapped_column(String(WORD))
