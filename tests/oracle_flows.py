"""Second readers of the small DTC flows, D0010 and D0268: line by line in plain Python, from formats.md B5."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

FIELDS = {"026": 2, "028": 2, "029": 3, "030": 7, "01A": 10, "02A": 23, "03A": 10, "04A": 10}
TREES = {"D0010": ({"026": None, "028": "026", "029": None, "030": "028"}, "026"),
         "D0268": ({"01A": None, "02A": "01A", "03A": "01A", "04A": "03A"}, "01A")}  # fmt: skip


class OracleError(Exception):
    """The file is refused; `line` is where, from 1."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line}")
        self.line = line


def records(content: bytes, flow: str) -> list[tuple[int, list[str]]]:
    """Line numbers and fields (0 is the record id) of a file with one good envelope."""
    lines = content.decode("ascii").removesuffix("\n").split("\n")
    assert lines[0].startswith("ZHV|")
    assert lines[0].split("|")[2].startswith(flow)
    assert lines[-1].startswith("ZPT|")
    above, top = TREES[flow]
    seen: dict[str, bool] = {}
    found = []
    for number, line in enumerate(lines[1:-1], 2):
        word, *fields = line.split("|")
        if word not in above or fields.pop() != "" or len(fields) != FIELDS[word]:
            raise OracleError(number)
        needed = above[word]
        if needed is not None and not seen.get(needed):
            raise OracleError(number)
        if word == top:
            seen.clear()
        seen[word] = True
        found.append((number, [word, *fields]))
    trailer = lines[-1].split("|")
    assert int(trailer[2]) == len(found)
    assert int(trailer[4]) == sum(fields[0] == top for _, fields in found)
    return found


def read_d0010(content: bytes) -> list[dict[str, Any]]:
    """Each 030 line, with what the lines above it say."""
    found = []
    system: list[str] = []
    meter: list[str] = []
    for line, fields in records(content, "D0010"):
        if fields[0] == "026":
            system = fields
        elif fields[0] == "028":
            meter = fields
        elif fields[0] == "030":
            if not re.fullmatch(r"[0-9]{14}", fields[2]) or not re.fullmatch(r"[0-9]*\.?[0-9]+|[0-9]+\.", fields[3]):
                raise OracleError(line)
            found.append(
                {
                    "line": line,
                    "mpan_core": system[1],
                    "status": system[2],
                    "meter_serial": meter[1],
                    "reading_type": meter[2],
                    "register_id": fields[1],
                    "read_at": datetime.strptime(fields[2], "%Y%m%d%H%M%S"),  # noqa: DTZ007
                    "value_kwh": float(fields[3]),
                }
            )
    return found


def read_d0268(content: bytes) -> list[dict[str, Any]]:
    """Each 01A group with its outstations, and its meters with their registers; nothing of the passwords."""
    systems: list[dict[str, Any]] = []
    for _, fields in records(content, "D0268"):
        word = fields[0]
        if word == "01A":
            on = datetime.strptime(fields[2], "%Y%m%d").date()  # noqa: DTZ007
            systems.append({"mpan_core": fields[1], "effective_from": on, "cop": fields[3], "issue": fields[4]})
            systems[-1] |= {"outstations": [], "meters": []}
        elif word == "02A":
            systems[-1]["outstations"].append(fields[1])
        elif word == "03A":
            systems[-1]["meters"].append({"serial": fields[1], "type": fields[2], "registers": []})
        else:
            register = {"quantity": fields[7], "pulse": float(fields[4]), "outstation_multiplier": float(fields[6])}
            systems[-1]["meters"][-1]["registers"].append(register)
    return systems
