"""A D0010 read leniently, held against what the reader of lines finds in what is left of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa

from tests.readings.d0010_by_lines import read_by_lines
from tests.readings.samples import d0010_lines
from validator.errors import SubmissionError
from validator.readings.d0010 import LAYOUT, Unknown, register_batches
from validator.readings.pipes.windows import BOM, windows_of_buffer, windows_of_pieces
from validator.readings.record_trees import Terms
from validator.readings.refused import RefusedLines
from validator.readings.register_readings import REGISTER_READINGS, RegisterReading, RegisterReadings

Found = tuple[list[RegisterReading], list[RefusedLines]]
_HEADER = d0010_lines()[0]


def _thinned(content: bytes, size: int = 1 << 40, jobs: int = 1, pieces: bool = False) -> Found | str:
    """Readings and what is left out, of a file cut into windows."""
    refused: list[RefusedLines] = []
    windows = windows_of_buffer(np.frombuffer(content, dtype=np.uint8), LAYOUT, size, None, 1 << 40)
    if pieces:
        sent = (content[at : at + 97] for at in range(0, len(content), 97))
        windows = windows_of_pieces(sent, LAYOUT, size, 1 << 40)
    try:
        batches = list(register_batches(windows, Terms("sent", LAYOUT, refuse=refused.append), jobs, Unknown()))
    except SubmissionError as fault:
        return str(fault)
    table = pa.Table.from_batches(batches, REGISTER_READINGS)
    table.validate(full=True)
    return list(RegisterReadings("sent", table)), refused


def _by_hand(content: bytes, refused: list[RefusedLines]) -> list[RegisterReading]:
    """What the reader of lines finds in the file without the refused lines, with an envelope that fits the rest."""
    gone = {line for each in refused for line in range(each.first_line, each.last_line + 1)}
    lines = content.removesuffix(b"\n").split(b"\n")
    kept = [(number, line) for number, line in enumerate(lines, 1) if number not in gone and line.strip()]
    body = [(number, line) for number, line in kept if not line.startswith((b"ZHV|", b"ZPT|"))]
    tops = sum(line.startswith(b"026|") for _, line in body)
    trailer = f"ZPT|SYN0000004|{len(body)}||{tops}|20260402060000|".encode()
    sent = b"\n".join([_HEADER.encode(), *(line for _, line in body), trailer, b""])
    found, _ = read_by_lines(sent, "sent")
    return [replace(each, line=body[each.line - 2][0]) for each in found]


def nothing_is_lost(content: bytes) -> None:
    """Register readings in are those out and those refused; those out are of the file without the refused lines."""
    content = content.removeprefix(BOM)
    found = _thinned(content)
    for size in (1, 120):
        again = _thinned(content, size, 1 + (size == 120), pieces=size == 120)
        if isinstance(found, str) or isinstance(again, str):
            assert again == found
            continue
        assert again[0] == found[0]
        assert b"".join(each.content for each in again[1]) == b"".join(each.content for each in found[1])
    strict: list[RegisterReading] | str
    try:
        strict = read_by_lines(content, "sent")[0]
    except SubmissionError as fault:
        strict = str(fault)
    if isinstance(found, str) or not isinstance(strict, str):
        assert found == (strict if isinstance(strict, str) else (strict, []))
        return
    readings, refused = found
    lines = content.split(b"\n")
    past = 0
    assert refused
    for each in refused:
        assert each.first_line > past
        past = max(past, each.last_line)
        sent = b"\n".join(lines[each.first_line - 1 : each.last_line])
        assert each.content in (sent, sent + b"\n")
        assert each.counted == "register readings"
    assert readings == _by_hand(content, refused)
    # Counted over the bytes, without knowing of groups.
    assert sum(line.startswith(b"030|") for line in lines) == len(readings) + sum(each.count for each in refused)
