"""Settings and the database for the commands, with faults told as the command tells them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer
from pydantic import ValidationError

from service.database import Database, NotAvailableError, migrate
from service.settings import Settings
from validator.command.printing import tell


def service_settings(data: Path | None, **given: Any) -> Settings:
    """Settings of the environment, with those of the command line over them; exit code 2 for one that will not do."""
    told = {name: value for name, value in {"data": data, **given}.items() if value is not None}
    try:
        return Settings(**told)
    except ValidationError as fault:
        for error in fault.errors(include_input=False, include_url=False):
            name = "_".join(str(part) for part in error["loc"]).upper()
            tell(f"COPCHECK_{name}: {error['msg']}")
        raise typer.Exit(2) from fault


@contextmanager
def opened(settings: Any) -> Iterator[Database]:
    """The database, up to date; exit code 2 where it cannot be reached."""
    settings.data.mkdir(parents=True, exist_ok=True)
    database = Database(settings.database)
    try:
        migrate(database)
        yield database
    except NotAvailableError as fault:
        said = str(fault.__cause__.orig) if fault.__cause__ is not None else ""  # type: ignore[attr-defined]
        tell(f"{fault}: {said.strip()}")
        raise typer.Exit(2) from fault
    finally:
        database.close()
