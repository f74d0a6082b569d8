"""The formats that can be read, and how each is recognised by its content."""

from __future__ import annotations

import re
from dataclasses import dataclass

from validator.errors import SubmissionError
from validator.readings.customers.first_line import DF2_MARK, customers_csv
from validator.readings.not_readings import FLOWS, known_table, known_text
from validator.readings.source import Submission
from validator.readings.spoilt_start import told_by_what_follows
from validator.schema import SENT_COLUMNS

BOM = b"\xef\xbb\xbf"
AUTO = "auto"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Format:
    """One readable format: its word, title, media type and usual file name endings, and what is counted in it."""

    word: str
    title: str
    media_type: str
    endings: tuple[str, ...]
    counted: str = "channel-days"


FORMATS: tuple[Format, ...] = (
    Format("arrow-stream", "Arrow IPC stream", "application/vnd.apache.arrow.stream", (".arrows",)),
    Format("arrow-file", "Arrow IPC file (Feather)", "application/vnd.apache.arrow.file", (".arrow", ".feather")),
    Format("parquet", "Apache Parquet", "application/vnd.apache.parquet", (".parquet", ".pq")),
    Format("csv-wide", "Wide CSV, one column per period", "text/csv", (".csv",)),
    Format("csv-narrow", "Narrow CSV, a row per half hour", "text/csv", (".csv",)),
    Format("csv-half-hour", "Plain half-hour CSV", "text/csv", (".simple.csv", ".csv")),
    Format("csv-british-gas", "British Gas wide CSV", "text/csv", (".bg.csv",)),
    Format("csv-edf", "EDF portal CSV", "text/csv", (".edf.csv",)),
    Format("df2", "Stark DF2", "text/vnd.stark.df2", (".df2",)),
    Format("csv-schneider", "Schneider PME/ION cumulative CSV", "text/csv", (".schneider.csv",)),
    Format("xlsx", "Workbook of cumulative registers: Schneider PME/ION, Vital", _XLSX, (".xlsx",)),
    Format("dip", "MHHS DIP messages, with a mapping", "application/json", (".json",)),
    Format("D0036", "DTC D0036, HH advances in local time", "text/vnd.elexon.d0036", (".usr", ".uff")),
    Format("D0275", "DTC D0275, HH advances in local time", "text/vnd.elexon.d0275", (".usr", ".uff")),
    Format("D0379", "DTC D0379, HH advances in UTC", "text/vnd.elexon.d0379", (".usr", ".uff")),
    Format("C0121", "CDCA C0121 (CDCA-I012), raw meter data", "text/vnd.elexon.c0121", (".c0121", ".txt")),
    Format("D0010", "DTC D0010, register readings", "text/vnd.elexon.d0010", (".usr", ".uff"), "register readings"),
    Format(
        "C0101",
        "CDCA C0101 (CDCA-I010), exceptions: information",
        "text/vnd.elexon.c0101",
        (".c0101", ".txt"),
        "exceptions",
    ),
    Format(
        "C0541",
        "CDCA C0541 (CDCA-I054), meter status: information",
        "text/vnd.elexon.c0541",
        (".c0541", ".txt"),
        "statuses",
    ),
)
"""Each may be sent as it is, or inside gzip or zstd."""

COMPRESSED_ENDINGS = (".gz", ".gzip", ".zst", ".zstd")
DTC_WORDS = ("D0036", "D0275", "D0379", "D0010")
REPORT_WORDS = ("C0101", "C0541")
"""They tell of readings and hold none that are judged."""
IDD_WORDS = ("C0121", *REPORT_WORDS)
_WORDS = tuple(each.word for each in FORMATS)
_ENOUGH_BYTES = 65536
_ENOUGH_FOR_TEXT = 512
_MOST_SHOWN = 40
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_WORKBOOK_PARTS = (b"[Content_Types].xml", b"_rels/", b"xl/", b"docProps/")
_FLOW = re.compile(rb"D[0-9]{4}(?=[0-9]*\Z)")


def recognise(submission: Submission, wanted: str = AUTO) -> str:
    """The format word of a submission's content; `wanted` other than `auto` is held to be right.

    A file name breaks the tie only where the content says nothing: a CSV whose header has none of our names.
    Raises SubmissionError listing the formats where nothing fits.
    """
    if wanted != AUTO:
        return _known(submission, wanted)
    start = bytes(submission.data[:_ENOUGH_BYTES])
    word = _binary(start) or _text(submission, start.removeprefix(BOM))
    if word:
        return word
    if start.startswith(_UTF16):
        action = "Save it as UTF-8, and send it again"
        raise submission.refuse("text in UTF-16", "text in UTF-8 or ASCII", action, line=1)
    known = known_text(start)
    if known is not None:
        raise submission.refuse(known.title, "readings", known.action, line=1)
    text = start.removeprefix(BOM)
    word = None if b"\0" in text[:_ENOUGH_FOR_TEXT] else told_by_what_follows(text)
    if word or _is_table(submission, text):
        return word or "csv-wide"
    raise _unknown(submission, text)


def _is_table(submission: Submission, start: bytes) -> bool:
    """Whether a file that is named as a CSV begins with a line of names, though none that is known."""
    cells = start.split(b"\n", 1)[0].split(b",")
    named_csv = _bare_name(submission.name).endswith(".csv")
    return named_csv and len(cells) > 1 and not any(cell.strip()[:1].isdigit() for cell in cells)


def _unknown(submission: Submission, start: bytes) -> SubmissionError:
    expected = f"one of {format_list()}, as it is or inside gzip or zstd"
    action = "Send one of these formats, or name the format if the file is one of them"
    first_line = start.split(b"\n", 1)[0].rstrip(b"\r")
    is_text = b"\0" not in start[:_ENOUGH_FOR_TEXT] and (first_line.isascii() or b"\n" in start[:_ENOUGH_FOR_TEXT])
    if not is_text:
        return submission.refuse(f"bytes that begin {start[:16]!r}", expected, action, byte=0)
    if not first_line.isascii():
        return submission.refuse(f"bytes that begin {first_line[:_MOST_SHOWN]!r}", expected, action, line=1)
    found = ascii(first_line.decode()[:_MOST_SHOWN]) if first_line else "a blank line"
    return submission.refuse(found, f"the first line of {expected}", action, line=1)


def counted_in(word: str) -> str:
    """What is counted in a format, in words."""
    return next(each.counted for each in FORMATS if each.word == word)


def format_list() -> str:
    """The formats' words, for a message."""
    return ", ".join(_WORDS)


def _known(submission: Submission, wanted: str) -> str:
    if wanted not in _WORDS:
        raise submission.refuse(f"format {wanted!r}", f"one of {format_list()}, or {AUTO}")
    return wanted


def _binary(start: bytes) -> str | None:
    if start.startswith(b"ARROW1"):
        return "arrow-file"
    if start.startswith(b"PAR1"):
        return "parquet"
    # The first part of a workbook is named in the clear; the list of all of them is at the end.
    if start.startswith(b"PK\x03\x04") and any(part in start for part in _WORKBOOK_PARTS):
        return "xlsx"
    return "arrow-stream" if start.startswith(b"\xff\xff\xff\xff") else None


def _text(submission: Submission, start: bytes) -> str | None:
    if start.lstrip()[:1] in (b"[", b"{") and b'"CommonBlock"' in start:
        return "dip"
    first_line = start.lstrip(b"\r\n").split(b"\n", 1)[0].rstrip(b"\r")
    if re.match(rb"(ZHV|101|25B)\|", first_line):
        return _dtc(submission, first_line)
    if first_line.startswith(b"AAA|"):
        return _idd(submission, first_line)
    try:
        header = first_line.decode()
    except UnicodeDecodeError:
        return None
    if first_line.rstrip() == DF2_MARK:
        return "df2"
    listed = [name.strip().strip('"').strip().lower() for name in header.split(",")]
    customers = customers_csv(listed)
    if customers:
        return customers
    other = known_table(listed)
    if other is not None:
        raise submission.refuse(other.title, "readings", other.action, line=1)
    return None if {*SENT_COLUMNS, "p1"}.isdisjoint(listed) else "csv-wide"


def _dtc(submission: Submission, header: bytes) -> str:
    """The flow of a DTC header, in field 2 or else in field 1; D0036 or D0275 where there is no header."""
    if not header.startswith(b"ZHV|"):
        return "D0036" if header.startswith(b"101") else "D0275"
    fields = [*header.split(b"|"), b"", b""]
    for field in (fields[2], fields[1]):
        flow = _FLOW.match(field)
        if flow and flow.group().decode() in DTC_WORDS:
            return flow.group().decode()
    expected = f"a flow among {', '.join(DTC_WORDS)}, with its version"
    raise _other_flow(submission, fields[2].decode("latin-1"), expected, "flow (field 2 of ZHV)")


def _idd(submission: Submission, header: bytes) -> str:
    """The file type of a header in the IDD layout, without its version."""
    field = header.split(b"|")[1].decode("latin-1")
    if field[:5] in IDD_WORDS:
        return field[:5]
    expected = f"a file type among {', '.join(IDD_WORDS)}, with its version"
    raise _other_flow(submission, field, expected, "file type (field 1 of AAA)")


def _other_flow(submission: Submission, field: str, expected: str, column: str) -> SubmissionError:
    """The error for a flow or file type that is not read, with what it is where that is known."""
    found, action = ascii(field[:_MOST_SHOWN]), "Send one of these"
    known = FLOWS.get(field[:5])
    if known is not None:
        found, action = f"{found}: {known.title}", known.action
    return submission.refuse(found, expected, action, line=1, column=column)


def _bare_name(name: str) -> str:
    """The name in lower case, without the endings that compression adds."""
    bare = name.lower()
    for ending in COMPRESSED_ENDINGS:
        bare = bare.removesuffix(ending)
    return bare
