"""The entry point of `copcheck`. Nothing heavy is imported until one of the service's commands is run."""

from __future__ import annotations

from service.command.audit import app as audit
from service.command.keys import app as keys
from service.command.serve import app as serve
from validator.command import app as validator


def main() -> None:
    """Run the command."""
    validator.app.add_typer(serve)
    validator.app.add_typer(keys, name="keys")
    validator.app.add_typer(audit)
    validator.main()
