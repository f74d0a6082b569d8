"""C0101 and C0541 read leniently, held against a strict reading of what is left of them."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

from tests.oracle_idd import enveloped
from tests.readings.samples import joined, read, refusal
from validator.errors import SubmissionError
from validator.readings import Source
from validator.readings.cdca_records import BOM

TELLS = {"C0101": ("SPE|",), "C0541": ("ODF|", "OSA|", "MCD|", "PSD|", "PSP|", "DOL|", "DOP|")}
"""The records that tell something."""


def _told(source: Source) -> list[Any]:
    return [*source.reported, *source.statuses]


def _by_hand(word: str, lines: list[str], gone: set[int]) -> list[Any]:
    """What a strict reading tells of the file without the lines that are gone, in an envelope that fits the rest."""
    kept = [(number, line) for number, line in enumerate(lines, 1) if number not in gone and line.strip("\r")]
    body = [(number, line) for number, line in kept if not line.startswith(("AAA|", "ZZZ|"))]
    strict = read(joined(enveloped([line.removesuffix("\r") for _, line in body], word=word)), format=word)
    return [replace(each, line=body[each.line - 2][0], file="sent") for each in _told(strict)]


def _leniently(word: str, content: bytes) -> Source | None:
    try:
        return read(content, format=word, lenient=True)
    except SubmissionError as fault:
        refused = str(fault)
    assert refused == str(refusal(content, format=word))
    return None


def nothing_is_lost(word: str, content: bytes) -> None:
    """What is told and what was refused are all that was sent; what is told is of what was not refused."""
    content = content.removeprefix(BOM)
    source = _leniently(word, content)
    if source is None:
        return
    lines = content.decode("utf-8", "surrogateescape").removesuffix("\n").split("\n")
    gone: list[int] = []
    for each in source.refused:
        span = range(each.first_line, each.last_line + 1)
        sent = b"\n".join(content.split(b"\n")[span.start - 1 : span.stop - 1])
        assert each.content in (sent, sent + b"\n")
        gone += span
    assert gone == sorted(set(gone))
    if "not read" in source.notes[0]:
        return
    told = _told(source)
    assert sum(line.startswith(TELLS[word]) for line in lines) == len(told) + sum(
        each.count for each in source.refused
    ) + _said_by_their_periods(lines, set(gone))
    if not source.refused:
        assert told == _told(read(content, format=word))
        return
    if content.isascii():
        assert [replace(each, created="") if word == "C0541" else each for each in told] == [
            replace(each, created="") if word == "C0541" else each for each in _by_hand(word, lines, set(gone))
        ]


def _said_by_their_periods(lines: list[str], gone: set[int]) -> int:
    """Records that are kept and told by the records under them."""
    kept = [line for number, line in enumerate(lines, 1) if number not in gone and line.strip("\r")]
    pairs = pairwise(kept)
    return sum((line[:4], under[:4]) in (("DOL|", "DOP|"), ("PSD|", "PSP|")) for line, under in pairs)
