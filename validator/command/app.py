"""The `copcheck` command: what it can be asked, and its exit codes."""

from __future__ import annotations

import sys

import typer
from rich.console import Console

from validator.command.approvals import app as approvals
from validator.command.bench import app as bench
from validator.command.dispensations import app as dispensations
from validator.command.impact import app as impact
from validator.command.outstations import app as outstations
from validator.command.registry import app as registry
from validator.command.show import app as show
from validator.command.standing import app as standing
from validator.command.validate import app as validate
from validator.errors import RegistryError, RegulationError, SubmissionError

UNREADABLE = 2
"""Exit code where a submission or a table could not be read."""

app = typer.Typer(
    name="copcheck",
    help="Checks half-hourly metered data against the BSC Codes of Practice.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(validate)
app.add_typer(show)
app.add_typer(bench)
app.add_typer(impact)
app.add_typer(approvals, name="approvals")
app.add_typer(dispensations, name="dispensations")
app.add_typer(outstations, name="outstations")
app.add_typer(standing, name="standing")
app.add_typer(registry, name="registry")


def main() -> None:
    """Run the command; a fault of the submission, the tables or the registry is a message and exit code 2."""
    try:
        app()
    except (SubmissionError, RegulationError, RegistryError) as fault:
        Console(stderr=True, highlight=False, soft_wrap=True).print(str(fault), markup=False)
        sys.exit(UNREADABLE)
