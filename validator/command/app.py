"""The `copcheck` command: what it can be asked, and its exit codes."""

from __future__ import annotations

import sys

import typer
from rich.console import Console

from validator.command.bench import app as bench
from validator.command.show import app as show
from validator.command.validate import app as validate
from validator.errors import RegulationError, SubmissionError

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


def main() -> None:
    """Run the command; a fault of the submission or of the tables is a message and exit code 2."""
    try:
        app()
    except (SubmissionError, RegulationError) as fault:
        Console(stderr=True, highlight=False, soft_wrap=True).print(str(fault), markup=False)
        sys.exit(UNREADABLE)
