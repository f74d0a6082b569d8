"""Writes C0121, raw meter data, and C0541, meter status, in the IDD layout (formats.md B6)."""

from __future__ import annotations

from collections.abc import Sequence

from sample_data.days import ChannelDay
from sample_data.statuses import INVALID_LETTER


def c0121_text(days: Sequence[ChannelDay], created: str) -> str:
    """A whole file, with its record count and checksum; a period without a reading is C, unavailable."""
    records = [f"AAA|C0121001|D|{created}|CD|CDCA|SY|SYNS|1|TR01|"]
    last = ("", "", "")
    for day in days:
        groups = (f"RMD|{day.system.mpan_core}|", f"MS9|{day.on:%Y%m%d}|", f"OS9|{day.outstation_id}|")
        changed = next((level for level in range(3) if groups[level] != last[level]), 3)
        records += groups[changed:]
        last = groups
        records.append(f"CN9|{1 + ('AI', 'AE', 'RI', 'RE').index(day.quantity)}|{day.quantity}|{day.role[0]}|")
        records += _periods(day)
    return _ended(records)


def c0541_text(msid: str, outstation_id: str, meter_serial: str, created: str) -> str:
    """A made-up meter status of one system: one of each record, in the order of fields that is known secondarily."""
    meter = f"{meter_serial}|01|1"
    return _ended(
        [
            f"AAA|C0541001|D|{created}|CD|CDCA|SY|SYNS|1|TR01|",
            "PD8|SYNS|",
            f"MSX|{msid}|MADE UP|",
            f"ODF|{outstation_id}|3|",
            f"OSA|{outstation_id}|1|ZZ|20|21|",
            f"MCD|{outstation_id}|{meter}|{outstation_id}|CHK{msid}|01|1|SUB1|AI|-12.5|0.4|",
            f"PSD|{outstation_id}|1|SEC{msid}|1|{meter_serial}|01|SUB1|AI|",
            "PSP|20|2.5|0.08|",
            "PSP|21|2.75|0.09|",
            f"DOL|{outstation_id}|{meter}|SUB1|AI|0|5000|",
            "DOP|22|5000.125|",
        ]
    )


def _ended(records: Sequence[str]) -> str:
    return "".join(f"{record}\n" for record in [*records, f"ZZZ|{len(records) + 1}|{checksum(records)}|"])


def checksum(records: Sequence[str]) -> int:
    """XOR of all records in 32-bit words, each record filled up with zeros."""
    total = 0
    for record in records:
        content = record.encode("ascii")
        for at in range(0, len(content), 4):
            total ^= int.from_bytes(content[at : at + 4].ljust(4, b"\0"), "big")
    return total


def _periods(day: ChannelDay) -> list[str]:
    flags = day.flags or [0] * len(day.values)
    return [
        f"RMP|{period}||C|" if value is None else f"RMP|{period}|{value:g}|{_letter(flag)}|"
        for period, (value, flag) in enumerate(zip(day.values, flags, strict=True), 1)
    ]


def _letter(flag: int) -> str:
    return "B" if flag & INVALID_LETTER else "A"
