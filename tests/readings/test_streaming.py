"""Batch by batch: the same readings as whole, from a file, compressed, through a pipe, with bounded memory."""

from __future__ import annotations

import gzip
import io
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import BinaryIO

import pyarrow as pa
import pytest

from tests.oracle_idd import enveloped as enveloped_idd
from tests.readings.customers import british_gas, edf
from tests.readings.samples import TODAY, csv, csv_row, flow_lines, joined, parquet, read, table
from validator.errors import Place, SubmissionError
from validator.readings import streaming
from validator.readings.pipes import windows
from validator.readings.refused import RefusedLines
from validator.readings.streaming import Asked, open_stream, table_of

_NEWLINE = b"\n"
_ASKED = Asked(today=TODAY)
_DAYS = [f"2026{month:02}{day:02}" for month in (1, 2, 3) for day in range(1, 29)]
_CUSTOMERS = {
    "df2": joined(["#F2", *(line for day in range(1, 29) for line in (
        f"#O 99000000000{day:02}", "#S 1", *(f"01/06/26,{half // 2:02}:{half % 2 * 30:02},{half}.5,A"
        for half in range(1, 48)), "02/06/26,00:00,1,A"))]),
    "csv-british-gas": british_gas() * 40,
    "csv-edf": edf() + edf().split(b"\n", 1)[1] * 40,
}  # fmt: skip
_CONTENTS = {
    **_CUSTOMERS,
    "D0036": joined(flow_lines(days=_DAYS)),
    "D0379": b"\xef\xbb\xbf" + joined(flow_lines("D0379"), "\r\n"),
    "C0121": joined(enveloped_idd(["RMD|9901|", "MS9|20260401|", "OS9|OUT1|", "CN9|1|AI|M|", "RMP|1|1.5|A|"])),
    "parquet": parquet(table()),
    "csv-wide": csv(csv_row(["1.5"] * 48)),
}


def _zstd(content: bytes) -> bytes:
    return bytes(pa.Codec("zstd").compress(content, asbytes=True))


@pytest.fixture(params=[500, windows.WINDOW_BYTES])
def _window(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "window_bytes", lambda _: request.param)


@pytest.mark.usefixtures("_window")
@pytest.mark.parametrize("packed", [bytes, gzip.compress, _zstd])
@pytest.mark.parametrize("word", _CONTENTS)
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_stream_is_the_whole(tmp_path: Path, word: str, packed: type[bytes], jobs: int) -> None:
    path = tmp_path / "sent"
    path.write_bytes(packed(_CONTENTS[word]))
    stream = open_stream(path, Asked(today=TODAY, jobs=jobs), "sent")
    assert stream.format == word
    assert table_of(stream).combine_chunks().equals(read(_CONTENTS[word], "sent").readings.combine_chunks())


@pytest.mark.parametrize("packed", [bytes, gzip.compress])
def test_standard_input_and_a_pipe_are_streamed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, packed: type[bytes]
) -> None:
    content = packed(_CONTENTS["D0036"])
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(content)))
    assert table_of(open_stream("-", _ASKED)).num_rows == len(_DAYS)
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_bytes, args=(content,))
    writer.start()
    assert table_of(open_stream(path, _ASKED)).num_rows == len(_DAYS)
    writer.join()


def test_a_fault_far_on_comes_after_the_batches_before_it(tmp_path: Path) -> None:
    lines = flow_lines(days=_DAYS * 200)
    lines[-2] = "103|A|x|"
    path = tmp_path / "sent"
    path.write_bytes(joined(lines))
    stream = open_stream(path, _ASKED)
    rows: list[int] = []
    with pytest.raises(SubmissionError) as caught:
        rows.extend(len(batch.readings) for batch in stream.batches)
    assert sum(rows) > 5000
    assert (caught.value.place.line, caught.value.good) == (len(lines) - 1, len(_DAYS) * 200 - 1)


def _said(read: Callable[[], object]) -> tuple[str, int | None]:
    with pytest.raises(SubmissionError) as caught:
        read()
    return str(caught.value), caught.value.good


@pytest.mark.usefixtures("_window")
@pytest.mark.parametrize("packed", [bytes, gzip.compress])
@pytest.mark.parametrize("word", _CUSTOMERS)
@pytest.mark.parametrize("spoil", [b"x", b"", b"1,2", b'"', b"01/06/2026,00:30,1,A", b"\xff,1"])
def test_a_fault_is_told_as_of_the_whole(tmp_path: Path, word: str, packed: type[bytes], spoil: bytes) -> None:
    lines = _CUSTOMERS[word].split(b"\n")
    path = tmp_path / "sent"
    for at in (1, 2, len(lines) // 2, len(lines) - 2, len(lines) - 1):
        content = b"\n".join([*lines[:at], spoil, *lines[at:]])
        if spoil == b"" and at >= len(lines) - 1:
            continue
        path.write_bytes(packed(content))
        whole = _said(lambda content=content: read(content, "sent", format=word))
        assert _said(lambda: table_of(open_stream(path, replace(_ASKED, format=word), "sent"))) == whole


@pytest.mark.usefixtures("_window")
@pytest.mark.parametrize("word", _CUSTOMERS)
@pytest.mark.parametrize("spoil", [None, b"x"])
def test_what_breaks_off_is_told_as_of_the_whole(
    tmp_path: Path, word: str, spoil: bytes | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = _REPEATED[word](12).split(b"\n")
    content = b"\n".join([*lines[:300], *([] if spoil is None else [spoil]), *lines[300:]])
    sent = content[: len(content) // 2]

    def pieces(file: BinaryIO, *_: object) -> Iterator[bytes]:
        file.close()
        yield from (sent[at : at + 7000] for at in range(0, len(sent), 7000))
        raise SubmissionError(Place("sent"), "damaged gzip: cut short", "a whole gzip file", "Send it again")

    monkeypatch.setattr(streaming, "_pieces", pieces)
    path = tmp_path / "sent"
    path.write_bytes(gzip.compress(b"anything"))
    said = []
    for formats in (streaming._BY_WINDOW, {}):
        monkeypatch.setattr(streaming, "_BY_WINDOW", formats)
        said.append(_said(lambda: table_of(open_stream(path, replace(_ASKED, format=word), "sent"))))
    assert said[0] == said[1]
    assert said[0][1]


def test_what_is_left_out_is_handed_over(tmp_path: Path) -> None:
    path = tmp_path / "sent"
    path.write_bytes(_CONTENTS["D0036"].replace(b"103|A|12.4|", b"103|A|?|", 1))
    refused: list[RefusedLines] = []
    stream = open_stream(path, Asked(today=TODAY, refuse=refused.append))
    assert table_of(stream).num_rows == len(_DAYS) - 1
    assert [each.channel_days for each in refused] == [1]


@pytest.mark.parametrize(
    "content", [b"", gzip.compress(b""), b"hello", gzip.compress(b"hello"), gzip.compress(b"x")[:-3]]
)
def test_what_is_no_submission_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "sent"
    path.write_bytes(content)
    with pytest.raises(SubmissionError):
        table_of(open_stream(path, _ASKED))


def test_truncated_compression_and_the_cap_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "sent"
    path.write_bytes(gzip.compress(_CONTENTS["D0036"])[:-20])
    with pytest.raises(SubmissionError, match="damaged gzip"):
        table_of(open_stream(path, _ASKED))
    path.write_bytes(gzip.compress(bytes(10_000_000)))
    with pytest.raises(SubmissionError):
        table_of(open_stream(path, Asked(today=TODAY, most_bytes=1_000_000, format="D0036")))


def test_an_absent_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SubmissionError):
        open_stream(tmp_path / "absent", _ASKED)


_GROWTH = """
import resource, sys
from datetime import date
from pathlib import Path
from validator.readings.streaming import Asked, open_stream
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for path in sys.argv[1:]:
    for batch in open_stream(Path(path), Asked(today=date(2026, 6, 1))).batches:
        pass
    print(peak())
"""


def _flow(times: int) -> bytes:
    lines = flow_lines(days=_DAYS)
    body = joined(lines[1:-1]) * times
    trailer = f"ZPT|SYN0000001|{body.count(_NEWLINE)}||{times}|20260403071500|\n".encode()
    return joined(lines[:1]) + body + trailer


_REPEATED: dict[str, Callable[[int], bytes]] = {
    "D0036": _flow,
    "df2": lambda times: b"#F2\n" + _CUSTOMERS["df2"].removeprefix(b"#F2\n") * times,
    "csv-british-gas": lambda times: british_gas() * (90 * times),
    "csv-edf": lambda times: edf() + edf().split(b"\n", 1)[1] * (45 * times),
}
"""Some 40 kB each time."""


_LARGE = {"D0036": (4000, 60_000)}
_LESS = (1600, 20_000)
"""How often the larger file repeats it, and the kilobytes that are allowed for that: a third of its text."""


@pytest.mark.parametrize(
    ("word", "packed"), [("D0036", bytes), ("D0036", gzip.compress), *((word, bytes) for word in _CUSTOMERS)]
)
def test_memory_does_not_grow_with_the_file(tmp_path: Path, word: str, packed: type[bytes]) -> None:
    paths = []
    repeated, allowed_kb = _LARGE.get(word, _LESS)
    for name, times in (("small", repeated // 10), ("large", repeated)):
        paths.append(tmp_path / name)
        paths[-1].write_bytes(packed(_REPEATED[word](times)))
    said = subprocess.run([sys.executable, "-c", _GROWTH, *map(str, paths)], capture_output=True, text=True, check=True)
    small, large = (int(line) for line in said.stdout.split())
    assert large - small < allowed_kb
