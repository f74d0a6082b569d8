"""Whatever happens to a file of any format: the answer says where, what was found, what was expected and what is good.

And leniently, what is not read stands in what was refused, byte for byte.
"""

from __future__ import annotations

import gzip
import random
from collections.abc import Sequence
from dataclasses import astuple
from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from tests.readings import customers, samples
from tests.readings.damages import IN_A_DATE, IN_A_NUMBER, OF_A_LINE, OF_THE_FILE, OF_THE_FIRST_LINE, Spoilt
from tests.readings.samples import read
from tests.readings.whole_files import BINARIES, GIVEN, TEXTS, WholeText, half_hours
from validator.errors import SubmissionError, TooLargeError
from validator.readings import Source
from validator.readings.formats import FORMATS, counted_in
from validator.readings.pipes import LAYOUTS

_TELLS = {"D0010": (b"030|",), "C0101": (b"SPE|",), "C0541": (b"OSA|",)}
"""The records of the whole files that say something."""
_SPOTS = {"first": 0, "middle": None, "last": -1}
_each_text = pytest.mark.parametrize("word", TEXTS)
_each_binary = pytest.mark.parametrize("name", BINARIES)


def _read(content: bytes, word: str = "auto", **options: Any) -> Source | SubmissionError:
    try:
        return read(content, format=word, hints=GIVEN, **options)
    except SubmissionError as fault:
        return fault


def _refused(content: bytes, word: str = "auto") -> SubmissionError:
    found = _read(content, word)
    assert isinstance(found, SubmissionError), f"read as {found.format}: {found.readings.num_rows} channel-days"
    return found


def _says_all(fault: SubmissionError, content: bytes) -> None:
    """The parts of a message that every fault has."""
    assert fault.place.file == "sent"
    assert fault.found
    assert fault.expected
    assert fault.good is not None
    said = str(fault)
    assert "before it that are good: " in said
    assert "None" not in said
    lines = content.count(b"\n") + 1
    assert fault.place.line is None or 1 <= fault.place.line <= lines


def _cases(damages: dict[str, Any], spots: Sequence[str] = tuple(_SPOTS)) -> list[Any]:
    """Format, damage and spoilt file for every format that has something there to spoil."""
    cases = []
    for word, text in TEXTS.items():
        numbered = sum(text.number is None or text.number in line for line in text.lines)
        for damage, spoil in damages.items():
            for spot in spots:
                which = _SPOTS[spot]
                spoilt = spoil(text, numbered // 2 if which is None else which)
                if spoilt is not None and spoilt.content != text.content:
                    cases.append(pytest.param(word, damage, spoilt, id=f"{word}-{damage}-{spot}"))
    return cases


def _told_on_its_line(word: str, spoilt: Spoilt, fault: SubmissionError) -> None:
    """The damage is told where it is, by its column, with what is whole above it."""
    _says_all(fault, spoilt.content)
    assert fault.place.line == spoilt.line
    assert fault.place.column
    assert fault.good == TEXTS[word].good_before(fault.place.line)
    assert counted_in(word).capitalize() in str(fault)


def test_every_format_is_spoilt() -> None:
    words = {name.split(" ")[0] for name in (*TEXTS, *BINARIES)}
    assert words == {each.word for each in FORMATS}


@_each_text
def test_the_texts_are_whole(word: str) -> None:
    text = TEXTS[word]
    source = read(text.content, hints=GIVEN)
    assert source.format == word
    told = len(source.readings) + len(source.registers) + len(source.reported) + len(source.statuses)
    assert told == len(text.ends)


@_each_binary
def test_the_binaries_are_whole(name: str) -> None:
    assert read(BINARIES[name], hints=GIVEN).format == name.split(" ")[0]


@pytest.mark.parametrize(("word", "damage", "spoilt"), _cases(IN_A_NUMBER))
def test_in_a_number(word: str, damage: str, spoilt: Spoilt) -> None:
    _told_on_its_line(word, spoilt, _refused(spoilt.content))


@pytest.mark.parametrize(("word", "damage", "spoilt"), _cases(IN_A_DATE, ["first", "last"]))
def test_in_a_date(word: str, damage: str, spoilt: Spoilt) -> None:
    # A register's reading of another year is told where it finds no channel-day; what a C0101 says is information.
    if word in ("D0010", "C0101") and damage in ("far in the future", "long ago"):
        return
    _told_on_its_line(word, spoilt, _refused(spoilt.content))


@pytest.mark.parametrize(("word", "damage", "spoilt"), _cases(OF_A_LINE))
def test_of_a_line(word: str, damage: str, spoilt: Spoilt) -> None:
    fault = _read(spoilt.content)
    if isinstance(fault, Source):
        blank_may_be = damage == "a blank line before it" and word in ("dip", "C0541")
        assert damage in ("twice", "lost") or blank_may_be, "read"
        return
    _says_all(fault, spoilt.content)
    line = fault.place.line
    assert line is not None
    trailer = spoilt.content.split(b"\n")[line - 1].startswith((b"ZPT", b"ZZZ"))
    if trailer and "header before" not in fault.expected:
        # Where a count or a checksum is not right, nothing that it is of is known to be good.
        assert fault.good == 0
    elif line == spoilt.line and not (word == "dip" and damage == "a cell too many"):
        assert fault.good == TEXTS[word].good_before(line)


@pytest.mark.parametrize("forced", [False, True], ids=["recognised", "named"])
@pytest.mark.parametrize("damage", OF_THE_FIRST_LINE)
@_each_text
def test_of_the_first_line(word: str, damage: str, forced: bool) -> None:
    text = TEXTS[word]
    spoilt = OF_THE_FIRST_LINE[damage](text)
    fault = _read(spoilt.content, word if forced else "auto")
    if isinstance(fault, Source):
        # A row that is lost from a file without a header is not missed, nor is a letter of a cell that does not count.
        assert not text.header or word == "dip" or (word, damage) == ("csv-edf", "another first letter")
        return
    _says_all(fault, spoilt.content)
    assert fault.good == 0 or word == "dip"
    # A header with one name too many or too few is held against the first row.
    assert fault.place.line in (1, 2)


@pytest.mark.parametrize("forced", [False, True], ids=["recognised", "named"])
@pytest.mark.parametrize("damage", OF_THE_FILE)
@_each_text
def test_of_the_file(word: str, damage: str, forced: bool) -> None:
    content = OF_THE_FILE[damage](TEXTS[word])
    fault = _read(content, word if forced else "auto")
    if isinstance(fault, Source):
        return
    _says_all(fault, content)
    if content:
        assert fault.place.line is not None


@pytest.mark.parametrize(
    ("word", "damage", "spoilt"), [*_cases(OF_A_LINE), *_cases(IN_A_NUMBER), *_cases(IN_A_DATE, ["first", "last"])]
)
def test_leniently(word: str, damage: str, spoilt: Spoilt) -> None:
    """What is left out is there with its bytes; what is kept is what the file without it holds."""
    text = TEXTS[word]
    strict = _read(spoilt.content)
    found = _read(spoilt.content, lenient=True)
    if isinstance(found, SubmissionError):
        assert isinstance(strict, SubmissionError)
        assert spoilt.line == 1 or word == "dip", "refused as a whole"
        assert strict.good == 0
        assert str(found) == str(strict)
        return
    if isinstance(strict, Source):
        assert found.refused == ()
        assert found.readings.equals(strict.readings)
        assert found.registers.columns.equals(strict.registers.columns)
        assert (found.reported, found.statuses) == (strict.reported, strict.statuses)
        return
    assert found.refused
    _holds_together(text, spoilt.content, found)


def _holds_together(text: WholeText, content: bytes, found: Source) -> None:
    lines = content.split(b"\n")
    gone: set[int] = set()
    for each in found.refused:
        # Two messages may stand on one line.
        if text.left_out != "rest":
            assert not gone & set(range(each.first_line, each.last_line + 1)), "left out twice"
        gone |= set(range(each.first_line, each.last_line + 1))
        if text.left_out != "rest":
            assert each.content.removesuffix(b"\n") == b"\n".join(lines[each.first_line - 1 : each.last_line])
        assert each.content in content
        assert each.reason.place.line is not None
        assert each.first_line <= max(each.reason.place.line, each.last_line + 1)
    if text.left_out == "row":
        kept = b"\n".join(line for number, line in enumerate(lines, 1) if number not in gone)
        again = read(kept, format=found.format, hints=GIVEN)
        assert again.readings.drop_columns(["source_row"]).equals(found.readings.drop_columns(["source_row"]))
    if text.left_out == "record":
        told = sum(line.startswith(_TELLS[found.format]) for line in lines)
        kept = len(found.registers) + len(found.reported) + len(found.statuses)
        only_counted = any("counted and not read" in note for note in found.notes)
        assert only_counted or told == kept + sum(each.count for each in found.refused)
        assert {each.counted for each in found.refused} == {counted_in(found.format)}
    if text.left_out == "group":
        opens = LAYOUTS[found.format].row.encode() + b"|"
        opened = sum(line.startswith(opens) for line in lines)
        assert opened == found.readings.num_rows + sum(each.channel_days for each in found.refused)
    if text.left_out == "rest":
        heads = content.count(b'"CommonBlock"')
        # What stands between two commas is taken for a message, whatever it is.
        more = sum(b'"CommonBlock"' not in each.content and each.channel_days for each in found.refused)
        assert heads + more == found.readings.num_rows + sum(each.channel_days for each in found.refused)


def _of_the_last_row(sent: pa.Table, **values: Any) -> pa.Table:
    """A table whose last row has another value."""
    for name, value in values.items():
        cells = [*sent[name].to_pylist()[:-1], value]
        sent = sent.set_column(sent.column_names.index(name), name, pa.array(cells, sent.schema.field(name).type))
    return sent


_CARRIERS = {"arrow-stream": samples.stream, "arrow-file": samples.file, "parquet": samples.parquet}


@pytest.mark.parametrize(
    ("name", "value"),
    [("settlement_date", date(2036, 4, 1)), ("role", "THIRD"), ("mpan_core", None), ("period_flags", [0])],
)
@pytest.mark.parametrize("carrier", _CARRIERS)
def test_in_a_row_of_a_table(carrier: str, name: str, value: Any) -> None:
    content = _CARRIERS[carrier](_of_the_last_row(samples.table(3), **{name: value}))
    fault = _refused(content)
    _says_all(fault, content)
    assert (fault.place.row, fault.place.column, fault.good) == (3, name, 2)


@pytest.mark.parametrize("carrier", _CARRIERS)
def test_in_a_row_of_half_hours(carrier: str) -> None:
    content = _CARRIERS[carrier](_of_the_last_row(half_hours(2), settlement_period=51))
    fault = _refused(content)
    _says_all(fault, content)
    assert (fault.place.row, fault.place.column, fault.good) == (96, "settlement_period", 1)


@_each_binary
def test_cut_short(name: str) -> None:
    """The place and the size are said, and no more is called good the earlier it is cut."""
    content = BINARIES[name]
    before = 0
    for length in [*range(4, len(content), max(1, len(content) // 80)), len(content) - 1]:
        fault = _refused(content[:length], name.split(" ")[0])
        _says_all(fault, content[:length])
        assert fault.place.byte is not None
        assert fault.place.byte <= length
        assert f"of {length} bytes" in fault.found
        assert fault.good is not None
        assert before <= fault.good <= 3
        before = fault.good
    assert before == (3 if name.startswith("arrow") else 0)


@pytest.mark.parametrize("name", ["arrow-stream", "arrow-file"])
@pytest.mark.parametrize("cut", [0, 20, 2000])
def test_a_name_that_is_no_text(name: str, cut: int) -> None:
    """Of a schema that cannot be read, nothing that follows can be."""
    spoilt = BINARIES[name].replace(b"mpan_core", b"\x8dpan_core")
    content = spoilt[: len(spoilt) - cut]
    fault = _refused(content, name)
    _says_all(fault, content)
    assert (fault.place.byte is not None, fault.good) == (True, 0)


@_each_binary
def test_flipped(name: str) -> None:
    content = BINARIES[name]
    chance = random.Random(name)
    for position in chance.sample(range(len(content)), 250):
        flipped = bytearray(content)
        flipped[position] ^= chance.choice([0x01, 0x10, 0x80, 0xFF])
        fault = _read(bytes(flipped))
        if isinstance(fault, SubmissionError) and not isinstance(fault, TooLargeError):
            _says_all(fault, content)
            assert any(part is not None for part in astuple(fault.place)[1:])


@pytest.mark.parametrize("cell", ["reading", "time"])
@pytest.mark.parametrize("layout", ["schneider", "vital"])
def test_in_a_cell_of_a_sheet(layout: str, cell: str) -> None:
    at = customers.times(2 * 48 + 1)
    if layout == "schneider":
        rows: list[tuple[Any, ...]] = [(f"{each:%Y-%m-%d %H:%M:%S} +0H", place) for place, each in enumerate(at)]
        rows[-1] = ("2026-13-01 00:00:00 +0H", 1) if cell == "time" else (rows[-1][0], "1x5")
        content = customers.schneider_xlsx(rows)
    else:
        rows = [(f"{each:%d/%m/%Y %H:%M:%S}", place, None) for place, each in enumerate(at)]
        rows[-1] = ("01/13/2026 00:00:00", 1, None) if cell == "time" else (rows[-1][0], "1x5", None)
        content = customers.vital_xlsx(rows)
    fault = _refused(content)
    _says_all(fault, content)
    column = "A" if cell == "time" else {"schneider": "B", "vital": "H"}[layout]
    # The one's times are of UTC and its days local: its second day ends an hour before the file.
    good = {"schneider": 2, "vital": 1}[layout]
    assert (fault.place.row, fault.place.column, fault.good) == (len(rows) + 1, column, good)


@pytest.mark.parametrize("packed", [gzip.compress, lambda content: pa.Codec("zstd").compress(content, asbytes=True)])
@_each_text
def test_compressed_and_cut_short(word: str, packed: Any) -> None:
    """The line on which it breaks off, of the lines that can still be had."""
    # What varies packs less well, and so breaks off somewhere in the middle.
    content = packed(TEXTS[word].content)
    fault = _refused(content[: len(content) * 3 // 4])
    _says_all(fault, TEXTS[word].content)
    assert fault.place.line is not None or fault.place.byte == 0
    assert fault.good is not None
    assert fault.good <= TEXTS[word].good_before(fault.place.line or 1)


@pytest.mark.parametrize("carrier", _CARRIERS)
def test_two_columns_without_a_name_are_told_by_their_number(carrier: str) -> None:
    sent = samples.table(1)
    content = _CARRIERS[carrier](sent.append_column("", sent["role"]).append_column("", sent["role"]))
    fault = _refused(content)
    _says_all(fault, content)
    assert (fault.place.column, fault.found) == (str(sent.num_columns + 2), "two columns without a name")
