"""The standing-data table in memory."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from validator.standing.filed import Filed


@dataclass(frozen=True)
class StandingData:
    """Meters on file, one row per meter and period of validity.

    `frame` has the columns of `COLUMNS` and `row` (from 1, as in the file), sorted by `mpan_core`, `role`
    and `effective_from`; no two rows of one meter are valid on one day. `carried` are the columns that the
    file has, whatever is in them.
    """

    frame: pl.DataFrame
    name: str
    sha256: str
    ignored_columns: tuple[str, ...] = ()
    known_on: date | None = None
    carried: tuple[str, ...] = ()
    made: dict[Hashable, Any] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What was made of the whole of it, for the submissions that come after (`validator.attach.on_file`)."""

    @cached_property
    def filed(self) -> Filed:
        """Where each meter's rows stand in `frame`; made once, however many submissions are judged by it."""
        from validator.standing.filed import filed_of

        return filed_of(self.frame)
