"""Recognition by content, compression, and where submissions come from."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import get_args

import pyarrow as pa
import pytest

from tests.oracle_idd import enveloped as enveloped_idd
from tests.readings import customers
from tests.readings.samples import (
    TODAY,
    csv,
    csv_row,
    d0010_lines,
    file,
    flow_lines,
    joined,
    parquet,
    read,
    refusal,
    stream,
    table,
)
from tests.sample.folders import SAMPLES
from validator.command.words import FormatWord
from validator.errors import SubmissionError, TooLargeError
from validator.readings import FORMATS, Hints, expand_inputs, read_submission

_CONTENTS = {
    "arrow-stream": stream(table()),
    "arrow-file": file(table()),
    "parquet": parquet(table()),
    "csv-wide": csv(csv_row(["1.5"] * 48)),
    "csv-narrow": customers.narrow_csv(),
    "csv-half-hour": customers.plain_csv(),
    "csv-british-gas": customers.british_gas(),
    "csv-edf": customers.edf(),
    "df2": customers.df2(),
    "csv-schneider": customers.schneider(),
    "xlsx": customers.schneider_xlsx(),
    "dip": customers.dip(),
    "D0036": joined(flow_lines("D0036")),
    "D0275": joined(flow_lines("D0275")),
    "D0379": joined(flow_lines("D0379")),
    "C0121": joined(enveloped_idd(["RMD|9901|", "MS9|20260401|", "OS9|OUT1|", "CN9|1|AI|M|", "RMP|1|1.5|A|"])),
    "D0010": joined(d0010_lines()),
    "C0101": joined(
        enveloped_idd(["MSE|9901|", "SDE|20260401|", "OSD|O|", "CND|1|AI|M|", "SPE|1|2.5|B|x|"], word="C0101")
    ),
    "C0541": joined(enveloped_idd(["PD8|PARTY|", "MSX|9901|PLACE|", "OSA|OUT1|1|AA|2|3|"], word="C0541")),
}


_HINTS = Hints(channels=customers.GIVEN.channels, mapping=SAMPLES / "dip_mapping.toml")
"""What some of them leave unsaid."""


def _zstd(content: bytes) -> bytes:
    return bytes(pa.Codec("zstd").compress(content, asbytes=True))


def test_every_format_can_be_named_on_the_command_line() -> None:
    assert list(get_args(FormatWord)) == ["auto", *(each.word for each in FORMATS)]


def test_every_format_has_a_sample() -> None:
    assert [each.word for each in FORMATS] == list(_CONTENTS)


@pytest.mark.parametrize("word", _CONTENTS)
@pytest.mark.parametrize("packed", [bytes, gzip.compress, _zstd])
@pytest.mark.parametrize("name", ["x", "lying.parquet", "lying.csv.gz"])
def test_a_format_is_recognised_by_its_content(word: str, packed: type[bytes], name: str) -> None:
    source = read(packed(_CONTENTS[word]), name, hints=_HINTS)
    assert source.format == word
    assert source.name == name


@pytest.mark.parametrize("word", _CONTENTS)
def test_a_format_can_be_named(word: str) -> None:
    assert read(_CONTENTS[word], format=word, hints=_HINTS).format == word


@pytest.mark.parametrize("word", _CONTENTS)
@pytest.mark.parametrize("wanted", _CONTENTS)
def test_a_format_named_wrongly_is_refused(word: str, wanted: str) -> None:
    if word != wanted:
        assert refusal(_CONTENTS[word], format=wanted, hints=_HINTS)


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04zip", b"{}", b"hello", b"a;b;c\n1;2;3\n", b"\xd0\xcf\x11\xe0", b"\0", gzip.compress(b"x")]
)
def test_an_unknown_format_is_refused_with_the_list(content: bytes) -> None:
    expected = refusal(content).expected
    assert all(word in expected for word in _CONTENTS)


def test_an_unknown_format_word_is_refused() -> None:
    assert refusal(joined(flow_lines()), format="D0150").found == "format 'D0150'"


def test_a_csv_without_our_names_is_told_by_its_file_name() -> None:
    error = refusal(b"a,b\n1,2\n", "x.csv.gz")
    assert error.place.column == "mpan_core"


@pytest.mark.parametrize("content", [b"", gzip.compress(b""), _zstd(b"")])
def test_an_empty_file_is_refused(content: bytes) -> None:
    assert refusal(content, "void").place.file == "void"


@pytest.mark.parametrize("content", [b"\xef\xbb\xbf", b"\n", b"\r\n\r\n", b" "])
def test_a_file_of_nothing_is_refused(content: bytes) -> None:
    assert refusal(content)


def test_all_members_and_frames_are_read() -> None:
    content = joined(flow_lines())
    head, tail = content[:100], content[100:]
    skippable = b"\x50\x2a\x4d\x18\x03\0\0\0abc"
    for packed in (
        gzip.compress(head) + gzip.compress(tail),
        _zstd(head) + _zstd(tail),
        skippable + _zstd(head) + skippable + _zstd(tail),
    ):
        assert read(packed).readings == read(content).readings


@pytest.mark.parametrize("pack", [gzip.compress, _zstd])
def test_truncated_or_corrupt_compression_is_refused(pack: type[bytes]) -> None:
    packed = pack(joined(flow_lines()))
    codec = "gzip" if pack is gzip.compress else "zstd"
    for length in range(4, len(packed)):
        assert f"damaged {codec}" in refusal(packed[:length]).found
    assert f"damaged {codec}" in refusal(packed + b"garbage").found
    assert f"damaged {codec}" in refusal(packed + packed[: len(packed) // 2]).found


@pytest.mark.parametrize("pack", [gzip.compress, _zstd])
def test_a_bomb_is_refused(pack: type[bytes]) -> None:
    bomb = pack(bytes(10_000_000))
    assert len(bomb) < 20_000
    fault = refusal(bomb, most_bytes=1_000_000)
    assert isinstance(fault, TooLargeError)
    assert "more than 1000000 bytes" in fault.found


def test_digest_and_size_are_of_the_bytes_as_received() -> None:
    packed = gzip.compress(joined(flow_lines()))
    source = read(packed)
    assert source.sha256 == hashlib.sha256(packed).hexdigest()
    assert source.size_bytes == len(packed)
    assert source.read_s > 0


def test_a_file_is_read_under_its_path_or_a_name(tmp_path: Path) -> None:
    path = tmp_path / "day.usr"
    path.write_bytes(joined(flow_lines()))
    assert read_submission(path, today=TODAY).name == str(path)
    named = read_submission(path, today=TODAY, name="day")
    assert named.readings["source_file"].to_pylist() == ["day"]


def test_today_is_the_default(tmp_path: Path) -> None:
    path = tmp_path / "day.usr"
    path.write_bytes(joined(flow_lines(days=["21001231"])))
    with pytest.raises(SubmissionError, match="far future"):
        read_submission(path)


def test_a_named_pipe_is_read(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_bytes, args=(joined(flow_lines()),))
    writer.start()
    assert read_submission(path, today=TODAY).format == "D0036"
    writer.join()


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    content = gzip.compress(joined(flow_lines()))
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(content)))
    source = read_submission("-", today=TODAY)
    assert (source.name, source.size_bytes) == ("standard input", len(content))


@pytest.mark.parametrize("name", ["absent", "folder", "empty"])
def test_what_cannot_be_opened_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "empty").touch()
    with pytest.raises(SubmissionError) as caught:
        read_submission(tmp_path / name)
    assert caught.value.place.file == str(tmp_path / name)


def test_inputs_are_expanded_in_order(tmp_path: Path) -> None:
    for name in ("b/2.usr", "b/10.usr", "b/.hidden", "b/.git/x", "b/c/1.usr", "a.usr"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    expanded = expand_inputs([str(tmp_path / "b"), "-", str(tmp_path / "a.usr")])
    folder = tmp_path / "b"
    assert expanded == [folder / "10.usr", folder / "2.usr", folder / "c" / "1.usr", "-", tmp_path / "a.usr"]


@pytest.mark.parametrize("name", ["absent", "bare"])
def test_inputs_without_files_are_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "bare").mkdir()
    with pytest.raises(SubmissionError):
        expand_inputs([str(tmp_path / name)])
