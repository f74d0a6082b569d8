"""The `copcheck` command: what it can be asked, and its exit codes."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import typer
from rich.console import Console

from validator.command.at_end import AT_END
from validator.errors import RegistryError, RegulationError, SubmissionError

UNREADABLE = 2
"""Exit code where a submission or a table could not be read."""
FEWER_COLLECTIONS = 500_000
"""Objects made between two looks for garbage; Python's own number is some hundreds, and the imports make 150,000."""


@dataclass(frozen=True)
class Part:
    """Commands that one module's `app` holds: `words` themselves, or in the group of that name where `grouped`."""

    module: str
    words: tuple[str, ...]
    grouped: bool = False


PARTS = (
    Part("validator.command.validate", ("validate",)),
    Part("validator.command.convert", ("convert",)),
    Part("validator.command.show", ("checks", "limits", "version")),
    Part("validator.command.impact", ("impact",)),
    Part("validator.command.approvals", ("approvals",), grouped=True),
    Part("validator.command.dispensations", ("dispensations",), grouped=True),
    Part("validator.command.outstations", ("outstations",), grouped=True),
    Part("validator.command.standing", ("standing",), grouped=True),
    Part("validator.command.registry", ("registry",), grouped=True),
    Part("validator.command.bench", ("bench",)),
)


def __getattr__(name: str) -> Any:
    """`app`, with every command; made where it is asked for, as importing all of them takes longer than one runs."""
    if name != "app":
        raise AttributeError(name)
    return _app(PARTS)


def _app(parts: Sequence[Part]) -> typer.Typer:
    app = typer.Typer(
        name="copcheck",
        help="Checks half-hourly metered data against the BSC Codes of Practice.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    for part in parts:
        commands = import_module(part.module).app
        app.add_typer(commands, name=part.words[0] if part.grouped else None)
    return app


def _asked(parts: Sequence[Part]) -> Sequence[Part]:
    """The part that the first word names; all of them where it names none, for the help or the complaint."""
    named = [part for part in parts if len(sys.argv) > 1 and sys.argv[1] in part.words]
    return named or parts


def main(others: Sequence[Part] = ()) -> None:
    """Run the command; a fault of the submission, the tables or the registry is a message and exit code 2."""
    # What is imported stays: looking through it for garbage again and again took a tenth of a short run.
    gc.set_threshold(FEWER_COLLECTIONS)
    app = _app(_asked((*PARTS, *others)))
    try:
        with AT_END:
            app()
    except (SubmissionError, RegulationError, RegistryError) as fault:
        Console(stderr=True, highlight=False, soft_wrap=True).print(str(fault), markup=False)
        sys.exit(UNREADABLE)
    finally:
        # The process ends: taking apart what it imported, compiled code above all, took 0.3 s.
        gc.freeze()
