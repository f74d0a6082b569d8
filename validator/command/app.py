"""The `copcheck` command: what it can be asked, and its exit codes."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Annotated, Any

import typer

from validator.command.at_end import AT_END
from validator.command.parts import PARTS, Part
from validator.errors import RegistryError, RegulationError, SubmissionError

UNREADABLE = 2
"""Exit code where a submission or a table could not be read."""


def __getattr__(name: str) -> Any:
    """`app`, with every command; made where it is asked for, as importing all of them takes longer than one runs."""
    if name != "app":
        raise AttributeError(name)
    return _with_commands(PARTS)


def _say_version(asked: bool) -> None:
    if asked:
        from validator.version import product_version

        typer.echo(f"copcheck {product_version()}")
        raise typer.Exit


def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    del version


def _bare() -> typer.Typer:
    app = typer.Typer(
        name="copcheck",
        help="Checks half-hourly metered data against the BSC Codes of Practice.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    app.callback()(_root)
    return app


def _with_commands(parts: Sequence[Part]) -> typer.Typer:
    app = _bare()
    for part in parts:
        commands = import_module(part.module).app
        app.add_typer(commands, name=next(iter(part.words)) if part.grouped else None)
    return app


def _with_names(parts: Sequence[Part]) -> typer.Typer:
    """All commands by name alone, for the list of them or the complaint that there is none of that name."""
    app = _bare()
    for part in parts:
        for word, does in part.words.items():
            app.command(word, help=does)(_never)
    return app


def _never() -> None:
    raise RuntimeError("a command that was only listed was run")


def _asked(parts: Sequence[Part]) -> typer.Typer:
    """The command with what its first word names."""
    first = next((word for word in sys.argv[1:] if word != "--"), None)
    named = [part for part in parts if first in part.words]
    return _with_commands(named) if named else _with_names(parts)


def main(others: Sequence[Part] = ()) -> None:
    """Run the command; a fault of the submission, the tables or the registry is a message and exit code 2."""
    app = _asked((*PARTS, *others))
    try:
        with AT_END:
            app()
    except (SubmissionError, RegulationError, RegistryError) as fault:
        from validator.command.printing import tell

        tell(str(fault))
        sys.exit(UNREADABLE)
