"""A file of advances cut short anywhere: what is kept is as it was sent, and the rest is refused or said."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from tests.oracle_dtc import RECORDS
from tests.oracle_idd import enveloped as enveloped_idd
from tests.readings.samples import TODAY, enveloped, joined, read, refusal
from validator.readings.pipes import LAYOUTS, pipe_batches
from validator.readings.pipes import windows as cutting
from validator.readings.pipes.stitching import Stitched, Terms
from validator.readings.pipes.windows import windows_of_buffer
from validator.readings.refused import RefusedLines
from validator.schema import READINGS

# A usual day, one with a period too few, the short and the long day of clock time.
_DAYS = {date(2026, 4, 1): 48, date(2026, 4, 2): 47, date(2026, 3, 29): 46, date(2025, 10, 26): 50}
_WORDS = (*RECORDS, "C0121")
Row = tuple[object, ...]


def _periods(word: str, on: date) -> int:
    """By hand: D0379 has days of UTC."""
    return 48 if word == "D0379" else {date(2026, 3, 29): 46, date(2025, 10, 26): 50}.get(on, 48)


def _lines(word: str, days: dict[date, int] | None = None) -> list[str]:
    days = {on: min(count, _periods(word, on)) for on, count in _DAYS.items()} if days is None else days
    if word == "C0121":
        body = ["RMD|9901|"]
        for on, count in days.items():
            body += [f"MS9|{on:%Y%m%d}|", "OS9|OUT1|"]
            for channel in (1, 2):
                body += [f"CN9|{channel}|AI|{'MC'[channel - 1]}|", *(f"RMP|{k}|{k}.5|A|" for k in range(1, count + 1))]
        return enveloped_idd(body)
    channel_id, day_id, value_id = RECORDS[word]
    body = [f"{channel_id}|9900000000015|AI|SUPP|"]
    for on, count in days.items():
        body += [f"{day_id}|{on:%Y%m%d}|", *(f"{value_id}|A|{k}.5|" for k in range(count))]
    return enveloped([*body, *body], word, groups=2)


def _rows(table: pa.Table) -> set[Row]:
    names = ("source_row", "settlement_date", "role")
    return {(*(row[name] for name in names), *row["energy_kwh"]) for row in table.to_pylist()}


def _held(content: bytes, word: str, whole: set[Row]) -> None:
    """Leniently, no channel-day is kept that is other than it was sent, and none disappears."""
    found = read(content, format=word, lenient=True)
    kept = _rows(found.readings)
    assert kept <= whole
    row_id = f"{LAYOUTS[word].row}|".encode()
    opened = [line for line in content.split(b"\n") if line.startswith(row_id)]
    assert len(opened) == found.readings.num_rows + sum(each.channel_days for each in found.refused)
    in_trailer = content.rpartition(b"\n")[2].startswith(f"{LAYOUTS[word].trailer}|".encode())
    if in_trailer and not found.refused:
        # A DTC trailer may end after any field from its count on.
        return
    strict = refusal(content, format=word)
    # Of a trailer that is itself cut, none of what it counts is known to be good.
    assert strict.place.line is not None
    before = sum(int(str(row[0])) <= strict.place.line for row in kept)
    assert strict.good == (0 if in_trailer else before)


@pytest.mark.parametrize("word", _WORDS)
def test_cut_at_any_byte(word: str) -> None:
    content = joined(_lines(word))
    whole = _rows(read(content, format=word).readings)
    header = content.index(b"\n")
    # Within a record one byte is like another; a prime visits all of them in one record or the next.
    for end in [
        *range(header + 1, header + 120),
        *range(header + 120, len(content) - 120, 7),
        *range(len(content) - 120, len(content) - 2),
    ]:
        _held(content[:end], word, whole)


@pytest.mark.parametrize("word", _WORDS)
def test_a_day_is_kept_where_it_has_every_period_of_its_date(word: str) -> None:
    for on in (date(2026, 4, 1), date(2026, 3, 29), date(2025, 10, 26)):
        for missing in (-1, 0, 1):
            count = _periods(word, on) - missing
            if word == "C0121" and count > 50:
                # Refused for its number.
                continue
            lines = [line for line in _lines(word, {on: count}) if not line.startswith(("ZPT", "ZZZ"))]
            found = read(joined(lines), format=word, lenient=True)
            rows = 2 - (missing != 0)
            (left_out,) = found.refused
            strict = refusal(joined(lines), format=word)
            assert (found.readings.num_rows, left_out.channel_days, strict.good) == (rows, 2 - rows, rows)
            said = f"with {count} periods where its date has {_periods(word, on)}"
            assert (said in str(strict)) == (said in str(left_out.reason)) == bool(missing)
            sent = "".join(f"{line}\n" for line in lines[-count - 1 :]).encode()
            assert left_out.content == (sent if missing else b"")


@pytest.mark.parametrize("word", _WORDS)
def test_a_header_where_a_trailer_should_be(word: str) -> None:
    lines = _lines(word)
    whole = _rows(read(joined(lines), format=word).readings)
    for end in range(1, len(lines)):
        content = joined([*lines[:end], *lines])
        moved = {(row[0] + end, *row[1:]) for row in whole}
        _held(content, word, whole | moved)
        found = read(content, format=word, lenient=True)
        assert moved <= _rows(found.readings)


def _in_windows(content: bytes, word: str, size: int) -> Iterator[object]:
    refused: list[RefusedLines] = []
    stitched = Stitched(Terms("sent", LAYOUTS[word], TODAY, False, refused.append))
    windows = windows_of_buffer(np.frombuffer(content, dtype=np.uint8), LAYOUTS[word], size)
    batches = [batch.readings for batch in pipe_batches(windows, stitched)]
    yield pa.Table.from_batches(batches, READINGS).to_pylist()
    yield sorted((each.first_line, each.last_line, each.content, str(each.reason)) for each in refused)


@pytest.mark.parametrize("word", _WORDS)
def test_windows_change_nothing(monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    """Of a row that no record ends, neither the file's end nor the next header may come a window later."""
    monkeypatch.setattr(cutting, "_LOOK_FURTHER", 3000)
    lines = _lines(word)
    for end in (1, 2, 5, 53, 54, 101, len(lines) - 1):
        content = joined([*lines[:end], *lines[:end]])
        whole = list(_in_windows(content, word, 1 << 40))
        for size in range(1, len(content), 97):
            assert list(_in_windows(content, word, size)) == whole
