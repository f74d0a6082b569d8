"""Writes one made-up file of each format from formats.md alone, with what must be read from it.

Nothing here comes from the product, its samples or its oracles. `Day` is what stands in a file; each writer takes days
and gives bytes.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import struct
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import openpyxl

LONDON = ZoneInfo("Europe/London")
UTC = dt.UTC
HALF_HOUR = dt.timedelta(minutes=30)


@dataclass(frozen=True)
class Day:
    mpan: str
    quantity: str
    date: dt.date
    values: tuple[str | None, ...]
    """As written; None is a half hour that does not come."""
    flags: str
    """A letter each."""
    role: str = "MAIN"


def starts(day, local):
    """The instants at which its half hours start, UTC."""
    zone = LONDON if local else UTC
    at = dt.datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
    after = day + dt.timedelta(days=1)
    end = dt.datetime(after.year, after.month, after.day, tzinfo=zone).astimezone(UTC)
    return [at + k * HALF_HOUR for k in range(int((end - at) / HALF_HOUR))]


def lines(records, ending="\n", last=True, bom=False):
    text = ending.join(records) + (ending if last else "")
    return (b"\xef\xbb\xbf" if bom else b"") + text.encode()


# DTC user files --------------------------------------------------------------------------------------

DTC = {
    "D0036001": ("101", "102", "103"),
    "D0275001": ("25B", "26B", "27B"),
    "D0379001": ("25B", "26B", "66L"),
}


def dtc(
    days,
    flow="D0036001",
    *,
    share_channel=True,
    test="OPER",
    checksum="",
    completed="20260403071500",
    supplier="SUPP",
    identifier="SYN0000001",
    sent_id=True,
    roles=("C", "HHDC", "X", "SUPP"),
):
    """Records of one envelope; days of one channel in a row share its first group if asked."""
    channel, date, value = DTC[flow]
    body, instances, before = [], 0, None
    for day in days:
        if not share_channel or before != (day.mpan, day.quantity):
            body.append(f"{channel}|{day.mpan}|{day.quantity}|{supplier}|")
            instances += 1
        before = (day.mpan, day.quantity)
        body.append(f"{date}|{day.date:%Y%m%d}|")
        body += [f"{value}|{flag}|{v or ''}|" for v, flag in zip(day.values, day.flags, strict=True)]
    name = f"{identifier}|" if sent_id else ""
    header = f"ZHV|{name}{flow}|{'|'.join(roles)}|20260403071500||||{test}|"
    trailer = f"ZPT|{name}{len(body)}|{checksum}|{instances}|{completed}|"
    return [header, *body, trailer]


# CDCA files --------------------------------------------------------------------------------------------


def xor(records):
    total = 0
    for record in records:
        raw = record.encode()
        raw += b"\0" * (-len(raw) % 4)
        for (word,) in struct.iter_unpack(">I", raw):
            total ^= word
    return total


def idd(kind, body, test="OPER"):
    records = [f"AAA|{kind}|D|20260810093000|CD|CDCA|TR|SYNTH001|1|{test}|", *body]
    return [*records, f"ZZZ|{len(records) + 1}|{xor(records)}|"]


def c0121(days, **more):
    body, before = [], (None, None)
    for day in days:
        if before != (day.mpan, day.date):
            if before[0] != day.mpan:
                body.append(f"RMD|{day.mpan}|")
            body += [f"MS9|{day.date:%Y%m%d}|", "OS9|OUT0000001|"]
        before = (day.mpan, day.date)
        body.append(f"CN9|1|{day.quantity}|{'M' if day.role == 'MAIN' else 'C'}|")
        body += [
            f"RMP|{k}|{v}|{f}|" for k, (v, f) in enumerate(zip(day.values, day.flags, strict=False), 1) if v is not None
        ]
    return idd("C0121001", body, **more)


# Customers' files --------------------------------------------------------------------------------------

HOUSE = {"AI": "ACTIVE", "RI": "REACTIVE_IMP", "RE": "REACTIVE_EXP"}
DF2 = {"AI": 1, "AE": 2, "RI": 3, "RE": 4}


def simple(days, header="MPAN Core, Channel, Time, Value, Status", gap=", "):
    """House format: half-hour start, UTC."""
    records = [header]
    for day in days:
        for at, value, flag in zip(starts(day.date, False), day.values, day.flags, strict=True):
            if value is not None:
                records.append(gap.join([day.mpan, HOUSE[day.quantity], f"{at:%Y-%m-%d %H:%M}", value, flag]))
    return records


def df2(days, year="%y", seconds="", suffix="", status=lambda flag: flag):
    """Stark DF2: period end, UTC; text after a hyphen is ignored; #O again for each meter, #S for each channel."""
    records, mpan = ["#F2"], None
    for day in days:
        if day.mpan != mpan:
            records.append(f"#O {day.mpan}{suffix}")
            mpan = day.mpan
        records.append(f"#S {DF2[day.quantity]}")
        for at, value, flag in zip(starts(day.date, False), day.values, day.flags, strict=True):
            if value is not None:
                end = at + HALF_HOUR
                records.append(",".join([end.strftime(f"%d/%m/{year}"), f"{end:%H:%M}{seconds}", value, status(flag)]))
    return records


def british_gas(days, spare=("0", "0"), stray=False):
    records = []
    for day in days:
        values = [v[:2] + " " + v[2:] if stray and k == 5 else v for k, v in enumerate(day.values)]
        tail = spare if len(values) == 48 else ()
        records.append(",".join([day.mpan, "K12D00001", f"{day.date:%d/%m/%Y}", *values, *tail]))
    return records


WORDS = {"A": "Actual", "E": "Estimated", "C": "Actual"}


def edf(days, quoted=False):
    slots = [f"{k // 2:02d}:{k % 2 * 30:02d}" for k in range(50)]
    records = [
        ",".join(["Month", "MPAN", "Measurement Type", "Settlement Date", *slots, *[f"Flag {s}" for s in slots]])
    ]
    for day in days:
        values = [*day.values, *["-"] * (50 - len(day.values))]
        flags = [*[WORDS[f] for f in day.flags], *["-"] * (50 - len(day.flags))]
        cells = [f"{day.date:%b-%y}", day.mpan, day.quantity, f"{day.date:%d-%m-%Y}", *values, *flags]
        records.append(",".join(f'"{cell}"' if quoted else cell for cell in cells))
    return records


def half_hours(
    days, stamp, local, *, end=False, header=None, form="%Y-%m-%d %H:%M", order=None, status=True, named=True
):
    """Plain half-hour CSV: the stamp of each period's start or end, in UTC or on the clock."""
    zone = LONDON if local else UTC
    records = [header or f"MPAN,Channel,{stamp},Value" + (",Status" if status else "")]
    body = []
    for day in days:
        for at, value, flag in zip(starts(day.date, local), day.values, day.flags, strict=True):
            told = (at + HALF_HOUR if end else at).astimezone(zone)
            if value is not None:
                body.append(",".join([day.mpan, day.quantity, told.strftime(form), value, *([flag] if status else [])]))
    return records + (order(body) if order else body)


def schneider(day, local, *, thousands=True, newest_first=True, head=None):
    """Cumulative register readings at both ends of each half hour."""
    zone = LONDON if local else UTC
    at = starts(day.date, local)
    at.append(at[-1] + HALF_HOUR)
    register, rows = 1_234_567.0, []
    for when, value in zip(at, [*day.values, "0"], strict=True):
        told = when.astimezone(zone).strftime("%d/%m/%Y %H:%M:%S")
        shown = f"{register:,.3f}" if thousands else f"{register:.3f}"
        rows.append(f'{told},"{shown}",,,' if thousands else f"{told},{shown},,,")
        register += float(value)
    return [head or "Time stamp,Value,Events,Comment,User", *(reversed(rows) if newest_first else rows)]


# Workbooks and messages ----------------------------------------------------------------------------------


def _workbook(rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _clock(day):
    """The times of both ends of every half hour, on the clock."""
    at = starts(day.date, True)
    return [when.astimezone(LONDON) for when in [*at, at[-1] + HALF_HOUR]]


def _register(day, start=1000.0):
    return [round(start + sum(map(float, day.values[:k])), 3) for k in range(len(day.values) + 1)]


def schneider_workbook(day):
    """Stamps as text with the hours ahead of UTC, newest first."""
    stamps = []
    for when in _clock(day):
        ahead = int(when.utcoffset().total_seconds() // 3600)
        stamps.append(f"{when:%Y-%m-%d %H:%M:%S} +{ahead}H" + (", DST" if ahead else ""))
    rows = [[stamp, value, None, None, None] for stamp, value in zip(stamps, _register(day), strict=True)]
    return _workbook([["Time stamp", "Value", "Events", "Comment", "User"], *reversed(rows)])


def vital_workbook(imported, exported):
    """Column A the stamp, H the import and I the export register, newest first; quarter hours between."""
    rows = []
    pairs = list(zip(_clock(imported), _register(imported), _register(exported, 50.0), strict=True))
    for k, (when, taken, given) in enumerate(pairs):
        rows.append([f"{when:%d/%m/%Y %H:%M:%S}", *[None] * 6, taken, given])
        if k + 1 < len(pairs):
            quarter = (when.astimezone(UTC) + HALF_HOUR / 2).astimezone(LONDON)
            between = [round((a + b) / 2, 4) for a, b in zip(pairs[k][1:], pairs[k + 1][1:], strict=True)]
            rows.append([f"{quarter:%d/%m/%Y %H:%M:%S}", *[None] * 6, *between])
    return _workbook([["Time", *"bcdefg", "Import", "Export"], *reversed(rows)])


DIP_WORDS = {"AI": "ACTIVE_IMPORT", "AE": "ACTIVE_EXPORT", "RI": "REACTIVE_IMPORT", "RE": "REACTIVE_EXPORT"}


def dip(days):
    """Messages in the known envelope; the names of the custom block are those of the sample mapping."""
    messages = []
    for day in days:
        periods = [
            {"p": k, "value": float(value), "quality": {"A": "A", "E": "E1"}[flag]}
            for k, (value, flag) in enumerate(zip(day.values, day.flags, strict=True), 1)
        ]
        custom = {"utcSettlementDate": f"{day.date}", "quantity": DIP_WORDS[day.quantity], "periods": periods}
        common = {
            "S0": {"interfaceID": "IF-021", "schemaVersion": "011", "eventCode": ""},
            "S1": {"environmentTag": "POC", "senderTimestamp": "2026-11-02T06:00:00+00:00", "senderRoleID": "X"},
            "M0": {"MPANCore": day.mpan, "GSPGroupID": "_A"}, "A0": {}, "D0": {},
        }  # fmt: skip
        messages.append({"payload": {"CommonBlock": common, "CustomBlock": {"PLACEHOLDER": custom}}})
    return json.dumps(messages).encode()
