"""Batch by batch: the same readings as whole, from a file, compressed, through a pipe, with bounded memory."""

from __future__ import annotations

import gzip
import io
import os
import subprocess
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

import pyarrow as pa
import pytest

from tests.oracle_idd import enveloped as enveloped_idd
from tests.readings.samples import TODAY, csv, csv_row, flow_lines, joined, parquet, read, table
from validator.errors import SubmissionError
from validator.readings.refused import RefusedLines
from validator.readings.streaming import Asked, open_stream, table_of

_ASKED = Asked(today=TODAY)
_DAYS = [f"2026{month:02}{day:02}" for month in (1, 2, 3) for day in range(1, 29)]
_CONTENTS = {
    "D0036": joined(flow_lines(days=_DAYS)),
    "D0379": b"\xef\xbb\xbf" + joined(flow_lines("D0379"), "\r\n"),
    "C0121": joined(enveloped_idd(["RMD|9901|", "MS9|20260401|", "OS9|OUT1|", "CN9|1|AI|M|", "RMP|1|1.5|A|"])),
    "parquet": parquet(table()),
    "csv-wide": csv(csv_row(["1.5"] * 48)),
}


def _zstd(content: bytes) -> bytes:
    return bytes(pa.Codec("zstd").compress(content, asbytes=True))


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


@pytest.mark.parametrize("packed", [bytes, gzip.compress])
def test_memory_does_not_grow_with_the_file(tmp_path: Path, packed: type[bytes]) -> None:
    paths = []
    for name, times in (("small", 400), ("large", 4000)):
        paths.append(tmp_path / name)
        lines = flow_lines(days=_DAYS)
        body = joined(lines[1:-1]) * times
        count = body.count(b"\n")
        trailer = f"ZPT|SYN0000001|{count}||{times}|20260403071500|\n".encode()
        paths[-1].write_bytes(packed(joined(lines[:1]) + body + trailer))
    said = subprocess.run([sys.executable, "-c", _GROWTH, *map(str, paths)], capture_output=True, text=True, check=True)
    small, large = (int(line) for line in said.stdout.split())
    # 18 MB and 180 MB of text; kilobytes.
    assert large - small < 60_000
