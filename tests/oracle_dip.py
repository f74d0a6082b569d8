"""A second reader of MHHS messages in the sample mapping's made-up block, in plain Python, from formats.md B7."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date
from typing import Any

INVALID = 1 << 15
QUALITIES = {"A": 0, "E1": 1}
QUANTITIES = {"ACTIVE_IMPORT": "AI", "ACTIVE_EXPORT": "AE", "REACTIVE_IMPORT": "RI", "REACTIVE_EXPORT": "RE"}


class OracleError(Exception):
    """The messages are refused; `row` is which, from 1, or 0 for all of them."""

    def __init__(self, row: int) -> None:
        super().__init__(f"message {row}")
        self.row = row


@dataclass
class MessageDay:
    """One message's channel-day of UTC."""

    mpan_core: str
    quantity: str
    on: date
    row: int
    values: list[float | None]
    flags: list[int]


def read_dip(content: bytes, today: date) -> list[MessageDay]:
    """Every message's channel-day, in order."""
    try:
        sent = json.loads(content.decode("utf-8-sig"))
    except ValueError:
        raise OracleError(0) from None
    days = [_day(message, row) for row, message in enumerate(sent if isinstance(sent, list) else [sent], 1)]
    for day in days:
        if not date(1990, 1, 1) <= day.on or (day.on - today).days > 1:
            raise OracleError(day.row)
    return days


def _day(message: Any, row: int) -> MessageDay:
    try:
        payload = message["payload"]
        common, block = payload["CommonBlock"], payload["CustomBlock"]["PLACEHOLDER"]
        interface, mpan = common["S0"]["interfaceID"], common["M0"]["MPANCore"]
        on, quantity, periods = block["utcSettlementDate"], block["quantity"], block["periods"]
    except (KeyError, TypeError, IndexError):
        raise OracleError(row) from None
    texts = all(isinstance(each, str) and each for each in (mpan, on, quantity))
    if interface != "IF-021" or not texts or quantity not in QUANTITIES or not isinstance(periods, list):
        raise OracleError(row)
    if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", on):
        raise OracleError(row)
    try:
        settlement = date.fromisoformat(on)
    except ValueError:
        raise OracleError(row) from None
    day = MessageDay(mpan, QUANTITIES[quantity], settlement, row, [None] * 48, [0] * 48)
    told: set[int] = set()
    for entry in periods:
        _take(day, entry, told)
    return day


def _take(day: MessageDay, entry: Any, told: set[int]) -> None:
    if not isinstance(entry, dict):
        raise OracleError(day.row)
    period, value, quality = entry.get("p"), entry.get("value", ...), entry.get("quality")
    if isinstance(period, str) and re.fullmatch("[0-9]{1,2}", period):
        period = int(period)
    if type(period) is not int or not 1 <= period <= 50 or period in told:
        raise OracleError(day.row)
    told.add(period)
    while len(day.values) < period:
        day.values.append(None)
        day.flags.append(0)
    day.values[period - 1] = _value(value, day.row)
    if quality is None:
        day.flags[period - 1] = 0 if day.values[period - 1] is None else INVALID
    elif isinstance(quality, str):
        day.flags[period - 1] = QUALITIES.get(quality, INVALID)
    else:
        raise OracleError(day.row)


def _value(value: Any, row: int) -> float | None:
    if value is None:
        return None
    if isinstance(value, str) and re.fullmatch(r"[+-]?[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]{1,3})?", value):
        value = float(value)
    if type(value) not in (int, float) or not abs(value) < 1e300:
        raise OracleError(row)
    return float(value)
