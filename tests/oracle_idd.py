"""A second reader of C0121, written line by line in plain Python, for tests to compare."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, field
from datetime import date, datetime

from tests.oracle_dtc import INVALID, OracleError

_NUMBER = re.compile(r"-?([0-9]+\.?[0-9]*|\.[0-9]+)")
TREE = {"RMD": 0, "MS9": 1, "OS9": 2, "CN9": 3}
_FIELDS = {"RMD": 1, "MS9": 1, "OS9": 1, "CN9": 3}


@dataclass
class OracleChannelDay:
    """One channel-day; a period without a reading is None."""

    msid: str
    outstation: str
    quantity: str
    role: str
    settlement_date: date
    line: int
    energies: list[float | None] = field(default_factory=list)
    flags: list[int] = field(default_factory=list)


def checksum(records: list[str]) -> int:
    """XOR of the records in 32-bit words, highest byte first, each filled up with zeros (formats.md B6)."""
    total = 0
    for record in records:
        content = record.encode("latin-1")
        content += b"\0" * (-len(content) % 4)
        for (word,) in struct.iter_unpack(">I", content):
            total ^= word
    return total


def enveloped(body: list[str], flag: str = "OPER", word: str = "C0121") -> list[str]:
    """Body records between an AAA and a ZZZ that count and sum them."""
    records = [f"AAA|{word}001|D|20260810093000|CD|CDCA|TR|SYNTH001|1|{flag}|", *body]
    return [*records, f"ZZZ|{len(records) + 1}|{checksum(records)}|"]


def read_c0121(content: bytes) -> list[OracleChannelDay]:
    """All channel-days of the file, in order; OracleError where it breaks the envelope, the tree or a field."""
    days: list[OracleChannelDay] = []
    records: list[str] | None = None
    headed = False
    opened: list[list[str]] = []
    opened_line = 0
    lines = content.decode("latin-1").removeprefix("\xef\xbb\xbf").split("\n")
    if lines[-1] == "":
        lines.pop()
    for number, raw in enumerate(lines, 1):
        text = raw.removesuffix("\r")
        if records is None and text == "":
            continue
        if len(raw) > 4096:
            raise OracleError(number)
        fields = text.split("|")
        whole = fields[-1] == "" and len(fields) > 1
        record, fields = fields[0], fields[1:-1]
        if records is None:
            if record != "AAA" or not whole or not _is_header(fields):
                raise OracleError(number)
            records, headed, opened = [text], True, []
            continue
        if record == "ZZZ":
            if 0 < len(opened) < 4:
                raise OracleError(opened_line)
            due = [str(len(records) + 1), str(checksum(records))]
            if not whole or [str(int(each)) if re.fullmatch("[0-9]{1,18}", each) else each for each in fields] != due:
                raise OracleError(number)
            records = None
            continue
        records.append(text)
        if record in TREE:
            level = TREE[record]
            if level < len(opened) < 4:
                raise OracleError(opened_line)
            if level > len(opened) or not whole or len(fields) != _FIELDS[record]:
                raise OracleError(number)
            opened[level:] = [fields]
            opened_line = number
            _check(record, fields, number)
            if level == 3:
                (msid,), (day,), (outstation,), (_, quantity, role) = opened
                on = date(int(day[:4]), int(day[4:6]), int(day[6:]))
                role = {"M": "MAIN", "C": "CHECK"}[role]
                days.append(OracleChannelDay(msid, outstation, quantity, role, on, number))
        elif record == "RMP":
            if len(opened) != 4 or not whole or len(fields) != 3:
                raise OracleError(number)
            _take(days[-1], fields, number)
        else:
            raise OracleError(number)
    if records is not None or not headed:
        raise OracleError(max(1, len(lines)))
    return days


def _take(day: OracleChannelDay, fields: list[str], line: int) -> None:
    period, volume, status = fields
    if not re.fullmatch("[1-9][0-9]?", period) or not len(day.energies) < int(period) <= 50:
        raise OracleError(line)
    if len(status) != 1 or (volume and not _NUMBER.fullmatch(volume)):
        raise OracleError(line)
    while len(day.energies) + 1 < int(period):
        day.energies.append(None)
        day.flags.append(0)
    unavailable = status == "C"
    day.energies.append(float(volume) if volume and not unavailable else None)
    day.flags.append(0 if status in "AC" else INVALID)


def _check(record: str, fields: list[str], line: int) -> None:
    if record == "MS9":
        try:
            if not re.fullmatch("[0-9]{8}", fields[0]):
                raise OracleError(line)
            date(int(fields[0][:4]), int(fields[0][4:6]), int(fields[0][6:]))
        except ValueError:
            raise OracleError(line) from None
        return
    texts = fields[1:2] if record == "CN9" else fields
    for text in texts:
        if text == "" or not all(" " <= character <= "~" for character in text):
            raise OracleError(line)
    if record == "CN9" and fields[2] not in ("M", "C"):
        raise OracleError(line)


def _is_header(fields: list[str]) -> bool:
    if len(fields) != 9:
        return False
    kind, role, created, sender, sent_by, receiver, sent_to, sequence, flag = fields
    try:
        datetime.strptime(created, "%Y%m%d%H%M%S")  # noqa: DTZ007
    except ValueError:
        return False
    return bool(
        re.fullmatch("C0121[0-9]{3}", kind)
        and role == "D"
        and re.fullmatch("[0-9]{14}", created)
        and re.fullmatch("[!-~]{1,2}", sender)
        and re.fullmatch("[!-~]{1,2}", receiver)
        and re.fullmatch("[!-~]{1,8}", sent_by)
        and re.fullmatch("[!-~]{1,8}", sent_to)
        and re.fullmatch("[0-9]{1,9}", sequence)
        and flag in ("", "OPER")
    )


# Made up: no real file was seen.
STATUS = (
    "PD8|PARTY|",
    "MSX|9901|PLACE|",
    "ODF|OUT1|3|",
    "OSA|OUT1|1|AA|2|3|",
    "MCD|OUT1|S1|01|1|OUT2|S2|01|2|SUB1|AI|-1.5|0.25|",
    "PSD|OUT1|1|OUT3|1|S1|01|SUB1|AI|",
    "PSP|4|0.5|1.25|",
    "PSP|5||1.5|",
    "MSX|9902||",
    "DOL|OUT4|S4|02|2||RE|0|1000|",
    "PSD|OUT1|1|OUT3|1|S1|01|SUB1|AE|",
    "DOL|OUT4|S4|02|2||RI|0|100.125|",
    "DOP|50|100.126|",
)
_STATUS_FIELDS = {"PD8": 1, "MSX": 2, "ODF": 2, "OSA": 5, "MCD": 12, "PSD": 8, "PSP": 3, "DOL": 8, "DOP": 2}


def read_c0541(content: bytes) -> list[list[str]]:
    """What is said of each metering system of a good C0541: its id, the record, and its texts in the order of SQL-C.

    A period of a discrepancy or of a channel outside its limits comes after the texts of that.
    """
    found: list[list[str]] = []
    msid, above = "", []
    for number, line in enumerate(content.decode("ascii").splitlines(), 1):
        record, *texts = line.split("|")
        texts.pop()
        if record in ("AAA", "ZZZ"):
            continue
        if len(texts) != _STATUS_FIELDS[record]:
            raise OracleError(number)
        if record == "MSX":
            msid = texts[0]
        elif record in ("PSP", "DOP"):
            if found[-1] is above:
                found.pop()
            found.append([msid, record, *above[2:], *texts])
        elif record != "PD8":
            above = [msid, record, *texts]
            found.append(above)
    return found
