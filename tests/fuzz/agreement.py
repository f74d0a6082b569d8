"""What each fuzzed reader has to hold to: its second reader, and that nothing sent is lost without a word."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from tests import oracle_customers, oracle_dip, oracle_idd, oracle_rows
from tests.fuzz.seeds import with_sheet
from tests.readings import cdca_leniently, d0010_by_lines, d0010_leniently, d0268_by_lines
from tests.readings.customers import GIVEN
from tests.readings.samples import MPAN, TODAY, csv_row
from tests.readings.samples import csv as csv_of_periods
from tests.sample.folders import SAMPLES
from validator.errors import SubmissionError, TooLargeError
from validator.readings import Hints, Source, read_bytes
from validator.readings.compression import codec_of
from validator.readings.d0010 import LAYOUT, register_batches
from validator.readings.d0268 import read_d0268
from validator.readings.pipes.windows import windows_of_buffer
from validator.readings.record_trees import Terms
from validator.readings.register_readings import REGISTER_READINGS, RegisterReadings

Target = Callable[[bytes], None]
HINTS = Hints(channels=GIVEN.channels, mapping=SAMPLES / "dip_mapping.toml")
PLAIN = b"MPAN,Channel,Period end (local),kWh,Status\n"
NARROW = b"mpan_core,measurement_quantity,role,settlement_date,settlement_period,energy_kwh,status\n"
STAMPED = b"mpan_core,measurement_quantity,period_start,energy_kwh\n"
SCHNEIDER = b"Time stamp,kWh,Events,Comment,User\n"
EDF = ",".join(["Month", "MPAN", "Type", "Date", *["00:00"] * 50, *["f"] * 50]).encode() + b"\n"
"""Headers that stand before what is fuzzed: what a header may say, the tests of each reader try."""
_MOST_ENTRIES = 1024 * 1024


def read_or_refused(content: bytes, word: str, *, lenient: bool = False) -> Source | SubmissionError:
    """The submission, or the error with which it is refused; any other exception is a find."""
    try:
        source = read_bytes(
            content, "fuzzed", format=word, today=TODAY, hints=HINTS, most_bytes=_MOST_ENTRIES * 64, lenient=lenient
        )
    except SubmissionError as error:
        _require(bool(error.found and error.expected), "a refusal without words")
        _require(error.good is not None, "a refusal that counts nothing")
        placed = error.place.line or error.place.row or error.place.column or error.place.byte is not None
        _require(bool(placed) or _of_the_whole(error), f"a refusal without a place: {error}")
        return error
    source.readings.validate(full=True)
    return source


def _of_the_whole(error: SubmissionError) -> bool:
    """Whether a fault is of no place: the file as a whole is too large, or says too little."""
    told = (
        "nothing when decompressed",
        "an empty file",
        "damaged gzip",
        "damaged zstd",
        "channels given",
        "no MPAN core",
        "half an hour apart",
        "more memory",
        "time_base",
    )
    return isinstance(error, TooLargeError) or any(each in error.found for each in told)


def _require(right: bool, why: str) -> None:
    assert right, why


def _refused_alike(
    found: Source | SubmissionError, content: bytes, line: int, second: Callable[[bytes], object]
) -> None:
    """Refused in that line; 0 is no line at all.

    A blank line before another fault may be passed over. The second readers look at dates and at half hours that
    come twice last: of a fault that comes earlier they have to say the same when they read no further.
    """
    assert isinstance(found, SubmissionError), f"read, but to be refused in line {line}"
    at = found.place.line or 0
    if at == line:
        return
    lines = content.split(b"\n")
    if line and at > line and not lines[line - 1].strip():
        return
    try:
        second(b"\n".join(lines[:at]) + b"\n")
    except oracle_customers.OracleError as refused:
        _require(refused.line == at, f"{found}: not line {line}, nor {refused.line}")
    else:
        raise AssertionError(f"{found}: not line {line}")


def _is_plain(body: bytes) -> bool:
    """Whether a line is a row and a comma a cell's end: what other bytes mean is not for a second reader to say."""
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return not any(byte in body for byte in b'"\r\0')


def never_crashes(word: str) -> Target:
    """Read or refused, and nothing else."""

    def one(content: bytes) -> None:
        if content:
            read_or_refused(content, word)

    return one


def nothing_disappears(word: str) -> Target:
    """As `never_crashes`; leniently, a table's rows are those read and those refused, where each is a channel-day."""

    def one(content: bytes) -> None:
        if not content:
            return
        strict = read_or_refused(content, word)
        found = read_or_refused(content, word, lenient=True)
        if isinstance(found, SubmissionError):
            # Without the rows at fault, what is left may be no file; one of that kind names no row itself.
            of_the_rest = isinstance(strict, SubmissionError) and found.place.row is None
            _require(str(found) == str(strict) or of_the_rest, f"{found} is not {strict}")
            return
        if isinstance(strict, Source):
            assert found.readings.equals(strict.readings)
            assert not found.refused
            return
        assert found.refused
        gone = [each.first_line for each in found.refused]
        assert gone == sorted(set(gone))
        kept = found.readings["source_row"].to_pylist()
        assert not set(kept) & set(gone)
        if all(each.channel_days for each in found.refused):
            assert sorted([*kept, *gone]) == list(range(1, len(kept) + len(gone) + 1))

    return one


def like_its_second_reader(
    word: str, second: Callable[[bytes], list[oracle_customers.OracleDay]], header: bytes = b""
) -> Target:
    """The two readers have the same channel-days, or refuse the same line; quoted cells are only counted."""

    def one(body: bytes) -> None:
        content = header + body
        if not content or codec_of(content[:4]):
            return
        found = read_or_refused(content, word)
        leniently(content, word, second)
        if not _is_plain(body):
            return
        try:
            expected: Any = [
                (day.mpan_core, day.quantity, day.on, day.place, day.utc_day, day.values, day.flags)
                for day in second(content)
            ]
        except oracle_customers.OracleError as refused:
            _refused_alike(found, content, refused.line, second)
            return
        if isinstance(found, SubmissionError):
            raise AssertionError(f"to be read, but refused: {found}")
        names = ("mpan_core", "measurement_quantity", "settlement_date", "source_row", "utc_day", "energy_kwh")
        assert [tuple(row[name] for name in (*names, "period_flags")) for row in found.readings.to_pylist()] == expected

    return one


def leniently(content: bytes, word: str, second: Callable[[bytes], list[oracle_customers.OracleDay]]) -> None:
    """Every line is in what is read or in what is refused, and what is read is what the kept lines say."""
    try:
        found = read_bytes(content, "fuzzed", format=word, today=TODAY, hints=HINTS, lenient=True)
    except SubmissionError as error:
        _require(bool(str(error)), "a refusal without words")
        return
    found.readings.validate(full=True)
    lines = content.split(b"\n")
    gone = {line for each in found.refused for line in range(each.first_line, each.last_line + 1)}
    sent = b"".join(lines[line - 1] + b"\n" for line in sorted(gone))
    assert b"".join(each.content for each in found.refused).rstrip(b"\n") == sent.rstrip(b"\n")
    kept = b"\n".join(line for number, line in enumerate(lines, 1) if number not in gone)
    if not _is_plain(content):
        return
    expected = [(day.on, day.values, day.flags) for day in second(kept)]
    rows = found.readings.to_pylist()
    assert [(row["settlement_date"], row["energy_kwh"], row["period_flags"]) for row in rows] == expected


def half_hours_in_and_out(word: str, header: bytes, energy: int) -> Target:
    """A file that is read has as many half hours with a value as it has rows with one; quotes and all."""

    def one(body: bytes) -> None:
        found = read_or_refused(header + body, word)
        if isinstance(found, SubmissionError):
            return
        text = body.decode().replace("\r\n", "\n").rstrip("\r\n")
        rows = list(csv.reader(io.StringIO(text, newline=""))) if text else []
        sent = sum(row[energy] != "" for row in rows)
        values = [value for each in found.readings["energy_kwh"].to_pylist() for value in each]
        kept = sum(value is not None for value in values)
        assert kept == sent, f"{sent} values in, {kept} out"

    return one


def narrow(body: bytes) -> None:
    """Narrow CSV as its second reader has it."""
    found = read_or_refused(NARROW + body, "csv-narrow")
    if not _is_plain(body):
        return
    try:
        expected = _narrow_days(NARROW + body)
    except oracle_customers.OracleError as refused:
        _refused_alike(found, NARROW + body, refused.line, _narrow_days)
        return
    if isinstance(found, SubmissionError):
        raise AssertionError(f"to be read, but refused: {found}")
    rows_read = found.readings.to_pylist()
    assert [row["energy_kwh"] for row in rows_read] == [day.values for day in expected]
    assert [row["period_flags"] for row in rows_read] == [day.flags for day in expected]
    assert [row["source_row"] for row in rows_read] == [day.row for day in expected]


def wide(body: bytes) -> None:
    """A wide CSV that is read has as many values as it has cells for them that are not blank, and as many rows."""
    header = csv_of_periods(csv_row([]), flags=50).split(b"\n", 1)[0] + b"\n"
    found = read_or_refused(header + body, "csv-wide")
    if isinstance(found, SubmissionError):
        return
    text = body.decode().replace("\r\n", "\n").rstrip("\r\n")
    rows = list(csv.reader(io.StringIO(text, newline=""))) if text else []
    lists = found.readings["energy_kwh"].to_pylist()
    assert len(lists) == len(rows)
    for row, values in zip(rows, lists, strict=True):
        assert [cell != "" for cell in row[4 : 4 + len(values)]] == [value is not None for value in values]
        assert not any(row[4 + len(values) : 54])


def sheet(content: bytes) -> None:
    """A workbook whose sheet is spoilt is read or refused, and of its rows nothing disappears."""
    nothing_disappears("xlsx")(with_sheet(content))


def _narrow_days(content: bytes) -> list[oracle_rows.RowDay]:
    """As the second reader has them; its rows are lines here."""
    try:
        return oracle_rows.read_narrow(_narrow_rows(content), TODAY)
    except oracle_customers.OracleError as refused:
        raise oracle_customers.OracleError(refused.line + 1) from None


def _narrow_rows(content: bytes) -> Iterator[dict[str, str]]:
    names = NARROW.decode().strip().split(",")
    for place, line in enumerate(oracle_customers.lines_of(content)[1:], 1):
        cells = line.split(",")
        if len(cells) != len(names):
            raise oracle_customers.OracleError(place)
        yield dict(zip(names, cells, strict=True))


def messages(content: bytes) -> None:
    """MHHS messages as their second reader has them, one message in one channel-day."""
    if not content:
        return
    found = read_or_refused(content, "dip")
    try:
        expected = oracle_dip.read_dip(content, TODAY)
    except (oracle_dip.OracleError, RecursionError):
        _require(isinstance(found, SubmissionError), "read, but to be refused")
        return
    if isinstance(found, SubmissionError):
        # A name twice in one object is refused, and plain JSON readers take the last.
        assert "name twice" in found.found or "no JSON" in found.found, str(found)
        return
    rows = found.readings.to_pylist()
    assert [row["energy_kwh"] for row in rows] == [day.values for day in expected]
    assert [row["period_flags"] for row in rows] == [day.flags for day in expected]
    assert [row["source_row"] for row in rows] == [day.row for day in expected]


def register_readings(content: bytes) -> None:
    """A D0010 gives the register readings that the reader of lines has, or the same refusal, wherever it is cut."""
    try:
        expected: Any = tuple(d0010_by_lines.read_by_lines(content, "fuzzed")[0])
    except SubmissionError as error:
        expected = str(error)
    for size in (1 << 40, 64):
        windows = windows_of_buffer(np.frombuffer(content, dtype=np.uint8), LAYOUT, size)
        try:
            batches = list(register_batches(windows, Terms("fuzzed", LAYOUT)))
        except SubmissionError as error:
            _require(str(error) == expected, f"{error} is not {expected}")
            continue
        table = pa.Table.from_batches(batches, REGISTER_READINGS)
        table.validate(full=True)
        assert tuple(RegisterReadings("fuzzed", table)) == expected


def meter_details(content: bytes) -> None:
    """A D0268 gives the rows that the reader of lines has, or the same refusal; neither shows a secret."""
    try:
        expected: Any = d0268_by_lines.read_by_lines(content, "fuzzed")
    except SubmissionError as error:
        expected = str(error)
    try:
        found = read_d0268(content, "fuzzed")
    except SubmissionError as error:
        _require("NOTASECRET" not in str(error), "a secret in a message")
        _require(str(error) == expected, f"{error} is not {expected}")
        return
    assert (found.rows, found.notes) == expected


def meter_status(content: bytes) -> None:
    """A C0541 that is read says of each metering system what its second reader has, or says that it is only counted."""
    if not content:
        return
    found = read_or_refused(content, "C0541")
    if isinstance(found, SubmissionError) or not content.isascii() or b"\r" in content or b"\n\n" in content:
        return
    not_read = "not read" in found.notes[0]
    try:
        expected = oracle_idd.read_c0541(content)
    except oracle_idd.OracleError:
        _require(not_read, "read, but its fields are not those that are known")
        return
    if not not_read:
        same = [[each.mpan_core, each.record] for each in found.statuses] == [each[:2] for each in expected]
        _require(same, "other statuses than the second reader's")


def reports_leniently(word: str) -> Target:
    """A report of the CDCA's without what cannot be read tells what a strict reading of the rest does."""

    def one(content: bytes) -> None:
        if content and not codec_of(content[:4]):
            cdca_leniently.nothing_is_lost(word, content)

    return one


TARGETS: dict[str, Target] = {
    "df2": like_its_second_reader("df2", lambda content: oracle_customers.read_df2(content, TODAY)),
    "csv-british-gas": like_its_second_reader(
        "csv-british-gas", lambda content: oracle_customers.read_british_gas(content, TODAY)
    ),
    "csv-edf": like_its_second_reader("csv-edf", lambda content: oracle_customers.read_edf(content, TODAY), EDF),
    "csv-half-hour": like_its_second_reader(
        "csv-half-hour", lambda content: oracle_customers.read_plain(content, TODAY, "end", "local"), PLAIN
    ),
    "csv-half-hour-quoted": half_hours_in_and_out("csv-half-hour", PLAIN, 3),
    "csv-schneider": like_its_second_reader(
        "csv-schneider",
        lambda content: oracle_customers.read_registers(content, MPAN, "AI", TODAY, "local"),
        SCHNEIDER,
    ),
    "csv-narrow": narrow,
    "csv-narrow-stamped": half_hours_in_and_out("csv-narrow", STAMPED, 3),
    "csv-wide": wide,
    "xlsx": nothing_disappears("xlsx"),
    "xlsx-sheet": sheet,
    "parquet": nothing_disappears("parquet"),
    "arrow-file": nothing_disappears("arrow-file"),
    "arrow-stream": nothing_disappears("arrow-stream"),
    "dip": messages,
    "D0010": register_readings,
    "D0268": meter_details,
    "D0010-leniently": d0010_leniently.nothing_is_lost,
    "C0101": never_crashes("C0101"),
    "C0101-leniently": reports_leniently("C0101"),
    "C0541": meter_status,
    "C0541-leniently": reports_leniently("C0541"),
}
