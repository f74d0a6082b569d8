"""Writes DTC user files D0036, D0275 and D0379 (formats.md B1 to B4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sample_data.days import ChannelDay
from sample_data.statuses import letter


@dataclass(frozen=True)
class Flow:
    """A flow's record ids, the decimals of its values, and from and to roles."""

    word: str
    channel: str
    day: str
    value: str
    decimals: int
    sender: str
    receiver: str


D0036 = Flow("D0036", "101", "102", "103", 1, "C|SYNH", "X|SYNS")
D0275 = Flow("D0275", "25B", "26B", "27B", 1, "C|SYNH", "R|SYND")
D0379 = Flow("D0379", "25B", "26B", "66L", 3, "X|SYNS", "C|SYNH")


def dtc_text(flow: Flow, days: Sequence[ChannelDay], identifier: str, created: str) -> str:
    """A whole file; days that follow each other in one channel share its group. `created` YYYYMMDDHHMMSS."""
    body: list[str] = []
    groups = 0
    last: tuple[str, str] | None = None
    for day in days:
        channel = (day.system.mpan_core, day.quantity)
        if channel != last:
            body.append(f"{flow.channel}|{day.system.mpan_core}|{day.quantity}|SYNS|")
            groups += 1
            last = channel
        body.append(f"{flow.day}|{day.on:%Y%m%d}|")
        body.extend(_values(flow, day))
    header = f"ZHV|{identifier}|{flow.word}001|{flow.sender}|{flow.receiver}|{created}||||TR01|"
    trailer = f"ZPT|{identifier}|{len(body)}||{groups}|{created}|"
    return "\n".join([header, *body, trailer]) + "\n"


def _values(flow: Flow, day: ChannelDay) -> list[str]:
    flags = day.flags or [0] * len(day.values)
    return [
        f"{flow.value}|{letter(flag)}|{'' if value is None else f'{value:.{flow.decimals}f}'}|"
        for value, flag in zip(day.values, flags, strict=True)
    ]
