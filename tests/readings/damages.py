"""What may happen to a file on its way: each damage spoils a whole file of any format."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.readings.whole_files import DAYS, WholeText

Lines = list[bytes]


@dataclass(frozen=True)
class Spoilt:
    """A spoilt file and the line of the damage, from 1; None where the damage is not of one line."""

    content: bytes
    line: int | None


def _whole(lines: Lines) -> bytes:
    return b"".join(line + b"\n" for line in lines)


def _in_number(put: Callable[[bytes], bytes]) -> Callable[[WholeText, int], Spoilt | None]:
    """A number of the `which`th line that has one is spoilt; the last such line for -1."""

    def spoil(text: WholeText, which: int) -> Spoilt | None:
        if text.number is None:
            return None
        lines = text.lines
        at = [index for index, line in enumerate(lines) if text.number in line][which]
        lines[at] = lines[at].replace(text.number, put(text.number), 1)
        return Spoilt(_whole(lines), at + 1)

    return spoil


def _in_date(put: Callable[[str], str]) -> Callable[[WholeText, int], Spoilt | None]:
    def spoil(text: WholeText, which: int) -> Spoilt | None:
        if text.date is None:
            return None
        lines = text.lines
        dates = [f"{day:{text.date}}".encode() for day in DAYS]
        stands = [(index, day) for index, line in enumerate(lines[1:-1], 1) for day in dates if day in line]
        stands = stands or [(0, dates[0])]
        at, day = stands[min(which, len(stands) - 1)]
        lines[at] = lines[at].replace(day, put(day.decode()).encode(), 1)
        return Spoilt(_whole(lines), at + 1)

    return spoil


def _on_line(change: Callable[[bytes], list[bytes]]) -> Callable[[WholeText, int], Spoilt | None]:
    """A line that holds a number becomes other lines."""

    def spoil(text: WholeText, which: int) -> Spoilt | None:
        lines = text.lines
        at = [index for index, line in enumerate(lines) if text.number is None or text.number in line][which]
        lines[at : at + 1] = change(lines[at])
        return Spoilt(_whole(lines), at + 1)

    return spoil


def _divider(line: bytes) -> bytes:
    return b"|" if b"|" in line else b","


def _without_last(line: bytes) -> bytes:
    divider = _divider(line)
    return line.removesuffix(divider).rpartition(divider)[0] + (divider if line.endswith(divider) else b"")


def _with_another(line: bytes) -> bytes:
    return line + (b"7|" if line.endswith(b"|") else b",7")


def _cut(line: bytes) -> bytes:
    return line[: len(line) // 2]


def _first_line(change: Callable[[bytes], bytes]) -> Callable[[WholeText], Spoilt]:
    def spoil(text: WholeText) -> Spoilt:
        first, *others = text.lines
        return Spoilt(_whole([change(first), *others]), 1)

    return spoil


def _far(day: str) -> str:
    return day.replace("2026", "2036")


def _no_month(day: str) -> str:
    return day.replace("04", "13", 1)


IN_A_NUMBER = {
    "a letter": _in_number(lambda number: b"x" + number),
    "nan": _in_number(lambda number: b"nan" + number),
    "two points": _in_number(lambda number: b"1." + number),
    "no UTF-8": _in_number(lambda number: b"\xff" + number),
    "a zero byte": _in_number(lambda number: b"\0" + number),
}
IN_A_DATE = {
    "no such month": _in_date(_no_month),
    "a letter": _in_date(lambda day: day.replace("0", "o", 1)),
    "far in the future": _in_date(_far),
    "long ago": _in_date(lambda day: day.replace("2026", "1926")),
}
OF_A_LINE = {
    "a cell too few": _on_line(lambda line: [_without_last(line)]),
    "a cell too many": _on_line(lambda line: [_with_another(line)]),
    "cut short": _on_line(lambda line: [_cut(line)]),
    "rubbish before it": _on_line(lambda line: [b"\x01rubbish\xff", line]),
    "a quote before it": _on_line(lambda line: [b'"' + line]),
    "a blank line before it": _on_line(lambda line: [b"", line]),
    "twice": _on_line(lambda line: [line, line]),
    "lost": _on_line(lambda line: []),
}
OF_THE_FIRST_LINE = {
    "lost": lambda text: Spoilt(_whole(text.lines[1:]), 1),
    "cut short": _first_line(_cut),
    "one cell too many": _first_line(_with_another),
    "one cell too few": _first_line(_without_last),
    "another first letter": _first_line(lambda line: b"~" + line[1:]),
    "no UTF-8": _first_line(lambda line: line[:1] + b"\xff" + line[1:]),
    "a line of rubbish": _first_line(lambda line: b"rubbish"),
    "a title above it": lambda text: Spoilt(b"Report of half hours\n" + text.content, 1),
    "a blank line": _first_line(lambda line: b""),
}
OF_THE_FILE = {
    "empty": lambda text: b"",
    "blank lines": lambda text: b"\n\n\n",
    "its first line alone": lambda text: text.lines[0] + b"\n",
    "UTF-16": lambda text: text.content.decode().encode("utf-16"),
    "bare carriage returns": lambda text: text.content.replace(b"\n", b"\r"),
    "zeros after it": lambda text: text.content + bytes(20),
    "words after it": lambda text: text.content + b"hello\n",
    "its last line lost": lambda text: _whole(text.lines[:-1]),
    "its last bytes lost": lambda text: text.content[:-5],
    "cut at a line": lambda text: _whole(text.lines[: len(text.lines) // 2]),
    "cut in a line": lambda text: _whole(text.lines[: len(text.lines) // 2]) + _cut(text.lines[len(text.lines) // 2]),
}
