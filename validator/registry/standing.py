"""Standing data in the registry: read as of a moment, compared with a file, and written with its history."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from validator.errors import Place, SubmissionError
from validator.registry.facts import known
from validator.registry.models import StandingRow
from validator.registry.registry import Registry
from validator.registry.writing import Writing
from validator.standing import COLUMNS, StandingData, check_periods
from validator.standing.read import content_of
from validator.standing.sent import read_sent

KEY = ("mpan_core", "role", "effective_from")
HELD = tuple(name for name in COLUMNS if name not in ("recorded_on", "retracted_on"))
"""The columns that the registry keeps. When a row was known is its own business, to the moment."""
VALUES = tuple(name for name in HELD if name not in KEY)
MANY_MPANS = 50_000
"""Above it, reading every row costs less than naming the ones that are wanted."""
_MPANS_AT_ONCE = 10_000
_CONTROL = r"[\x00-\x1f\x7f-\x9f]"


@dataclass(frozen=True)
class StandingDifference:
    """What a file changes. Frames have the columns HELD and `row`, the registry's number of the row replaced.

    `changed` are the new versions, `before` the old ones in the same order, and `ended` counts those among
    them that only end, because the file has a later row of the same meter. `unlisted` counts rows of the
    registry that the file does not have: they stay.
    """

    file: str
    rows: int
    added: pl.DataFrame
    changed: pl.DataFrame
    before: pl.DataFrame
    ended: int
    unchanged: int
    unlisted: int
    notes: tuple[str, ...]
    revision: int
    applied: bool

    @property
    def empty(self) -> bool:
        return not (self.added.height or self.changed.height)


def standing_of(
    registry: Registry, known_at: datetime | None = None, mpans: Sequence[str] | None = None
) -> StandingData:
    """Standing data as known at a moment; with `mpans`, of those metering systems alone."""
    with registry.reading() as session:
        frame = _held(session, known_at, mpans)
    content = frame.select(HELD).sort(KEY).write_csv().encode()
    return StandingData(frame, f"registry {registry.name}", sha256(content).hexdigest(), known_on=None, carried=HELD)


def import_standing(
    registry: Registry,
    path: Path,
    by: str,
    *,
    source: str = "",
    status: str = "declared",
    apply: bool = False,
    if_revision: int | None = None,
    allow_test_data: bool = False,
) -> StandingDifference:
    """Compare a CSV, Parquet or D0268 file with the registry and, with `apply`, make it so in one transaction.

    A row is the same by meter, role and `effective_from`. A column that the file does not have says nothing.
    A new row ends an open one of its meter the day before it begins. SubmissionError for what cannot be read
    or would leave two rows valid on one day; the registry is then as it was.
    """
    content = content_of(path)
    sent = read_sent(content, path.name, allow_test_data=allow_test_data)
    given, notes = sent.standing, sent.notes
    _check_texts(given)
    if not apply:
        # The revision first: a change that comes between the two is then not taken for one that was seen.
        revision = registry.revision()
        with registry.reading() as session:
            held = _held(session, None, None)
        return _difference(held, given, notes, revision, applied=False)
    detail = f"{path.name} sha256 {sha256(content).hexdigest()}"
    with registry.changing("import standing data", by, detail, if_revision=if_revision) as writing:
        held = _held(writing.session, None, None)
        difference = _difference(held, given, notes, writing.change.revision, applied=True)
        if difference.empty:
            difference = replace(difference, revision=writing.change.revision - 1)
        _write(writing, difference, {"source": source or path.name, "status": status})
    return difference


def _check_texts(given: StandingData) -> None:
    """SubmissionError where a text is none that every database takes."""
    for name in HELD:
        if COLUMNS[name] != pl.String():
            continue
        longest = getattr(StandingRow.__table__.c[name].type, "length", None)
        if longest is not None:
            _refuse(
                given, name, pl.col(name).str.len_chars() > longest, "a longer text", f"at most {longest} characters"
            )
        _refuse(given, name, pl.col(name).str.contains(_CONTROL), "a control character", "printable text")


def _refuse(given: StandingData, column: str, wrong: pl.Expr, found: str, expected: str) -> None:
    rows = given.frame.filter(wrong)
    if rows.height:
        raise SubmissionError(Place(given.name, row=rows["row"][0], column=column), found, expected)


def _held(session: Session, known_at: datetime | None, mpans: Sequence[str] | None) -> pl.DataFrame:
    columns = (StandingRow.id, *(getattr(StandingRow, name) for name in HELD))
    reading: Select[*tuple[Any, ...]] = select(*columns).where(known(StandingRow, known_at))
    wanted = None if mpans is None or len(mpans) > MANY_MPANS else list(mpans)
    rows = [tuple(row) for part in _parts(reading, wanted) for row in session.execute(part)]
    schema = {"row": pl.Int64(), **{name: COLUMNS[name] for name in HELD}}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    if mpans is not None and wanted is None:
        frame = frame.filter(pl.col("mpan_core").is_in(pl.Series(mpans, dtype=pl.String).implode()))
    unsaid = [pl.lit(None, dtype=COLUMNS[name]).alias(name) for name in COLUMNS if name not in HELD]
    return frame.with_columns(unsaid).select("row", *COLUMNS).sort(KEY)


def _parts(reading: Select[*tuple[Any, ...]], mpans: list[str] | None) -> Iterable[Select[*tuple[Any, ...]]]:
    """The query, or one for each ten thousand MPANs: databases count the parameters of a statement."""
    if mpans is None:
        yield reading
        return
    for first in range(0, len(mpans), _MPANS_AT_ONCE):
        yield reading.where(StandingRow.mpan_core.in_(mpans[first : first + _MPANS_AT_ONCE]))


def _difference(
    held: pl.DataFrame, given: StandingData, notes: tuple[str, ...], revision: int, *, applied: bool
) -> StandingDifference:
    new = given.frame.select(pl.col("row").alias("file_row"), *HELD)
    carried = [name for name in VALUES if name in given.carried]
    old = held.select(pl.col("row"), *HELD)
    both = new.join(old, on=list(KEY), how="left", suffix="_held")
    merged = both.with_columns(
        pl.when(pl.col("row").is_not_null() & pl.lit(name not in carried))
        .then(pl.col(f"{name}_held"))
        .otherwise(pl.col(name))
        .alias(name)
        for name in VALUES
    )
    differs = pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name}_held")) for name in VALUES)
    fresh = merged.filter(pl.col("row").is_null())
    changed = merged.filter(pl.col("row").is_not_null() & differs)
    unlisted = old.join(new, on=list(KEY), how="anti")
    ended = _ended(unlisted, fresh)
    changed_rows = pl.concat([changed.select("row", *HELD), ended])
    before = changed_rows.select("row").join(old, on="row", how="left", maintain_order="left")
    _check_outcome(old, fresh, changed, ended, given.name)
    return StandingDifference(
        file=given.name,
        rows=new.height,
        added=fresh.select("row", *HELD),
        changed=changed_rows,
        before=before,
        ended=ended.height,
        unchanged=new.height - fresh.height - changed.height,
        unlisted=unlisted.height,
        notes=notes,
        revision=revision,
        applied=applied,
    )


def _ended(unlisted: pl.DataFrame, fresh: pl.DataFrame) -> pl.DataFrame:
    """Open rows of the registry with the day before the file's next row of the meter as their last."""
    following = fresh.select("mpan_core", "role", pl.col("effective_from").alias("next_from")).sort("next_from")
    later = (
        unlisted.filter(pl.col("effective_to").is_null())
        .join(following, on=["mpan_core", "role"], how="inner")
        .filter(pl.col("next_from") > pl.col("effective_from"))
    )
    first = later.group_by("row", maintain_order=True).agg(pl.all().first(), pl.col("next_from").min().alias("until"))
    return first.with_columns(effective_to=pl.col("until").dt.offset_by("-1d")).select("row", *HELD)


def _check_outcome(
    old: pl.DataFrame, fresh: pl.DataFrame, changed: pl.DataFrame, ended: pl.DataFrame, file: str
) -> None:
    """Of the meters that the file names, no day may have two rows; the message names the file's row."""
    replaced = pl.concat([changed.select("row"), ended.select("row")])
    named = pl.concat([fresh.select("mpan_core", "role"), changed.select("mpan_core", "role")]).unique()
    stays = old.join(replaced, on="row", how="anti").join(named, on=["mpan_core", "role"], how="semi")
    from_file = pl.concat(
        [frame.select(pl.col("file_row").cast(pl.Int64).alias("row"), *HELD) for frame in (fresh, changed)]
    )
    outcome = pl.concat([stays, ended.join(named, on=["mpan_core", "role"], how="semi"), from_file])
    check_periods(outcome.sort(KEY), file)


def _write(writing: Writing, difference: StandingDifference, cited: dict[str, str]) -> None:
    writing.retract_numbers(StandingRow, difference.before["row"].to_list())
    rows = pl.concat([difference.added, difference.changed]).select(HELD)
    writing.insert(StandingRow, [{**row, **cited} for row in rows.iter_rows(named=True)])
