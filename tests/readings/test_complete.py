"""What a file may lack although it can be read: anything to judge, or the end of its last line."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.oracle_idd import enveloped as idd
from tests.readings import customers, samples
from tests.readings.samples import enveloped, joined, read
from tests.readings.test_narrow_tables import narrow
from tests.readings.whole_files import GIVEN, TEXTS
from validator.errors import SubmissionError
from validator.readings import require_something

_EMPTY = {
    **{word: TEXTS[word].lines[0] + b"\n" for word in ("csv-wide", "csv-narrow", "csv-half-hour", "csv-edf")},
    "csv-schneider": TEXTS["csv-schneider"].lines[0] + b"\n",
    "df2": customers.df2("").rstrip(b"\n") + b"\n",
    "D0036": joined(enveloped([], groups=0)),
    "D0010": joined(["ZHV|S|D0010002|D|NHDC|X|SUPP|20260402060000||||OPER|", "ZPT|S|0||0|20260402060000|"]),
    "C0121": joined(idd([])),
    "arrow-stream": samples.stream(samples.table(0)),
    "arrow-file": samples.file(samples.table(0)),
    "parquet": samples.parquet(narrow(0)),
    "xlsx": customers.workbook([("Time stamp", "Energy (kWh)", "Events", "Comment", "User")]),
}


@pytest.mark.parametrize("word", _EMPTY)
def test_a_file_with_nothing_in_it_is_refused(word: str) -> None:
    source = read(_EMPTY[word], format=word, hints=GIVEN)
    counted = "register readings" if word == "D0010" else "channel-days"
    with pytest.raises(SubmissionError, match=f"found a {word} without {counted}; expected at least one") as refused:
        require_something(source)
    assert (refused.value.good, refused.value.counted) == (0, counted)


@pytest.mark.parametrize("word", TEXTS)
def test_a_file_with_something_in_it_is_not(word: str) -> None:
    source = read(TEXTS[word].content, format=word, hints=GIVEN)
    assert require_something(source) is source


@pytest.mark.parametrize("word", ["C0101", "C0541"])
def test_a_report_may_have_nothing_to_tell(word: str) -> None:
    assert "none" in require_something(read(joined(idd([], word=word)))).notes[0]


def test_what_was_left_out_is_something() -> None:
    content = TEXTS["csv-wide"].content.replace(b"1.5", b"x")
    source = require_something(read(content, lenient=True))
    assert (source.readings.num_rows, len(source.refused)) == (0, 3)
    with pytest.raises(SubmissionError):
        require_something(replace(source, refused=()))


@pytest.mark.parametrize("word", TEXTS)
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_a_last_line_without_its_end_is_told_where_nothing_else_ends_the_file(word: str, end: bytes) -> None:
    content = TEXTS[word].content.replace(b"\n", end)
    told = [
        [note for note in read(sent, format=word, hints=GIVEN).notes if "no line end" in note]
        for sent in (content, content.removesuffix(end))
    ]
    ends_itself = not (word.startswith("csv-") or word == "df2")
    assert [len(notes) for notes in told] == [0, 0 if ends_itself else 1]
