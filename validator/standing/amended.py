"""Standing data of which some meters' rows are replaced by others, and all else stays."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from validator.standing.columns import COLUMNS
from validator.standing.read import table_in
from validator.standing.typed import as_text, typed_column

_METER = ("mpan_core", "role")


@dataclass(frozen=True)
class Amended:
    """The whole as CSV, and how many of the meters that were sent are new, are changed, and are as they were."""

    content: bytes
    added: int
    changed: int
    unchanged: int


def amended(before: bytes, sent: bytes) -> Amended:
    """`before` with the rows of each meter in `sent` replaced by those there; both CSV or Parquet that can be used.

    A meter is an MPAN core and a role. All its rows are replaced, also those that were retracted.
    """
    old, new = _as_sent(before), _as_sent(sent)
    stay = old.join(new, on=_METER, how="anti", maintain_order="left")
    theirs = old.join(new, on=_METER, how="semi")
    known = theirs.select(_METER).unique().height
    # What a row says counts, and not how it is written: 1000 is 1000.0.
    was, now = _typed(theirs), _typed(new.join(theirs, on=_METER, how="semi"))
    alike = {"on": list(COLUMNS), "how": "anti", "nulls_equal": True}
    differing = pl.concat([was.join(now, **alike), now.join(was, **alike)])  # type: ignore[arg-type]
    changed = differing.select(_METER).unique().height
    whole = pl.concat([stay, new], how="diagonal")
    columns = [column for column in COLUMNS if column in whole.columns]
    added = new.select(_METER).unique().height - known
    return Amended(whole.select(columns).write_csv().encode(), added, changed, known - changed)


def _as_sent(content: bytes) -> pl.DataFrame:
    """The columns as text, each meter under one name however it is written."""
    table, _ = table_in(content, "standing data")
    texts = pl.DataFrame([as_text(column) for column in table.get_columns()])
    return texts.with_columns(pl.col("role").str.to_uppercase())


def _typed(texts: pl.DataFrame) -> pl.DataFrame:
    return pl.DataFrame(
        [
            typed_column(texts[column], kind)
            if column in texts.columns
            else pl.Series(column, [None] * texts.height, kind)
            for column, kind in COLUMNS.items()
        ]
    )
