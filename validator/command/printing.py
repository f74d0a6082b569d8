"""Words, tables and JSON on the terminal: whole lines in a pipe, the screen's width on a screen.

Rich is imported where something is drawn: it takes longer than many an answer.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, is_dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from rich.console import Console

_PIPE_WIDTH = 400
_CONTROLS = {code: None for code in (*range(0x20), 0x7F) if chr(code) not in "\t\n"}


def console() -> Console:
    """Standard output as a console."""
    from rich.console import Console

    out = Console(highlight=False)
    return out if out.is_terminal else Console(highlight=False, width=_PIPE_WIDTH)


def print_table(headings: Sequence[str], rows: Iterable[Sequence[object]], title: str | None = None) -> None:
    """A table without a frame; text from outside is never read as markup."""
    from rich.table import Table

    table = Table(*headings, box=None, title=title, title_justify="left")
    for row in rows:
        table.add_row(*(_plain(cell) for cell in row))
    console().print(table, markup=False)


def _plain(cell: object) -> Any:
    from rich.text import Text

    return Text("" if cell is None else str(cell))


def say(text: str) -> None:
    """One line of words."""
    _write(text.translate(_CONTROLS), sys.stdout)


def tell(text: str) -> None:
    """One line of words on standard error, of a run or of what stopped it."""
    _write(text.translate(_CONTROLS), sys.stderr)


def print_json(value: object) -> None:
    """Dataclasses, dates and tuples as JSON; keys as the dataclasses name them."""
    _write(json.dumps(value, default=_jsonable, ensure_ascii=False, indent=2), sys.stdout)


def _write(text: str, to: TextIO) -> None:
    to.write(f"{text}\n")
    to.flush()


def _jsonable(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, frozenset | set):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} has no JSON")
