"""A second reader of D0036, D0275 and D0379, written line by line in plain Python, for tests to compare."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime

ESTIMATED, PADDING, INVALID = 1, 2, 1 << 15
RECORDS = {"D0036": ("101", "102", "103"), "D0275": ("25B", "26B", "27B"), "D0379": ("25B", "26B", "66L")}
_NUMBER = re.compile(r"-?([0-9]+\.?[0-9]*|\.[0-9]+)")


class OracleError(Exception):
    """The file is refused; `line` is where, from 1."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line}")
        self.line = line


@dataclass
class OracleDay:
    """One channel-day; a blank value is None."""

    mpan_core: str
    quantity: str
    settlement_date: date
    line: int
    energies: list[float | None] = field(default_factory=list)
    flags: list[int] = field(default_factory=list)


@dataclass
class _Open:
    """What is known since the last ZHV."""

    identifier: str | None
    header_line: int
    groups: int = 0
    channel: tuple[str, str] | None = None
    channel_line: int = 0
    day: OracleDay | None = None

    @property
    def lacks_day(self) -> bool:
        return self.channel is not None and self.day is None


def read_flow(content: bytes, flow: str) -> list[OracleDay]:
    """All days of the file, in order; OracleError where it breaks the envelope, the tree or a field."""
    channel_id, day_id, value_id = RECORDS[flow]
    days: list[OracleDay] = []
    opened: _Open | None = None
    headed = False
    lines = content.decode("latin-1").removeprefix("\xef\xbb\xbf").split("\n")
    if lines[-1] == "":
        lines.pop()
    for number, raw in enumerate(lines, 1):
        text = raw.removesuffix("\r")
        if opened is None and text == "":
            continue
        if len(raw) > 4096:
            raise OracleError(number)
        fields = text.split("|")
        whole = fields[-1] == "" and len(fields) > 1
        record, fields = fields[0], fields[:-1]
        if opened is None:
            if record != "ZHV" or not whole or len(fields) not in (11, 12):
                raise OracleError(number)
            opened = _Open(_identifier(fields, flow, number), number)
            headed = True
        elif record == channel_id:
            _refuse_no_day(opened)
            texts = fields[1:]
            if not whole or len(fields) != 4 or not (_is_text(texts[0]) and _is_text(texts[1])):
                raise OracleError(number)
            if texts[2] and not _is_text(texts[2]):
                raise OracleError(number)
            opened.channel, opened.channel_line, opened.day = (fields[1], fields[2]), number, None
            opened.groups += 1
        elif record == day_id:
            if opened.channel is None or not whole or len(fields) != 2:
                raise OracleError(number)
            opened.day = OracleDay(*opened.channel, _date(fields[1], number), number)
            days.append(opened.day)
        elif record == value_id:
            if opened.day is None or not whole or len(fields) != 3 or len(fields[1]) > 1:
                raise OracleError(number)
            if len(opened.day.flags) == 1000:
                raise OracleError(number)
            opened.day.flags.append({"A": 0, "E": ESTIMATED, "C": PADDING}.get(fields[1], INVALID))
            opened.day.energies.append(_value(fields[2], number))
        elif record == "ZPT":
            _refuse_no_day(opened)
            _close(opened, fields, whole, number)
            opened = None
        else:
            raise OracleError(number)
    if opened is not None or not headed:
        raise OracleError(max(1, len(lines)))
    return days


def _refuse_no_day(opened: _Open) -> None:
    if opened.lacks_day:
        raise OracleError(opened.channel_line)


def _identifier(fields: list[str], flow: str, line: int) -> str | None:
    """The file identifier of a header whose every field is right; None where it has no such field."""
    identifier = fields[1] if len(fields) == 12 else None
    found, sender, sent_by, receiver, sent_to, created, _, _, _, flag = fields[-10:]
    right = (
        re.fullmatch(f"{flow}[0-9]*", found)
        and all(re.fullmatch("[ -~]*", each) for each in fields)
        and re.fullmatch("[A-Z]", sender)
        and re.fullmatch("[A-Z]", receiver)
        and re.fullmatch("[!-~]{1,4}", sent_by)
        and re.fullmatch("[!-~]{1,4}", sent_to)
        and _is_stamp(created)
        and flag in ("", "OPER")
    )
    if not right:
        raise OracleError(line)
    return identifier


def _is_stamp(text: str) -> bool:
    try:
        datetime.strptime(text, "%Y%m%d%H%M%S")  # noqa: DTZ007
    except ValueError:
        return False
    return bool(re.fullmatch("[0-9]{14}", text))


def _close(opened: _Open, fields: list[str], whole: bool, line: int) -> None:
    if not whole or len(fields) not in (3, 4, 5, 6):
        raise OracleError(line)
    right_identifier = opened.identifier is None or fields[1] == opened.identifier
    right_lines = _count(fields[2]) == line - opened.header_line - 1
    instances = fields[4] if len(fields) > 4 else ""
    right_groups = instances == "" or _count(instances) == opened.groups
    checksum = fields[3] if len(fields) > 3 else ""
    completed = fields[5] if len(fields) > 5 else ""
    right_rest = (checksum == "" or _count(checksum) is not None) and (completed == "" or _is_stamp(completed))
    if not (right_identifier and right_lines and right_groups and right_rest):
        raise OracleError(line)


def _count(text: str) -> int | None:
    return int(text) if re.fullmatch("[0-9]{1,18}", text) else None


def _is_text(text: str) -> bool:
    return text != "" and all(" " <= character <= "~" for character in text)


def _date(text: str, line: int) -> date:
    if not re.fullmatch("[0-9]{8}", text):
        raise OracleError(line)
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        raise OracleError(line) from None


def _value(text: str, line: int) -> float | None:
    if text == "":
        return None
    if not _NUMBER.fullmatch(text):
        raise OracleError(line)
    return float(text)
