"""Where a command takes the regulation from: the shipped tables, or a registry; and as known when."""

from __future__ import annotations

import getpass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from validator.calendar import end_of
from validator.command.at_end import AT_END
from validator.errors import RegistryError
from validator.regulation import Regulation, load_regulation

if TYPE_CHECKING:
    from validator.registry.registry import Registry


def registry_at(address: str | None) -> Registry:
    """The registry that a command needs; RegistryError where none is named."""
    if not address:
        raise RegistryError(
            "no registry named",
            "--registry FILE or COPCHECK_DATABASE_URL",
            "`copcheck registry init --registry registry.db` sets one up",
        )
    # Only here: SQLAlchemy takes as long to import as a small file takes to check.
    from validator.registry.registry import open_registry

    opened = open_registry(address)
    AT_END.callback(opened.close)
    return opened


def regulation_of(address: str | None, known_on: str | None = None, overrides: Path | None = None) -> Regulation:
    """The regulation of a registry, or that of the shipped tables."""
    moment = None if known_on is None else moment_of(known_on)
    if address:
        return registry_at(address).regulation(overrides, moment, known_on=None if moment is None else moment.date())
    return load_regulation(overrides, None if moment is None else moment.date())


def moment_of(text: str) -> datetime:
    """`2022-07-05`, its last moment; or `2022-07-05T12:00`, UTC where no zone is given. RegistryError for others."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as fault:
        raise RegistryError(f"--known-on {text!r}", "YYYY-MM-DD or YYYY-MM-DDTHH:MM:SS") from fault
    if not any(mark in text for mark in "Tt "):
        return end_of(moment.date())
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def day_of(on: datetime | None) -> date:
    """The date that an option gives, today where it does not."""
    return on.date() if on else date.today()  # noqa: DTZ011 - a settlement date has no zone


def person(by: str | None) -> str:
    """Who makes a change."""
    if by:
        return by
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        # A container's user may have no name.
        return "unknown"
