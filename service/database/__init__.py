"""The database: its tables, how to reach it, and how it comes to have the tables."""

from service.database.connect import Clock, Database, NotAvailableError
from service.database.migrate import migrate
from service.database.models import (
    ApiKey,
    Base,
    Collector,
    Event,
    IdempotencyKey,
    Manifest,
    Mapping,
    Regulations,
    Run,
    Session,
    SmallObject,
    Standing,
    Submission,
    Trail,
    Usage,
)

__all__ = [
    "ApiKey",
    "Base",
    "Clock",
    "Collector",
    "Database",
    "Event",
    "IdempotencyKey",
    "Manifest",
    "Mapping",
    "NotAvailableError",
    "Regulations",
    "Run",
    "Session",
    "SmallObject",
    "Standing",
    "Submission",
    "Trail",
    "Usage",
    "migrate",
]
