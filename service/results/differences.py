"""How the verdicts of two runs of one submission differ."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

from service.results.stored import read_stored

ROWS_TOLD = 1000
_KEYS = ("mpan_core", "measurement_quantity", "role", "settlement_date", "source_row")
_LISTS = ("failed", "queried", "not_assessed")


def difference(before: Path, after: Path) -> dict[str, Any]:
    """Channel-days whose outcome or findings changed; both runs have one row for each, in the same order."""
    old, new = (pl.DataFrame(read_stored(path, "verdicts")) for path in (before, after))
    if old.height != new.height:
        raise RuntimeError(f"{old.height} channel-days in one run and {new.height} in the other")
    pairs = pl.concat([_side(new, "after").with_columns(new.select(_KEYS)), _side(old, "before")], how="horizontal")
    changed = pairs.filter(
        (pl.col("outcome_before") != pl.col("outcome_after"))
        | pl.any_horizontal(pl.col(f"{name}_before") != pl.col(f"{name}_after") for name in _LISTS)
    )
    moved = changed.filter(pl.col("outcome_before") != pl.col("outcome_after"))
    outcomes = moved.group_by("outcome_before", "outcome_after").len().sort("len", descending=True)
    return {
        "channel_days": new.height,
        "changed": changed.height,
        "outcomes": [{"before": b, "after": a, "channel_days": many} for b, a, many in outcomes.iter_rows()],
        "checks": _checks(changed),
        "rows": [_row(row) for row in changed.head(ROWS_TOLD).iter_rows(named=True)],
    }


def _side(verdicts: pl.DataFrame, side: str) -> pl.DataFrame:
    texts = verdicts.select(pl.col("outcome").cast(pl.String), *_LISTS)
    return texts.rename({name: f"{name}_{side}" for name in texts.columns})


def _found(side: str) -> pl.Expr:
    return pl.concat_list(f"{name}_{side}" for name in _LISTS)


def _checks(changed: pl.DataFrame) -> dict[str, dict[str, int]]:
    gained = changed.select(_found("after").list.set_difference(_found("before")).alias("code"))
    lost = changed.select(_found("before").list.set_difference(_found("after")).alias("code"))
    counts: dict[str, dict[str, int]] = {}
    for word, codes in (("gained", gained), ("lost", lost)):
        exploded = codes.explode("code", empty_as_null=True).drop_nulls()
        for code, many in exploded.group_by("code").len().sort("code").iter_rows():
            counts.setdefault(code, {"gained": 0, "lost": 0})[word] = many
    return counts


def _row(row: dict[str, Any]) -> dict[str, Any]:
    sides = {
        side: {"outcome": row[f"outcome_{side}"]} | {name: row[f"{name}_{side}"] for name in _LISTS}
        for side in ("before", "after")
    }
    keys = {name: row[name] for name in _KEYS}
    return keys | {"settlement_date": row["settlement_date"].isoformat()} | sides
