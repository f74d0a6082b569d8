"""Options of several commands: where the regulation comes from, as known when, and who changes it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from validator.command.plain import ADDRESS

RegistryOption = Annotated[
    str | None,
    typer.Option(
        "--registry",
        envvar=ADDRESS,
        show_envvar=True,
        help="The path of a SQLite file, or a postgresql:// URL. Without one, the shipped tables.",
    ),
]
KnownOnOption = Annotated[
    str | None,
    typer.Option("--known-on", metavar="DATE", help="As on record at the end of that day, or at that moment of UTC."),
]
RegulationOption = Annotated[Path | None, typer.Option(help="Folder of your own rows over the tables.")]
OnOption = Annotated[
    datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="Settlement date (today by default).")
]
JsonOption = Annotated[bool, typer.Option("--json", help="As JSON.")]
ApplyOption = Annotated[bool, typer.Option("--apply", help="Write it. Without this, only what would change is shown.")]
ByOption = Annotated[str | None, typer.Option("--by", help="Who makes the change (your login name by default).")]
IfRevisionOption = Annotated[
    int | None, typer.Option("--if-revision", help="Only if the registry is still at this revision.")
]
