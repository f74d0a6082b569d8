"""What the `copcheck` command can be asked."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Annotated, Any

import typer

from validator.command.parts import PARTS, Part


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


def asked(parts: Sequence[Part]) -> typer.Typer:
    """The command with what its first word names."""
    first = next((word for word in sys.argv[1:] if word != "--"), None)
    named = [part for part in parts if first in part.words]
    return _with_commands(named) if named else _with_names(parts)
